"""Writing the knowledge database, an article at a time.

A copy is changed, then takes the file's place: a reader has the old one or the new one whole, and
so has the next start if this one is killed. It holds nothing of its own; delete it at any time.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from bot.errors import FootnoteError
from bot.files import advice, locked, private_file, sync_file
from bot.publishing.cache import GENERAL, contents_of, unload
from bot.publishing.tables import (
    SCHEMA,
    create_tables,
    delete_article,
    insert_article,
    opened,
)
from bot.routing.library import Library

STRAY_SECONDS = 3600
"""After so long without a change, a half-built database is abandoned; a build takes a second."""

_HELD = "select article, key from built"
_PUBLISHED = "select slug, key from articles union all select '', general from edition"

_LOCK = "knowledge.lock"
_WAIT = 10.0
"""For how long (seconds) another program may be writing."""


class StoreError(FootnoteError):
    """The database can't be built or read; the message says what to do."""


def version_of(file: Path) -> str:
    """The version of the knowledge in a database; "" if there is none, or another schema."""
    found = _rows(file, "select version from edition")
    return str(found[0][0]) if found else ""


def is_cached(file: Path, keys: Mapping[str, str]) -> bool:
    """Whether a database has what is built under these keys."""
    return keys.items() <= set(_rows(file, _HELD) or ())


def _rows(file: Path, query: str) -> list[Any] | None:
    """What a database answers; None if there is none of our schema."""
    schema = _answer(file, "pragma user_version")
    return _answer(file, query) if schema == [(SCHEMA,)] else None


def _answer(file: Path, query: str) -> list[Any] | None:
    """What a database of any schema answers; None if it can't."""
    with suppress(sqlite3.Error, UnicodeError), closing(opened(file)) as db:
        return [tuple(row) for row in db.execute(query)]
    return None


def write_edition(
    file: Path,
    library: Library,
    keys: Mapping[str, str],
    version: str,
    *,
    from_scratch: bool = False,
) -> None:
    """Make a database hold the articles of a library; only those that differ are written.

    `keys` are those of the articles and of what is general (`keys_of`). `from_scratch` leaves
    nothing of what is there. Raises StoreError.
    """
    with _changed(file, from_scratch=from_scratch) as db:
        held = dict(db.execute("select slug, key from articles").fetchall())
        parts = {part.article.slug: part for part in library.collection.parts}
        for slug in sorted(held.keys() | parts.keys()):
            if slug not in parts or held.get(slug) != keys[slug]:
                delete_article(db, slug)
            if slug in parts and held.get(slug) != keys[slug]:
                insert_article(db, parts[slug], keys[slug])
        db.execute("delete from edition")
        db.execute("insert into edition values (?, ?)", [version, keys[GENERAL]])
        _cache(db, file, library, keys)


def cache_built(file: Path, library: Library, keys: Mapping[str, str]) -> None:
    """Keep in a database what was built; what is published in it stays as it is.

    One of another schema from which somebody may answer is left alone. Raises StoreError.
    """
    is_ours = _rows(file, "select 1") is not None
    is_in_use = bool(_answer(file, "select version from edition"))
    if not is_cached(file, keys) and (is_ours or not is_in_use):
        with _changed(file) as db:
            _cache(db, file, library, keys)


def _cache(db: sqlite3.Connection, file: Path, library: Library, keys: Mapping[str, str]) -> None:
    """Keep what is built now, besides what is published, and nothing else.

    `file` is where the database will be.
    """
    held, published = set(db.execute(_HELD)), set(db.execute(_PUBLISHED))
    db.executemany(
        "delete from built where article = ? and key = ?", held - published - keys.items()
    )
    for slug, key in keys.items() - held:
        contents = contents_of(library, slug)
        rows = [(slug, key, part, content) for part, content in contents.items()]
        db.executemany("insert into built values (?, ?, ?, ?)", rows)
        unload(library, slug, file, key)


@contextmanager
def _changed(file: Path, *, from_scratch: bool = False) -> Iterator[sqlite3.Connection]:
    """A copy of a database, or a new one, that takes the file's place after the block."""
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    busy = f"Another program has been writing {file} for a long time. Try again in a moment."
    try:
        with locked(file.parent, _LOCK, StoreError, busy, _WAIT):
            beside.unlink(missing_ok=True)
            private_file(beside)
            _sweep(file)
            if not from_scratch and _rows(file, "select 1") is not None:
                shutil.copyfile(file, beside)
            with closing(sqlite3.connect(beside)) as db, db:
                _prepare(db)
                yield db
            sync_file(beside)
            beside.replace(file)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            beside.unlink()
        raise StoreError(
            f"The database {file} can't be written: {advice(error) or error} FOOTNOTE_DATA can "
            "name another folder."
        ) from error


def _prepare(db: sqlite3.Connection) -> None:
    # Nobody reads the copy before it is complete and on the disk.
    db.execute("pragma journal_mode = off")
    db.execute("pragma synchronous = off")
    if db.execute("pragma user_version").fetchone()[0] != SCHEMA:
        create_tables(db)
        db.execute(f"pragma user_version = {SCHEMA}")


def _sweep(file: Path) -> None:
    """Delete what killed builds of `file` left; a living one ends long before it counts as old."""
    for stray in file.parent.glob(f"{file.name}.*.new*"):
        # Another program may sweep at the same time.
        with suppress(OSError):
            if time.time() - stray.stat().st_mtime > STRAY_SECONDS:
                stray.unlink()
