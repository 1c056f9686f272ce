"""Running the bot as a process: log, lock, health file, and a clean stop."""

import asyncio
import gc
import logging
import math
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from types import FrameType

from bot.config import Settings, token_fault
from bot.discord.bot import FootnoteBot
from bot.discord.gateway import REFUSALS, why_refused
from bot.errors import SettingsError
from bot.members.members import MEMBERS, Members
from bot.operation.health import (
    PERIOD,
    Health,
    ShardHealth,
    health_file,
    version_of,
    write_health,
)
from bot.operation.instance_lock import only_instance
from bot.operation.logs import logging_to_stderr
from bot.operation.metrics import metrics_on
from bot.publishing.builder import Builder
from bot.publishing.release import start

# Windows has no SIGHUP.
_STOPPING = {signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)}

log = logging.getLogger(__name__)

GRACE = 8.0
"""Seconds for answers in progress when the bot stops; Docker kills after 10."""


def run_bot(settings: Settings) -> None:
    """Run until a signal says stop. Raises SettingsError for no token, or if Discord refuses it.

    SIGTERM, SIGINT and SIGHUP stop it cleanly: it finishes the answers in progress.
    """
    if fault := token_fault(settings.token):
        raise SettingsError(fault)
    with (
        logging_to_stderr(settings.log, settings.token),
        only_instance(settings.data, settings.shards),
    ):
        try:
            _run(settings)
        except REFUSALS as error:
            raise SettingsError(why_refused(error)) from None


def _run(settings: Settings) -> None:
    with (
        metrics_on(settings.metrics_port) as metrics,
        closing(Members(settings.data / MEMBERS, url=settings.database)) as members,
        closing(Builder()) as builder,
    ):
        if members.notice:
            log.warning("%s", members.notice)
        started = start(settings, datetime.now(UTC), builder.run)
        if started.notice:
            log.warning("%s", started.notice)
        bot = FootnoteBot(settings, started.edition, members, metrics, builder.run)
        if settings.encoder:
            # The first text loads its model: do that now, and not while a member waits.
            settings.encoder.encode(["ready"])
        started.edition.library.warm_up()
        # What is loaded by now stays: don't let the collector go through it while members wait.
        gc.collect()
        gc.freeze()
        asyncio.run(_serve(bot, builder))


async def _serve(bot: FootnoteBot, builder: Builder) -> None:
    """Run the bot until it fails or a signal says stop."""
    stop = asyncio.Event()
    async with bot, _reporting_health(bot):
        with _on_signals(stop.set):
            running = asyncio.create_task(bot.start(bot.settings.token))
            running.add_done_callback(lambda _: stop.set())
            await stop.wait()
            if not running.done():
                log.info("Stopping; answers in progress get up to %d seconds.", GRACE)
                builder.close()
                left = await bot.in_progress.finish(GRACE)
                log.info("Stopped; answers left unfinished: %d.", left)
                running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@contextmanager
def _on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` in the event loop at each signal of `_STOPPING`, on Windows too."""
    loop = asyncio.get_running_loop()

    def heard(_: int, __: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)

    # An ignored signal stays ignored, for `nohup`.
    chosen = [number for number in _STOPPING if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, heard) for number in chosen}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@asynccontextmanager
async def _reporting_health(bot: FootnoteBot) -> AsyncIterator[None]:
    """Keep the health file up to date in the block; at the end it says that the bot has stopped."""
    pulse = _Pulse(bot)
    beating = asyncio.create_task(pulse.beat())
    try:
        yield
    finally:
        pulse.stop()
        await asyncio.wait({beating})
        await pulse.write(alive=False)


class _Pulse:
    """Writes the health file regularly, and when a connection comes or goes."""

    def __init__(self, bot: FootnoteBot) -> None:
        self._bot = bot
        self._file = health_file(bot.settings.data, bot.settings.shards)
        self._started = datetime.now(UTC)
        self._shards: dict[int, ShardHealth] = {}
        self._failure = ""
        self._stopped = False

    def stop(self) -> None:
        """Let `beat` end after the write in progress, which can't be cancelled."""
        self._stopped = True
        self._bot.connection.changed.set()

    async def beat(self) -> None:
        """Write until stopped."""
        changed = self._bot.connection.changed
        while not self._stopped:
            changed.clear()
            await self.write(alive=True)
            with suppress(TimeoutError):
                # Not `wait_for`, which before Python 3.12 may swallow that it is cancelled.
                async with asyncio.timeout(PERIOD):
                    await changed.wait()

    async def write(self, *, alive: bool) -> None:
        """Write the file; if that fails, log each new reason once and go on."""
        try:
            await asyncio.to_thread(write_health, self._file, self._health(alive=alive))
            self._failure = ""
        except OSError as error:
            if str(error) != self._failure:
                log.warning("The health file can't be written: %s", error)
            self._failure = str(error)

    def _health(self, *, alive: bool) -> Health:
        bot, now = self._bot, datetime.now(UTC)
        self._shards = {number: self._shard(number, now) for number in bot.own_shards}
        return Health(
            pid=os.getpid(),
            version=version_of("footnote-bot"),
            edition=bot.edition.version,
            alive=alive,
            started=self._started,
            written=now,
            shards=tuple(self._shards.values()) if alive else (),
            closed=tuple(bot.closed.values()),
        )

    def _shard(self, number: int, now: datetime) -> ShardHealth:
        known = self._shards.get(number, ShardHealth(number, ready=False))
        latency = dict(self._bot.latencies).get(number, math.inf)
        # discord.py doesn't report an answered heartbeat, but its latency changes with each.
        if math.isfinite(latency) and latency != known.latency:
            known = replace(known, heartbeat=now, latency=latency)
        return replace(known, ready=number in self._bot.connection.up)
