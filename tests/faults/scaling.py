"""How long a huge text takes, and how much longer one of twice the size."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import KnowledgeError
from bot.knowledge.article import Article
from bot.knowledge.fact_file import read_facts
from bot.language.text import words
from bot.language.utterance import read_utterance
from bot.publishing.edition import publish
from bot.quoting.check import check_quotes

from .inputs import FILE, KNOWLEDGE
from .outcome import Outcome

SIZE = 100_000
LIMIT = 0.05
"""Seconds that a text of SIZE characters may take."""

RATIO = 3.0
"""How many times longer twice the size may take: four is quadratic, two is fair."""

_FLOOR = 0.002
"""Seconds below which a ratio says nothing."""

_PATTERNS = (
    "Did Russia bomb Aleppo? ",
    "who and where and what and how did they ",
    "? ",
    "?",
    "?!.;:",
    "a.",
    "a.b_",
    ". ",
    "... ",
    ".",
    "…",
    "who",
    "who?who",
    "x",
    "the ",
    "the of and to ",
    "Russia's ",
    "''''",
    '"',
    '" a ',
    "“a b c” ",
    "> a b c\n",
    "\n",
    "\t",
    " ",
    "\u200b",
    "ﷺ",
    "e\u0301",
    "😀",
    "1,111",
    "1,",
    "1.1.",
    "12.5 percent of ",
    "-",
    "--- ",
    "`*_~|",
    "<@1> ",
    "@everyone ",
    "[[[[",
    "](",
    "U.S. ",
    "U. S.",
    "US",
    "9k",
    "n't ",
    "can't won't ",
    "misspeling ",
    "a\x00",
    "Rusia Alepo airstrkes ",
)
_HEADING = "### Who?\n\nX.\n\n"
_BLOCKS = (
    "### Who?\n\nX.\n\n> y\n> — the article\n\n- z\n\n",
    "### a\n",
    "> ",
    "> a\n",
    "- ",
    "- a\n",
    "1. ",
    "[",
    "Disputed by: [",
    "Disputed by: [a](#",
    "[a]: b\n",
    "<!--",
    "<!-- x -->\n\n",
    "<b>",
    "```\n",
    "*",
    "_ ",
    "\n",
    "\t",
    " ",
    "a\n===\n",
    "a\n\n",
    "a",
    "|a",
    "\\",
    "`",
    "&amp;",
)


def measure(rounds: int) -> Iterator[Outcome]:
    """Time each reader on every pattern, the least of `rounds` times."""
    with TemporaryDirectory(prefix="footnote-faults-") as folder:
        edition = publish(KNOWLEDGE, Path(folder))
        articles = edition.knowledge.articles
        source = articles[0].source
        patterns = (*_PATTERNS, source)
        yield _timed("router", edition.library.ask, patterns, rounds)
        yield _timed("quote checker", lambda text: check_quotes(text, articles), patterns, rounds)
        yield _timed("words and parts", lambda t: (words(t), read_utterance(t)), patterns, rounds)
        yield _doubled("fact-file parser", lambda text: _parse(text, articles[0]), rounds)


def _timed(
    name: str, read: Callable[[str], object], patterns: Sequence[str], rounds: int
) -> Outcome:
    """Neither over the limit nor growing with the square, for any pattern."""
    failures, slowest, steepest = [], 0.0, 0.0
    for pattern in patterns:
        once, twice = _side_by_side(read, _sized(pattern, SIZE // 2), _sized(pattern, SIZE), rounds)
        ratio = twice / max(once, _FLOOR)
        slowest, steepest = max(slowest, twice), max(steepest, ratio)
        if twice > LIMIT or ratio > RATIO:
            failures.append(f"{pattern[:30]!r}: {1000 * twice:.0f} ms, {ratio:.1f} times")
    figure = f"{SIZE // 1000} kB: {1000 * slowest:.1f} ms at most, doubling x{steepest:.1f} at most"
    return Outcome(f"size: {name}", len(patterns), failures, figure)


def _doubled(name: str, read: Callable[[str], object], rounds: int) -> Outcome:
    """Not growing with the square; an editor's file may take its time."""
    failures, slowest, steepest = [], 0.0, 0.0
    size = SIZE // 5
    for pattern in _BLOCKS:
        small, large = (_HEADING + _sized(pattern, length) for length in (size, 2 * size))
        once, twice = _side_by_side(read, small, large, rounds)
        ratio = twice / max(once, _FLOOR)
        slowest, steepest = max(slowest, twice), max(steepest, ratio)
        if ratio > RATIO:
            failures.append(f"{pattern[:30]!r}: {1000 * twice:.0f} ms, {ratio:.1f} times")
    figure = (
        f"{2 * size // 1000} kB: {1000 * slowest:.0f} ms at most, doubling x{steepest:.1f} at most"
    )
    return Outcome(f"size: {name}", len(_BLOCKS), failures, figure)


def _sized(pattern: str, size: int) -> str:
    return (pattern * (1 + size // len(pattern)))[:size]


def _side_by_side(
    read: Callable[[str], object], small: str, large: str, rounds: int
) -> tuple[float, float]:
    """The least times (seconds of work) for both texts, measured in turns."""
    times = [(_time(read, small), _time(read, large)) for _ in range(rounds)]
    return min(t for t, _ in times), min(t for _, t in times)


def _time(read: Callable[[str], object], text: str) -> float:
    gc.disable()
    started = time.process_time()
    read(text)
    taken = time.process_time() - started
    gc.enable()
    return taken


def _parse(text: str, article: Article) -> None:
    try:
        read_facts(text, FILE, article)
    except KnowledgeError:
        return
