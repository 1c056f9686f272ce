"""The Discord client: what the bot's features share. It knows none of them."""

import asyncio
import socket
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeAlias

import aiohttp
import discord
from discord import app_commands
from discord.utils import utcnow

from bot.config import Settings
from bot.discord.gateway import leave_out_odd_events, persistently
from bot.discord.shards import ShardedClient
from bot.members.members import Members
from bot.members.posted import Posted
from bot.members.settings import GuildSettings
from bot.operation.cooldown import Cooldown
from bot.operation.health import Connection
from bot.operation.in_progress import InProgress
from bot.operation.metrics import NO_METRICS, Metrics, Release
from bot.operation.queues import Queues
from bot.operation.recent import LastSeen, RecentAnswers
from bot.publishing.builder import Run
from bot.publishing.edition import Edition
from bot.publishing.release import Proposal, accept, propose, rollback
from bot.publishing.replay import CONFIRMED_DAYS
from bot.publishing.rewrite import Rewrite
from bot.wording import DEFAULT, Wording, wording_for

RECEIVED = 2**14
"""Bytes that the system may buffer before the bot reads them; Linux doubles it."""

CONNECTIONS = 50
"""Connections to Discord at once, besides the gateway: it takes no more requests in a second."""


class FootnoteClient(ShardedClient):
    """Holds the edition that answers, what is kept about members, and the pace."""

    tree: "app_commands.CommandTree[FootnoteClient]"
    """The commands; `bot.py` binds them."""

    def __init__(
        self,
        settings: Settings,
        edition: Edition,
        members: Members,
        metrics: Metrics = NO_METRICS,
        run: Run | None = None,
    ) -> None:
        intents = discord.Intents(
            guilds=True,
            guild_messages=True,
            dm_messages=True,
            guild_reactions=True,
            dm_reactions=True,
            message_content=settings.message_content,
        )
        super().__init__(settings, intents)
        leave_out_odd_events(self)
        self.settings = settings
        self.edition = edition
        self.members = members
        self.metrics = metrics
        self._run_apart = run
        self.in_progress = InProgress(metrics.request)
        self.connection = Connection()
        self.askers = Cooldown(burst=5, seconds=4)
        self.channels = Cooldown(burst=8, seconds=1.5)
        self.clicks = Cooldown(burst=10, seconds=2)
        self.closed: dict[int, str] = {}
        self.recent_answers = RecentAnswers()
        self.queues = Queues[discord.Message](self._type_in)
        self.last_seen = LastSeen()
        self.editing = asyncio.Lock()
        self._reading = defaultdict[int, asyncio.Lock](asyncio.Lock)
        self._guilds: dict[int, GuildSettings] = {}
        self._lookers: list[Callable[[], None]] = []

    async def login(self, token: str) -> None:
        """Log in, as soon as Discord can be reached. Raises discord.LoginFailure or the like."""
        await persistently(lambda: self._login(token))

    async def _login(self, token: str) -> None:
        """Log in with fewer connections than discord.py opens: one for each request."""
        # A connector needs a running loop, which the client's own option for it comes too early
        # for. The attribute is not documented, hence the pin of discord.py in pyproject.toml.
        self.http.connector = aiohttp.TCPConnector(
            limit=0, limit_per_host=CONNECTIONS, socket_factory=_socket
        )
        try:
            await super().login(token)
        except BaseException:
            await self.http.close()
            raise

    async def on_ready(self) -> None:
        """Continue what was left when the bot stopped."""
        self.changed()

    async def on_shard_ready(self, shard: int) -> None:
        """Note that a shard is connected, and continue what was left when it was not."""
        self.connection.came(shard)
        self.changed()

    async def on_shard_resumed(self, shard: int) -> None:
        """Note that a shard is connected again."""
        self.connection.came(shard)

    async def on_shard_disconnect(self, shard: int) -> None:
        """Note that a shard is not connected."""
        self.connection.went(shard)

    @property
    def own_id(self) -> int:
        """The bot's user id; 0 before it is logged in."""
        return self.user.id if self.user else 0

    async def _type_in(self, channel: int) -> None:
        """Show in a channel that the bot is typing, until cancelled."""
        with suppress(discord.HTTPException, aiohttp.ClientError, TimeoutError):
            async with self.get_partial_messageable(channel).typing():
                await asyncio.Event().wait()

    async def guild_settings(self, guild: int | None) -> GuildSettings:
        """What the moderators of a guild chose; the defaults outside of one."""
        if guild is None:
            return GuildSettings()
        # One at a time, so that messages go on in the order that they came in.
        async with self._reading[guild]:
            if guild not in self._guilds:
                self._guilds[guild] = await asyncio.to_thread(self.members.settings, guild)
        return self._guilds[guild]

    async def change_guild_settings(
        self, guild: int, change: Callable[[GuildSettings], GuildSettings]
    ) -> GuildSettings:
        """Change a guild's settings, durably, and return the new ones. Raises MembersError."""
        async with self._reading[guild]:
            changed = await asyncio.to_thread(self.members.change_settings, guild, change)
            self._guilds[guild] = changed
        return changed

    async def forget_guild_settings(self, guild: int) -> None:
        """Read a guild's settings again when next needed: another process changed them."""
        async with self._reading[guild]:
            self._guilds.pop(guild, None)

    async def forget_all_settings(self) -> None:
        """Read all guilds' settings again when next needed."""
        for guild in [*self._reading]:
            await self.forget_guild_settings(guild)

    async def outstanding(self, edition: Edition) -> list[tuple[Posted, Posted]]:
        """The posted answers that differ from an edition: as they are, and as they should be.

        Raises MembersError.
        """
        posted = self.members.posted
        return await asyncio.to_thread(lambda: posted.outstanding(edition.digests, utcnow()))

    async def propose(self, rewrite: Rewrite | None = None) -> Proposal:
        """Say what publishing the knowledge folder, or a rewrite of it, would change.

        Nothing is published. Raises KnowledgeError, FolderError or MembersError.
        """
        return await asyncio.to_thread(self._propose, rewrite)

    def _propose(self, rewrite: Rewrite | None) -> Proposal:
        since = utcnow() - timedelta(days=CONFIRMED_DAYS)
        confirmed = self.members.confirmed(since, self.editing_guilds)
        return propose(self.settings, self.edition, confirmed, rewrite, self._run_apart)

    @property
    def editing_guilds(self) -> frozenset[int]:
        """Where facts may be edited: the servers that the owner named, or the only one there is.

        If there are several and none was named, these are none.
        """
        guilds = frozenset(guild.id for guild in self.guilds)
        return self.settings.editing_guilds or (guilds if len(guilds) == 1 else frozenset())

    async def reload(
        self, by: str, rewrite: Rewrite | None = None, *, confirmed: bool = False
    ) -> Proposal:
        """Publish the knowledge folder, or a rewrite of it, and answer from it, unless it is held.

        Say what changes. Hold `editing` meanwhile. `by` is who, as the history says it. Raises what
        `propose` and `accept` raise; the edition before goes on answering.
        """
        outcome: Release = "refused"
        try:
            proposal = await self.propose(rewrite)
            if confirmed or not proposal.held:
                how = self.settings, proposal, by, utcnow()
                await self._answer_from(await asyncio.to_thread(accept, *how, confirmed=confirmed))
                outcome = "taken"
        finally:
            self.metrics.reload(outcome)
        return proposal

    async def roll_back(self, version: str, by: str) -> Edition:
        """Answer from an earlier state from now on; return the edition before.

        Hold `editing` meanwhile. Raises what `rollback` raises; nothing has changed then.
        """
        before = self.edition
        how = self.settings, version, by, utcnow(), self._run_apart
        await self._answer_from(await asyncio.to_thread(rollback, *how))
        self.metrics.reload("rolled_back")
        return before

    async def _answer_from(self, edition: Edition) -> None:
        await asyncio.to_thread(edition.library.warm_up)
        self.edition = edition
        self.changed()

    def when_changed(self, look: Callable[[], None]) -> None:
        """Call `look` whenever another edition answers or Discord is connected again."""
        self._lookers.append(look)

    def changed(self) -> None:
        """Call everything that `when_changed` was given."""
        for look in self._lookers:
            look()


