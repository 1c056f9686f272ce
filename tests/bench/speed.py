"""What a start, a question, a keystroke and an edit cost, and the peers on the same phrasings.

Everything is made up, of words as frequent as words are, so that no data set is needed.
"""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
from rapidfuzz import fuzz, process, utils

from bot.config import Settings
from bot.knowledge.article import Sentence
from bot.knowledge.facts import Citation, Fact
from bot.knowledge.loading import Collection
from bot.publishing.edition import Edition
from bot.publishing.release import accept, propose, start
from bot.routing.library import Library

from .data import TESTS, general_lexicon, knowledge_of, print_table
from .reloads import reloads

SIZES = (5_000, 100_000)
SENTENCES, FACTS, PHRASINGS = 30, 50, 20
"""An article has so many sentences and facts, a fact so many phrasings."""

ASKED = 200
ARTICLES = 100
QUESTION = "How many passengers does the ferry carry?"
STARTS = 5


@dataclass(frozen=True)
class Table:
    """Made-up articles, and questions that are not word for word in them."""

    library: Library
    phrasings: tuple[str, ...]
    questions: tuple[str, ...]


def bench_speed(_: Path) -> None:
    """Print what can be measured without Discord; the peers as so many times of our own time."""
    print_table("A start (CPU)", _starts())
    print_table(f"An edit among {ARTICLES} small articles", _edits())
    print_table("Publishing the shipped article while questions come in", reloads())
    for size in SIZES:
        table = made_up(size)
        print_table(f"A question, {size:,} phrasings", _questions(table))


def _starts() -> dict[str, tuple[str, str]]:
    with TemporaryDirectory() as data:
        environment = os.environ | {
            "FOOTNOTE_DATA": data,
            "FOOTNOTE_KNOWLEDGE": str(TESTS / "small"),
        }
        shipped = environment | {"FOOTNOTE_KNOWLEDGE": str(TESTS.parent / "knowledge")}
        ask = [sys.executable, "-m", "bot", "ask", QUESTION]
        return {
            "footnote --help": (_cpu([*ask[:3], "--help"], environment), "reach .28 s"),
            "footnote ask, nothing kept": (_cpu(ask, shipped, times=1), ""),
            "footnote ask": (_cpu(ask, shipped), "reach .35 s"),
        }


def _cpu(command: Sequence[str], environment: dict[str, str], times: int = STARTS) -> str:
    """The least CPU time of a process, of some times."""
    found = []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, env=environment, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return f"{min(found):.2f} s"


def _edits() -> dict[str, tuple[str, str]]:
    with TemporaryDirectory() as place:
        settings = Settings(Path(place, "knowledge"), Path(place, "data"))
        settings.knowledge.mkdir()
        shutil.copy(TESTS / "small" / "synonyms.md", settings.knowledge)
        for number in range(ARTICLES):
            shutil.copytree(TESTS / "small" / "ferry", settings.knowledge / f"ferry-{number:03}")
        with _timed() as first:
            start(settings, datetime.now(UTC))
        with _timed() as again:
            edition = start(settings, datetime.now(UTC)).edition
        with _timed() as edited:
            _edit(settings, edition)
        return {
            "first start": (first(), "reach 60 s for 1,000"),
            "start from what is kept": (again(), "reach 1 s for 1,000"),
            "one line edited, published": (edited(), "reach .3 s"),
        }


def _edit(settings: Settings, edition: Edition) -> None:
    facts = settings.knowledge / "ferry-050" / "facts.md"
    facts.write_text(
        facts.read_text("utf-8").replace("left on Monday", "sailed on Monday"), "utf-8"
    )
    accept(settings, propose(settings, edition, {}), "bench", datetime.now(UTC), confirmed=True)


@contextmanager
def _timed() -> Iterator[Callable[[], str]]:
    """Time a block; what it gives says so afterwards: wall clock, and CPU."""
    wall, cpu = perf_counter(), process_time()
    taken: list[float] = []
    yield lambda: f"{taken[0]:.2f} s, CPU {taken[1]:.2f}"
    taken += [perf_counter() - wall, process_time() - cpu]


