"""Is the suite worth its word? It must notice when a promise is broken on purpose.

Each mutant is a small patch of `mutants.toml`, tried in a copy of the program with only the tests
that are named beside it.
"""

import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .outcome import columns

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("bot", "knowledge", "tests")
FILES = (
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
    "README.md",
    ".env.example",
    "LICENSE",
    "NOTICE",
)

_LONGEST = 300
"""Seconds after which the tests of a mutant are ended."""

_NOTICED = 1
"""The exit code of pytest when tests fail; with others, it could not run them."""


@dataclass(frozen=True)
class Mutant:
    """A promise, the patch that breaks it, and the arguments of the pytest that must notice."""

    promise: str
    file: str
    old: str
    new: str
    tests: Sequence[str]

    def applied(self, root: Path) -> str:
        """The broken file. Raises LookupError if what it breaks is not there, exactly once."""
        source = (root / self.file).read_text("utf-8")
        if (times := source.count(self.old)) != 1:
            raise LookupError(f"{self.file} holds the text to break {times} times, not once")
        return source.replace(self.old, self.new)


def read_mutants() -> list[Mutant]:
    """All mutants there are."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return [Mutant(**row) for row in table["mutant"]]


def try_mutants(wanted: str = "") -> int:
    """Try each mutant whose promise holds `wanted`, and print the table; 1 if one got through."""
    mutants = [mutant for mutant in read_mutants() if wanted.lower() in mutant.promise.lower()]
    rows = []
    with TemporaryDirectory(prefix="footnote-mutants-") as folder:
        copy = Path(folder)
        _copy_program(copy)
        for mutant in mutants:
            started = time.monotonic()
            result, by = _tried(mutant, copy)
            rows.append((mutant.promise, result, f"{time.monotonic() - started:.0f} s", by))
            print("  ".join(rows[-1]), file=sys.stderr, flush=True)
    print("\n".join(columns([("broken promise", "result", "time", "noticed by"), *rows])))
    missed = [row for row in rows if row[1] != "noticed"]
    print(f"\nMutants: {len(rows)}, not noticed: {len(missed)}.")
    return 1 if missed or not rows else 0


def _copy_program(copy: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "pictures")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, ignore=ignore)
    for name in FILES:
        shutil.copy2(ROOT / name, copy / name)


def _tried(mutant: Mutant, copy: Path) -> tuple[str, str]:
    """What came of a mutant, and the first test that noticed it or why it could not be tried."""
    file = copy / mutant.file
    sound = file.read_text("utf-8")
    try:
        file.write_text(mutant.applied(copy), "utf-8")
        ended = _pytest(mutant.tests, copy)
    except (LookupError, subprocess.TimeoutExpired) as error:
        return "NOT TRIED", str(error)
    finally:
        file.write_text(sound, "utf-8")
    failed = [line for line in ended.stdout.splitlines() if line.startswith("FAILED ")]
    if ended.returncode == _NOTICED and failed:
        return "noticed", failed[0].removeprefix("FAILED ").partition(" - ")[0]
    if ended.returncode == 0:
        return "NOT NOTICED", ""
    return "NOT TRIED", (ended.stdout.strip() or ended.stderr.strip() or "no word").splitlines()[-1]


def _pytest(tests: Sequence[str], copy: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST,
    )
