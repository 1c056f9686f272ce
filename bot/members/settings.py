"""What the moderators of a guild chose, and reading it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

from bot.members.database import Connection
from bot.members.sqlite import MembersError

MISS_DAYS = range(1, 366)
"""For how many days a guild may keep a miss after it was last asked."""

CORRECTION_DAYS = range(31)
"""For how many days a posted answer may be corrected; 0 is never."""

SERVER = 0
"""Stands for a whole server in place of a channel's id."""


@dataclass(frozen=True)
class GuildSettings:
    """What the moderators of a guild chose; Discord ids throughout.

    `threads` is whether a question is answered in a thread of its own; `misses` whether the guild
    opted in to keep the text of misses; `editors` is a role that may edit the facts besides those
    who manage the server; `miss_days` is one of `MISS_DAYS`; `corrections` one of
    `CORRECTION_DAYS`. `articles` are the slugs of the articles that a channel is bound to, by its
    id; those of the whole server by `SERVER`.
    """

    ask_channels: tuple[int, ...] = ()
    plain: bool = False
    threads: bool = False
    misses: bool = False
    editors: int | None = None
    miss_days: int = 90
    # On by default, since a wrong answer must not stand because nobody knew of a setting; a week,
    # since by then the talk that an answer was part of is over.
    corrections: int = 7
    articles: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def with_ask_channel(self, channel: int, *, enabled: bool) -> "GuildSettings":
        """The settings with an ask channel more or less."""
        others = {c for c in self.ask_channels if c != channel}
        return replace(self, ask_channels=tuple(sorted(others | {channel} if enabled else others)))

    def with_article(self, channel: int, slug: str, *, enabled: bool) -> "GuildSettings":
        """The settings with a channel, or `SERVER`, bound to an article more or less."""
        others = [s for s in self.articles.get(channel, ()) if s != slug]
        return self._bound(channel, (*others, slug) if enabled else tuple(others))

    def without_articles(self, channel: int) -> "GuildSettings":
        """The settings with a channel, or `SERVER`, bound to no article."""
        return self._bound(channel, ())

    def _bound(self, channel: int, slugs: tuple[str, ...]) -> "GuildSettings":
        bound = {**self.articles, channel: slugs}
        return replace(self, articles={place: bound[place] for place in bound if bound[place]})

    def articles_in(self, channels: Iterable[int]) -> tuple[str, ...]:
        """What the first of some channels is bound to, or else the server; () if none is."""
        bound = (self.articles.get(place, ()) for place in (*channels, SERVER))
        return next(filter(None, bound), ())


def check_days(settings: GuildSettings) -> None:
    """Raise MembersError if `miss_days` or `corrections` is out of its range."""
    if settings.miss_days not in MISS_DAYS:
        raise MembersError(
            f"Misses are kept for {MISS_DAYS[0]} to {MISS_DAYS[-1]} days; "
            f"{settings.miss_days} is not one of these. Give another number."
        )
    if settings.corrections not in CORRECTION_DAYS:
        raise MembersError(
            f"Answers are corrected for up to {CORRECTION_DAYS[-1]} days; "
            f"{settings.corrections} is not one of these. Give another number."
        )


def settings_of(db: Connection, guild: int) -> GuildSettings:
    """The settings of a guild; the defaults if it chose nothing."""
    rows = db.execute("select key, value from settings where guild = ?", (guild,))
    # What a newer version chose is kept for it and ignored.
    known = {field.name for field in fields(GuildSettings)}
    chosen = {key: json.loads(value) for key, value in rows if key in known}
    settings = replace(GuildSettings(), **chosen)
    articles = {int(place): tuple(slugs) for place, slugs in settings.articles.items()}
    return replace(settings, ask_channels=tuple(settings.ask_channels), articles=articles)
