"""Connecting to Discord: retrying while it can't be reached, and why it refuses the bot."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiohttp
import discord

FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
"""Seconds before the first retry, and at most; each wait is twice as long as the one before."""

_LOGIN_REFUSED = (
    "Discord refused the token. Copy it again from the developer portal (Bot → Reset Token) into "
    "DISCORD_TOKEN."
)
_INTENT_REFUSED = (
    "Discord refused an intent. Switch it on in the developer portal (Bot → Privileged Gateway "
    "Intents → Message Content), or set FOOTNOTE_MESSAGE_CONTENT to 0."
)
_TOO_FEW_SHARDS = (
    "The bot is in too many servers for its shards. Start it again, so that it asks Discord for "
    "more; if FOOTNOTE_SHARDS says how many there are, raise that first, for every process."
)
_NO_SHARD = (
    "Discord knows no such shard. Look at FOOTNOTE_SHARDS: 0-3/16 are the first four of sixteen."
)
_OUTDATED = "Discord no longer takes what this program sends. Update footnote-bot."
_CLOSED = {
    4004: _LOGIN_REFUSED,
    4010: _NO_SHARD,
    4011: _TOO_FEW_SHARDS,
    4012: _OUTDATED,
    4013: _OUTDATED,
    4014: _INTENT_REFUSED,
}
"""What it means when Discord closes the connection for good, by its code."""

REFUSALS = (discord.LoginFailure, discord.ConnectionClosed, discord.HTTPException)
"""What ends a bot that Discord doesn't take; `why_refused` says why."""

log = logging.getLogger(__name__)


async def persistently(attempt: Callable[[], Awaitable[None]]) -> None:
    """Await `attempt`, and retry while Discord can't be reached; each failure is logged.

    Any other error is raised, such as that Discord refuses the bot.
    """
    wait = FIRST_WAIT
    while True:
        began = time.monotonic()
        try:
            await attempt()
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            if _is_refusal(error):
                raise
            if time.monotonic() - began > LONGEST_WAIT:
                wait = FIRST_WAIT
            log.warning("Discord is out of reach; trying again in %d s: %.200r", wait, error)
        else:
            return
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)


def _is_refusal(error: Exception) -> bool:
    """Whether Discord answered, and would answer the same again; 429 means too often."""
    return isinstance(error, discord.HTTPException) and error.status != 429 and error.status < 500


def why_refused(error: discord.DiscordException) -> str:
    """Why Discord lets the bot neither log in nor connect, and what to do."""
    if isinstance(error, discord.LoginFailure):
        return _LOGIN_REFUSED
    if isinstance(error, discord.ConnectionClosed) and error.code in _CLOSED:
        return _CLOSED[error.code]
    return f"Discord refused the bot ({error}). Look at it in the developer portal."


def leave_out_odd_events(client: discord.Client) -> None:
    """Log and skip events that discord.py can't read, which would otherwise end the program."""
    # Not documented, hence the pin of discord.py in pyproject.toml.
    parsers = client._connection.parsers  # noqa: SLF001
    for event, parse in parsers.items():
        parsers[event] = partial(_parse, event, parse)


def _parse(event: str, parse: Callable[[Any], None], data: object) -> None:
    try:
        parse(data)
    except Exception as error:  # noqa: BLE001 (whatever is wrong with it)
        log.warning("Discord sent an unreadable %s, which is skipped: %.200r", event, error)
