"""The table of misses: counting, listing, dismissing and expiring, each within a transaction."""

import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from bot.members.misses import Miss, Missed

MISS_TEXTS = 2000
"""Different questions that are kept of one guild; more are only counted."""

_COUNT = """
    insert into misses (guild, question, nearest, why, times, first_seen, last_seen)
    values (:guild, :question, :nearest, :why, 1, :day, :day)
    on conflict do update set
        times = times + 1,
        first_seen = min(first_seen, excluded.first_seen),
        last_seen = max(last_seen, excluded.last_seen)
"""
_KEPT = "select count(*), max(question = ?) from misses where guild = ? and question != ''"
_DROP_TEXTS = """
    insert into misses (guild, question, nearest, why, times, first_seen, last_seen)
    select guild, '', nearest, why, sum(times), min(first_seen), max(last_seen) from misses
    where guild = ? and question != '' and not dismissed group by nearest, why
    on conflict do update set
        times = times + excluded.times,
        first_seen = min(first_seen, excluded.first_seen),
        last_seen = max(last_seen, excluded.last_seen)
"""
_LISTED = """
    select id, question, nearest, why, times, first_seen, last_seen from misses
    where guild = ? and not dismissed and last_seen >= ?
    order by times desc, last_seen desc, id
"""


def count_miss(db: sqlite3.Connection, missed: Missed, day: date) -> None:
    """Count a miss; its question is "" where the text is not kept."""
    kept, known = db.execute(_KEPT, (missed.question, missed.guild)).fetchone()
    question = missed.question if known or kept < MISS_TEXTS else ""
    db.execute(_COUNT, asdict(missed) | {"question": question, "day": day.isoformat()})


def listed_misses(db: sqlite3.Connection, guild: int, since: date) -> tuple[Miss, ...]:
    """The misses of a guild last asked on `since` or later and not dismissed, most asked first."""
    return tuple(
        Miss(
            id_, question, nearest, why, times, date.fromisoformat(first), date.fromisoformat(last)
        )
        for id_, question, nearest, why, times, first, last in db.execute(
            _LISTED, (guild, since.isoformat())
        )
    )


def dismiss_misses(db: sqlite3.Connection, guild: int, ids: Iterable[int]) -> None:
    """Dismiss questions for good; a mere count starts anew, since others are behind it next."""
    values = [(guild, id_) for id_ in ids]
    db.executemany("delete from misses where guild = ? and id = ? and question = ''", values)
    db.executemany("update misses set dismissed = 1 where guild = ? and id = ?", values)


def drop_miss_texts(db: sqlite3.Connection, guild: int) -> None:
    """Turn the texts of a guild's misses into counts."""
    db.execute(_DROP_TEXTS, (guild,))
    db.execute("delete from misses where guild = ? and question != ''", (guild,))


def miss_guilds(db: sqlite3.Connection) -> list[int]:
    """The guilds that misses are kept of."""
    return [guild for (guild,) in db.execute("select distinct guild from misses")]


def expire_misses(db: sqlite3.Connection, guild: int, since: date) -> None:
    """Delete the misses of a guild that were last asked before `since`."""
    db.execute("delete from misses where guild = ? and last_seen < ?", (guild, since.isoformat()))
