"""An edition: what a change of the knowledge folder changes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge.loading import load_knowledge
from bot.publishing.edition import DATABASE, Changes, compare, fingerprint, publish

NOTHING = Changes((), (), ())

Edit = Callable[[str, str], Changes]


@pytest.fixture
def edit(small: Path) -> Edit:
    """Replace text in the fact file; return what that changed."""

    def replace(old: str, new: str) -> Changes:
        before = load_knowledge(small)
        file = small / "ferry" / "facts.md"
        text = file.read_text("utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), "utf-8")
        return compare(before, load_knowledge(small))

    return replace


def test_the_fingerprint_is_twelve_hex_digits_of_the_contents(small: Path, folder: Path) -> None:
    assert fingerprint(small) == fingerprint(small)
    assert fingerprint(small) != fingerprint(folder)
    assert len(fingerprint(small)) == 12
    assert int(fingerprint(small), 16)


@pytest.mark.parametrize(
    "name",
    [
        *("facts.md", "names.md", "summary.md", "article.txt", "article.toml"),
        *("../open-questions.md", "../synonyms.md"),
    ],
)
def test_the_fingerprint_changes_with_every_file(small: Path, name: str) -> None:
    before = fingerprint(small)
    with (small / "ferry" / name).open("ab") as file:
        file.write(b"\n")
    assert fingerprint(small) != before


def test_the_fingerprint_changes_with_the_name_of_a_folder(small: Path) -> None:
    before = fingerprint(small)
    (small / "ferry").rename(small / "harbour")
    assert fingerprint(small) != before


def test_a_new_question_is_added(edit: Edit) -> None:
    fact = "### Who sails?\n\nThe islanders.\n\n> They want a second one\n> — the islanders\n\n"
    last = "### What do the islanders want by May?"
    assert edit(last, fact + last) == Changes(("Who sails?",), (), ())


def test_a_reworded_question_is_one_removed_and_one_added(edit: Edit) -> None:
    assert edit("### When did the new ferry leave?", "### Which day did it leave?") == Changes(
        added=("Which day did it leave?",), removed=("When did the new ferry leave?",), edited=()
    )


@pytest.mark.parametrize(
    ("old", "new", "question"),
    [
        ("says that the ferry left", "says it left", "When did the new ferry leave?"),
        ("- ferry departure day\n", "", "When did the new ferry leave?"),
        (
            "> Islanders said the ferry is too small",
            "> it carries 120",
            "What do the islanders say about the ferry?",
        ),
        ("- what is the fare", "- what is the price", "How much does a ticket cost?"),
    ],
)
def test_another_answer_phrasing_or_quotation_is_an_edit(
    edit: Edit, old: str, new: str, question: str
) -> None:
    assert edit(old, new) == Changes((), (), (question,))


def test_a_change_of_who_says_so_is_an_edit(edit: Edit) -> None:
    old = "— the harbour master"
    assert edit(old, "— the islanders").edited == ("How many passengers does the ferry carry?",)


def test_a_line_shift_alone_is_no_edit(edit: Edit) -> None:
    assert edit("## The ferry\n", "## The ferry\n\n<!-- to be\nkept short -->\n\n\n") == NOTHING


def test_a_question_that_moves_to_the_open_ones_is_edited(edit: Edit) -> None:
    heading = "### What do the islanders want by May?"
    answer = "\n\nThe islanders want a second ferry by May."
    quotation = "\n\n> They want a second one by May\n> — the islanders"
    moved = f"## What the article does not say\n\n{heading}{answer}"
    assert edit(heading + answer + quotation, moved) == Changes(
        (), (), ("What do the islanders want by May?",)
    )


def test_publishing_answers_from_the_folder_as_it_is(small: Path, tmp_path: Path) -> None:
    edition = publish(small, tmp_path / "data")
    assert edition.version == fingerprint(small) == edition.store.version()
    reply = edition.library.ask("When did the new ferry leave?")
    assert reply.answer == "The article says that the ferry left on Monday."


def test_a_faulty_folder_leaves_the_old_database_in_place(small: Path, tmp_path: Path) -> None:
    old = publish(small, tmp_path / "data")
    (small / "ferry" / "facts.md").write_text("### A question?\n", "utf-8")
    with pytest.raises(KnowledgeError):
        publish(small, tmp_path / "data")
    assert old.store.version() == old.version
    assert {file.name for file in (tmp_path / "data").iterdir()} == {DATABASE, "knowledge.lock"}
    assert len(old.store.browse()) == 4
