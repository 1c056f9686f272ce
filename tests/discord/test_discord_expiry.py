"""What the bot promises to delete is deleted by the running bot, to the byte."""

import os
from typing import Any

import pytest
from server import Server, logged

DAY = 86_400


def holds(server: Server, text: str) -> bool:
    """Whether the file of what members create, or its log, holds a text."""
    files = server.bot.settings.data.glob("members.db*")
    return any(text.encode() in file.read_bytes() for file in files)


async def keep_for(server: Server, **days: int) -> None:
    await server.admin.slash(server.channel, "settings misses", enabled=True, days=days["misses"])
    await server.admin.slash(server.channel, "settings corrections", days=days["corrections"])


async def ask(server: Server, question: str) -> Any:
    return await server.alice.send(server.channel, f"{server.mention} {question}")


async def test_a_miss_is_deleted_when_its_days_are_over(server: Server) -> None:
    await keep_for(server, misses=2, corrections=1)
    await ask(server, "who paints the gulls")
    assert holds(server, "who paints the gulls")
    await server.env.advance_time(DAY)
    await ask(server, "who feeds the puffins")
    await server.env.advance_time(DAY)
    assert holds(server, "who paints the gulls")
    await server.env.advance_time(2 * DAY)
    assert not holds(server, "who paints the gulls")


async def test_which_answers_were_posted_is_deleted_when_their_days_are_over(
    server: Server,
) -> None:
    await keep_for(server, misses=1, corrections=1)
    await ask(server, "What do the islanders want by May?")
    shown = server.bot.edition.digests["ferry#what-do-the-islanders-want-by-may"]
    assert holds(server, shown)
    await server.env.advance_time(3 * DAY)
    assert not holds(server, shown)


async def test_what_expired_while_the_bot_was_away_is_deleted_at_its_start(
    server: Server, new_bot: Any
) -> None:
    await keep_for(server, misses=1, corrections=1)
    await ask(server, "who paints the gulls")
    data = server.bot.settings.data
    await server.bot.close()
    await server.env.advance_time(4 * DAY)
    assert holds(server, "who paints the gulls")
    await server.env.restart_bot(new_bot())
    await server.env.advance_time(1)
    assert server.bot.settings.data == data
    assert not holds(server, "who paints the gulls")


async def test_a_deletion_that_fails_is_logged_and_tried_again(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = server.bot.settings.data / "members.db.corrupt-1"
    in_the_way.mkdir()
    os.utime(in_the_way, (0, 0))
    await server.env.advance_time(DAY)
    (record,) = logged(caplog)
    assert "the next try is tomorrow: " in record.getMessage()
    in_the_way.rmdir()
    in_the_way.write_text("damaged")
    os.utime(in_the_way, (0, 0))
    await server.env.advance_time(DAY)
    assert not in_the_way.exists()
    assert len(logged(caplog)) == 1
