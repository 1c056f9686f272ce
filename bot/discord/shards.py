"""The shards of a process: connections to Discord, each for its part of the servers."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import aiohttp
import discord
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from bot.config import Settings
from bot.discord.gateway import persistently
from bot.discord.views import QUIET
from bot.operation.turns import Turns

log = logging.getLogger(__name__)


class ShardedClient(discord.AutoShardedClient):
    """Keeps each of its shards connected by itself; processes over one data folder take turns.

    In discord.py's own `connect`, one unreachable shard delays the others, and one unreadable frame
    ends them all.
    """

    def __init__(self, settings: Settings, intents: discord.Intents) -> None:
        super().__init__(intents=intents, allowed_mentions=QUIET)
        if settings.shards:
            self.shard_ids, self.shard_count = [*settings.shards.numbers], settings.shards.count
        self._turns = Turns(settings.data)
        self._buckets = 1
        self._staying: Sequence[asyncio.Task[None]] = ()

    @property
    def own_shards(self) -> Sequence[int]:
        """The numbers of this process's shards; none before Discord has told them."""
        return self._connection.shard_ids

    async def connect(self, *, reconnect: bool = True) -> None:  # noqa: ARG002 (it always does)
        """Stay connected until the bot is closed. Raises discord.ClientException if refused."""
        await persistently(self._prepare)
        try:
            async with asyncio.TaskGroup() as group:
                shards = [_Shard(self, number) for number in self.own_shards]
                self._staying = [group.create_task(shard.stay()) for shard in shards]
        except ExceptionGroup as refused:
            raise refused.exceptions[0] from None

    async def close(self) -> None:
        """Disconnect, and let `connect` end."""
        for task in self._staying:
            task.cancel()
        self._turns.give_back()
        await super().close()

    def joined(self, shard: "_Shard") -> None:
        """Let discord.py know a shard that has a connection."""
        # Not documented, like the rest below, hence the pin of discord.py in pyproject.toml.
        vars(self)["_AutoShardedClient__shards"][shard.id] = shard

    async def _prepare(self) -> None:
        """Learn how many shards there are, and wait until they may start."""
        count = await self._may_start(len(self.shard_ids or ()))
        self.shard_count = self.shard_count or count
        if self.shard_count < count:
            log.warning("Discord advises %d shards, not %d as set.", count, self.shard_count)
        state = self._connection
        state.shard_count, state.shard_ids = self.shard_count, self.shard_ids or range(count)

    async def _may_start(self, sessions: int) -> int:
        """Wait until Discord lets so many sessions start (0: all); return how many it wants.

        Raises ConnectionError if Discord does not say.
        """
        while True:
            try:
                wanted, _, limits = await self.http.get_bot_gateway()
            except discord.GatewayNotFound as error:
                raise ConnectionError("the gateway was not found") from error
            self._buckets = limits["max_concurrency"]
            if limits["remaining"] >= (sessions or wanted):
                return wanted
            seconds = limits["reset_after"] / 1000
            log.warning("Discord lets no more sessions start today; waiting %d s.", seconds)
            await asyncio.sleep(seconds)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until a shard may start a session."""
        await super().before_identify_hook(shard_id, initial=initial)
        if not initial:
            await self._may_start(1)
        await self._turns.take((shard_id or 0) % self._buckets)


class _Shard:
    """A connection that begins again whenever it ends; for discord.py, one of its shards."""

    def __init__(self, client: ShardedClient, number: int) -> None:
        self.id = number
        self.ws: DiscordWebSocket | None = None
        self._client = client
        self._next: dict[str, Any] = {"initial": True}

    async def stay(self) -> None:
        """Stay connected until cancelled. Raises discord.ClientException if Discord refuses."""
        while True:
            await persistently(self._connect)

    async def _connect(self) -> None:
        """Stay connected until Discord wants another connection, or this one fails."""
        client = self._client
        try:
            self.ws = await DiscordWebSocket.from_client(client, shard_id=self.id, **self._next)
            client.joined(self)
            while True:
                await self.ws.poll_event()
        except ReconnectWebSocket as wanted:
            self._next = self._resuming() if wanted.resume else {}
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            # Where the session is kept may be what is out of reach.
            self._next = self._resuming() | {"gateway": None}
            raise ConnectionError(f"shard {self.id}: {error!r}") from error
        except discord.ClientException:
            raise
        except Exception as error:
            # An unreadable event would come again with the session.
            self._next = {}
            await self.close(4000)
            raise ConnectionError(f"shard {self.id} got an unreadable event") from error
        finally:
            client.dispatch("shard_disconnect", self.id)

    def _resuming(self) -> dict[str, Any]:
        """The options that let the next connection go on with the session, if there is one."""
        ws = self.ws
        if ws is None or ws.session_id is None:
            return self._next
        session, sequence = ws.session_id, ws.sequence
        return {"resume": True, "session": session, "sequence": sequence, "gateway": ws.gateway}

    async def close(self, code: int = 1000) -> None:
        """Disconnect; what `code` says decides whether Discord keeps the session."""
        if self.ws:
            await self.ws.close(code)
