"""Cutting a text into paragraphs, headings and rows of tables."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Kind = Literal["text", "heading", "row"]

_WRAPPED = 120
"""Characters of the longest line in a text whose lines somebody has wrapped."""

_FULL = 0.7
"""A wrapped line is at least this share of the longest line."""

_HEADING = 100
"""Characters of a heading."""

_ENDS = re.compile(r"[.!?…:;,。！？][’”\"')\]»]*$")
_NO_HEADING = re.compile(r"^(?:©|By [A-Z])|" + _ENDS.pattern)
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_COLUMNS = re.compile(r"\t+| {3,}|\s*\|\s*")
_MARKED = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or row of a table, on one line."""

    kind: Kind
    text: str

    @property
    def line(self) -> str:
        """The block as a line of `article.txt`."""
        return f"## {self.text}" if self.kind == "heading" else self.text


def blocks_of_text(text: str) -> list[Block]:
    """Cut plain text; lines that somebody has wrapped are joined."""
    lines = text.split("\n")
    width = max(map(len, lines))
    parts = [
        list(part) for filled, part in groupby(lines, key=lambda line: bool(line.strip())) if filled
    ]
    blocks: list[Block] = []
    for part in parts:
        if len(part) > 1 and all(map(_is_row, part)):
            blocks += (_row(_COLUMNS.split(line.strip().strip("|"))) for line in part)
        else:
            joined = _joined(part, width, text) if width <= _WRAPPED else part
            blocks += map(_block, joined)
    return blocks


def _is_row(line: str) -> bool:
    return len(_COLUMNS.split(line.strip())) > 1


def _row(cells: Iterable[str]) -> Block:
    return Block("row", f"| {' | '.join(cell.strip() for cell in cells)} |")


def _block(line: str) -> Block:
    text = " ".join(_BULLET.sub("", line, count=1).split())
    if marked := _MARKED.fullmatch(text):
        return Block("heading", marked[1])
    named = len(text) <= _HEADING and not _NO_HEADING.search(text)
    return Block("heading" if named and not _BULLET.match(line) else "text", text)


def _joined(lines: list[str], width: int, text: str) -> Iterator[str]:
    """Lines as they were before somebody wrapped them."""
    whole = lines[0]
    for before, line in pairwise(lines):
        if _goes_on(before, line, width):
            whole = _join(whole, line.strip(), text)
        else:
            yield whole
            whole = line
    yield whole


def _goes_on(before: str, line: str, width: int) -> bool:
    # A list mark alone on its line stays there: joined, it would be stripped from what follows.
    if _BULLET.match(line) or _BULLET.fullmatch(f"{before} "):
        return False
    if line[0].isspace() and not before[0].isspace():
        return False
    if line.strip()[0].islower() and not _ENDS.search(before):
        return True
    return len(before) >= _FULL * width


def _join(before: str, line: str, text: str) -> str:
    """Two lines as one; a word cut at a hyphen is whole again if the text has it elsewhere."""
    head, tail = before.rpartition(" ")[2], line.partition(" ")[0].rstrip(".,;:!?\"'”’)")
    if not head.endswith("-") or head == "-":
        return f"{before} {line}"
    word = head[:-1] + tail
    is_whole = re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    return (before[:-1] if is_whole else before) + line


def blocks_of_markdown(text: str) -> list[Block]:
    """Cut Markdown, and keep only the words of its markup."""
    tree = SyntaxTreeNode(_PARSER.parse(text))
    return [block for block in _markdown(tree) if any(map(str.isalnum, block.text))]


def _markdown(node: SyntaxTreeNode) -> Iterator[Block]:
    for child in node.children:
        if child.type == "heading":
            yield Block("heading", _plain(child))
        elif child.type == "tr":
            yield _row(_plain(cell) for cell in child.children)
        elif child.type == "paragraph":
            yield Block("text", _plain(child))
        elif child.type in {"code_block", "fence"}:
            yield Block("text", " ".join(child.content.split()))
        elif child.type == "html_block":
            yield Block("text", " ".join(_TAG.sub(" ", child.content).split()))
        else:
            yield from _markdown(child)


def _plain(node: SyntaxTreeNode) -> str:
    """The words of a node: links and emphasis give theirs, pictures and tags none."""
    return " ".join("".join(_words(node)).split())


def _words(node: SyntaxTreeNode) -> Iterator[str]:
    for child in node.children:
        if child.type in {"text", "code_inline"}:
            yield child.content
        elif child.type in {"softbreak", "hardbreak"}:
            yield " "
        elif child.type != "image":
            yield from _words(child)
