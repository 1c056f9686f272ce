"""Curating: an edit of an article's `facts.md`, made where it stands and undone at need."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bot.editing.edits import FactDraft, read_draft
from bot.files import as_patch, write_atomically
from bot.knowledge.article import Article
from bot.knowledge.facts import Fact
from bot.knowledge.markdown import read_utf8

Edit: TypeAlias = Callable[[str, Article], str]
"""Makes the text of a fact file into another; raises KnowledgeError where it can't be done."""


@dataclass(frozen=True)
class Curation:
    """An edit that passed the guard; `name` is the file's path from the knowledge folder."""

    file: Path
    name: str
    old: str
    new: str

    @property
    def patch(self) -> str:
        """The edit for `git apply` in the knowledge folder; "" where it changes nothing."""
        return as_patch(self.old, self.new, self.name)

    @property
    def changes(self) -> str:
        """What goes ("− …") and comes ("+ …"), on one line, without the marks of Markdown."""
        signs = {"-": "−", "+": "+"}
        lines = ((line[:1], line[1:].lstrip("#>- ")) for line in self.patch.splitlines()[2:])
        return " · ".join(f"{signs[sign]} {text}" for sign, text in lines if sign in signs and text)

    def write(self) -> None:
        """Write the edit into the file. Raises FootnoteError where that can't be done."""
        write_atomically(self.file, self.new)

    def undo(self) -> None:
        """Put the file back. Raises FootnoteError where that can't be done."""
        write_atomically(self.file, self.old)


def prepare(folder: Path, article: Article, edit: Edit) -> Curation:
    """Make an edit of an article of a knowledge folder, without writing it.

    Raises KnowledgeError where the file can't be read or the edit is refused.
    """
    file = _fact_file(folder, article.slug)
    old = read_utf8(file)
    return Curation(file, f"{article.slug}/{file.name}", old, edit(old, article))


def current_draft(folder: Path, fact: Fact) -> FactDraft:
    """A fact as it stands in its file now, to be edited. Raises KnowledgeError."""
    slug, _, anchor = fact.id.partition("#")
    return read_draft(read_utf8(_fact_file(folder, slug)), anchor)


def _fact_file(folder: Path, slug: str) -> Path:
    return folder / slug / "facts.md"
