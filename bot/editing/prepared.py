"""An edit of an article's `facts.md`, prepared in memory; publishing writes it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bot.editing.edits import FactDraft, read_draft
from bot.editing.refusals import explained
from bot.errors import FootnoteError, KnowledgeError
from bot.files import as_patch
from bot.knowledge.article import Article
from bot.knowledge.facts import Fact, OpenQuestion, anchor_of, article_slug
from bot.knowledge.file_names import FACTS_FILE
from bot.knowledge.markdown import read_utf8

Edit: TypeAlias = Callable[[str, Article], str]
"""Makes the text of a fact file into another; raises EditError or KnowledgeError if it can't."""


@dataclass(frozen=True)
class PreparedEdit:
    """An edit that passed the guard; `name` is the file's path from the knowledge folder."""

    name: str
    old: str
    new: str

    @property
    def patch(self) -> str:
        """The edit for `git apply` in the knowledge folder; "" if it changes nothing."""
        return as_patch(self.old, self.new, self.name)

    def explained(self, error: KnowledgeError, folder: Path, article: Article) -> FootnoteError:
        """The faults of a folder with the edit, by the fields of the form if the edit made them."""
        return explained(error, folder / self.name, self.old, self.new, article)

    @property
    def changes(self) -> str:
        """Lines removed ("− …") and added ("+ …"), on one line, without Markdown marks."""
        signs = {"-": "−", "+": "+"}
        lines = ((line[:1], line[1:].lstrip("#>- ")) for line in self.patch.splitlines()[2:])
        return " · ".join(f"{signs[sign]} {text}" for sign, text in lines if sign in signs and text)


def prepare(name: str, old: str, article: Article, edit: Edit) -> PreparedEdit:
    """Edit the text of an article's fact file. Raises EditError, KnowledgeError."""
    return PreparedEdit(name, old, edit(old, article))


def fact_file(slug: str) -> str:
    """The path of an article's fact file from the knowledge folder."""
    return f"{slug}/{FACTS_FILE}"


def current_draft(folder: Path, entry: Fact | OpenQuestion) -> FactDraft:
    """A fact or open question as it is in its file now. Raises EditError, KnowledgeError."""
    file = folder / fact_file(article_slug(entry.id))
    return read_draft(read_utf8(file), anchor_of(entry.id))
