"""The database of what members create: one interface to a file or a server."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, Protocol

from bot.members.sqlite import MembersFile


class Rows(Protocol):
    """What a statement found; `description` begins each column with its name."""

    @property
    def description(self) -> Any: ...  # noqa: ANN401 (the two libraries' own)

    def fetchone(self) -> Any: ...  # noqa: ANN401 (a row is what its statement asks for)

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """Runs SQL that SQLite and PostgreSQL read alike; `?` or `:name` stands for a value."""

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = (), /) -> Rows: ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object: ...


class Database(Protocol):
    """An open database that threads may share. Every method raises MembersError.

    `notice` is "" or a sentence for the operator: that a damaged file was set aside on opening.
    """

    notice: str

    def reading(self) -> AbstractContextManager[Connection]:
        """Lend a connection for queries."""

    def writing(self, guild: int = 0) -> AbstractContextManager[Connection]:
        """Lend a connection for a transaction, which is on the disk when the block ends.

        Whatever raises in the block undoes it as a whole. Those of one guild come one after
        another.
        """

    def listen(self, notify: Callable[[str], None], stopped: Event) -> None:
        """Call `notify` with what other processes change, until `stopped` is set."""

    def scrub(self) -> None:
        """Clear away what was deleted."""

    def drop_set_aside(self, before: datetime) -> None:
        """Delete the damaged files, and their logs, that were set aside before a time."""

    def close(self) -> None:
        """Close it."""


def open_database(file: Path, wait: float, url: str) -> Database:
    """Open or make `file`, or else the PostgreSQL database that `url` names."""
    if not url:
        return MembersFile(file, wait)
    # Imported here: it needs an extra, which a bot with a file does without.
    from bot.members.postgres import MembersServer  # noqa: PLC0415

    return MembersServer(url)
