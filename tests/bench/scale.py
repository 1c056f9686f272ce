"""What a server costs: memory, time for what is heard and answered, and rows.

The bot runs as a process of its own on a Discord on this machine, whose events come as text; the
real one's are compressed.
"""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from faults.discord_burst import QUESTIONS
from faults.loopback import Loopback
from faults.payloads import ACCOUNT, Body, channel_id, guild, guild_id, message, user

from bot.members.members import Members, Vote
from bot.members.misses import NewMiss
from bot.members.posted import Posted

from .data import print_table
from .mention import CHANNELS, cpu_of, running

SHARDS, SERVERS, MESSAGES, ANSWERS, ROWS = 25, 2000, 20_000, 500, 2000
"""How many of each are measured."""

SIZES = {"small": (10, 8), "large": (100, 60)}
"""Channels of a server, and its roles, of which there are as many emojis."""

_NOW = datetime.now(UTC)
_DIGEST = "0123456789ab"


def bench_scale(_: Path) -> None:
    """Print what servers, messages, answers and rows cost."""
    asyncio.run(_measure_process())
    with tempfile.TemporaryDirectory() as folder:
        print_table("Rows of members.db, each written alone", _cost_of_rows(Path(folder)))


async def _measure_process() -> None:
    async with running("ours", shards=1 + SHARDS) as (discord, pid):
        await _until_heard(discord)
        sharded = _resident(pid)
    async with running("ours") as (discord, pid):
        await _until_heard(discord)
        alone = _resident(pid)
        memory = {
            "one process, one shard, one server": (f"{alone / 1000:.0f} MB", ""),
            "one more shard": (f"{(sharded - alone) / SHARDS:.0f} kB", ""),
        }
        heard, answered = await _hear(discord, pid), await _answer(discord, pid)
        numbers = iter(range(1, 1 + len(SIZES) * SERVERS))
        for name, (channels, roles) in SIZES.items():
            before = _resident(pid)
            for _ in range(SERVERS):
                await discord.dispatch("GUILD_CREATE", _server(next(numbers), channels, roles))
            await _until_heard(discord)
            each = (_resident(pid) - before) / SERVERS
            memory[f"a {name} server: {channels} channels, {roles} roles"] = f"{each:.1f} kB", ""
    print_table("Memory", memory)
    print_table("CPU time", {"a message to others": heard, "a mention, answered": answered})


def _server(number: int, channels: int, roles: int) -> Body:
    """What Discord tells of a server that has the bot."""
    whole = guild_id(number)
    created = guild(channels, whole)
    (everyone,) = created["roles"]
    ids = [str(channel_id(whole, channels + n)) for n in range(roles)]
    itself = {"user": ACCOUNT, "roles": ids[:1], "joined_at": _NOW.isoformat(), "flags": 0}
    return {
        **created,
        "unavailable": False,
        "roles": [everyone, *({**everyone, "id": id_, "name": f"role {id_}"} for id_ in ids)],
        "emojis": [{"id": id_, "name": f"emoji{id_}", "roles": []} for id_ in ids],
        "members": [itself | {"deaf": False, "mute": False}],
    }


async def _hear(discord: Loopback, pid: int) -> tuple[str, str]:
    """What a message costs that is not for the bot: without the intent, its text doesn't come."""
    first, before = guild_id(0), cpu_of(pid)
    where = {"guild_id": str(first), "channel_id": str(channel_id(first))}
    for number in range(MESSAGES):
        said = message(3 * 10**17 + number, "", user(5000 + number % 500), **where)
        await discord.dispatch("MESSAGE_CREATE", said)
    await _until_heard(discord)
    return f"{(cpu_of(pid) - before) / MESSAGES:.3f} ms", ""


async def _answer(discord: Loopback, pid: int) -> tuple[str, str]:
    before = cpu_of(pid)
    for number in range(ANSWERS):
        channel = channel_id(guild_id(0), number % CHANNELS)
        text = QUESTIONS[number % len(QUESTIONS)]
        await discord.until_answered(await discord.ask(text, 10_000 + number, channel))
    return f"{(cpu_of(pid) - before) / ANSWERS:.1f} ms", ""


async def _until_heard(discord: Loopback) -> None:
    """Wait until the bot has dealt with all events before this."""
    await discord.until_answered(await discord.ask(QUESTIONS[0], 10**6 + len(discord.posted)))


def _resident(process: int) -> float:
    """The memory that a process has in use, in kB."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4.096


def _cost_of_rows(folder: Path) -> dict[str, tuple[str, str]]:
    """The size of each kind of row, and the CPU time of writing one."""
    fact = "ferry#what-do-the-islanders-want-by-may"

    def vote(members: Members, n: int) -> None:
        members.vote(Vote(10**17 + n, fact, up=True, at=_NOW, guild=10**17))

    def miss(members: Members, n: int) -> None:
        members.add_miss(NewMiss(10**17 + n, "", fact, "declined"), _NOW)

    def posted(members: Members, n: int) -> None:
        shown = (fact,), (_DIGEST,), (_DIGEST,)
        members.posted.keep(Posted(10**17 + n, 10**17, 2 * 10**17 + n, *shown, True, _NOW))  # noqa: FBT003

    def counted(members: Members, n: int) -> None:
        members.counts.keep({(10**17 + n, "2026-05-04", fact): 1})

    kinds = {"a vote": vote, "a miss": miss, "an answer to correct": posted, "a count": counted}
    costs = {name: _cost_of(keep, folder / f"{name}.db") for name, keep in kinds.items()}
    with closing(Members(folder / "an answer to correct.db")) as members:
        began = process_time()
        members.posted.outstanding({fact: _DIGEST}, _NOW)
        spent = 1000 * (process_time() - began) / ROWS
    return costs | {"after a reload, looking at an answer to correct": ("", f"{spent:.4f} ms")}


def _cost_of(keep: Callable[[Members, int], None], file: Path) -> tuple[str, str]:
    with closing(Members(file)) as members:
        before, began = file.stat().st_size, process_time()
        for number in range(ROWS):
            keep(members, number)
        spent = 1000 * (process_time() - began) / ROWS
        members.forget(1)
    return f"{(file.stat().st_size - before) / ROWS:.0f} bytes", f"{spent:.2f} ms"
