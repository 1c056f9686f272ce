"""Wording a summary: cited sentences under their labels, and nothing else."""

from collections.abc import Sequence
from itertools import groupby

from bot.knowledge.summary_file import SummaryLine
from bot.routing.reply import citation_lines


def summary_text(title: str, lines: Sequence[SummaryLine]) -> str:
    """A summary as plain text, its sentences numbered through."""
    parts = [title]
    numbered = iter(citation_lines([line.citation for line in lines]))
    for label, group in groupby(lines, key=lambda line: line.label):
        heading = [label] if label else []
        parts.append("\n".join([*heading, *(next(numbered) for _ in group)]))
    return "\n\n".join(parts)
