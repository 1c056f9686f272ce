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

import msgspec

from bot.config import Shards
from bot.files import private_file, read_file

HEALTH = "health.json"
_HEALTH_OF = "health-{0.first}-{0.last}-of-{0.count}.json"

PERIOD = 15.0
"""Seconds after which the file is written again."""

_LIMIT = 100_000

STALE = timedelta(seconds=6 * PERIOD)
"""An age at which a process that writes every `PERIOD` must be hanging."""


@dataclass(frozen=True)
class ShardHealth:
    """How a shard is: whether it is connected, when Discord last answered a heartbeat and how fast.

    `heartbeat` is true to within `PERIOD`, `latency` in seconds (None: not yet).
    """

    number: int
    ready: bool
    heartbeat: datetime | None = None
    latency: float | None = None


@dataclass(frozen=True)
class Health:
    """How the bot with process id `pid` was at the time `written`; times are UTC.

    `alive` is false once it has stopped in good order. `shards` are its connections to Discord,
    none before it is told how many. `version` is the program's, `edition` the knowledge's. `closed`
    says in which channels it lately could not answer, and what it lacks.
    """

    pid: int
    version: str
    edition: str
    alive: bool
    started: datetime
    written: datetime
    shards: tuple[ShardHealth, ...] = ()
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


def health_file(folder: Path, shards: Shards | None) -> Path:
    """The file of the process that has a share of the shards, or (None) all."""
    return folder / (_HEALTH_OF.format(shards) if shards else HEALTH)


def write_health(file: Path, health: Health) -> None:
    """Write the file in one step. Raises OSError."""
    beside = file.with_name(f"{file.name}.new")
    private_file(beside)
    beside.write_text(json.dumps(asdict(health), default=_time) + "\n", "utf-8")
    beside.replace(file)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def read_health(file: Path) -> Health | None:
    """The last health that was written; None if there is none that can be read."""
    try:
        return msgspec.json.decode(read_file(file, _LIMIT), type=Health)
    except (OSError, msgspec.MsgspecError, RecursionError):
        return None


def version_of(package: str) -> str:
    """The installed version of a package, "" if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
