"""What a thousand articles cost: building them, starting from what is kept, and one edit."""

import resource
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time
from typing import TypeVar

from bot.config import Settings
from bot.publishing.builder import Builder
from bot.publishing.edition import Edition
from bot.publishing.release import accept, propose, start

from .data import SYNONYMS

ARTICLES, SENTENCES, FACTS, PHRASINGS = 1000, 25, 18, 5
"""As much as a knowledge folder may hold: 20 MB."""

T = TypeVar("T")


def thousand() -> dict[str, tuple[str, str]]:
    """CPU seconds of the bot and of the process beside it together, and what that one takes."""
    with TemporaryDirectory() as place, closing(Builder()) as builder:
        settings = Settings(Path(place, "knowledge"), Path(place, "data"))
        _write_articles(settings.knowledge)
        return _measured(settings, builder)


def _measured(settings: Settings, builder: Builder) -> dict[str, tuple[str, str]]:
    now = datetime.now(UTC)
    _, first = _timed(builder, lambda: start(settings, now, builder.run))
    # Linux counts it in KB.
    most = builder.run(resource.getrusage, resource.RUSAGE_SELF).ru_maxrss >> 10
    started, again = _timed(builder, lambda: start(settings, now, builder.run))
    _, edit = _timed(builder, lambda: _edit(settings, started.edition, builder))
    return {
        "a first build": (f"{first:.0f} s, {most} MB", "reach 60 s, 600 MB"),
        "a start from what is kept": (f"{again:.2f} s", "reach 1 s"),
        "one line edited and published": (f"{edit:.2f} s", "reach .3 s"),
    }


def _timed(builder: Builder, work: Callable[[], T]) -> tuple[T, float]:
    before = process_time() + builder.run(process_time)
    done = work()
    return done, process_time() + builder.run(process_time) - before


def _edit(settings: Settings, edition: Edition, builder: Builder) -> None:
    file = settings.knowledge / f"a{ARTICLES // 2:04}" / "facts.md"
    file.write_text(file.read_text("utf-8") + "- asked in another way\n", "utf-8")
    proposal = propose(settings, edition, {}, run=builder.run)
    accept(settings, proposal, "bench", datetime.now(UTC), confirmed=True)


def _write_articles(folder: Path) -> None:
    """Write articles of made-up words, which are as frequent as words are."""
    chance = Random(0)
    words = [_word(chance) for _ in range(20_000)]
    # Zipf's law: the n-th word is as frequent as 1/n.
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def some_words(least: int, most: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(least, most)))

    for number in range(ARTICLES):
        article = folder / f"a{number:04}"
        article.mkdir(parents=True)
        sentences = [f"{some_words(8, 25)} {n}." for n in range(SENTENCES)]
        (article / "article.txt").write_text(f"Number {number}\n\n{' '.join(sentences)}\n", "utf-8")
        facts = [
            f"### {some_words(3, 7)} {n}?\n\nSo it says.\n\n"
            f"> {chance.choice(sentences)}\n> — the article\n\n"
            + "\n".join(f"- {some_words(4, 7)} {n} {m}" for m in range(PHRASINGS))
            for n in range(FACTS)
        ]
        (article / "facts.md").write_text("\n\n".join(["# Facts", *facts]) + "\n", "utf-8")
    shutil.copy(SYNONYMS, folder)


def _word(chance: Random) -> str:
    return "".join(
        chance.choice("bdfgklmnprstv") + chance.choice("aeiou") for _ in range(chance.randint(1, 4))
    )
