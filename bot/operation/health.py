"""How the running bot is, in a small file beside the databases.

A file, not an endpoint: it needs no port, only who may read the data folder can read it, and it
grows old by itself when the process hangs.
"""

import asyncio
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

from bot.files import private_file, read_file

HEALTH = "health.json"

PERIOD = 15.0
"""Seconds after which the file is written again."""

_LIMIT = 10_000

STALE = timedelta(seconds=6 * PERIOD)
"""An age at which a process that writes every `PERIOD` must be hanging."""


@dataclass(frozen=True)
class Health:
    """How the bot with process id `pid` was at the time `written`; times are UTC.

    `alive` is false once it has stopped in good order; `ready` is whether it is connected to
    Discord; `heartbeat` is when Discord last answered a heartbeat, to within `PERIOD`, and
    `latency` the seconds that took (None: not yet). `version` is the program's, `edition` the
    knowledge's. `closed` says in which channels it lately could not answer, and what it lacks.
    """

    pid: int
    version: str
    edition: str
    alive: bool
    ready: bool
    started: datetime
    written: datetime
    heartbeat: datetime | None
    latency: float | None
    closed: tuple[str, ...] = ()

    def is_stale(self, now: datetime) -> bool:
        """Whether the file should have been written again by `now`."""
        # A clock that was set back makes a file of the future, until it is written again.
        return abs(now - self.written) > STALE


class Connection:
    """Which shards are connected, by number; `changed` is set whenever that changes."""

    def __init__(self) -> None:
        self.up: set[int] = set()
        self.changed = asyncio.Event()

    def came(self, shard: int) -> None:
        """Note that a shard is connected."""
        self.up.add(shard)
        self.changed.set()

    def went(self, shard: int) -> None:
        """Note that a shard is not connected."""
        self.up.discard(shard)
        self.changed.set()


def write_health(folder: Path, health: Health) -> None:
    """Write the file in one step. Raises OSError."""
    beside = folder / f"{HEALTH}.new"
    private_file(beside)
    beside.write_text(json.dumps(asdict(health), default=_time) + "\n", "utf-8")
    beside.replace(folder / HEALTH)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def read_health(folder: Path) -> Health | None:
    """The last health that was written; None if there is none that can be read."""
    try:
        fields = json.loads(read_file(folder / HEALTH, _LIMIT))
        for name in ("started", "written", "heartbeat"):
            fields[name] = fields[name] and datetime.fromisoformat(fields[name])
        return Health(**fields | {"closed": tuple(fields.get("closed", ()))})
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def version_of(package: str) -> str:
    """The installed version of a package, "" if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