def made_up(size: int) -> Table:
    """Articles with so many phrasings together."""
    chance = Random(size)
    words = [_word(chance) for _ in range(20_000)]
    # Zipf's law: the n-th word is as frequent as 1/n.
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def told(least: int, most: int) -> list[str]:
        return chance.choices(words, cum_weights=weights, k=chance.randint(least, most))

    lexicon, parts, phrasings, questions = general_lexicon(), [], [], []
    for number in range(size // (FACTS * PHRASINGS)):
        slug, facts = f"a{number}", []
        sentences = _sentences(slug, [" ".join(told(8, 25)) for _ in range(SENTENCES)])
        for fact in range(FACTS):
            topic = told(3, 5)
            asked = [" ".join(chance.sample(topic, 2) + told(2, 5)) for _ in range(PHRASINGS)]
            citation = Citation(chance.choice(sentences), None)
            id_ = f"{slug}#{fact}"
            facts.append(Fact(id_, asked[0], "", (citation,), (), tuple(asked[1:]), 0))
            phrasings += asked
            questions.append(" ".join(topic[:2] + told(2, 4)))
        parts.append(knowledge_of(sentences, tuple(facts), lexicon, slug))
    library = Library(Collection(tuple(parts), lexicon))
    return Table(
        library, tuple(phrasings), tuple(chance.sample(questions, min(ASKED, len(questions))))
    )


def _sentences(slug: str, texts: Sequence[str]) -> tuple[Sentence, ...]:
    """Each a paragraph, on a line."""
    starts = accumulate((len(text) + 1 for text in texts), initial=0)
    return tuple(
        Sentence(slug, n, n, start, start + len(text), text)
        for n, (start, text) in enumerate(zip(starts, texts, strict=False))
    )


def _word(chance: Random) -> str:
    return "".join(
        chance.choice("bdfgklmnprstv") + chance.choice("aeiou") for _ in range(chance.randint(1, 4))
    )


def _questions(table: Table) -> dict[str, tuple[str, str]]:
    ours = _times(table.library.ask, table.questions)
    typed = [question[: len(question) // 2] for question in table.questions]
    rows = {
        "asked: half in, 99 of 100 in": (_pair(ours), "reach .6 / 2 ms"),
        "autocomplete, a keystroke": (
            _pair(_times(lambda begun: table.library.suggest(begun, 25), typed)),
            "reach 5 ms",
        ),
    }
    for name, ask in _peers(table.phrasings):
        theirs = _times(ask, table.questions)
        rows[name] = (_pair(theirs), f"{np.median(theirs) / np.median(ours):.1f} times ours")
    return rows


def _peers(phrasings: Sequence[str]) -> Iterator[tuple[str, Callable[[str], object]]]:
    yield (
        "rapidfuzz extractOne, WRatio",
        lambda asked: process.extractOne(asked, phrasings, scorer=fuzz.WRatio),
    )
    yield (
        "rapidfuzz extractOne, token_set_ratio",
        lambda asked: process.extractOne(
            asked, phrasings, scorer=fuzz.token_set_ratio, processor=utils.default_process
        ),
    )
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("create virtual table phrasings using fts5 (text, tokenize = porter)")
        db.executemany("insert into phrasings values (?)", [(text,) for text in phrasings])
        query = "select rowid from phrasings where text match ? order by rank limit 1"
        yield (
            "SQLite FTS5, any of the words",
            lambda asked: db.execute(
                query, [" OR ".join(f'"{w}"' for w in asked.split())]
            ).fetchall(),
        )
    with suppress(ImportError):
        bm25s = import_module("bm25s")
        index = bm25s.BM25()
        index.index(bm25s.tokenize(phrasings, show_progress=False), show_progress=False)
        yield (
            "bm25s",
            lambda asked: index.retrieve(
                bm25s.tokenize(asked, show_progress=False), k=1, show_progress=False
            ),
        )


def _times(work: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """How long each takes, in milliseconds, once all is warm."""
    for text in texts:
        work(text)
    found = []
    for text in texts:
        begun = process_time()
        work(text)
        found.append(1000 * (process_time() - begun))
    return found


def _pair(times: Sequence[float]) -> str:
    return f"{np.median(times):.2f}, {np.quantile(times, 0.99):.2f} ms"
