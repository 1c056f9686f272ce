"""Files: written whole, and what is amiss with one in words."""

import os
import sqlite3
from itertools import count
from pathlib import Path

import pytest
from faults.processes import run

from bot.files import advice, replace_file


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_FULL, "the disk is full"),
        # The first thing that SQLite writes on a full disk is what programs share.
        (sqlite3.SQLITE_IOERR_SHMSIZE, "the disk is full"),
        (sqlite3.SQLITE_IOERR_READ, "the disk reports an error"),
        (sqlite3.SQLITE_BUSY_RECOVERY, "it is in use by another program"),
        (sqlite3.SQLITE_CONSTRAINT, ""),
    ],
)
def test_an_error_of_sqlite_is_told_by_its_cause(code: int, said: str) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    assert advice(error).startswith(said)
    assert bool(advice(error)) == bool(said)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_killed_at_any_step_a_file_is_whole_the_old_or_the_new(tmp_path: Path) -> None:
    file = tmp_path / "facts.md"
    left = []
    for step in count(1):
        file.write_bytes(b"old")
        ended = run(lambda _: replace_file(file, b"new"), kill_at=step)
        left.append(file.read_bytes())
        if not ended.killed:
            break
    assert len(left) > 10
    assert {*left} == {b"old", b"new"}
    assert left[-1] == b"new"
