"""What members create, in a PostgreSQL database that several processes share."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from threading import Event, Lock
from time import monotonic
from typing import Any, TypeVar

from bot.members.sqlite import MembersError

try:
    import psycopg
    from psycopg import conninfo
    from psycopg.abc import PQGen
    from psycopg.rows import TupleRow
    from psycopg_pool import ConnectionPool
except ImportError:
    raise MembersError(
        "FOOTNOTE_DATABASE_URL needs psycopg. Install footnote-bot[postgres], or leave the setting "
        "empty."
    ) from None

from bot.members.postgres_tables import CHANNEL, TABLES, migrate

_T = TypeVar("_T")

log = logging.getLogger(__name__)

PATIENCE = 2
"""Seconds for one statement, or for a connection: Discord waits three for the answer to a click."""


class MembersServer:
    """A PostgreSQL database, through a pool of connections.

    Nothing waits long: after the server fails to answer, calls fail at once for a second, then one
    tries again.
    """

    notice = ""

    def __init__(self, url: str) -> None:
        """Connect to the database that `url` names, and bring its tables up to date."""
        self._connecting = _connecting(url)
        self._gone_until, self._noting = 0.0, Lock()
        with _readable_errors(), self._connect() as connection:
            migrate(connection)
        # It would log each of its tries.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        self._pool = ConnectionPool(
            connection_class=_Connection,
            kwargs=self._connecting,
            min_size=1,
            max_size=8,
            timeout=PATIENCE,
            reconnect_timeout=PATIENCE,
            check=ConnectionPool.check_connection,
            open=True,
        )

    def _connect(self, *, autocommit: bool = False) -> "_Connection":
        return _Connection.connect(**self._connecting, autocommit=autocommit)

    @contextmanager
    def reading(self) -> Iterator["_Translating"]:
        """Lend a connection for queries."""
        if monotonic() < self._gone_until:
            raise MembersError(_GONE)
        try:
            with self._pool.connection() as connection:
                yield _Translating(connection)
        except _AWAY as error:
            self._is_gone(monotonic() + 1)
            raise MembersError(_GONE) from error
        if self._gone_until:
            self._is_gone(0.0)

    def _is_gone(self, until: float) -> None:
        """Note until when not to try, 0 if the server answers; log each change once."""
        with self._noting:
            before, self._gone_until = self._gone_until, until
        if until and not before:
            log.warning("The PostgreSQL server does not answer; `footnote doctor` tells why.")
        if before and not until:
            log.info("The PostgreSQL server answers again.")

    @contextmanager
    def writing(self, guild: int = 0) -> Iterator["_Translating"]:
        """Lend a connection for a transaction, which is on the disk when the block ends."""
        with self.reading() as connection:
            connection.execute("select pg_advisory_xact_lock(?)", (guild,))
            yield connection

    def listen(self, notify: Callable[[str], None], stopped: Event) -> None:
        """Call `notify` with what other processes change, until `stopped` is set."""
        while not stopped.is_set():
            try:
                with self._connect(autocommit=True) as connection:
                    connection.execute(f"listen {CHANNEL}")
                    # What was announced before was missed.
                    notify("")
                    while not stopped.is_set():
                        for notice in connection.notifies(timeout=1):
                            notify(notice.payload)
                        # Only a query notices a server that is gone without a word.
                        connection.execute("select 1")
            except _AWAY:
                stopped.wait(1)

    def scrub(self) -> None:
        """Have the server clear away what was deleted; its own log and backups are not ours."""
        with self._unhurried(60, autocommit=True) as connection:
            connection.execute(f"vacuum {', '.join(TABLES)}")

    @contextmanager
    def filling(self) -> Iterator["_Translating"]:
        """Lend a connection for a transaction of many rows."""
        try:
            with self._unhurried(3600) as connection:
                yield _Translating(connection)
        except psycopg.DataError as error:
            raise MembersError(f"PostgreSQL does not take a value: {error}.") from error

    @contextmanager
    def _unhurried(self, seconds: int, *, autocommit: bool = False) -> Iterator["_Connection"]:
        try:
            with self._connect(autocommit=autocommit) as connection:
                connection.patience = seconds
                connection.execute(f"set statement_timeout = '{seconds}s'")
                yield connection
        except _AWAY as error:
            raise MembersError(_GONE) from error

    def drop_set_aside(self, before: datetime) -> None:
        """A server sets nothing aside."""

    def close(self) -> None:
        """Leave the server."""
        self._pool.close()


# The second is what a server says that only follows another one: it takes nothing.
_AWAY = (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction)
_GONE = (
    "What members create can't be read or kept right now: the database does not answer. Please "
    "try again in a minute."
)


class _Connection(psycopg.Connection[TupleRow]):
    """A connection that gives up on a server that is silent for too long."""

    patience: float = PATIENCE + 0.5

    def wait(self, gen: PQGen[_T], interval: float = 0.1, timeout: float | None = None) -> _T:
        """Wait for the server, `patience` at most: its own time limit fails with it."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.OperationalError:
            if timeout is None:
                self.close()
            raise


class _Translating:
    """A connection that takes the SQL that SQLite takes."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    def execute(
        self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()
    ) -> psycopg.Cursor[TupleRow]:
        return self._connection.execute(_translated(sql), values)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_translated(sql), rows)


@cache
def _translated(sql: str) -> bytes:
    """A statement with psycopg's marks for values: `%s` for `?`, `%(name)s` for `:name`."""
    return re.sub(r":(\w+)", r"%(\1)s", sql.replace("%", "%%").replace("?", "%s")).encode()


def _connecting(url: str) -> dict[str, Any]:
    """How to connect. Raises MembersError, without what may be a password, if `url` is none."""
    try:
        given = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise MembersError(
            "FOOTNOTE_DATABASE_URL is not an address. Write "
            "postgresql://user:password@host:5432/database, with %-codes for odd characters."
        ) from None
    limit = f"-c statement_timeout={PATIENCE}s -c idle_in_transaction_session_timeout=10s"
    return {
        "application_name": "footnote",
        **given,
        "connect_timeout": PATIENCE,
        "options": f"{given.get('options') or ''} {limit}",
    }


def look_at(url: str) -> str:
    """Which server and database `url` names. Raises MembersError if they can't be used."""
    with _readable_errors(), _Connection.connect(**_connecting(url)) as connection:
        (version,) = connection.execute("show server_version").fetchone() or ("",)
        info = connection.info
        return f"PostgreSQL {version}, database {info.dbname} on {info.host}:{info.port}"


@contextmanager
def _readable_errors() -> Iterator[None]:
    """Turn what can go wrong with the server at the start into a sentence."""
    try:
        yield
    except (*_AWAY, psycopg.ProgrammingError) as error:
        why = " ".join(str(error).split())
        raise MembersError(
            f"The database of FOOTNOTE_DATABASE_URL can't be used ({why}). Check the setting, and "
            "that the server runs and lets this user make tables."
        ) from error
