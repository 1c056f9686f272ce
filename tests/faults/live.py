"""The real bot on a loopback Discord, in this process."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager

import discord
import yarl
from aiohttp import web

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.members.members import MEMBERS, Members
from bot.publishing.edition import publish

from .loopback import Loopback, gateway


@asynccontextmanager
async def stand_in(app: web.Application) -> AsyncIterator[str]:
    """Serve `app` on a free port of this machine; yields its address."""
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@contextmanager
def pointed_at(address: str) -> Iterator[None]:
    """Make discord.py, which has no option for it, speak with the Discord at `address`."""
    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = address
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway(address))
    try:
        yield
    finally:
        discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = before


@asynccontextmanager
async def bot_on(loopback: Loopback, settings: Settings) -> AsyncIterator[FootnoteBot]:
    """Serve a Discord, and run the bot on it in this process, until the block ends."""
    edition = publish(settings.knowledge, settings.data)
    async with stand_in(loopback.app()) as loopback.address:
        with (
            pointed_at(loopback.address),
            closing(Members(settings.data / MEMBERS, url=settings.database)) as members,
        ):
            async with FootnoteBot(settings, edition, members) as bot:
                running = asyncio.create_task(bot.start("not-a-token"))
                joining = asyncio.create_task(loopback.until_logins(1))
                await asyncio.wait({running, joining}, return_when=asyncio.FIRST_COMPLETED)
                joining.cancel()
                yield bot
                await bot.close()
                await running
