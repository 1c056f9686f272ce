"""The kinds of Markdown blocks in knowledge files, with their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import Fault, KnowledgeError
from bot.language.text import CONTROL, visible

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)

# How people and word processors begin an item; Markdown itself knows -, * and +.
_BULLET = re.compile(r"[-*+•‣◦–—]\s*(?=\S)")


@dataclass(frozen=True)
class Line:
    """A piece of text and the line it starts on, counted from 1."""

    text: str
    number: int


@dataclass(frozen=True)
class Block:
    """A block at the top level of a file.

    `kind` is "h1" … "h6", "paragraph", "blockquote", "bullet_list", or markdown-it's name of
    anything else. It is on the lines `number` to `end`, of which the last may be blank.
    `lines` holds a heading's or paragraph's source lines, a quotation's lines, or a list's items.
    """

    kind: str
    number: int
    end: int
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The lines as one."""
        return " ".join(line.text for line in self.lines)


def read_utf8(file: Path) -> str:
    """Read a knowledge file, its line ends as they are.

    Raises KnowledgeError if it is missing, can't be read, is not UTF-8, or holds control
    characters.
    """
    try:
        source = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise KnowledgeError([Fault(file, 0, "is missing; put it there.")]) from None
    except OSError as error:
        message = f"can't be read ({error.strerror}); make it readable."
        raise KnowledgeError([Fault(file, 0, message)]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise KnowledgeError([Fault(file, line, "is not UTF-8 here; save it as UTF-8.")]) from None
    if faults := list(_control_faults(source, file)):
        raise KnowledgeError(faults)
    return source


def _control_faults(source: str, file: Path) -> Iterator[Fault]:
    for number, line in enumerate(source.split("\n"), start=1):
        if found := CONTROL.search(line.removesuffix("\r")):
            message = f"holds a control character ({visible(found[0])}); delete it."
            yield Fault(file, number, message)


def parse_blocks(source: str) -> list[Block]:
    """Cut Markdown into its top-level blocks; comments (`<!-- … -->`) are left out.

    A comment that is not closed, and other HTML, is a block of the kind "html_block".
    """
    # Imported here: an article from the cache needs no parsing.
    from markdown_it import MarkdownIt  # noqa: PLC0415
    from markdown_it.tree import SyntaxTreeNode  # noqa: PLC0415

    # What is inside a line is not used, so it is not parsed.
    tree = SyntaxTreeNode(MarkdownIt("commonmark").disable("inline").parse(source))
    return [_block(node) for node in tree.children if not _is_comment(node)]


def _is_comment(node: "SyntaxTreeNode") -> bool:
    html = node.content.strip() if node.type == "html_block" else ""
    return html.startswith("<!--") and html.endswith("-->")


def _block(node: "SyntaxTreeNode") -> Block:
    kind = node.tag if node.type == "heading" else node.type
    if node.type == "bullet_list":
        lines = list(_items(node))
    else:
        lines = [
            line for inline in node.walk() if inline.type == "inline" for line in _lines(inline)
        ]
    return Block(kind, _number(node), node.map[1] if node.map else 0, tuple(lines))


def _number(node: "SyntaxTreeNode") -> int:
    return node.map[0] + 1 if node.map else 0


def _items(node: "SyntaxTreeNode") -> Iterator[Line]:
    """The items of a list, those of lists within it too.

    A line that begins as people write items is one, though Markdown reads on in the item above.
    """
    for item in node.children:
        found = [Line("", _number(item))]
        for inline in (each for each in item.walk() if each.type == "inline"):
            for n, line in enumerate(_lines(inline)):
                bullet = _BULLET.match(line.text) if n else None
                if (n == 0 and found[-1].text) or bullet:
                    found.append(
                        Line(line.text[bullet.end() :] if bullet else line.text, line.number)
                    )
                else:
                    found[-1] = Line(f"{found[-1].text} {line.text}".strip(), found[-1].number)
        yield from found


def _lines(inline: "SyntaxTreeNode") -> list[Line]:
    """The lines of a text that hold anything but comments."""
    first = _number(inline)
    content = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), inline.content)
    lines = [Line(text.strip(), first + n) for n, text in enumerate(content.split("\n"))]
    return [line for line in lines if line.text] or lines[:1]