Interaction: TypeAlias = discord.Interaction[FootnoteClient]


def is_foreign(interaction: Interaction) -> bool:
    """Whether an interaction is of a server that the bot itself is not in."""
    guild = interaction.guild_id
    return guild is not None and interaction.client.get_guild(guild) is None


def home_guild(interaction: Interaction) -> int | None:
    """The guild of an interaction, if the bot itself is there and not only with its user."""
    guild = interaction.guild_id
    return guild if guild and interaction.client.get_guild(guild) else None


async def is_editor(interaction: Interaction) -> bool:
    """Whether the member may manage the server or has its role for editors."""
    if interaction.guild_id is None or is_foreign(interaction):
        return False
    if interaction.permissions.manage_guild:
        return True
    role = (await interaction.client.guild_settings(interaction.guild_id)).editors
    member = interaction.user
    return role is not None and isinstance(member, discord.Member) and bool(member.get_role(role))


def wording_of(interaction: Interaction) -> Wording:
    """The bot's words in the member's language."""
    return wording_for(interaction.locale.value)


def wording_in(guild: discord.Guild | None) -> Wording:
    """The bot's words for a message, in the server's language: the member's is unknown here."""
    return wording_for(guild.preferred_locale.value if guild else DEFAULT)


def _socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """A socket to Discord with a small buffer: it holds back what the bot can't read yet."""
    family, kind, protocol, *_ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED)
    return made
