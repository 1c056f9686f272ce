"""Answers that are in channels: what they showed of their facts, and whether that has changed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Literal, TypeAlias

from bot.members.database import Connection, Database
from bot.members.digests import Digests, is_same_fact
from bot.members.settings import settings_of
from bot.members.sqlite import utc
from bot.routing.library import Library
from bot.routing.reply import Reply, joined

Correction: TypeAlias = Literal["changed", "as posted", "withdrawn"]

WITHDRAWN = ""
"""In place of a digest: the fact is gone."""


@dataclass(frozen=True)
class Posted:
    """A message with an answer, by Discord's ids; nothing of who asked, nor what.

    `facts` are the ids of the facts that it gave; `posted` their digests when it was posted and
    `shown` those that it shows now. `plain` is whether it has no layout, which can't be changed.
    """

    guild: int
    channel: int
    message: int
    facts: tuple[str, ...]
    posted: tuple[str, ...]
    shown: tuple[str, ...]
    plain: bool
    at: datetime


def reply_with(facts: Sequence[str], library: Library) -> Reply | None:
    """A reply that gives those of the facts that there are; None if there is none."""
    replies = [library.answer(fact) for fact in facts if fact in library.facts]
    if len(replies) < 2:
        return next(iter(replies), None)
    return joined(replies)


def updated(posted: Posted, digests: Digests) -> Posted:
    """An answer as its message should show it now."""
    facts, shown = _now_shown(posted.facts, posted.shown, digests)
    return replace(posted, facts=facts, shown=shown)


def _now_shown(
    facts: Sequence[str], shown: Sequence[str], digests: Digests
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of facts, and what they show.

    A fact whose question was reworded has another id; it is known by what it showed.
    """
    now = tuple(
        fact if fact in digests else _fact_that_shows(before, digests, fact)
        for fact, before in zip(facts, shown, strict=True)
    )
    return now, tuple(digests.get(fact, WITHDRAWN) for fact in now)


def _fact_that_shows(shown: str, digests: Digests, otherwise: str) -> str:
    return next((fact for fact, digest in digests.items() if digest == shown), otherwise)


def correction_of(before: Posted, after: Posted) -> Correction | None:
    """What has become of an answer; None if the message shows what it should.

    "as posted" is an answer that is again, or still, as it was posted: readers need no note.
    """
    if after.shown == before.shown:
        return None
    if not any(after.shown):
        return "withdrawn"
    if all(map(is_same_fact, after.posted, after.shown)):
        return "as posted"
    return "changed"


POSTED_KEPT = 1000
"""Answers kept for one guild, the newest; older ones are not corrected."""

_KEEP = """
    insert into posted (message, guild, channel, facts, posted, shown, plain, at)
    values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (message) do update set
        facts = excluded.facts, posted = excluded.posted, shown = excluded.shown,
        plain = excluded.plain, at = excluded.at
"""
_CUT = """
    delete from posted where guild = :guild and message not in (
        select message from posted where guild = :guild order by message desc limit :kept
    )
"""
_ALL = """
    select guild, channel, message, facts, posted, shown, plain, at from posted
    order by message desc
"""


class PostedAnswers:
    """The answers that may be corrected. What `Members` promises holds here too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, answer: Posted) -> None:
        """Keep a new answer, unless its guild corrects none; drop what that makes too many."""
        row = (
            *(answer.message, answer.guild, answer.channel),
            *map(json.dumps, (answer.facts, answer.posted, answer.shown)),
            *(int(answer.plain), utc(answer.at)),
        )
        with self._database.writing(answer.guild) as db:
            if settings_of(db, answer.guild).corrections:
                db.execute(_KEEP, row)
                db.execute(_CUT, {"guild": answer.guild, "kept": POSTED_KEPT})

    def outstanding(self, digests: Digests, now: datetime) -> list[tuple[Posted, Posted]]:
        """The answers that are outdated, each as it is and as it should be; the newest first.

        Those too old for their guild to correct are left out.
        """

        @cache
        def is_outdated(facts: str, shown: str) -> bool:
            ids, before = tuple(json.loads(facts)), tuple(json.loads(shown))
            return (ids, before) != _now_shown(ids, before, digests)

        with self._database.reading() as db:
            # Many answers show the same, and few of them are outdated.
            rows = [row for row in db.execute(_ALL) if is_outdated(row[3], row[5])]
            since = {guild: _first_kept(db, guild, now) for guild in {row[0] for row in rows}}
        answers = (_posted(row) for row in rows if row[-1] >= since[row[0]])
        return [(answer, updated(answer, digests)) for answer in answers]

    def correct(self, after: Posted) -> None:
        """Note what a message shows now."""
        shows = json.dumps(after.facts), json.dumps(after.shown), after.message
        with self._database.writing() as db:
            db.execute("update posted set facts = ?, shown = ? where message = ?", shows)

    def drop(self, message: int) -> None:
        """Forget an answer."""
        with self._database.writing() as db:
            db.execute("delete from posted where message = ?", (message,))


def drop_posted(db: Connection, guild: int) -> None:
    """Forget all answers of a guild."""
    db.execute("delete from posted where guild = ?", (guild,))


def expire_posted(db: Connection, guild: int, now: datetime) -> None:
    """Forget the answers of a guild that are older than it corrects."""
    first = guild, _first_kept(db, guild, now)
    db.execute("delete from posted where guild = ? and at < ?", first)


def _first_kept(db: Connection, guild: int, now: datetime) -> str:
    return utc(now - timedelta(days=settings_of(db, guild).corrections))


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
