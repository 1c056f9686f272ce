"""Reading `summary.md`: which sentences make each style of summary.

A second-level heading names the style; block quotations under it are its sentences, in order. A
third-level heading in between labels those behind it (a day, a figure).
"""

from dataclasses import dataclass
from pathlib import Path

from bot.errors import Fault, KnowledgeError
from bot.knowledge.article import Article
from bot.knowledge.facts import Citation
from bot.knowledge.markdown import parse_blocks, read_utf8
from bot.knowledge.quotation import read_quotation

WRITTEN_STYLES = ("brief", "full", "numbers", "timeline")


@dataclass(frozen=True)
class SummaryLine:
    """A cited sentence of a summary under its label ("" if it has none)."""

    style: str
    label: str
    citation: Citation


@dataclass(frozen=True)
class Summary:
    """An article's summaries, line by line."""

    article: str
    lines: tuple[SummaryLine, ...]


def load_summary_file(file: Path, article: Article) -> Summary:
    """Read and check a summary file. Raises KnowledgeError with every fault found."""
    faults: list[Fault] = []
    lines: list[SummaryLine] = []
    style = label = ""
    for block in parse_blocks(read_utf8(file)):
        if block.kind == "h2":
            style, label = block.text.lower(), ""
            if style not in WRITTEN_STYLES:
                known = ", ".join(WRITTEN_STYLES)
                faults.append(Fault(file, block.number, f"“{block.text}” is none of: {known}."))
        elif block.kind == "h3":
            label = block.text
        elif block.kind == "blockquote" and style:
            try:
                lines.append(SummaryLine(style, label, read_quotation(block, article, file)))
            except KnowledgeError as error:
                faults.extend(error.faults)
    if faults:
        raise KnowledgeError(faults)
    return Summary(article.slug, tuple(lines))
