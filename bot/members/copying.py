"""Copying what members create from the file to a server."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from bot.files import exists
from bot.members.database import Connection
from bot.members.postgres import MembersServer
from bot.members.postgres_tables import TABLES
from bot.members.sqlite import MembersError, MembersFile


def copy_members(file: Path, url: str) -> Mapping[str, int]:
    """Copy all of `file` to the empty database that `url` names; return how many rows, by table.

    All or nothing is copied, and the file stays. Raises MembersError.
    """
    if not exists(file):
        raise MembersError(f"There is no {file}, so there is nothing to copy.")
    with closing(MembersFile(file, wait=2.0)) as old, closing(MembersServer(url)) as new:
        if old.notice:
            raise MembersError(old.notice)
        with old.reading() as rows, new.filling() as into:
            _check_empty(into)
            copied = {table: _copy(table, rows, into) for table in TABLES}
            _go_on_counting(rows, into)
    return copied


def _check_empty(into: Connection) -> None:
    filled = [table for table in TABLES if into.execute(f"select 1 from {table}").fetchone()]  # noqa: S608 (our own names)
    if filled:
        raise MembersError(
            f"The database of FOOTNOTE_DATABASE_URL is not empty: it has {', '.join(filled)}. Name "
            "one that no bot has used yet."
        )


def _copy(table: str, rows: Connection, into: Connection) -> int:
    found = rows.execute(f"select * from {table}")  # noqa: S608 (our own names)
    columns = [column for column, *_ in found.description]
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    into.executemany(f"insert into {table} ({names}) values ({marks})", found)  # noqa: S608
    (count,) = into.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
    return int(count)


def _go_on_counting(rows: Connection, into: Connection) -> None:
    """Never reuse an id, not even of a row that is gone: old buttons carry it."""
    for table, last in rows.execute("select name, seq from sqlite_sequence"):
        into.execute("select setval(pg_get_serial_sequence(?, 'id'), ?)", (table, last))
