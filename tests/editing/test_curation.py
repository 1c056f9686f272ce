"""Curating a knowledge folder: an edit is prepared, then written, undone or handed out."""

from pathlib import Path

import pytest

from bot.editing.curation import Curation, current_draft, prepare
from bot.editing.edits import add_phrasing
from bot.errors import FootnoteError, KnowledgeError
from bot.knowledge.article import load_article
from bot.knowledge.loading import load_knowledge

SLUG = "what-do-the-islanders-want-by-may"


@pytest.fixture
def file(small: Path) -> Path:
    return small / "ferry" / "facts.md"


@pytest.fixture
def curation(small: Path, file: Path) -> Curation:
    """An edit that adds a phrasing."""
    return prepare(
        small,
        load_article(file.parent),
        lambda source, article: add_phrasing(source, article, SLUG, "more boats"),
    )


def test_preparing_writes_nothing(small: Path, file: Path) -> None:
    before = file.read_bytes()
    article = load_article(file.parent)
    prepare(small, article, lambda source, _: source + "\n<!-- seen -->\n")
    assert file.read_bytes() == before


def test_what_is_written_can_be_undone(file: Path, curation: Curation) -> None:
    before = file.read_bytes()
    curation.write()
    assert "- more boats\n" in file.read_text("utf-8")
    curation.undo()
    assert file.read_bytes() == before


def test_its_changes_are_told_on_one_line(curation: Curation) -> None:
    assert curation.changes == "+ more boats"


def test_its_patch_names_the_file_from_the_knowledge_folder(curation: Curation) -> None:
    assert curation.patch.splitlines()[:2] == ["--- a/ferry/facts.md", "+++ b/ferry/facts.md"]


def test_an_edit_that_changes_nothing_has_no_patch(small: Path, file: Path) -> None:
    same = prepare(small, load_article(file.parent), lambda source, _: source)
    assert (same.patch, same.changes) == ("", "")


def test_what_can_t_be_written_leaves_the_file_and_says_so(file: Path, curation: Curation) -> None:
    before = file.read_bytes()
    (file.parent / f".{file.name}.new" / "taken").mkdir(parents=True)
    with pytest.raises(FootnoteError, match=r"facts\.md can't be written"):
        curation.write()
    assert file.read_bytes() == before


def test_a_missing_file_is_told(small: Path, file: Path) -> None:
    article = load_article(file.parent)
    file.unlink()
    with pytest.raises(KnowledgeError, match=r"facts\.md: is missing"):
        prepare(small, article, lambda source, _: source)


def test_a_draft_is_read_from_the_file_as_it_stands_now(small: Path, file: Path) -> None:
    fact = next(fact for fact in load_knowledge(small).facts if fact.id.endswith(SLUG))
    file.write_text(file.read_text("utf-8").replace("a second ferry by May.", "it."), "utf-8")
    assert current_draft(small, fact).answer == "The islanders want it."
