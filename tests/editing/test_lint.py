"""`footnote check` beyond the file formats: what it refuses in answers, and what it warns of."""

import shutil
from contextlib import suppress
from pathlib import Path

import hypothesis
import pytest
from click.testing import CliRunner, Result
from desk import Desk
from hypothesis import example, given
from hypothesis import strategies as st
from places import KNOWLEDGE, SMALL_KNOWLEDGE
from server import fill, texts

from bot.editing.lint import lint
from bot.errors import KnowledgeError
from bot.knowledge.loading import Collection, load_knowledge
from bot.knowledge.unfounded import capitalised, unfounded
from bot.publishing.edition import publish
from bot.routing.library import Library
from bot.terminal.cli import footnote

DAY = "The article says that the ferry left on Monday."
LOAD = "According to the harbour master it carries 120 passengers."
FACTS = Path("ferry", "facts.md")
NAMES = Path("ferry", "names.md")

HEADLINE = (
    "ferry/article.txt:1: warning: no fact cites “New Ferry Reaches The Islands”; "
    "write one that does."
)
"""The one warning that the small knowledge has."""


def edit(file: Path, old: str, new: str) -> int:
    """Replace `old`, which must be there once; return the line it stood on."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def add_name(folder: Path, line: str) -> None:
    with (folder / NAMES).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def warnings(folder: Path) -> list[str]:
    """The warnings, files named from the folder, but for the headline's."""
    found = lint(folder, Library(load_knowledge(folder)))
    listed = [str(warning).replace(f"{folder}/", "") for warning in found]
    assert HEADLINE in listed
    return [warning for warning in listed if warning != HEADLINE]


def said_too_much(folder: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


def check(folder: Path, data: Path) -> Result:
    environment = {
        "FOOTNOTE_KNOWLEDGE": str(folder),
        "FOOTNOTE_DATA": str(data),
        "DISCORD_TOKEN": "",
    }
    return CliRunner(env=environment).invoke(footnote, ["check"])


# What an answer may not say


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (DAY, "The article says that the ferry left on Tuesday.", "“Tuesday”"),
        (DAY, "The ferry left on Monday for Port-Royal.", "“Port”, “Royal”"),
        (DAY, "It left on Monday. NATO was there.", "“NATO”"),
        (DAY, "It left on a Monday in May.", "“May”"),
        (LOAD, "It carries 130 passengers.", "“130”"),
        (LOAD, "It carries 120 passengers and 5.5 tons.", "“5.5”"),
        (LOAD, "It carries a hundred and twenty-five people.", "“hundred”, “twenty”, “five”"),
        (LOAD, "It carries 120 passengers, half of them seated.", "“half”"),
    ],
)
def test_a_name_or_number_that_no_cited_sentence_holds_is_a_fault(
    small: Path, old: str, new: str, message: str
) -> None:
    line = edit(small / FACTS, old, new) - 2
    (fault,) = said_too_much(small)
    assert fault == (
        f"ferry/facts.md:{line}: the answer says {message}, but no sentence that it quotes does. "
        "Quote the sentence or reword the answer."
    )


def test_a_curated_name_is_one_at_the_start_of_a_sentence_and_without_capital(small: Path) -> None:
    add_name(small, "- **Norway**: Oslo, the coast")
    edit(small / FACTS, DAY, "Oslo says that the ferry left on Monday.")
    edit(small / FACTS, LOAD, "The coast of norway: it carries 120 passengers.")
    first, second = said_too_much(small)
    assert "“Oslo”," in first
    assert "“norway”," in second


def test_a_name_that_the_table_uses_elsewhere_is_one_at_the_start_of_a_sentence(
    small: Path,
) -> None:
    edit(small / FACTS, "does not say what a ticket costs", "says nothing of what Kerry paid")
    edit(small / FACTS, DAY, "Kerry says that the ferry left on Monday.")
    (warning,) = said_too_much(small)
    assert "“Kerry”," in warning


def test_another_curated_name_for_the_same_is_no_fault(small: Path) -> None:
    add_name(small, "- **Monday**: Mon, the Day of Moon")
    edit(small / FACTS, DAY, "Mon: it left on the Day of Moon.")
    assert load_knowledge(small).facts[0].answer == "Mon: it left on the Day of Moon."


