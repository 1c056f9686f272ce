"""Why an edit is refused, by the fields of the form that an editor filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from bot.editing.layout import FactLayout
from bot.errors import Fault, FootnoteError, KnowledgeError
from bot.knowledge.article import Article
from bot.knowledge.disputes import is_link
from bot.knowledge.fact_file import Entry
from bot.knowledge.quotation import fragment_problem

Field: TypeAlias = Literal["question", "answer", "quoted", "speaker", "phrasings", ""]
"""A part of a fact; "" is the fact as a whole."""

_NEAR = 60
"""The likeness (0..100) from which a sentence may be the one that was to be quoted."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field.

    `nearest` is the article's sentence most like quoted words that it doesn't have, or "".
    """

    field: Field
    message: str
    nearest: str = ""


class EditError(FootnoteError):
    """What an editor typed can't be used; nothing was changed."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(problem.message for problem in problems))


def explained(
    error: KnowledgeError, file: Path, old: str, new: str, article: Article
) -> FootnoteError:
    """The faults that an edit brought into a fact file, by their fields; others as they are."""
    before, after = FactLayout(old), FactLayout(new)
    problems = []
    for fault in error.faults:
        entry = after.entry_at(fault.line) if fault.file == file else None
        if entry is None or after.text(entry) in {before.text(each) for each in before.entries}:
            return error
        problems.append(_problem(fault, entry, article))
    return EditError(*problems)


def _problem(fault: Fault, entry: Entry, article: Article) -> Problem:
    field, lines = _place(fault.line, entry)
    quoted = " ".join(lines) if field == "quoted" else ""
    wrong = quoted and fragment_problem(quoted, article)
    return Problem(field, fault.message, nearest_sentence(quoted, article) if wrong else "")


def _place(line: int, entry: Entry) -> tuple[Field, Sequence[str]]:
    """The field on a line, and the quoted lines if it is one that quotes."""
    for block in entry.blocks:
        if not block.number <= line <= block.end:
            continue
        if block.kind == "bullet_list":
            return "phrasings", ()
        if block.kind == "blockquote":
            *quoted, last = block.lines
            named = line == last.number
            return ("speaker", ()) if named else ("quoted", [each.text for each in quoted])
        if not is_link(block):
            return "answer", ()
    return "", ()


def nearest_sentence(quoted: str, article: Article) -> str:
    """The sentence of an article that is most like some words, "" if none is."""
    texts = [sentence.text for sentence in article.sentences]
    found = process.extractOne(
        quoted, texts, scorer=fuzz.partial_ratio, processor=default_process, score_cutoff=_NEAR
    )
    return found[0] if found else ""
