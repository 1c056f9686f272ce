"""What a question costs as a library grows, beside its peers on the same phrasings, and its plot.

Everything is made up, of words as frequent as words are, so that no data set is needed.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from heapq import nlargest
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from random import Random
from time import process_time
from typing import TypeAlias

import numpy as np
from rapidfuzz import fuzz, process, utils

from bot.knowledge.article import Sentence
from bot.knowledge.facts import Citation, Fact
from bot.knowledge.loading import Collection
from bot.language.spelling import english
from bot.routing.library import Library

from .data import TESTS, general_lexicon, knowledge_of, print_table, ready

SIZES = (5_000, 20_000, 100_000, 1_000_000)
SENTENCES, FACTS, PHRASINGS = 30, 50, 20
"""An article has so many sentences and facts, a fact so many phrasings."""

WORDS = 20_000
ASKED = 200
WARMING = 20
PATIENCE = 20
"""Seconds after which no more questions are asked: some peers take one for each."""

OURS, KEYSTROKE = "asked", "autocomplete, a keystroke"
REACH = {OURS: "reach .6 / 2 / 10 ms", KEYSTROKE: "reach 5 ms"}
PLOT = TESTS / "pictures" / "growth.png"

Times: TypeAlias = Sequence[float]
"""Milliseconds, one for each question."""


@dataclass(frozen=True)
class Table:
    """Made-up articles, and questions that are not word for word in them."""

    library: Library
    phrasings: tuple[str, ...]
    questions: tuple[str, ...]


def bench_growth(_: Path) -> None:
    """Print what a question takes at each size, and draw how it grows."""
    taken = {}
    for size in SIZES:
        taken[size] = taken_by_all(made_up(size))
        print_size(size, taken[size])
    _draw(taken)


def print_size(size: int, taken: Mapping[str, Times]) -> None:
    """Print the median and the 99th percentile, the peers' as so many times of our own."""
    ours = np.median(taken[OURS])
    rows = {
        name: (_pair(times), REACH.get(name) or f"{np.median(times) / ours:.1f} times ours")
        for name, times in taken.items()
    }
    print_table(f"A question, {size:,} phrasings: half in, 99 of 100 in", rows)


def taken_by_all(table: Table) -> dict[str, Times]:
    """What each takes for the questions of a table."""
    typed = [question[: len(question) // 2] for question in table.questions]
    taken = {
        OURS: _times(table.library.ask, table.questions),
        KEYSTROKE: _times(lambda begun: table.library.suggest(begun, 25), typed),
    }
    return taken | {name: _times(ask, table.questions) for name, ask in _peers(table.phrasings)}


def made_up(size: int) -> Table:
    """Articles with so many phrasings together."""
    chance = Random(size)
    words = _words(WORDS)
    # Zipf's law: the n-th word is as frequent as 1/n.
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def some_words(least: int, most: int) -> list[str]:
        return chance.choices(words, cum_weights=weights, k=chance.randint(least, most))

    lexicon, parts, phrasings, questions = general_lexicon(), [], [], []
    for number in range(size // (FACTS * PHRASINGS)):
        slug, facts = f"a{number}", []
        sentences = _sentences(slug, [" ".join(some_words(8, 25)) for _ in range(SENTENCES)])
        for fact in range(FACTS):
            topic = some_words(3, 5)
            asked = [" ".join(chance.sample(topic, 2) + some_words(2, 5)) for _ in range(PHRASINGS)]
            citation = Citation(chance.choice(sentences), None)
            id_ = f"{slug}#{fact}"
            facts.append(Fact(id_, asked[0], "", (citation,), (), tuple(asked[1:]), 0))
            phrasings += asked
            questions.append(" ".join(topic[:2] + some_words(2, 4)))
        parts.append(knowledge_of(sentences, tuple(facts), lexicon, slug))
    library = Library(Collection(tuple(parts), lexicon))
    for router in library.routers.values():
        ready(router)
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


def _words(size: int) -> list[str]:
    """The most frequent English words."""
    counted = json.loads(b"{" + english() + b"}").items()
    known = ((count, word) for word, count in counted if word.isalpha())
    return [word for _, word in nlargest(size, known)]


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


def _times(work: Callable[[str], object], texts: Sequence[str]) -> Times:
    """How long each takes, in milliseconds, once all is warm."""
    for text in texts[:WARMING]:
        work(text)
    found: list[float] = []
    for text in texts:
        begun = process_time()
        work(text)
        found.append(1000 * (process_time() - begun))
        if sum(found) > 1000 * PATIENCE:
            break
    return found


def _pair(times: Times) -> str:
    return f"{np.median(times):.2f}, {np.quantile(times, 0.99):.2f} ms"


def _draw(taken: Mapping[int, Mapping[str, Times]]) -> None:
    """Draw the medians by size, both in powers of ten, if Matplotlib is there."""
    with suppress(ImportError):
        figure = import_module("matplotlib.figure").Figure(figsize=(6, 4), dpi=160)
        axes = figure.add_subplot()
        for name in next(iter(taken.values())):
            medians = [np.median(times[name]) for times in taken.values()]
            label = "Footnote" if name == OURS else name
            width = 2.5 if name == OURS else 1
            axes.loglog(list(taken), medians, marker="o", linewidth=width, label=label)
        axes.set_xlabel("phrasings")
        axes.set_ylabel("milliseconds a question, half of them less")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=7)
        figure.savefig(PLOT, bbox_inches="tight")
