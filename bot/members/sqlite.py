"""What members create, in one SQLite file: its tables; opening, checking and migrating it.

A file that is damaged is set aside, never overwritten. The tables grow by numbered migrations:
one that was published is never changed, a new one is added below it.
"""

import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock

from sqlite_utils import Database, Migrations

from bot.errors import FootnoteError
from bot.files import advice, free_name, locked, private_file, sqlite_code

log = logging.getLogger(__name__)

migrations = Migrations("members")

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

_ASIDE = "corrupt"

_OPENING = 30.0
"""Seconds that another process may take to open the file, which it reads whole."""

ASIDE_DAYS = 30
"""Days for which a damaged file that was set aside can be restored."""


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
    # Buttons carry the ids, so none may be used twice.
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
    """Create the table of the answers that are in channels, to be corrected."""
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
    """Rename the setting of the role for editors; files from before still have the old name."""
    db.execute("update settings set key = 'editors' where key = 'curators'")


@migrations()
def m004_digests(db: Database) -> None:
    """Forget the posted answers: what they showed was noted in another form."""
    if forgotten := db.execute("delete from posted").rowcount:
        log.warning(
            "Answers posted before this update are no longer corrected if their facts change: %d.",
            forgotten,
        )


@migrations()
def m005_counts(db: Database) -> None:
    """Create the table of what a guild asked and was told in a week."""
    db.execute("""
        create table counts (
            guild integer not null, week text not null, what text not null, times integer not null,
            primary key (guild, week, what)
        ) strict
    """)


@migrations()
def m006_published(db: Database) -> None:
    """Create the table of the one version that all processes should answer from."""
    db.execute("""
        create table published (
            one integer primary key check (one = 1), version text not null
        ) strict
    """)


class MembersFile:
    """An open file, shared by threads one after another.

    `notice` is "" or a sentence for the operator: that a damaged file was set aside on opening.
    """

    def __init__(self, file: Path, wait: float) -> None:
        """Open or make `file`; `wait` is how long (seconds) to wait for another program."""
        self._path = file
        self._lock = Lock()
        self.notice = ""
        busy = f"Another process has been opening {file} for a long time. Try again in a moment."
        # Two that begin at once would make the same tables.
        with (
            self._readable_errors(),
            locked(file.parent, "opening.lock", MembersError, busy, _OPENING),
        ):
            self._connection = self._open(file, wait)
            try:
                self._migrate()
            except BaseException:
                self._connection.close()
                raise

    def _open(self, file: Path, wait: float) -> sqlite3.Connection:
        connection = _connect(file, wait)
        if connection is None:
            aside = _set_aside(file)
            self.notice = (
                f"{file.name} was damaged; it is set aside as {aside.name} and a new one is "
                f"begun, without votes, misses, settings and audit. Restore a backup; {aside.name} "
                f"still holds what members wrote, and is deleted in {ASIDE_DAYS} days."
            )
            connection = _connect(file, wait)
        if connection is None:
            raise MembersError(f"{file} can't be made again. Check the disk.")
        return connection

    def _migrate(self) -> None:
        db = Database(self._connection)
        with closing(Database(memory=True)) as nothing:
            ours = {migration.name for migration in migrations.pending(nothing)}
        if {migration.name for migration in migrations.applied(db)} - ours:
            raise MembersError(
                f"{self._path} belongs to a newer version of the bot. Install that version, or set "
                "FOOTNOTE_DATA to another folder."
            )
        migrations.apply(db)

    @contextmanager
    def _readable_errors(self) -> Iterator[None]:
        """Turn errors of the system into a sentence; leave those of the program."""
        try:
            yield
        except OSError as error:
            raise MembersError(
                f"{self._path} can't be used: {advice(error)} FOOTNOTE_DATA can name "
                "another folder."
            ) from error
        except sqlite3.Error as error:
            if sqlite_code(error) in _DAMAGED:
                raise MembersError(
                    f"{self._path.name} is damaged. Restart the bot: it sets the file aside and "
                    "starts a new one."
                ) from error
            if why := advice(error):
                raise MembersError(f"{self._path} can't be used: {why}") from error
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for a query."""
        with self._lock, self._readable_errors():
            try:
                yield self._connection
            except ValueError as error:
                # We wrote it, so it was a date or JSON once.
                raise MembersError(
                    f"{self._path} holds a value that is damaged. Restore a backup, or move the "
                    "file away and restart the bot."
                ) from error

    @contextmanager
    def writing(self, guild: int = 0) -> Iterator[sqlite3.Connection]:  # noqa: ARG002 (all wait)
        """Lend the connection for a transaction, which is on the disk when the block ends."""
        with self._lock, self._readable_errors(), self._connection as connection:
            connection.execute("begin immediate")
            yield connection

    def listen(self, notify: Callable[[str], None], stopped: Event) -> None:
        """Call `notify` if another process has written, until `stopped` is set."""
        seen = None
        while not stopped.wait(1):
            with suppress(MembersError), self.reading() as connection:
                (version,) = connection.execute("pragma data_version").fetchone()
                if version != seen:
                    notify("")
                seen = version

    def scrub(self) -> None:
        """Rewrite the file and empty its log, so that what was deleted is nowhere."""
        with self.reading() as connection:
            # SQLite's `secure_delete` leaves parts of rows behind when it rearranges a page.
            connection.execute("vacuum")
            connection.execute("pragma wal_checkpoint(truncate)")

    def drop_set_aside(self, before: datetime) -> None:
        """Delete the damaged files, and their logs, that were set aside before a time."""
        with self._readable_errors():
            for file in self._path.parent.glob(f"{self._path.name}.{_ASIDE}-*"):
                if file.stat().st_mtime < before.timestamp():
                    file.unlink()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _connect(file: Path, wait: float) -> sqlite3.Connection | None:
    """Open `file`; None if it is damaged."""
    private_file(file)
    connection = sqlite3.connect(file, timeout=wait, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma temp_store = memory")
        (found,) = connection.execute("pragma integrity_check(1)").fetchone()
        connection.text_factory = bytes
        for (sql,) in connection.execute("select sql from sqlite_master where sql is not null"):
            sql.decode("utf-8")
    except UnicodeError:
        # A name in the file is no longer text: SQLite goes on with it, Python can't.
        connection.close()
        return None
    except sqlite3.Error as error:
        connection.close()
        if sqlite_code(error) in _DAMAGED:
            return None
        raise
    # A damaged letter in one text must not block the others.
    connection.text_factory = _readable
    if found == "ok":
        return connection
    connection.close()
    return None


def utc(at: datetime) -> str:
    """A time as the file keeps it."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _readable(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _set_aside(file: Path) -> Path:
    """Move a damaged file, and the log beside it, to the first free name."""
    aside = free_name(file, _ASIDE)
    log = file.with_name(f"{file.name}-wal")
    # If killed in between, the file is still in its place, and this starts again.
    if log.exists():
        shutil.copy2(log, aside.with_name(f"{aside.name}-wal"))
    file.rename(aside)
    aside.touch()
    for suffix in ("-wal", "-shm"):
        file.with_name(f"{file.name}{suffix}").unlink(missing_ok=True)
    return aside
