"""`footnote run` from its start to a good end, against the stand-in for Discord."""

import asyncio
import json
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from faults.live import stand_in
from faults.payloads import as_json
from forked import Forked, forked
from test_run import IDENTIFY, discord_that

from bot.config import Settings
from bot.operation.in_progress import InProgress
from bot.operation.instance_lock import is_running

HEARTBEAT = 1
MEMBER = {"id": "2", "username": "alice", "discriminator": "0", "avatar": None}
QUESTION = {
    "id": "30",
    "channel_id": "20",
    "channel_type": 1,
    "author": MEMBER,
    "content": "What do the islanders want by May?",
    "timestamp": "2026-05-04T12:00:00+00:00",
    "edited_timestamp": None,
    "tts": False,
    "mention_everyone": False,
    "type": 0,
    "pinned": False,
} | {name: [] for name in ("mentions", "mention_roles", "attachments", "embeds")}


@dataclass
class Discord:
    """A Discord that sends what a test wants, and takes answers when the test lets it."""

    gateway: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    answering: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    closed_with: int | None = None

    def app(self) -> web.Application:
        """The stand-in of other tests, with a gateway that stays and with channels."""
        app = web.Application()
        app.router.add_get("/", self._gateway)
        app.router.add_post("/channels/{channel}/messages", self._message)
        for route in discord_that(close_code=1000).router.routes():
            if route.resource and route.resource.canonical != "/":
                app.router.add_route(route.method, route.resource.canonical, route.handler)
        return app

    async def _message(self, request: web.Request) -> web.Response:
        self.answering.put_nowait(request.match_info["channel"])
        await self.may_answer.wait()
        return as_json(QUESTION | {"id": "31", "author": MEMBER | {"id": "1", "bot": True}})

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 45_000}})
        sending = asyncio.create_task(self._send(socket))
        async for message in socket:
            assert message.type is WSMsgType.TEXT
            op = message.json()["op"]
            if op == HEARTBEAT:
                await socket.send_json({"op": 11})
            elif op == IDENTIFY:
                self.gateway.put_nowait(ready(f"http://{request.host}"))
        self.closed_with = socket.close_code
        sending.cancel()
        return socket

    async def _send(self, socket: web.WebSocketResponse) -> None:
        for number in range(1, 100):
            await socket.send_json({"op": 0, "s": number} | await self.gateway.get())


def ready(address: str) -> dict[str, Any]:
    account = {"id": "1", "username": "footnote", "discriminator": "0", "avatar": None}
    application = {"id": "1", "flags": 0}
    about = {"v": 10, "user": account, "guilds": [], "application": application, "shard": [0, 1]}
    return {"t": "READY", "d": about | {"session_id": "s", "resume_gateway_url": address}}


@dataclass(frozen=True)
class Running:
    """A running bot, the Discord it talks to, and its settings."""

    process: Forked
    discord: Discord
    settings: Settings
    address: str

    async def line_with(self, text: str) -> str:
        """The next line of its log that holds `text`."""
        async for line in self.process.output:
            if text in line.decode():
                return line.decode()
        raise AssertionError(f"The log ended without “{text}”.")

    async def doctor(self) -> dict[str, Any]:
        """What `footnote doctor --running` says about it."""
        command = "doctor", "--running", "--json"
        async with forked(self.address, self.settings, *command) as looking:
            finding = json.loads(await looking.output.read())
            assert await looking.ended() == (not finding["ok"])
        return dict(finding)

    async def healthy(self) -> dict[str, Any]:
        """Look until it is well, which it can be no sooner than it is connected."""
        await self.line_with("has connected to Gateway")
        while not (finding := await self.doctor())["ok"]:
            pass
        return finding


@asynccontextmanager
async def running(settings: Settings, app: web.Application | None = None) -> AsyncIterator[Running]:
    discord = Discord()
    async with (
        asyncio.timeout(60),
        stand_in(app or discord.app()) as address,
        forked(address, settings, "run") as process,
    ):
        yield Running(process, discord, settings, address)
        discord.may_answer.set()


async def test_doctor_sees_a_bot_come_and_go(published: Settings) -> None:
    async with running(published) as bot:
        finding = await bot.healthy()
        assert finding["text"].startswith(f"Running as process {bot.process.pid} since ")
        assert "connected; last heartbeat at" in finding["text"]
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.process.ended() == 0
        assert "None runs with this data folder." in (await bot.doctor())["text"]


async def test_doctor_tells_when_a_bot_was_killed(published: Settings) -> None:
    async with running(published) as bot:
        await bot.healthy()
        bot.process.send_signal(signal.SIGKILL)
        await bot.process.ended()
        assert "was killed or crashed after" in (await bot.doctor())["text"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_an_answer_in_hand_is_finished_before_the_end(
    number: signal.Signals, published: Settings
) -> None:
    async with running(published) as bot:
        await bot.line_with("has connected to Gateway")
        bot.discord.gateway.put_nowait({"t": "MESSAGE_CREATE", "d": QUESTION})
        assert await bot.discord.answering.get() == "20"
        bot.process.send_signal(number)
        await bot.line_with("Stopping; answers in progress get up to 8 seconds.")
        # It waits with all its connections open: what it still hears in that time, it answers.
        elsewhere = {"id": "32", "channel_id": "21"}
        bot.discord.gateway.put_nowait({"t": "MESSAGE_CREATE", "d": QUESTION | elsewhere})
        assert await bot.discord.answering.get() == "21"
        bot.discord.may_answer.set()
        assert "answers left unfinished: 0." in await bot.line_with("Stopped;")
        assert await bot.process.ended() == 0
        assert bot.discord.closed_with == 1000


async def test_the_end_leaves_lock_and_files_closed(published: Settings) -> None:
    async with running(published) as bot:
        await bot.line_with("has connected to Gateway")
        assert is_running(published.data)
        bot.process.send_signal(signal.SIGTERM)
        await bot.process.ended()
        assert not is_running(published.data)
    # SQLite deletes these when the last connection is closed, and leaves them behind otherwise.
    assert not list(published.data.glob("*-wal"))
    with closing(sqlite3.connect(published.data / "members.db")) as db:
        assert db.execute("pragma quick_check").fetchall() == [("ok",)]


async def test_it_stops_while_discord_is_out_of_reach(published: Settings) -> None:
    async def fail(_: web.Request) -> web.Response:
        return as_json({}, status=503)

    down = web.Application()
    down.router.add_get("/users/@me", fail)
    async with running(published, down) as bot:
        assert "trying again in 5 s" in await bot.line_with("out of reach")
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.process.ended() == 0


async def test_it_stops_while_it_still_waits_for_discord(published: Settings) -> None:
    """Not to be stuck is what a service is stopped for."""
    async with running(published) as bot:
        await bot.line_with("logging in using static token")
        bot.process.send_signal(signal.SIGTERM)
        await bot.line_with("Stopped; answers left unfinished: 0.")
        assert await bot.process.ended() == 0


async def test_what_takes_too_long_is_counted_and_left() -> None:
    ended: list[str] = []
    in_progress = InProgress(lambda kind, _: ended.append(kind))
    never = asyncio.Event()

    async def answer() -> None:
        in_progress.begin("click", 1)
        await never.wait()

    task = asyncio.create_task(answer())
    await asyncio.wait({task}, timeout=0)
    assert await in_progress.finish(0.01) == 1
    never.set()
    assert await in_progress.finish(60) == 0
    await task
    assert ended == ["click"]
