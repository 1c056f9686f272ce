"""The few shapes of Markdown that knowledge files are made of, each with its line."""

from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.errors import Fault, KnowledgeError

# Nobody reads what is inside a line, so it is not parsed.
_PARSER = MarkdownIt("commonmark").disable("inline")


@dataclass(frozen=True)
class Line:
    """A piece of text and the line it starts on, counted from 1."""

    text: str
    number: int


@dataclass(frozen=True)
class Block:
    """A block at the top level of a file.

    `kind` is "h1" … "h6", "paragraph", "blockquote", "bullet_list", or markdown-it's name of
    anything else. It stands on the lines `number` to `end`, of which the last may be blank.
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

    Raises KnowledgeError where it is missing, can't be read, or is not UTF-8.
    """
    try:
        return file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise KnowledgeError([Fault(file, 0, "is missing.")]) from None
    except OSError as error:
        message = f"can't be read ({error.strerror}); make it readable."
        raise KnowledgeError([Fault(file, 0, message)]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise KnowledgeError([Fault(file, line, "is not UTF-8 here; save it as UTF-8.")]) from None


def parse_blocks(source: str) -> list[Block]:
    """Cut Markdown into its top-level blocks; comments (`<!-- … -->`) are left out.

    A comment that is not closed, and other HTML, is a block of the kind "html_block".
    """
    tree = SyntaxTreeNode(_PARSER.parse(source))
    return [_block(node) for node in tree.children if not _is_comment(node)]


def _is_comment(node: SyntaxTreeNode) -> bool:
    html = node.content.strip() if node.type == "html_block" else ""
    return html.startswith("<!--") and html.endswith("-->")


def _block(node: SyntaxTreeNode) -> Block:
    kind = node.tag if node.type == "heading" else node.type
    if node.type == "bullet_list":
        lines = [Line(_text(item), _number(item)) for item in node.children]
    else:
        lines = [
            line for inline in node.walk() if inline.type == "inline" for line in _lines(inline)
        ]
    return Block(kind, _number(node), node.map[1] if node.map else 0, tuple(lines))


def _number(node: SyntaxTreeNode) -> int:
    return node.map[0] + 1 if node.map else 0


def _text(node: SyntaxTreeNode) -> str:
    return " ".join(line.text for n in node.walk() if n.type == "inline" for line in _lines(n))


def _lines(inline: SyntaxTreeNode) -> list[Line]:
    first = _number(inline)
    return [Line(text.strip(), first + i) for i, text in enumerate(inline.content.split("\n"))]
