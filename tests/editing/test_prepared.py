"""An edit of the facts is prepared in memory, to be published or handed out as a patch."""

from pathlib import Path

import pytest

from bot.editing.edits import add_phrasing
from bot.editing.prepared import PreparedEdit, current_draft, fact_file, prepare
from bot.knowledge.article import load_article
from bot.knowledge.loading import load_knowledge

SLUG = "what-do-the-islanders-want-by-may"


@pytest.fixture
def file(small: Path) -> Path:
    return small / "ferry" / "facts.md"


@pytest.fixture
def edit(file: Path) -> PreparedEdit:
    """An edit that adds a phrasing."""
    return prepare(
        fact_file("ferry"),
        file.read_text("utf-8"),
        load_article(file.parent),
        lambda source, article: add_phrasing(source, article, SLUG, "more boats"),
    )


def test_its_changes_are_told_on_one_line(edit: PreparedEdit) -> None:
    assert edit.changes == "+ more boats"


def test_its_patch_names_the_file_from_the_knowledge_folder(edit: PreparedEdit) -> None:
    assert edit.patch.splitlines()[:2] == ["--- a/ferry/facts.md", "+++ b/ferry/facts.md"]


def test_an_edit_that_changes_nothing_has_no_patch(file: Path) -> None:
    same = prepare("ferry/facts.md", "text", load_article(file.parent), lambda source, _: source)
    assert (same.patch, same.changes) == ("", "")


def test_a_draft_is_read_from_the_file_as_it_stands_now(small: Path, file: Path) -> None:
    fact = next(fact for fact in load_knowledge(small).facts if fact.id.endswith(SLUG))
    file.write_text(file.read_text("utf-8").replace("a second ferry by May.", "it."), "utf-8")
    assert current_draft(small, fact).answer == "The islanders want it."
