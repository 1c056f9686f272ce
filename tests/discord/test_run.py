"""`footnote run` as its own process, against a small stand-in for Discord on this machine."""

import asyncio
from dataclasses import dataclass

import pytest
from aiohttp import web
from faults.live import stand_in
from faults.payloads import as_json, gateway_bot
from forked import TOKEN, forked

from bot.config import Settings

IDENTIFY = 2


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int | None
    output: str


async def run_footnote(address: str, settings: Settings) -> Ended:
    async with asyncio.timeout(60), forked(address, settings, "run") as process:
        output = await process.output.read()
        return Ended(await process.ended(), output.decode())


def discord_that(close_code: int) -> web.Application:
    """A Discord that lets the bot log in and ends its gateway connection with `close_code`."""
    account = {"id": "1", "username": "footnote", "discriminator": "0", "avatar": None}

    async def user(_: web.Request) -> web.Response:
        return as_json(account)

    async def application(_: web.Request) -> web.Response:
        about = {"id": "1", "name": "Footnote", "description": "", "icon": None, "owner": account}
        rights = {"bot_public": True, "bot_require_code_grant": False, "verify_key": ""}
        return as_json(about | rights)

    async def commands(_: web.Request) -> web.Response:
        return as_json([])

    async def gateway(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 45_000}})
        sent = {"op": None}
        while sent["op"] != IDENTIFY:
            sent = await socket.receive_json()
        await socket.close(code=close_code)
        return socket

    async def wanted(request: web.Request) -> web.Response:
        return as_json(gateway_bot(1, f"http://{request.host}", 1000, 0.0))

    app = web.Application()
    app.router.add_get("/gateway/bot", wanted)
    app.router.add_get("/users/@me", user)
    app.router.add_get("/oauth2/applications/@me", application)
    app.router.add_put("/applications/1/commands", commands)
    app.router.add_get("/", gateway)
    return app


def discord_that_knows_no_token() -> web.Application:
    async def refuse(_: web.Request) -> web.Response:
        return as_json({"message": "401: Unauthorized", "code": 0}, status=401)

    app = web.Application()
    app.router.add_get("/users/@me", refuse)
    return app


def check_one_sentence(ended: Ended, sentence: str) -> None:
    errors = [line for line in ended.output.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1, ended.output
    assert sentence in errors[0]
    assert ended.output.endswith(f"{errors[0]}\n")
    assert "Traceback" not in ended.output
    assert TOKEN not in ended.output
    assert ended.code == 1


async def test_a_wrong_token_ends_with_a_sentence(published: Settings) -> None:
    async with stand_in(discord_that_knows_no_token()) as address:
        ended = await run_footnote(address, published)
    check_one_sentence(ended, "Discord refused the token. Copy it again")


async def test_nobody_else_may_read_what_it_leaves(settings: Settings) -> None:
    async with stand_in(discord_that(close_code=4014)) as address:
        await run_footnote(address, settings)
    kept = {path.name: path.stat().st_mode & 0o777 for path in settings.data.iterdir()}
    assert {"members.db", "knowledge.db", "health.json", "commands.sha256"} <= kept.keys()
    assert kept.pop("history") == settings.data.stat().st_mode & 0o777 == 0o700
    assert {*kept.values()} == {0o600}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (4004, "Discord refused the token. Copy it again"),
        (4010, "Discord knows no such shard. Look at FOOTNOTE_SHARDS"),
        (4011, "The bot is in too many servers for its shards."),
        (4012, "Update footnote-bot."),
        (4013, "Update footnote-bot."),
        (4014, "Discord refused an intent. Switch it on"),
    ],
)
async def test_a_connection_that_is_closed_for_good_ends_with_a_sentence(
    published: Settings, code: int, sentence: str
) -> None:
    async with stand_in(discord_that(close_code=code)) as address:
        ended = await run_footnote(address, published)
    check_one_sentence(ended, sentence)


async def test_a_login_that_is_refused_ends_with_a_sentence(published: Settings) -> None:
    async with stand_in(web.Application()) as address:
        ended = await run_footnote(address, published)
    check_one_sentence(ended, "Discord refused the bot (404 Not Found")
