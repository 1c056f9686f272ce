"""All that members create: settings, votes, misses, and the audit list, in a database of its own.

No clock and no Discord: times come in as aware datetimes and are kept in UTC.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.language.text import squeeze
from bot.members.announcements import Announcements
from bot.members.counts import Counts, expire_counts
from bot.members.database import Connection, open_database
from bot.members.misses import (
    Miss,
    NewMiss,
    count_miss,
    dismiss_misses,
    drop_miss_texts,
    expire_misses,
    listed_misses,
    normal_question,
)
from bot.members.posted import PostedAnswers, drop_posted, expire_posted
from bot.members.settings import GuildSettings, check_days, settings_of
from bot.members.sqlite import ASIDE_DAYS, utc

MEMBERS = "members.db"
"""The name of the file in the data folder."""

REASON_LIMIT = 500
"""Characters of the reason of a vote; what follows is cut."""

AUDIT_LIMIT = 1000
"""Characters of what an audit entry says; what follows is cut."""


@dataclass(frozen=True)
class Vote:
    """What a member thinks of an answer: a thumb up or down, and why ("" if not told).

    `answer` is a key that the caller chooses; `guild` is where it was given, 0 in direct messages.
    """

    user: int
    answer: str
    up: bool
    at: datetime
    guild: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Tally:
    """How many votes an answer got."""

    up: int
    down: int


@dataclass(frozen=True)
class AuditEntry:
    """An entry of the audit list: who (0: forgotten on request), when, what, in which guild."""

    user: int
    at: datetime
    what: str
    guild: int


@dataclass(frozen=True)
class PersonalData:
    """Everything that is kept about one member."""

    votes: tuple[Vote, ...]
    changes: tuple[AuditEntry, ...]


class Members:
    """What members create, kept in a file or on a server.

    A method that changes something has it on the disk when it returns, or raises MembersError and
    has changed nothing. Any thread may call; if another program holds the file, or the server is
    gone, a call takes some seconds, so don't call from the event loop.
    """

    def __init__(self, file: Path, wait: float = 2.0, url: str = "") -> None:
        """Open or make `file`, or else the PostgreSQL database that `url` names.

        A damaged file is set aside as `<name>.corrupt-<number>`, and `notice` says so. Raises
        MembersError if it can't be opened.
        """
        self._database = open_database(file, wait, url)
        self.notice = self._database.notice
        self.posted = PostedAnswers(self._database)
        self.counts = Counts(self._database)
        self.announcements = Announcements(self._database)

    def close(self) -> None:
        """Close the file, or leave the server."""
        self._database.close()

    def settings(self, guild: int) -> GuildSettings:
        """The settings of a guild; the defaults if it chose nothing."""
        with self._database.reading() as db:
            return settings_of(db, guild)

    def change_settings(
        self, guild: int, change: Callable[[GuildSettings], GuildSettings]
    ) -> GuildSettings:
        """Change settings in one step and return the new ones.

        A guild that no longer keeps texts of misses loses those kept, at once; counts stay. So does
        one that no longer corrects its answers. Raises MembersError if `miss_days` is out of
        `MISS_DAYS` or `corrections` out of `CORRECTION_DAYS`.
        """
        with self._database.writing(guild) as db:
            old = settings_of(db, guild)
            new = change(old)
            check_days(new)
            before = asdict(old)
            db.executemany(
                _SET,
                [(guild, k, json.dumps(v)) for k, v in asdict(new).items() if v != before[k]],
            )
            if not new.misses:
                drop_miss_texts(db, guild)
            if not new.corrections:
                drop_posted(db, guild)
        if (old.misses, old.corrections > 0) > (new.misses, new.corrections > 0):
            self._database.scrub()
        return new

    def vote(self, vote: Vote, missed: NewMiss | None = None) -> None:
        """Keep a vote, in place of the member's earlier one on the same answer.

        A vote the same way without a reason leaves the reason given before. With it a miss is
        counted, unless the member's earlier vote was one down, and so counted already.
        """
        row = {
            **asdict(vote),
            "up": int(vote.up),
            "at": utc(vote.at),
            "reason": squeeze(vote.reason)[:REASON_LIMIT],
        }
        with self._database.writing(vote.guild) as db:
            if missed and not db.execute(_VOTED_DOWN, (vote.user, vote.answer)).fetchone():
                _count_miss(db, missed, vote.at)
            db.execute(_VOTE, row)

    def tally(self, answer: str) -> Tally:
        """How many votes an answer has."""
        with self._database.reading() as db:
            query = "select coalesce(sum(up), 0), count(*) from votes where answer = ?"
            up, votes = db.execute(query, (answer,)).fetchone()
        return Tally(up, votes - up)

    def reasons(self, guild: int, answer: str) -> tuple[str, ...]:
        """Why members of a guild voted an answer down, newest first, without who they are."""
        with self._database.reading() as db:
            return tuple(reason for (reason,) in db.execute(_REASONS, (guild, answer)))

    def confirmed(self, since: datetime, guilds: Collection[int]) -> dict[str, int]:
        """The answers with more votes up than down, among those given from `since` on.

        With each, how many more members of these guilds voted it up than down.
        """
        liked, here = Counter[str](), Counter[str]()
        with self._database.reading() as db:
            for answer, guild, more in db.execute(_LIKED, (utc(since),)):
                liked[answer] += more
                here[answer] += more if guild in guilds else 0
        return {answer: here[answer] for answer in liked if liked[answer] > 0}

    def add_miss(self, missed: NewMiss, now: datetime) -> None:
        """Count a miss; keep its text only if the guild opted in, and nothing of who asked."""
        with self._database.writing(missed.guild) as db:
            _count_miss(db, missed, now)

    def misses(self, guild: int, now: datetime) -> tuple[Miss, ...]:
        """The misses of a guild that are neither dismissed nor expired, most asked first."""
        with self._database.reading() as db:
            return listed_misses(db, guild, _first_day_kept(db, guild, now))

    def dismiss_misses(self, guild: int, ids: Iterable[int]) -> None:
        """Hide these misses of a guild; questions stay hidden when asked again."""
        with self._database.writing(guild) as db:
            dismiss_misses(db, guild, ids)

    def add_audit_entry(self, change: AuditEntry) -> None:
        """Add an entry to the audit list."""
        row = change.user, utc(change.at), squeeze(change.what)[:AUDIT_LIMIT], change.guild
        with self._database.writing() as db:
            db.execute(_ADD_CHANGE, row)

    def audit_list(self, guild: int, offset: int = 0, limit: int = 25) -> tuple[AuditEntry, ...]:
        """The audit list of a guild, newest first, `limit` entries from `offset` on.

        It includes changes of facts and articles from anywhere: they change every guild's answers.
        """
        with self._database.reading() as db:
            return _audit_entries(db.execute(_CHANGES_IN, (guild, limit, offset)))

    def personal_data(self, user: int) -> PersonalData:
        """List everything that is kept about a member, oldest first."""
        with self._database.reading() as db:
            return PersonalData(
                votes=tuple(
                    Vote(user, answer, bool(up), datetime.fromisoformat(at), guild, reason)
                    for answer, up, at, guild, reason in db.execute(_VOTES_BY, (user,))
                ),
                changes=_audit_entries(db.execute(_CHANGES_BY, (user,))),
            )

    def forget(self, user: int) -> None:
        """Delete everything that is kept about a member, at once and for good.

        The audit list keeps what was changed, since the server answers for its facts, but not by
        whom: the id becomes 0. Misses never had one.
        """
        with self._database.writing() as db:
            db.execute('delete from votes where "user" = ?', (user,))
            db.execute('update audit set "user" = 0 where "user" = ?', (user,))
        self._database.scrub()

    def expire(self, now: datetime) -> None:
        """Delete expired misses, posted answers, counts, and damaged files that were set aside.

        Call it every day.
        """
        with self._database.writing() as db:
            for (guild,) in db.execute(_GUILDS).fetchall():
                expire_misses(db, guild, _first_day_kept(db, guild, now))
                expire_posted(db, guild, now)
            expire_counts(db, now)
        self._database.scrub()
        self._database.drop_set_aside(now - timedelta(days=ASIDE_DAYS))


_GUILDS = "select guild from misses union select guild from posted"
_SET = """
    insert into settings (guild, key, value) values (?, ?, ?)
    on conflict (guild, key) do update set value = excluded.value
