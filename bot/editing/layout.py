"""Where things are in the text of a `facts.md`, and edits of single lines of it."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.knowledge.fact_file import OPEN_HEADING, Entry, fact_entries
from bot.knowledge.facts import question_slug
from bot.knowledge.markdown import Block, parse_blocks

# As Markdown counts them: form feeds and the like end no line.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BULLET = re.compile(r" {0,3}[-*+]")


@dataclass(frozen=True)
class Edit:
    """Text that takes the place of the lines from `start` (counted from 0) to before `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Item:
    """A phrasing on the lines from `start` (counted from 0) to before `end`."""

    text: str
    start: int
    end: int


class FactLayout:
    """The lines of a fact file, its entries, and edits of them, which `apply` makes at once."""

    def __init__(self, source: str) -> None:
        self._lines = _LINE.findall(source)
        self._newline = "\r\n" if "\r\n" in source else "\n"
        self._blocks = parse_blocks(source)
        self.entries = list(fact_entries(self._blocks))

    def entry(self, slug: str) -> Entry | None:
        """The entry whose question has this anchor."""
        found = (entry for entry in self.entries if question_slug(entry.heading.text) == slug)
        return next(found, None)

    def entry_at(self, line: int) -> Entry | None:
        """The entry on a line, counted from 1."""
        found = (e for e in self.entries if e.heading.number <= line <= self._last(e))
        return next(found, None)

    def text(self, entry: Entry) -> str:
        """The lines of an entry."""
        return "".join(self._lines[entry.heading.number - 1 : self._last(entry)])

    def items(self, entry: Entry) -> list[Item]:
        """The phrasings of an entry."""
        items: list[Item] = []
        for block in entry.blocks:
            if block.kind == "bullet_list":
                starts = [line.number - 1 for line in block.lines]
                texts = [line.text for line in block.lines]
                items += map(Item, texts, starts, [*starts[1:], self._end(block)])
        return items

    def apply(self, edits: Iterable[Edit]) -> str:
        """The text with the edits made. Of two at one place, the first comes first."""
        lines = list(self._lines)
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end))[::-1]:
            lines[edit.start : edit.end] = [edit.text.replace("\n", self._newline)]
        return "".join(lines)

    def reword(self, entry: Entry, question: str) -> Edit:
        """Write another question into an entry's heading."""
        line = entry.heading.number
        return Edit(line - 1, line, f"### {question}\n")

    def drop(self, entry: Entry) -> Edit:
        """Take an entry out."""
        return self._cut(entry.heading.number, self._last(entry))

    def swap(
        self, blocks: Sequence[Block], old: Sequence[str], new: Sequence[str], behind: int
    ) -> Iterator[Edit]:
        """Replace the texts `old`, which are those of `blocks`, by `new`, where they differ.

        Additional ones go behind the line `behind`.
        """
        if old == new:
            return
        for block, before, after in zip(blocks, old, new, strict=False):
            if before != after:
                yield Edit(block.number - 1, self._end(block), f"{after}\n")
        for block in blocks[len(new) :]:
            yield self._cut(block.number, self._end(block))
        if len(new) > len(blocks):
            yield self.add_blocks(behind, new[len(blocks) :])

    def add_blocks(self, behind: int, texts: Iterable[str]) -> Edit:
        """Add blocks behind the line `behind`, counted from 1; 0 is the top."""
        after = "\n" if "".join(self._lines[behind : behind + 1]).strip() else ""
        return self._add(behind, "".join(f"\n{text}\n" for text in texts) + after)

    def add_items(self, entry: Entry, texts: Sequence[str]) -> Edit:
        """Add phrasings behind those that an entry has, or at its end."""
        items = self.items(entry)
        if not items:
            return self.add_blocks(self._last(entry), ["\n".join(f"- {text}" for text in texts)])
        bullet = _BULLET.match(self._lines[items[-1].start])
        mark = bullet.group() if bullet else "-"
        return self._add(items[-1].end, "".join(f"{mark} {text}\n" for text in texts))

    def drop_items(self, entry: Entry, kept: Collection[str]) -> Iterator[Edit]:
        """Take out the phrasings that are not among `kept`."""
        for item in self.items(entry):
            if item.text not in kept:
                yield Edit(item.start, item.end, "")

    def _cut(self, first: int, last: int) -> Edit:
        """Take out lines, counted from 1, and a blank one before them."""
        blank_before = first > 1 and not self._lines[first - 2].strip()
        return Edit(first - 1 - blank_before, last, "")

    def _last(self, entry: Entry) -> int:
        """The last line of an entry, counted from 1."""
        return self.end(entry.blocks, entry.heading.number)

    def _add(self, behind: int, text: str) -> Edit:
        ended = behind == 0 or self._lines[behind - 1].endswith(("\r", "\n"))
        return Edit(behind, behind, text if ended else f"\n{text}")

    def end(self, blocks: Sequence[Block], otherwise: int) -> int:
        """The last line of the last of the blocks, counted from 1; `otherwise` if there is none."""
        return self._end(blocks[-1]) if blocks else otherwise

    def end_of_facts(self) -> int:
        """The line, counted from 1, behind which another fact goes; 0 is the top."""
        ends = [self._last(entry) for entry in self.entries if not entry.is_open]
        return max(ends, default=0)

    def end_of_open_questions(self) -> int:
        """The line behind which another open question goes; 0 if their heading is missing."""
        headings = [b.number for b in self._blocks if b.kind == "h2" and b.text == OPEN_HEADING]
        ends = [self._last(entry) for entry in self.entries if entry.is_open]
        return max(ends or headings, default=0)

    def end_of_file(self) -> int:
        """The last line of the last block."""
        return self.end(self._blocks, 0)

    def _end(self, block: Block) -> int:
        end = block.end
        while not self._lines[end - 1].strip():
            end -= 1
        return end
