"""What any article leaves open is declined by name, unless a fact of the article says it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.file_names import OPEN_QUESTIONS_FILE
from bot.knowledge.loading import load_knowledge
from bot.knowledge.open_question_file import NAME
from bot.routing.library import Library
from bot.routing.reply import Refusal, Reply

QUESTIONS = """\
# Any article

## The article does not say how to contact its writer.
- email of the journalist

# Article without a byline

## The article does not say who wrote it.
- who wrote this article

# Group

## The article does not say what language {name} speak.
- what language do {name} speak

# Thing

## The article does not say what {name} is made of.
- what is {name} made of
- {name}'s material

## The article does not say how many {name} can carry.
- how many people fit on {name}
"""
NAMES = (
    "- **ferry** (thing): boat, ship\n- **Islanders** (group): island people\n"
    "- **Elara** (thing): sister ferry\n"
)


@pytest.fixture
def ask(small: Path) -> Callable[[str], Reply]:
    """Asks of the ferry, whose names have kinds."""
    (small / OPEN_QUESTIONS_FILE).write_text(QUESTIONS, "utf-8")
    (small / "ferry" / "names.md").write_text(NAMES, "utf-8")
    return lambda question: Library(load_knowledge(small)).ask(question)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the ferry made of?", "The article does not say what the ferry is made of."),
        ("what's the boat made of", "The article does not say what the ferry is made of."),
        ("the ship's material", "The article does not say what the ferry is made of."),
        ("the sister ferry's material", "The article does not say what Elara is made of."),
        (
            "what language do island people speak?",
            "The article does not say what language Islanders speak.",
        ),
        ("Who wrote this article?", "The article does not say who wrote it."),
    ],
)
def test_what_no_article_says_is_declined_in_words_about_this_one(
    ask: Callable[[str], Reply], question: str, answer: str
) -> None:
    reply = ask(question)
    assert (reply.status, reply.answer, reply.refusal) == ("declined", answer, Refusal.OPEN)


def test_why_names_the_open_question_and_what_was_misspelt(ask: Callable[[str], Reply]) -> None:
    why = ask("what is the gerry mad of").why
    assert why
    assert why.phrasing == "what is the ferry made of"
    assert why.misspelt == (("gerry", "ferry"),)


def test_a_fact_that_is_asked_for_alike_answers(ask: Callable[[str], Reply]) -> None:
    reply = ask("how many people fit on the ferry")
    assert (reply.status, reply.fact) == (
        "answered",
        "ferry#how-many-passengers-does-the-ferry-carry",
    )


def test_the_article_s_own_open_question_speaks_first(
    ask: Callable[[str], Reply], small: Path
) -> None:
    facts = small / "ferry" / "facts.md"
    own = "\n### What is the ferry made of?\n\nThe article leaves out what the hull is made of.\n"
    facts.write_text(facts.read_text("utf-8") + own, "utf-8")
    assert ask("What is the ferry made of?").answer == (
        "The article leaves out what the hull is made of."
    )


def test_a_question_about_one_kind_says_nothing_of_another(ask: Callable[[str], Reply]) -> None:
    assert ask("what are the islanders made of").refusal is not Refusal.OPEN


def test_names_without_a_kind_leave_only_what_fits_any_article(
    ask: Callable[[str], Reply], small: Path
) -> None:
    (small / "ferry" / "names.md").write_text("- **ferry**: boat, ship\n", "utf-8")
    assert ask("What is the ferry made of?").refusal is not Refusal.OPEN
    assert ask("Who wrote this article?").refusal is Refusal.OPEN


def test_an_article_without_facts_declines_too(ask: Callable[[str], Reply], small: Path) -> None:
    for name in ("facts.md", "summary.md", "names.md"):
        (small / "ferry" / name).unlink()
    assert ask("Who wrote this article?").answer == "The article does not say who wrote it."
    assert ask("how many passengers does the ferry carry?").status == "nearest"


@pytest.mark.parametrize("facts", [True, False])
def test_who_wrote_it_is_not_left_open_if_there_is_a_byline(
    ask: Callable[[str], Reply], small: Path, *, facts: bool
) -> None:
    text = small / "ferry" / "article.txt"
    text.write_text(text.read_text("utf-8").replace("\n", "\nBy Ada Byron\n", 1), "utf-8")
    if not facts:
        (small / "ferry" / "facts.md").unlink()
        (small / "ferry" / "summary.md").unlink()
    reply = ask("Who wrote this article?")
    assert (reply.status, reply.citations[0].sentence.text) == ("nearest", "By Ada Byron")
    assert ask("email of the journalist").refusal is Refusal.OPEN


def test_an_article_can_do_without(ask: Callable[[str], Reply], small: Path) -> None:
    about = small / "ferry" / "article.toml"
    about.write_text("open_questions = false\n" + about.read_text("utf-8"), "utf-8")
    assert ask("Who wrote this article?").refusal is not Refusal.OPEN


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("general")
    (folder / OPEN_QUESTIONS_FILE).write_text(QUESTIONS, "utf-8")
    (folder / "synonyms.md").write_text("", "utf-8")
    (folder / "ferry").mkdir()
    (folder / "ferry" / "names.md").write_text(NAMES, "utf-8")
    (folder / "ferry" / "article.txt").write_text("Ferry sails\nThe ferry sails.\n", "utf-8")
    return Library(load_knowledge(folder))


@given(st.lists(st.sampled_from(QUESTIONS.split() + NAMES.split()), max_size=12).map(" ".join))
def test_no_reply_shows_the_slot_of_a_name(library: Library, question: str) -> None:
    reply = library.ask(question)
    assert NAME not in (reply.answer or "")
    assert (reply.refusal is Refusal.OPEN) == (reply.answer in ANSWERS)


ANSWERS = {
    line.removeprefix("## ").replace(NAME, name)
    for line in QUESTIONS.splitlines()
    for name in ("the ferry", "Islanders", "Elara")
    if line.startswith("## ")
}
