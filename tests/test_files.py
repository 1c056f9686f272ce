"""What is amiss with a file, in words."""

import sqlite3

import pytest

from bot.files import advice


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
