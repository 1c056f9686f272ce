"""`footnote run` as its own process, against a small stand-in for Discord on this machine."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from faults.live import stand_in
from faults.payloads import as_json, gateway_bot
from places import ROOT

IDENTIFY = 2
TOKEN = "MTIz.not-a-real-token.abc"

START = """
import discord, sys, yarl
discord.http.Route.BASE = sys.argv.pop(1)
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(discord.http.Route.BASE)
from bot.terminal.cli import footnote
footnote()
"""


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int | None
    output: str


async def run_footnote(address: str, small: Path, tmp_path: Path) -> Ended:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", START, address, "run"),
        cwd=tmp_path,
        env=os.environ
        | {
            "DISCORD_TOKEN": TOKEN,
            "FOOTNOTE_KNOWLEDGE": str(small),
            "FOOTNOTE_DATA": str(tmp_path / "data"),
            "PYTHONPATH": str(ROOT),
        },
        umask=0,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), timeout=60)
    except TimeoutError:
        process.kill()
        raise
    return Ended(process.returncode, output.decode())


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


async def test_a_wrong_token_ends_with_a_sentence(small: Path, tmp_path: Path) -> None:
    async with stand_in(discord_that_knows_no_token()) as address:
        ended = await run_footnote(address, small, tmp_path)
    check_one_sentence(ended, "Discord refused the token. Copy it again")


async def test_nobody_else_may_read_what_it_leaves(small: Path, tmp_path: Path) -> None:
    async with stand_in(discord_that(close_code=4014)) as address:
        await run_footnote(address, small, tmp_path)
    data = tmp_path / "data"
    kept = {path.name: path.stat().st_mode & 0o777 for path in data.iterdir()}
    assert {"members.db", "knowledge.db", "health.json", "commands.sha256"} <= kept.keys()
    assert kept.pop("history") == data.stat().st_mode & 0o777 == 0o700
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
    small: Path, tmp_path: Path, code: int, sentence: str
) -> None:
    async with stand_in(discord_that(close_code=code)) as address:
        ended = await run_footnote(address, small, tmp_path)
    check_one_sentence(ended, sentence)


async def test_a_login_that_is_refused_ends_with_a_sentence(small: Path, tmp_path: Path) -> None:
    async with stand_in(web.Application()) as address:
        ended = await run_footnote(address, small, tmp_path)
    check_one_sentence(ended, "Discord refused the bot (404 Not Found")
