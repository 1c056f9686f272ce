"""Reading `facts.md`: a heading a fact, its answer, its quotations, other ways to ask.

Under any second-level heading stand facts; under "What the article does not say" the questions
that the article leaves open. What is marked as a draft is not read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import Fault, KnowledgeError
from bot.knowledge.article import Article
from bot.knowledge.disputes import DISPUTED_BY, FACT_LINK, both_ways, is_link
from bot.knowledge.facts import (
    ANSWER_LIMIT,
    CITATION_LIMIT,
    PHRASING_LIMIT,
    QUESTION_LIMIT,
    Citation,
    Fact,
    OpenQuestion,
    anchor_of,
    cited_with_other_side,
    question_slug,
    without_repeats,
)
from bot.knowledge.markdown import Block, Line, parse_blocks, read_utf8
from bot.knowledge.quotation import read_quotation
from bot.language.text import words

OPEN_HEADING = "What the article does not say"

DRAFT_MARK = "Draft:"
"""Starts the heading of a fact that an editor has not finished."""


@dataclass
class Entry:
    """A heading of the third level, a question, and the blocks under it."""

    heading: Line
    is_open: bool
    blocks: list[Block] = field(default_factory=list)

    @property
    def draft(self) -> bool:
        """Whether an editor still has to finish it."""
        return self.heading.text.startswith(DRAFT_MARK)


@dataclass(frozen=True)
class FactFile:
    """What a `facts.md` holds, in its order."""

    facts: tuple[Fact, ...]
    open_questions: tuple[OpenQuestion, ...]


def load_fact_file(file: Path, article: Article) -> FactFile:
    """Read and check a fact file. Raises KnowledgeError with every fault found."""
    return read_facts(read_utf8(file), file, article)


def read_facts(source: str, file: Path, article: Article) -> FactFile:
    """Check the text of a fact file; faults name `file`. Raises KnowledgeError."""
    return _Reader(file, article).read(source)


_PLAIN_NAMES = {
    "ordered_list": "numbered list",
    "html_block": "piece of HTML",
    "code_block": "line indented by four",
    "fence": "piece of code",
    "hr": "ruled line",
}
"""What editors call blocks that don't belong in a fact file."""

_MARKUP = re.compile(
    r"\*\*|__|`|</?[a-z!][^<>]*>|&(?:[a-z]+|\#\d+);|\\(?=[^\w\s])|\]\(", re.IGNORECASE
)
"""Markup that members would see as typed."""


_NO_HEADING = re.compile(r"(\#{2,6})([^\s\#].*)")


def _named(block: Block) -> str:
    heading = f"heading with {block.kind[1:]} #" if block.kind[1:].isdigit() else block.kind
    return _PLAIN_NAMES.get(block.kind, heading)


def fact_entries(blocks: Iterable[Block]) -> Iterator[Entry]:
    """Cut the blocks of a fact file into its entries, unchecked."""
    entry, is_open = None, False
    for block in blocks:
        if block.kind in {"h1", "h2"}:
            if entry:
                yield entry
            entry, is_open = None, block.text == OPEN_HEADING
        elif block.kind == "h3":
            if entry:
                yield entry
            entry = Entry(Line(block.text, block.number), is_open)
        elif entry:
            entry.blocks.append(block)
    if entry:
        yield entry


