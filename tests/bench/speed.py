"""What a start, a question, a keystroke and an edit cost, and the peers on the same phrasings.

Everything is made up, of words as frequent as words are, so that no data set is needed.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from .data import TESTS, print_table
from .growth import made_up, print_size, taken_by_all
from .reloads import reloads
from .thousand import ARTICLES, thousand

SIZES = (5_000, 100_000)
QUESTION = "How many passengers does the ferry carry?"
STARTS = 5


def bench_speed(_: Path) -> None:
    """Print what can be measured without Discord; the peers as so many times of our own time."""
    print_table("A start (CPU)", _starts())
    print_table(f"{ARTICLES:,} made-up articles (CPU)", thousand())
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
