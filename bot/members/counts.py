"""Counts of a guild by week: its questions by outcome, and the facts that answered."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from bot.members.database import Connection, Database
from bot.routing.reply import Reply, Status

WEEKS = 12
"""Weeks, this one included, for which counts are kept and shown."""

Counted: TypeAlias = Mapping[tuple[int, str, str], int]
"""How often by guild, week (the ISO date of its Monday) and what: a status or a fact's id."""

_NEAR: set[Status] = {"nearest", "suggested"}


@dataclass(frozen=True)
class Week:
    """What a guild asked and voted in the week that begins on `start`, a Monday in UTC.

    `near` are questions that were shown what comes near; `up` and `down` are votes.
    """

    start: date
    answered: int = 0
    near: int = 0
    declined: int = 0
    up: int = 0
    down: int = 0

    @property
    def asked(self) -> int:
        """How many questions there were."""
        return self.answered + self.near + self.declined


class Counts:
    """Counts of all guilds, in memory until `keep` writes them; as durable then as `Members` says.

    `count` and `keep` belong to one thread at a time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._new: Counter[tuple[int, str, str]] = Counter()

    def count(self, guild: int, reply: Reply, now: datetime) -> None:
        """Count a reply to a question of a guild, and the facts that it gives."""
        week = monday(now).isoformat()
        outcome = "near" if reply.status in _NEAR else reply.status
        for what in (outcome, *reply.facts):
            self._new[guild, week, what] += 1

    def take(self) -> Counted:
        """Hand over what was counted and not written yet."""
        taken, self._new = self._new, Counter()
        return taken

    def keep(self, counted: Counted) -> None:
        """Write what was taken."""
        # In order, so that two processes don't wait for each other's rows.
        rows = sorted((*key, times) for key, times in counted.items())
        with self._database.writing() as db:
            db.executemany(_KEEP, rows)

    def weeks(self, guild: int, now: datetime) -> tuple[Week, ...]:
        """The last `WEEKS` weeks of a guild, the newest first."""
        first = _first(now)
        with self._database.reading() as db:
            rows = [*db.execute(_COUNTS, (guild, first)), *db.execute(_VOTES, (guild, first))]
        totals = Counter[tuple[date, str]]()
        for day, what, times in rows:
            totals[_week(date.fromisoformat(day)), what] += times
        kinds = ("answered", "near", "declined", "up", "down")
        starts = [monday(now) - timedelta(weeks=n) for n in range(WEEKS)]
        return tuple(Week(start, *(totals[start, kind] for kind in kinds)) for start in starts)

    def most_asked(self, guild: int, now: datetime, limit: int) -> tuple[tuple[str, int], ...]:
        """The ids of the facts that a guild was given most often in these weeks, and how often."""
        with self._database.reading() as db:
            return tuple(db.execute(_MOST_ASKED, (guild, _first(now), limit)))


def expire_counts(db: Connection, now: datetime) -> None:
    """Delete the counts of weeks that are no longer shown."""
    db.execute("delete from counts where week < ?", (_first(now),))


def monday(now: datetime) -> date:
    """The first day of a week, in UTC."""
    return _week(now.astimezone(UTC).date())


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _first(now: datetime) -> str:
    return (monday(now) - timedelta(weeks=WEEKS - 1)).isoformat()


_KEEP = """
    insert into counts (guild, week, what, times) values (?, ?, ?, ?)
    on conflict (guild, week, what) do update set times = counts.times + excluded.times
"""
_COUNTS = """
    select week, what, times from counts
    where guild = ? and week >= ? and what in ('answered', 'near', 'declined')
"""
_VOTES = """
    select substr(at, 1, 10) as day, case up when 1 then 'up' else 'down' end, count(*) from votes
    where guild = ? and at >= ? group by day, up
"""
_MOST_ASKED = """
    select what, sum(times) as total from counts
    where guild = ? and week >= ? and what like '%#%'
    group by what order by total desc, what limit ?
"""
