"""Whether the bot runs and is well: for the doctor and for health checks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.config import Settings
from bot.files import advice
from bot.operation.health import Health, ShardHealth, health_file, read_health
from bot.operation.instance_lock import is_running


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is in order, and how it is or else what to do."""

    name: str
    ok: bool
    text: str


Verdict: TypeAlias = tuple[bool, str]


def examine_running(settings: Settings, now: datetime, *, must_run: bool = True) -> Finding:
    """Look at the bot with this data folder and share; `must_run` makes it a fault if none runs."""
    health = health_of(settings)
    try:
        running = is_running(settings.data, settings.shards)
    except OSError as error:
        verdict = False, f"The lock in {settings.data} can't be read: {advice(error)}"
    else:
        verdict = _running(health, now) if running else _not_running(health, fault=must_run)
    return Finding("bot", *verdict)


def health_of(settings: Settings) -> Health | None:
    """How the bot with these settings was last; None if nothing can be read of that."""
    return read_health(health_file(settings.data, settings.shards))


def _running(health: Health | None, now: datetime) -> Verdict:
    if health is None:
        return False, "A bot is starting, or can't write its health.json; look into its log."
    if health.is_stale(now):
        return False, (
            f"The bot (process {health.pid}) hangs: it was last alive at {health.written}. "
            "Restart it and keep its log."
        )
    down = [str(shard.number) for shard in health.shards if not shard.ready]
    if down or not health.shards:
        by = f" by shard {', '.join(down)}" if len(down) < len(health.shards) else ""
        return False, (
            f"The bot (process {health.pid}) is not connected to Discord{by}. It goes on trying; "
            "if this lasts, look into its log and at https://discordstatus.com."
        )
    return True, (
        f"Running as process {health.pid} since {health.started}, connected; "
        f"{_heartbeat(health.shards)}; version {health.version or '(a checkout)'}, "
        f"knowledge {health.edition}."
    )


def _heartbeat(shards: Sequence[ShardHealth]) -> str:
    """The last heartbeat, of the shard that is slowest."""
    slowest = max(shards, key=lambda shard: shard.latency or math.inf)
    if slowest.heartbeat is None or slowest.latency is None:
        return "no heartbeat yet"
    which = f" of shard {slowest.number}, the slowest," if len(shards) > 1 else ""
    answered = f"answered in {1000 * slowest.latency:.0f} ms"
    return f"last heartbeat{which} at {slowest.heartbeat}, {answered}"


def _not_running(health: Health | None, *, fault: bool) -> Verdict:
    how = "None runs with this data folder."
    if health and health.alive:
        how = f"None runs; the last one was killed or crashed after {health.written}."
    return not fault, f"{how} `footnote run` starts one."