@pytest.mark.parametrize(
    "answer",
    [
        "Brett McGurk says 70% of the airstrikes are against the opposition.",
        "Moscow hits the opposition with seventy percent, the US says; and so do Americans.",
        "70 percent, says the State Department of the United States.",
    ],
)
def test_equivalents_the_speaker_and_the_headline_are_no_fault(folder: Path, answer: str) -> None:
    """The sentence says "Seventy percent of their airstrikes"; the speaker is McGurk."""
    old = "McGurk of the State Department says seventy percent of the airstrikes are against the"
    edit(folder / "russia-syria-strategy" / "facts.md", f"{old} opposition.", answer)
    assert answer in [fact.answer for fact in load_knowledge(folder).facts]


def test_what_the_disputing_fact_cites_may_be_said(small: Path) -> None:
    edit(small / FACTS, LOAD, "It carries 120; the islanders want another by May.")
    assert "“May”" in said_too_much(small)[0]
    link = "(#what-do-the-islanders-say-about-the-ferry)"
    edit(small / FACTS, link, "(#what-do-the-islanders-want-by-may)")
    assert load_knowledge(small)


@pytest.mark.parametrize(("article", "answer"), [("two ferries", "2"), ("2,500", "2.5 thousand")])
def test_a_number_is_the_same_in_digits_and_in_words(
    small: Path, article: str, answer: str
) -> None:
    edit(small / "ferry" / "article.txt", "by May.", f"by May, or {article}.")
    want = "The islanders want a second ferry by May"
    edit(small / FACTS, f"{want}.", f"{want}, or {answer}.")
    assert load_knowledge(small)


def test_a_capital_behind_a_colon_makes_no_name_of_a_word_of_grammar(small: Path) -> None:
    edit(small / FACTS, DAY, "The article says: It left the mainland on Monday.")
    assert load_knowledge(small)


def test_an_open_question_may_name_what_the_article_does_not(small: Path) -> None:
    edit(small / FACTS, "does not say what a ticket costs", "does not say anything about Norway")
    assert load_knowledge(small)


def test_such_an_answer_is_not_published_and_the_old_state_stays(
    small: Path, tmp_path: Path
) -> None:
    before = publish(small, tmp_path)
    edit(small / FACTS, "left on Monday.", "left on Tuesday.")
    with pytest.raises(KnowledgeError, match="“Tuesday”"):
        publish(small, tmp_path)
    assert before.store.version() == before.version


async def test_such_an_answer_of_an_editor_is_refused_and_changes_nothing(desk: Desk) -> None:
    before, edition = desk.file.read_bytes(), desk.server.bot.edition
    form = await desk.editor.slash(desk.server.channel, "facts add")
    fact = {
        "question": "Who built the ferry?",
        "answer": "It was built by Norwegians in 1999.",
        "quoted": "The new ferry left the mainland",
    }
    result = await fill(desk.editor, form, **fact)
    messages = [shown for shown in (result.response, *result.followups) if shown]
    shown_texts = [text for shown in messages for text in texts(shown.message)]
    assert any(
        "the answer says “Norwegians”, “1999”, but no sentence" in text for text in shown_texts
    )
    assert desk.file.read_bytes() == before
    assert desk.server.bot.edition is edition


def test_check_fails_on_it(small: Path, tmp_path: Path) -> None:
    edit(small / FACTS, "left on Monday.", "left on Tuesday.")
    result = check(small, tmp_path)
    assert "“Tuesday”" in result.output
    assert result.output.endswith("Faults: 1.\n")
    assert result.exit_code == 1


@given(st.text(), st.text())
def test_any_answer_is_judged_and_its_own_words_are_no_fault(
    knowledge: Collection, answer: str, other: str
) -> None:
    names = capitalised([answer, other])
    unfounded(answer, [other], knowledge.lexicon, names)
    assert unfounded(answer, [other, answer], knowledge.lexicon, names) == ()


# What is warned of


def test_small_knowledge_without_faults_has_few_warnings(small: Path) -> None:
    assert warnings(small) == []


def test_a_sentence_of_two_speakers_is_warned_of(small: Path) -> None:
    facts = small / FACTS
    text = facts.read_text("utf-8")
    line = text[: text.index("### When did the new ferry leave?")].count("\n") + 1
    edit(
        facts,
        "### How many passengers does the ferry carry?",
        "### Which day did the harbour master name?\n\nMonday.\n\n"
        "> left the mainland on Monday\n> — the harbour master\n\n- the harbour master's day\n\n"
        "### How many passengers does the ferry carry?",
    )
    (warning,) = (warning for warning in warnings(small) if "one speaker" in warning)
    assert warning.startswith(
        f"{FACTS}:{line + 10}: warning: “The new ferry left the mainland on Mon"
    )
    assert f"is said by the harbour master here, and by the article in line {line}; " in warning


