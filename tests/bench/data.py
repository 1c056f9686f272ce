"""Reading the public data sets, and the lines that a bench prints."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.knowledge.word_file import read_word_file
from bot.language.lexicon import Lexicon

TESTS = Path(__file__).parents[1]
SYNONYMS = TESTS.parent / "knowledge" / "synonyms.md"


class MissingDataError(Exception):
    """A data set is not at hand."""


def read_rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a data set. Raises MissingDataError."""
    file = folder / f"{name}.jsonl.gz"
    if not file.exists():
        raise MissingDataError(f"{file} is not there; --data names the folder.")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def general_lexicon() -> Lexicon:
    """The words that every article is read by."""
    return read_word_file(SYNONYMS).lexicon()


def print_table(title: str, rows: Mapping[str, tuple[str, str]]) -> None:
    """Print each figure beside that of the best peer without a neural model."""
    print(f"\n{title}")
    for name, (figure, peer) in rows.items():
        print(f"  {name:<54} {figure:>12}   {peer}")
