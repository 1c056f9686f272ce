"""`/stats`: what is asked in a server and how it is answered, week by week."""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from server import QUESTION, Server, texts

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.discord.editing.stats import PERIOD
from bot.members.counts import WEEKS

DAY = 86_400.0
CAPACITY = "How many passengers does the ferry carry?"
LOST = "who painted the lighthouse"
UP = "\N{THUMBS UP SIGN}"


async def ask(server: Server, question: str) -> Any:
    await server.env.advance_time(10)
    await server.alice.send(server.channel, f"{server.mention} {question}")
    return server.channel.last_message


async def away(server: Server, new_bot: Callable[[], FootnoteBot], days: int) -> None:
    """The bot is stopped, and started again after some days."""
    await server.bot.close()
    await server.env.advance_time(days * DAY)
    await server.env.restart_bot(new_bot())


async def stats(server: Server, member: Any = None) -> Any:
    """The message with the figures, shown to an editor alone."""
    result = await (member or server.admin).slash(server.channel, "stats")
    assert result.ephemeral
    return result.response


def counted(settings: Settings) -> list[Any]:
    """What stands in the file."""
    with closing(sqlite3.connect(settings.data / "members.db")) as file:
        return file.execute("select * from counts").fetchall()


def rows(reply: Any) -> list[str]:
    """The lines of the table, without its head."""
    (table,) = (text for text in texts(reply.message) if text.startswith("```"))
    return table.strip("`\n").splitlines()[1:]


async def test_it_counts_by_week_what_was_asked_and_voted(
    server: Server, new_bot: Callable[[], FootnoteBot]
) -> None:
    answer = await ask(server, QUESTION)
    await server.alice.click(answer, label=UP)
    await ask(server, LOST)
    await away(server, new_bot, 8)
    await ask(server, QUESTION)
    reply = await stats(server)
    head, _, most_asked = texts(reply.message)
    assert head.splitlines()[1].startswith("3 questions: 2 answered, 0 shown what comes near, 1 d")
    assert [row.split()[1:] for row in rows(reply)] == [
        ["1", "1", "0", "0", "0", "0"],
        ["2", "1", "0", "1", "1", "0"],
    ]
    assert most_asked == f"**Most asked**\n- {QUESTION} · 2×"


async def test_it_lists_what_was_missed_most_if_words_are_kept(server: Server) -> None:
    await server.admin.slash(server.channel, "settings misses", enabled=True)
    await ask(server, f"**{LOST}**")
    assert texts((await stats(server)).message)[-1].startswith("**Most missed**\n- ")


async def test_commands_count_and_direct_messages_do_not(server: Server) -> None:
    await server.alice.slash(server.channel, "ask", question=CAPACITY, private=True)
    await server.alice.send_dm(QUESTION)
    reply = await stats(server)
    assert [row.split()[1] for row in rows(reply)] == ["1"]
    assert texts(reply.message)[-1] == f"**Most asked**\n- {CAPACITY} · 1×"


async def test_it_draws_a_picture(server: Server) -> None:
    await ask(server, QUESTION)
    reply = await stats(server)
    (attached,) = reply.attachments
    picture = await attached.read()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 200_000


async def test_without_the_extra_there_are_figures_alone(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    await ask(server, QUESTION)
    reply = await stats(server)
    assert rows(reply)
    assert not reply.attachments


async def test_counts_outlive_a_restart_and_go_after_their_weeks(
    server: Server, new_bot: Callable[[], FootnoteBot], settings: Settings
) -> None:
    await ask(server, QUESTION)
    await server.env.advance_time(PERIOD)
    assert counted(settings)
    await away(server, new_bot, 1)
    assert len(rows(await stats(server))) == 1
    await away(server, new_bot, 7 * WEEKS)
    assert rows(await stats(server)) == []
    assert counted(settings) == []


async def test_a_member_is_refused_whatever_discord_was_told(server: Server) -> None:
    commands = await server.bot.tree.fetch_commands()
    command = next(command for command in commands if command.name == "stats")
    server.guild.set_command_permissions(command, {server.alice: True})
    reply = await stats(server, server.alice)
    assert texts(reply.message)[0].startswith("You need the permission Manage Server")
    assert len(server.env.errors) == 1


async def test_nothing_tells_who_asked(server: Server, settings: Settings) -> None:
    await ask(server, QUESTION)
    await stats(server)
    fact = "ferry#what-do-the-islanders-want-by-may"
    kept = {(what, times) for _, _, what, times in counted(settings)}
    assert kept == {("answered", 1), (fact, 1)}
