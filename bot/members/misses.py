"""Misses: what members asked and the fact table did not serve well, kept and merged."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

from rapidfuzz import fuzz, process

from bot.knowledge.facts import PHRASING_LIMIT, article_slug
from bot.knowledge.loading import Collection
from bot.language.lexicon import Lexicon
from bot.language.text import fold_punctuation, squeeze, words
from bot.members.database import Connection

MissReason = Literal["declined", "weak", "voted down", "told"]

_ALIKE = 90
"""The likeness (0..100) of letters from which two questions are taken for one mistyped."""

# Mentions, custom emoji, addresses, telephone numbers: they may tell who asked.
_TELLING_WHO = re.compile(r"<[@#:/at][^<>]*>|\S{0,99}://\S*|\S{0,99}@\S*|\+?\d{7,}", re.IGNORECASE)


@dataclass(frozen=True)
class Miss:
    """Something that was asked `times` times and not served well.

    `question` is "" if the guild keeps counts alone; `nearest` is the id of the fact that came
    nearest, or "". The dates are days in UTC: a time would tell which message it was.
    """

    id: int
    question: str
    nearest: str
    why: MissReason
    times: int
    first_seen: date
    last_seen: date


@dataclass(frozen=True)
class NewMiss:
    """A question as it was asked in a guild (0: direct messages), and why it was a miss.

    `nearest` is the id of the fact that came nearest, or "".
    """

    guild: int
    question: str
    nearest: str
    why: MissReason


@dataclass(frozen=True)
class MissCluster:
    """Misses that ask the same, the most asked first; there is at least one."""

    misses: tuple[Miss, ...]

    @property
    def question(self) -> str:
        """The wording asked most often, "" if the guild keeps counts alone."""
        return self.misses[0].question

    @property
    def nearest(self) -> str:
        """The id of the fact that came nearest to it, or ""."""
        return self.misses[0].nearest

    @property
    def reasons(self) -> tuple[MissReason, ...]:
        """Why these were misses, the most frequent first."""
        return tuple(dict.fromkeys(miss.why for miss in self.misses))

    @property
    def times(self) -> int:
        """How often it was asked in all wordings."""
        return sum(miss.times for miss in self.misses)


def normal_question(text: str) -> str:
    """A question on one line as a miss keeps it, without what may tell who asked.

    At most `PHRASING_LIMIT` characters, so that it can become a phrasing; "" if no word is left.
    """
    plain = fold_punctuation(unicodedata.normalize("NFKC", text[: 10 * PHRASING_LIMIT]))
    line = squeeze(_TELLING_WHO.sub(" ", squeeze(plain)))[:PHRASING_LIMIT].strip(" ?!.")
    return line if words(line) else ""


def merge_misses(misses: Iterable[Miss], knowledge: Collection) -> tuple[MissCluster, ...]:
    """Merge misses with the same terms (synonyms count as one) or a like spelling.

    Names are read as the article of the nearest fact has them.

    Misses without text merge by the nearest fact. The clusters come most asked first.
    """
    groups: list[list[Miss]] = []
    same: dict[frozenset[str] | str, int] = {}
    spelt: defaultdict[tuple[str, ...], dict[int, str]] = defaultdict(dict)
    for miss in sorted(misses, key=lambda m: (-m.times, m.question.casefold(), m.id)):
        asked = words(miss.question)
        lexicon = knowledge.lexicons.get(article_slug(miss.nearest), knowledge.lexicon)
        text, key = " ".join(asked), _terms(asked, lexicon) or miss.nearest
        # One digit is all that tells two numbers apart, so they have to be the same.
        alike = spelt[tuple(word for word in asked if word[0].isdigit())]
        group = same.get(key, _nearest(text, alike))
        if group is None:
            group = len(groups)
            groups.append([])
            alike[group] = text
        same.setdefault(key, group)
        groups[group].append(miss)
    clusters = (MissCluster(tuple(group)) for group in groups)
    return tuple(sorted(clusters, key=lambda cluster: -cluster.times))


def _terms(asked: list[str], lexicon: Lexicon) -> frozenset[str]:
    """The keys of the terms of a question, without grammar if something else is left.

    "When" and "who" stay: they tell apart questions about the same thing.
    """
    keys = frozenset(term.key for term in lexicon.terms(asked)) or frozenset(asked)
    return keys - (lexicon.grammar - lexicon.language.question_words) or keys


def _nearest(text: str, groups: Mapping[int, str]) -> int | None:
    found = process.extractOne(text, groups, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return found[2] if text and found else None


MISS_TEXTS = 2000
"""Different questions kept for one guild; further ones are only counted."""

_COUNTED = """
    on conflict (guild, question, nearest, why) do update set
        times = misses.times + excluded.times,
        first_seen = case when excluded.first_seen < misses.first_seen
            then excluded.first_seen else misses.first_seen end,
        last_seen = case when excluded.last_seen > misses.last_seen
            then excluded.last_seen else misses.last_seen end
"""
_COUNT = """
    insert into misses (guild, question, nearest, why, times, first_seen, last_seen)
    values (:guild, :question, :nearest, :why, 1, :day, :day)
"""
_KEPT = """
    select count(*), max(case when lower(question) = lower(?) then question end) from misses
    where guild = ? and question != ''
"""
_DROP_TEXTS = """
    insert into misses (guild, question, nearest, why, times, first_seen, last_seen)
    select guild, '', nearest, why, sum(times), min(first_seen), max(last_seen) from misses
    where guild = ? and question != '' and dismissed = 0 group by guild, nearest, why
"""
_LISTED = """
    select id, question, nearest, why, times, first_seen, last_seen from misses
    where guild = ? and dismissed = 0 and last_seen >= ?
    order by times desc, last_seen desc, id
"""


def count_miss(db: Connection, missed: NewMiss, day: date) -> None:
    """Count a miss; its question is "" if the text is not kept."""
    kept, known = db.execute(_KEPT, (missed.question, missed.guild)).fetchone()
    question = known or (missed.question if kept < MISS_TEXTS else "")
    db.execute(_COUNT + _COUNTED, asdict(missed) | {"question": question, "day": day.isoformat()})


def listed_misses(db: Connection, guild: int, since: date) -> tuple[Miss, ...]:
    """The misses of a guild last asked on `since` or later and not dismissed, most asked first."""
    return tuple(
        Miss(
            id_, question, nearest, why, times, date.fromisoformat(first), date.fromisoformat(last)
        )
        for id_, question, nearest, why, times, first, last in db.execute(
            _LISTED, (guild, since.isoformat())
        )
    )


def dismiss_misses(db: Connection, guild: int, ids: Iterable[int]) -> None:
    """Dismiss questions for good; a count without words starts again at the next question."""
    values = [(guild, id_) for id_ in ids]
    db.executemany("delete from misses where guild = ? and id = ? and question = ''", values)
    db.executemany("update misses set dismissed = 1 where guild = ? and id = ?", values)


def drop_miss_texts(db: Connection, guild: int) -> None:
    """Turn the texts of a guild's misses into counts."""
    db.execute(_DROP_TEXTS + _COUNTED, (guild,))
    db.execute("delete from misses where guild = ? and question != ''", (guild,))


def expire_misses(db: Connection, guild: int, since: date) -> None:
    """Delete the misses of a guild that were last asked before `since`."""
    db.execute("delete from misses where guild = ? and last_seen < ?", (guild, since.isoformat()))
