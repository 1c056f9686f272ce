"""What a start, a question, a keystroke and an edit cost, and the peers on the same phrasings.

Everything is made up, of words as frequent as words are, so that no data set is needed.
"""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from bot.config import Settings
from bot.publishing.edition import Edition
from bot.publishing.release import accept, propose, start

from .data import TESTS, print_table
from .growth import made_up, print_size, taken_by_all
from .reloads import reloads

SIZES = (5_000, 100_000)
ARTICLES = 100
QUESTION = "How many passengers does the ferry carry?"
STARTS = 5


def bench_speed(_: Path) -> None:
    """Print what can be measured without Discord; the peers as so many times of our own time."""
    print_table("A start (CPU)", _starts())
    print_table(f"An edit among {ARTICLES} small articles", _edits())
    print_table("Publishing the shipped article while questions come in", reloads())
    for size in SIZES:
        print_size(size, taken_by_all(made_up(size)))


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
