"""How long a huge text takes, and how much longer one of twice the size."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.discord.views import inert
from bot.errors import KnowledgeError
from bot.knowledge.article import Article, split_sentences
from bot.knowledge.fact_file import read_facts
from bot.knowledge.summary_file import load_summary_file
from bot.knowledge.word_file import read_word_file
from bot.language.text import fold, visible, words
from bot.language.utterance import read_utterance
from bot.members.misses import normal_question
from bot.operation.logs import redact
from bot.publishing.edition import publish
from bot.quoting.check import check_quotes

from .inputs import FILE, KNOWLEDGE
from .outcome import Outcome

SIZE = 100_000
LIMIT = 0.1
"""Seconds that a text of SIZE characters may take, on a machine that has more to do."""

RATIO = 3.0
"""How many times longer twice the size may take: four is quadratic, two is fair."""

FLOOR = 0.002
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
    "https://",
    "a://",
    "**a** ",
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
    "- **a**: b\n",
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
        yield _timed("misses", normal_question, patterns, rounds)
        yield _timed("log", lambda text: visible(redact(text, "a.token.set")), patterns, rounds)
        yield _doubled("text in messages", lambda text: (inert(text), fold(text)), patterns, rounds)
        yield _doubled(
            "autocomplete", lambda text: edition.library.suggest(text, 25), patterns, rounds
        )
        yield _doubled("sentences", split_sentences, patterns, rounds)
        for name, parse in _parsers(articles[0], Path(folder)).items():
            yield _doubled(name, parse, _BLOCKS, rounds)


def _timed(
    name: str, read: Callable[[str], object], patterns: Sequence[str], rounds: int
) -> Outcome:
    """Neither over the limit nor growing with the square, for any pattern."""
    failures, slowest, steepest = [], 0.0, 0.0
    for pattern in patterns:
        once, twice = side_by_side(read, _sized(pattern, SIZE // 2), _sized(pattern, SIZE), rounds)
        ratio = twice / max(once, FLOOR)
        slowest, steepest = max(slowest, twice), max(steepest, ratio)
        if twice > LIMIT or ratio > RATIO:
            failures.append(f"{pattern[:30]!r}: {1000 * twice:.0f} ms, {ratio:.1f} times")
    figure = f"{SIZE // 1000} kB: {1000 * slowest:.1f} ms at most, doubling x{steepest:.1f} at most"
    return Outcome(f"size: {name}", len(patterns), failures, figure)


def _doubled(
    name: str, read: Callable[[str], object], patterns: Sequence[str], rounds: int
) -> Outcome:
    """Not growing with the square; an editor's file may take its time."""
    failures, slowest, steepest = [], 0.0, 0.0
    size = SIZE // 5
    for pattern in patterns:
        small, large = (_sized(pattern, length) for length in (size, 2 * size))
        once, twice = side_by_side(read, small, large, rounds)
        ratio = twice / max(once, FLOOR)
        slowest, steepest = max(slowest, twice), max(steepest, ratio)
        if ratio > RATIO:
            failures.append(f"{pattern[:30]!r}: {1000 * twice:.0f} ms, {ratio:.1f} times")
    figure = (
        f"{2 * size // 1000} kB: {1000 * slowest:.0f} ms at most, doubling x{steepest:.1f} at most"
    )
    return Outcome(f"size: {name}", len(patterns), failures, figure)


def _sized(pattern: str, size: int) -> str:
    return (pattern * (1 + size // len(pattern)))[:size]


def side_by_side(
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


def _parsers(article: Article, folder: Path) -> Mapping[str, Callable[[str], object]]:
    """What reads each kind of knowledge file, with its name."""

    def summary(text: str) -> None:
        file = folder / "summary.md"
        file.write_text(f"## Brief\n\n{text}", "utf-8")
        load_summary_file(file, article)

    def words_in(text: str) -> None:
        file = folder / "names.md"
        file.write_text(text, "utf-8")
        read_word_file(file)

    return {
        "fact-file parser": _refusing(lambda text: read_facts(_HEADING + text, FILE, article)),
        "summary file": _refusing(summary),
        "word file": _refusing(words_in),
    }


def _refusing(parse: Callable[[str], object]) -> Callable[[str], object]:
    def read(text: str) -> None:
        with suppress(KnowledgeError):
            parse(text)

    return read
