"""Reading the public data sets, and the lines that a bench prints."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.knowledge.about import About
from bot.knowledge.article import Article, Sentence
from bot.knowledge.facts import Fact
from bot.knowledge.loading import Knowledge
from bot.knowledge.summary_file import Summary
from bot.knowledge.word_file import read_word_file
from bot.language.lexicon import Lexicon
from bot.routing.router import Router

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


def knowledge_of(
    sentences: tuple[Sentence, ...], facts: tuple[Fact, ...], lexicon: Lexicon, slug: str = "a"
) -> Knowledge:
    """What there would be in a knowledge folder."""
    source = "\n".join(sentence.text for sentence in sentences)
    article = Article(slug, source, "", About(), sentences)
    return Knowledge(article, facts, (), Summary(slug, ()), (), lexicon)


def ready(router: Router) -> Router:
    """The same router, built: that is left to its first question, which then is no measure."""
    router.named_in("")
    return router


def print_table(title: str, rows: Mapping[str, tuple[str, str]]) -> None:
    """Print each figure beside that of the best peer without a neural model."""
    print(f"\n{title}")
    for name, (figure, peer) in rows.items():
        print(f"  {name:<54} {figure:>18}   {peer}")
