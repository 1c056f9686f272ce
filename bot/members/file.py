"""The file of what members create: opening, checking, migrating, and telling what is wrong.

A file that is damaged is set aside, never overwritten. The tables grow by numbered migrations:
one that was published is never changed, a new one is added below it.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from threading import Lock

from sqlite_utils import Database, Migrations

from bot.errors import FootnoteError

migrations = Migrations("members")

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_SENTENCES = {
    **dict.fromkeys(
        (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED),
        "is in use by another program. Close that program, then try again.",
    ),
    **dict.fromkeys(
        _DAMAGED, "is damaged. Restart the bot: it sets the file aside and starts a new one."
    ),
    **dict.fromkeys(
        (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM),
        "can't be written. Make it and its folder writable, or set FOOTNOTE_DATA to another one.",
    ),
    sqlite3.SQLITE_FULL: "can't grow: the disk is full. Free some space, then try again.",
    sqlite3.SQLITE_IOERR: "can't be read or written: the disk reports an error. Check the disk.",
}


class MembersError(FootnoteError):
    """What members create can't be read or kept; nothing was changed."""


@migrations()
def m001_settings_votes_misses_audit(db: Database) -> None:
    """Create the first tables; 0 is the guild of direct messages."""
    db.execute("""
        create table settings (
            guild integer not null, key text not null, value text not null,
            primary key (guild, key)
        ) strict
    """)
    db.execute("""
        create table votes (
            user integer not null, answer text not null, guild integer not null,
            up integer not null check (up in (0, 1)), reason text not null, at text not null,
            primary key (user, answer)
        ) strict
    """)
    db.execute("create index votes_by_answer on votes (answer)")
    # The ids stand on buttons, so that none may be given twice.
    db.execute("""
        create table misses (
            id integer primary key autoincrement,
            guild integer not null, question text not null collate nocase,
            nearest text not null, why text not null, times integer not null,
            first_seen text not null, last_seen text not null,
            dismissed integer not null default 0,
            unique (guild, question, nearest, why)
        ) strict
    """)
    db.execute("""
        create table audit (
            id integer primary key autoincrement,
            user integer not null, at text not null, what text not null, guild integer not null
        ) strict
    """)
    db.execute("create index audit_by_user on audit (user)")


@migrations()
def m002_posted_answers(db: Database) -> None:
    """Create the table of the answers that stand in channels, to be corrected."""
    # Lists as JSON: of each fact in it what the message said of it first, and says now.
    db.execute("""
        create table posted (
            message integer primary key, guild integer not null, channel integer not null,
            facts text not null, posted text not null, shown text not null,
            plain integer not null check (plain in (0, 1)), at text not null
        ) strict
    """)
    db.execute("create index posted_by_guild on posted (guild, message)")


@migrations()
def m003_editors(db: Database) -> None:
    """Rename the setting of the role for editors."""
    db.execute("update settings set key = 'editors' where key = 'curators'")


class MembersFile:
    """An open file, shared by threads one after another.

    `notice` is "" or a sentence for the operator: that a damaged file was set aside on opening.
    """

    def __init__(self, file: Path, wait: float) -> None:
        """Open or make `file`; `wait` is how long (seconds) to wait for another program."""
        self._name = file.name
        self._lock = Lock()
        self.notice = ""
        with self._told():
            self._connection = self._open(file, wait)
            try:
                self._migrate()
            except BaseException:
                self._connection.close()
                raise

    def _open(self, file: Path, wait: float) -> sqlite3.Connection:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            connection = _connect(file, wait)
            if connection is None:
                aside = _set_aside(file)
                self.notice = (
                    f"{file.name} was damaged; it is set aside as {aside.name} and a new one is "
                    "begun, without votes, misses, settings and audit. Restore a backup, or delete "
                    f"{aside.name} when nobody needs it: it still holds what members wrote."
                )
                connection = _connect(file, wait)
        except OSError as error:
            raise MembersError(
                f"The folder of {file} can't be used ({error.strerror}). Make it writable, or set "
                "FOOTNOTE_DATA to another one."
            ) from error
        if connection is None:
            raise MembersError(f"{file} can't be made anew. Check the disk.")
        return connection

    def _migrate(self) -> None:
        db = Database(self._connection)
        with closing(Database(memory=True)) as nothing:
            ours = {migration.name for migration in migrations.pending(nothing)}
        if {migration.name for migration in migrations.applied(db)} - ours:
            raise MembersError(
                f"{self._name} belongs to a newer version of the bot. Install that version, or "
                "point FOOTNOTE_DATA to another folder."
            )
        migrations.apply(db)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what can go wrong outside the program into a sentence; leave our own mistakes."""
        try:
            yield
        except sqlite3.Error as error:
            sentence = _SENTENCES.get(_code(error))
            if sentence is None:
                raise
            raise MembersError(f"{self._name} {sentence}") from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for a query."""
        with self._lock, self._told():
            try:
                yield self._connection
            except ValueError as error:
                # We wrote it, so it was a date or JSON once.
                raise MembersError(
                    f"{self._name} holds a value that is damaged. Restore a backup, or move the "
                    "file away and restart the bot."
                ) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for a transaction, which is on the disk when the block ends.

        Whatever raises in the block undoes it as a whole.
        """
        with self._lock, self._told(), self._connection as connection:
            connection.execute("begin immediate")
            yield connection

    def empty_log(self) -> None:
        """Write the log into the file and empty it, so that what was deleted is nowhere."""
        with self.reading() as connection:
            connection.execute("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _connect(file: Path, wait: float) -> sqlite3.Connection | None:
    """Open `file`; None where it is damaged."""
    connection = sqlite3.connect(file, wait, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma secure_delete = on")
        (found,) = connection.execute("pragma integrity_check(1)").fetchone()
        connection.text_factory = bytes
        for (sql,) in connection.execute("select sql from sqlite_master where sql is not null"):
            sql.decode("utf-8")
    except UnicodeError:
        # A name in the file is no text any more: SQLite goes on with it, Python doesn't.
        connection.close()
        return None
    except sqlite3.Error as error:
        connection.close()
        if _code(error) in _DAMAGED:
            return None
        raise
    # A damaged letter in what somebody wrote bars the way to nothing else.
    connection.text_factory = _readable
    if found == "ok":
        return connection
    connection.close()
    return None


def _readable(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _set_aside(file: Path) -> Path:
    """Move a damaged file, and the log beside it, to the first free name."""
    names = (file.with_name(f"{file.name}.corrupt-{number}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    log = file.with_name(f"{file.name}-wal")
    # Killed in between, it leaves the file in its place, and this begins anew.
    if log.exists():
        shutil.copy2(log, aside.with_name(f"{aside.name}-wal"))
    file.rename(aside)
    for suffix in ("-wal", "-shm"):
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
    return aside


def _code(error: sqlite3.Error) -> int:
    """The primary code of an error, 0 where it comes from Python and not from SQLite."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
