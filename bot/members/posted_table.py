"""The table of the answers that stand in channels, so that they can be corrected."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

from bot.members.file import MembersFile
from bot.members.posted import Digests, Posted, brought_up
from bot.members.settings import settings_of

POSTED_KEPT = 1000
"""Answers that are kept of one guild, the newest; older ones are not corrected."""

_KEEP = "insert or replace into posted values (?, ?, ?, ?, ?, ?, ?, ?)"
_CUT = """
    delete from posted where message in (
        select message from posted where guild = ? order by message desc limit -1 offset ?
    )
"""
_ALL = """
    select guild, channel, message, facts, posted, shown, plain, at from posted
    order by message desc
"""


class PostedAnswers:
    """The answers that may be corrected. What `Members` promises holds here too."""

    def __init__(self, file: MembersFile) -> None:
        self._file = file

    def keep(self, answer: Posted) -> None:
        """Keep a new answer, unless its guild corrects none; drop what that makes too many."""
        row = (
            *(answer.message, answer.guild, answer.channel),
            *map(json.dumps, (answer.facts, answer.posted, answer.shown)),
            *(int(answer.plain), _utc(answer.at)),
        )
        with self._file.writing() as db:
            if settings_of(db, answer.guild).corrections:
                db.execute(_KEEP, row)
                db.execute(_CUT, (answer.guild, POSTED_KEPT))

    def outstanding(self, digests: Digests, now: datetime) -> list[tuple[Posted, Posted]]:
        """The answers that show something else than they should, as they are and should be.

        The newest come first; those that are older than their guild corrects are no answers.
        """
        with self._file.reading() as db:
            rows = db.execute(_ALL).fetchall()
            guilds = {row[0] for row in rows}
            since = {guild: _first_kept(db, guild, now) for guild in guilds}
        answers = (_posted(row) for row in rows if row[-1] >= since[row[0]])
        pairs = ((answer, brought_up(answer, digests)) for answer in answers)
        return [(before, after) for before, after in pairs if before != after]

    def correct(self, after: Posted) -> None:
        """Note what a message shows now."""
        shows = json.dumps(after.facts), json.dumps(after.shown), after.message
        with self._file.writing() as db:
            db.execute("update posted set facts = ?, shown = ? where message = ?", shows)

    def drop(self, message: int) -> None:
        """Forget an answer."""
        with self._file.writing() as db:
            db.execute("delete from posted where message = ?", (message,))

    def expire(self, now: datetime) -> None:
        """Forget the answers that are older than their guild corrects."""
        with self._file.writing() as db:
            for (guild,) in db.execute("select distinct guild from posted").fetchall():
                first = guild, _first_kept(db, guild, now)
                db.execute("delete from posted where guild = ? and at < ?", first)


def drop_posted(db: sqlite3.Connection, guild: int) -> None:
    """Forget all answers of a guild."""
    db.execute("delete from posted where guild = ?", (guild,))


def _first_kept(db: sqlite3.Connection, guild: int, now: datetime) -> str:
    return _utc(now - timedelta(days=settings_of(db, guild).corrections))


def _posted(row: tuple[int, int, int, str, str, str, int, str]) -> Posted:
    guild, channel, message, facts, posted, shown, plain, at = row
    return Posted(
        guild=guild,
        channel=channel,
        message=message,
        facts=tuple(json.loads(facts)),
        posted=tuple(json.loads(posted)),
        shown=tuple(json.loads(shown)),
        plain=bool(plain),
        at=datetime.fromisoformat(at),
    )


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