class _Reader:
    def __init__(self, file: Path, article: Article) -> None:
        self._file = file
        self._article = article
        self._faults: list[Fault] = []

    def read(self, source: str) -> FactFile:
        blocks = parse_blocks(source)
        every = list(fact_entries(blocks))
        entries = [entry for entry in every if not entry.draft]
        facts = both_ways(
            [self._fact(entry) for entry in entries if not entry.is_open],
            {question_slug(entry.heading.text): entry.blocks for entry in entries},
        )
        open_questions = tuple(self._open_question(entry) for entry in entries if entry.is_open)
        self._check_headings(blocks)
        self._check_places(blocks)
        self._check_unique(entries)
        self._check_anchors(entries)
        self._check_disputes(facts)
        if not facts and not any(entry.draft for entry in every):
            self._fault(0, "holds no fact; a fact starts with a heading: ### Who …?")
        if self._faults:
            raise KnowledgeError(self._faults)
        return FactFile(facts, open_questions)

    def _fault(self, line: int, message: str) -> None:
        self._faults.append(Fault(self._file, line, message))

    def _id(self, entry: Entry) -> str:
        return f"{self._article.slug}#{question_slug(entry.heading.text)}"

    def _fact(self, entry: Entry) -> Fact:
        citations: list[Citation] = []
        disputed_by: list[str] = []
        for block in entry.blocks:
            if block.kind == "blockquote":
                citations.extend(self._citation(block))
            elif block.kind == "paragraph" and block.text.startswith(DISPUTED_BY):
                disputed_by.extend(self._links(block))
            elif block.kind not in {"paragraph", "bullet_list"}:
                self._fault(block.number, f"a {_named(block)} can't be in a fact; take it out.")
        if not any(block.kind == "blockquote" for block in entry.blocks):
            self._fault(entry.heading.number, "has no quotation; add a line: > the article's words")
        return Fact(
            id=self._id(entry),
            question=self._question(entry),
            answer=self._answer(entry),
            citations=without_repeats(citations),
            disputed_by=tuple(f"{self._article.slug}#{slug}" for slug in disputed_by),
            phrasings=self._phrasings(entry),
            line=entry.heading.number,
        )

    def _open_question(self, entry: Entry) -> OpenQuestion:
        for block in entry.blocks:
            if block.kind not in {"paragraph", "bullet_list"} or is_link(block):
                what = block.text.partition(":")[0] + ":" if is_link(block) else _named(block)
                self._fault(
                    block.number,
                    f"a {what} can't be under “{OPEN_HEADING}”; "
                    "there is nothing to quote. Move the entry or take it out.",
                )
        return OpenQuestion(
            id=self._id(entry),
            question=self._question(entry),
            answer=self._answer(entry),
            phrasings=self._phrasings(entry),
            line=entry.heading.number,
        )

    def _question(self, entry: Entry) -> str:
        question, line = entry.heading.text, entry.heading.number
        if not words(question):
            self._fault(line, "the heading has no words; write the question.")
        if len(question) > QUESTION_LIMIT:
            self._fault(
                line, f"the question has {len(question)} characters, over {QUESTION_LIMIT}."
            )
        self._check_plain(entry.heading)
        return question

    def _answer(self, entry: Entry) -> str:
        line = entry.heading.number
        texts = [
            block for block in entry.blocks if block.kind == "paragraph" and not is_link(block)
        ]
        if not texts:
            self._fault(line, "has no answer; write it in a paragraph under the heading.")
            return ""
        if len(texts) > 1:
            self._fault(texts[1].number, "is a second answer; keep one paragraph.")
        answer = texts[0].text
        for each in texts[0].lines:
            self._check_plain(each)
        if len(answer) > ANSWER_LIMIT:
            self._fault(
                texts[0].number, f"the answer has {len(answer)} characters, over {ANSWER_LIMIT}."
            )
        return answer

    def _phrasings(self, entry: Entry) -> tuple[str, ...]:
        items = [line for b in entry.blocks if b.kind == "bullet_list" for line in b.lines]
        for item in items:
            if not words(item.text):
                self._fault(
                    item.number, "this phrasing has no words; write one or delete the line."
                )
            elif len(item.text) > PHRASING_LIMIT:
                self._fault(
                    item.number, f"this phrasing is longer than {PHRASING_LIMIT} characters."
                )
        return tuple(item.text for item in items)

    def _citation(self, block: Block) -> list[Citation]:
        try:
            return [read_quotation(block, self._article, self._file)]
        except KnowledgeError as error:
            self._faults.extend(error.faults)
            return []

    def _links(self, block: Block) -> list[str]:
        anchors = FACT_LINK.findall(block.text)
        if not anchors:
            self._fault(
                block.number, f"{DISPUTED_BY} needs a link to a fact: [its question](#its-question)"
            )
        return anchors

    def _check_plain(self, line: Line) -> None:
        """Markup in a question or answer would be shown as typed."""
        if markup := _MARKUP.search(line.text):
            message = f"“{markup[0]}” would be shown as it stands; write plain words."
            self._fault(line.number, message)

    def _check_headings(self, blocks: Iterable[Block]) -> None:
        """Without a space behind its #, a line is part of the text around it."""
        for block in blocks:
            for line in block.lines if block.kind == "paragraph" else ():
                if found := _NO_HEADING.match(line.text):
                    self._fault(line.number, f"a heading needs a space: {found[1]} {found[2]}")

    def _check_places(self, blocks: Iterable[Block]) -> None:
        """What is under no question would be lost; only an introduction under the title may be."""
        heading = ""
        for block in blocks:
            if block.kind in {"h1", "h2", "h3"}:
                heading = block.kind
            elif heading == "h2" or (heading != "h3" and block.kind != "paragraph"):
                message = f"this {_named(block).replace('_', ' ')} belongs to no question; "
                self._fault(block.number, f"{message}a question is a heading with three #: ###")

    def _check_unique(self, entries: list[Entry]) -> None:
        """No two entries may have one question, nor claim the same phrasing."""
        seen: dict[str, Line] = {}
        for entry in entries:
            items = [line for b in entry.blocks if b.kind == "bullet_list" for line in b.lines]
            for item in (entry.heading, *items):
                key = " ".join(words(item.text))
                if key and key in seen:
                    self._fault(item.number, f"“{item.text}” is on line {seen[key].number} too.")
                seen.setdefault(key, item)

    def _check_anchors(self, entries: list[Entry]) -> None:
        """No two questions may have the same anchor, which identifies a fact in links."""
        seen: dict[str, Line] = {}
        for entry in entries:
            heading = entry.heading
            other = seen.setdefault(question_slug(heading.text), heading)
            if words(other.text) != words(heading.text):
                message = f"has the same link as the question on line {other.number}; reword it."
                self._fault(heading.number, message)

    def _check_disputes(self, facts: tuple[Fact, ...]) -> None:
        known = {fact.id: fact for fact in facts}
        for fact in facts:
            for other in fact.disputed_by:
                if other == fact.id:
                    self._fault(fact.line, "is disputed by itself; name another fact.")
                if other not in known:
                    anchor = anchor_of(other)
                    self._fault(fact.line, f"is disputed by #{anchor}, which is no fact's heading.")
            cited = {c.sentence.number for c in cited_with_other_side(fact, known)}
            if len(cited) > CITATION_LIMIT:
                self._fault(
                    fact.line,
                    f"cites {len(cited)} sentences with those that dispute it; "
                    f"{CITATION_LIMIT} is the most.",
                )