"""
# PostgreSQL has a word of its own called user, hence the quotation marks.
_VOTE = """
    insert into votes ("user", answer, guild, up, reason, at)
    values (:user, :answer, :guild, :up, :reason, :at)
    on conflict ("user", answer) do update set
        reason = case when votes.up = excluded.up and excluded.reason = ''
            then votes.reason else excluded.reason end,
        guild = excluded.guild, up = excluded.up, at = excluded.at
"""
_VOTED_DOWN = 'select 1 from votes where "user" = ? and answer = ? and up = 0'
_VOTES_BY = """
    select answer, up, at, guild, reason from votes where "user" = ? order by at, answer
"""
_REASONS = """
    select reason from votes where guild = ? and answer = ? and up = 0 and reason != ''
    order by at desc, "user" desc
"""
_LIKED = """
    select answer, guild, sum(2 * up - 1) from votes
    where at >= ? group by answer, guild order by answer
"""
_ADD_CHANGE = 'insert into audit ("user", at, what, guild) values (?, ?, ?, ?)'
_CHANGES_BY = 'select "user", at, what, guild from audit where "user" = ? order by id'
_CHANGES_IN = """
    select "user", at, what, guild from audit
    where guild = ? or (
        (what like '/facts %' or what like '/articles %')
        and what not like '/facts misses, Dismiss%'
    )
    order by id desc limit ? offset ?
"""


def _count_miss(db: Connection, missed: NewMiss, now: datetime) -> None:
    opted_in = settings_of(db, missed.guild).misses
    text = normal_question(missed.question) if opted_in else ""
    count_miss(db, replace(missed, question=text), _day(now))


def _audit_entries(rows: Iterable[tuple[int, str, str, int]]) -> tuple[AuditEntry, ...]:
    return tuple(
        AuditEntry(user, datetime.fromisoformat(at), what, guild) for user, at, what, guild in rows
    )


def _first_day_kept(db: Connection, guild: int, now: datetime) -> date:
    return _day(now) - timedelta(days=settings_of(db, guild).miss_days)


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
