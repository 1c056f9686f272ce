"""Reading `open-questions.md`: what news leaves open, by the kind of name that is asked about.

    # Person

    ## The article does not say how old {name} is.

    - how old is {name}
    - when was {name} born

A heading of the second level is a reply, under it stand ways to ask.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import Fault, KnowledgeError
from bot.knowledge.facts import ANSWER_LIMIT, PHRASING_LIMIT
from bot.knowledge.markdown import Block, Line, parse_blocks, read_utf8
from bot.knowledge.word_file import KINDS
from bot.language.text import words

NAME = "{name}"
"""What stands for a name of the article."""

ANY_ARTICLE = "Any article"
"""The heading of the questions that are about no name."""

UNSIGNED = "Article without a byline"
"""The heading of the questions that a byline answers, and their kind."""

_KINDS = {ANY_ARTICLE: "", UNSIGNED: UNSIGNED, **{kind.capitalize(): kind for kind in KINDS}}


@dataclass(frozen=True)
class GeneralQuestion:
    """A question that few articles answer, about a name of some kind, or about none.

    That has the kind "", or `UNSIGNED` if a byline answers it.

    `answer` says that the article does not say. In it and in each of the `phrasings`, `NAME`
    stands for the name. `line` is where it starts in its file.
    """

    kind: str
    answer: str
    phrasings: tuple[str, ...]
    line: int


def load_open_question_file(file: Path) -> tuple[GeneralQuestion, ...]:
    """Read and check the general open questions. Raises KnowledgeError with every fault found."""
    return _Reader(file).read(parse_blocks(read_utf8(file)))


@dataclass
class _Entry:
    heading: Line
    kind: str
    phrasings: list[Line] = field(default_factory=list)


class _Reader:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._faults: list[Fault] = []
        self._places: dict[tuple[str, str], int] = {}

    def read(self, blocks: Iterable[Block]) -> tuple[GeneralQuestion, ...]:
        questions = tuple(self._question(entry) for entry in list(self._entries(blocks)))
        if self._faults:
            raise KnowledgeError(self._faults)
        return questions

    def _fault(self, line: int, message: str) -> None:
        self._faults.append(Fault(self._file, line, message))

    def _entries(self, blocks: Iterable[Block]) -> Iterator[_Entry]:
        kind: str | None = ""
        entry: _Entry | None = None
        for block in blocks:
            if block.kind == "h1":
                kind, entry = self._kind(block), None
            elif block.kind == "h2":
                entry = _Entry(Line(block.text, block.number), kind or "")
                if kind is not None:
                    yield entry
            elif block.kind == "bullet_list" and entry:
                entry.phrasings += block.lines
            else:
                self._fault(block.number, "is no part of a reply; write a heading and a list.")

    def _kind(self, heading: Block) -> str | None:
        if heading.text not in _KINDS:
            self._fault(
                heading.number, f"“{heading.text}” is no kind; use one of {', '.join(_KINDS)}."
            )
        return _KINDS.get(heading.text)

    def _question(self, entry: _Entry) -> GeneralQuestion:
        if not entry.phrasings:
            self._fault(entry.heading.number, "has no way to ask; write a list under the reply.")
        self._check(entry.heading, entry.kind, ANSWER_LIMIT)
        for phrasing in entry.phrasings:
            self._check(phrasing, entry.kind, PHRASING_LIMIT)
            key = entry.kind, " ".join(words(phrasing.text))
            first = self._places.setdefault(key, phrasing.number)
            if first != phrasing.number:
                self._fault(phrasing.number, f"“{phrasing.text}” is on line {first} too.")
        return GeneralQuestion(
            kind=entry.kind,
            answer=entry.heading.text,
            phrasings=tuple(phrasing.text for phrasing in entry.phrasings),
            line=entry.heading.number,
        )

    def _check(self, line: Line, kind: str, limit: int) -> None:
        rest = line.text.replace(NAME, " ")
        if not words(rest):
            self._fault(line.number, "has no words; write some or delete the line.")
        if len(line.text) > limit:
            self._fault(line.number, f"is longer than {limit} characters.")
        if (rest != line.text) != (kind in KINDS) or "{" in rest or "}" in rest:
            self._fault(
                line.number,
                f"must hold {NAME}, and no other braces."
                if kind in KINDS
                else "can't hold braces; no name is asked about here.",
            )