def test_the_shipped_knowledge_has_few_warnings(router: Library) -> None:
    found, entries = lint(KNOWLEDGE, router), router.collection.entries
    asked = len(entries) + sum(len(entry.phrasings) for entry in entries)
    assert len(found) < asked / 100
    unwanted = ("misspelt", "no fact cites", "one speaker")
    assert not any(text in warning.message for warning in found for text in unwanted)


def test_check_lists_warnings_with_file_and_line_and_still_passes(
    small: Path, tmp_path: Path
) -> None:
    line = edit(small / FACTS, "- ticket price", "- ferrry price")
    result = check(small, tmp_path)
    first, second, count = result.output.splitlines()
    assert first == f"{small}/{HEADLINE}"
    assert second.startswith(f"{small / FACTS}:{line}: warning: “ferrry” looks like “ferry”")
    assert count.endswith("No fault, warnings: 2.")
    assert result.exit_code == 0


def test_a_sentence_that_no_fact_cites_is_told_by_its_line(small: Path) -> None:
    article = small / "ferry" / "article.txt"
    edit(article, "They want a second one by May.", "They want a second one by May.\nIt rained.")
    assert warnings(small) == [
        "ferry/article.txt:4: warning: no fact cites “It rained.”; write one that does."
    ]


def test_phrasings_of_two_facts_that_read_the_same_are_told_together(small: Path) -> None:
    first = edit(small / FACTS, "what day did the ferry set off", "tell me what it set off")
    line = edit(small / FACTS, "- ferry capacity", "- what it set off, please")
    place = f"ferry/facts.md:{first}"
    (warning,) = warnings(small)
    assert warning == (
        f"ferry/facts.md:{line}: warning: “what it set off, please” reads the same as "
        f"“tell me what it set off” ({place}); “When did the new ferry leave?” gives way. "
        "Reword one of them or take it out."
    )


def test_another_name_for_the_same_reads_the_same(small: Path) -> None:
    line = edit(small / FACTS, "- what is the fare", "- boat departure day")
    (warning,) = warnings(small)
    assert warning.startswith(
        f"ferry/facts.md:{line}: warning: “boat departure day” reads the same"
    )


def test_a_phrasing_that_nothing_answers_is_told(small: Path) -> None:
    line = edit(small / FACTS, "- ferry capacity", "- tell me please")
    (warning,) = warnings(small)
    assert warning == (
        f"ferry/facts.md:{line}: warning: “tell me please” is not answered; "
        "reword it or add phrasings like it."
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("that the ferry left", "that the ferrry left", "“ferrry” looks like “ferry”"),
        ("### When did the new ferry", "### When did the new frery", "“frery” looks like “ferry”"),
        ("- what do they want", "- what do islandrs want", "“islandrs” looks like “islands”"),
    ],
)
def test_a_misspelt_name_is_told_by_its_line(small: Path, old: str, new: str, message: str) -> None:
    line = edit(small / FACTS, old, new)
    assert (
        f"ferry/facts.md:{line}: warning: {message} misspelt; correct it or add it to names.md."
        in (warnings(small))
    )


def test_other_forms_and_english_words_are_not_taken_for_misspelt_names(small: Path) -> None:
    edit(small / FACTS, "that the ferry left", "that the merry ferries, ferrys and boats left")
    assert warnings(small) == []


def test_what_was_added_to_the_file_since_it_was_read_is_left_out(small: Path) -> None:
    router = Library(load_knowledge(small))
    edit(small / FACTS, "### When did the new ferry leave?", "### When was it?")
    assert [str(fault).replace(f"{small}/", "") for fault in lint(small, router)] == [HEADLINE]


@hypothesis.settings(max_examples=50)
@example(">")
@given(st.text(max_size=320))
def test_any_answer_in_the_file_is_refused_or_linted(
    tmp_path_factory: pytest.TempPathFactory, answer: str
) -> None:
    folder = Path(shutil.copytree(SMALL_KNOWLEDGE, tmp_path_factory.mktemp("any") / "small"))
    edit(folder / FACTS, DAY, answer.encode("utf-8", "replace").decode())
    with suppress(KnowledgeError):
        lint(folder, Library(load_knowledge(folder)))
