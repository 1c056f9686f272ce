"""What the moderators of a guild chose, and reading it."""

import json
import sqlite3
from dataclasses import dataclass, fields, replace

MISS_DAYS = range(1, 366)
"""For how many days a guild may keep a miss after it was last asked."""

CORRECTION_DAYS = range(31)
"""For how many days a posted answer may be corrected; 0 is never."""


@dataclass(frozen=True)
class GuildSettings:
    """What the moderators of a guild chose; Discord ids throughout.

    `misses` is whether the guild opted in to keep the text of misses; `editors` is a role that
    may edit the facts besides those who manage the server; `miss_days` is one of `MISS_DAYS`;
    `corrections` one of `CORRECTION_DAYS`.
    """

    ask_channels: tuple[int, ...] = ()
    plain: bool = False
    misses: bool = False
    editors: int | None = None
    miss_days: int = 90
    # On by default, since a wrong answer must not stand because nobody knew of a setting; a week,
    # since by then the talk that an answer was part of is over.
    corrections: int = 7

    def with_ask_channel(self, channel: int, *, enabled: bool) -> "GuildSettings":
        """The settings with an ask channel more or less."""
        others = {c for c in self.ask_channels if c != channel}
        return replace(self, ask_channels=tuple(sorted(others | {channel} if enabled else others)))


def settings_of(db: sqlite3.Connection, guild: int) -> GuildSettings:
    """The settings of a guild; the defaults where it chose nothing."""
    rows = db.execute("select key, value from settings where guild = ?", (guild,))
    # What a newer version chose is kept for it and ignored.
    known = {field.name for field in fields(GuildSettings)}
    chosen = {key: json.loads(value) for key, value in rows if key in known}
    settings = replace(GuildSettings(), **chosen)
    return replace(settings, ask_channels=tuple(settings.ask_channels))
