"""Answers in threads, and forum channels in which questions need no mention."""

from pathlib import Path
from typing import Any

import pytest
from server import ANSWER, QUESTION, Server, answered, shown, texts

from bot.config import Settings


@pytest.fixture
def settings(small: Path, tmp_path: Path) -> Settings:
    return Settings(small, tmp_path / "data", message_content=True)


@pytest.fixture
async def threads(server: Server) -> Server:
    """The server, which wants answers in threads."""
    await server.admin.slash(server.channel, "settings threads", enabled=True)
    return server


class TestThreads:
    async def test_a_question_is_answered_in_a_thread_under_it(self, threads: Server) -> None:
        asked = await threads.alice.send(threads.channel, f"{threads.mention} {QUESTION}")
        # All that is in the channel is the line that there is a thread.
        assert threads.said() == [[]]
        (thread,) = threads.channel.threads
        assert (thread.id, thread.name) == (asked.id, QUESTION)
        assert texts(thread.last_message) == ANSWER

    async def test_a_thread_never_has_a_member_s_words_for_a_name(self, threads: Server) -> None:
        await threads.alice.send(threads.channel, f"{threads.mention} who won the football match?")
        (thread,) = threads.channel.threads
        assert thread.name == "Question and answer"

    async def test_within_a_thread_it_replies_there(self, threads: Server) -> None:
        await answered(threads)
        (thread,) = threads.channel.threads
        await threads.alice.send(thread, f"{threads.mention} {QUESTION}")
        assert texts(thread.last_message) == ANSWER
        assert len(threads.channel.threads) == 1

    async def test_if_it_may_not_open_one_it_answers_in_the_channel(self, threads: Server) -> None:
        threads.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013)
        await threads.alice.send(threads.channel, f"{threads.mention} {QUESTION}")
        assert threads.said() == [ANSWER]

    async def test_a_deleted_question_takes_its_answer_along(self, threads: Server) -> None:
        asked = await threads.alice.send(threads.channel, f"{threads.mention} {QUESTION}")
        (thread,) = threads.channel.threads
        answer = thread.last_message
        await threads.alice.delete(asked)
        assert answer.id not in [message.id for message in thread.history()]

    async def test_the_asker_deletes_an_answer_there_and_nobody_else(self, threads: Server) -> None:
        await answered(threads)
        (thread,) = threads.channel.threads
        bob = threads.guild.add_member(threads.env.create_user("bob"))
        await bob.react(thread.last_message, "🗑️")
        assert texts(thread.last_message) == ANSWER
        await threads.alice.react(thread.last_message, "🗑️")
        assert [texts(message) for message in thread.history() if texts(message)] == []

    async def test_it_is_shown_and_can_be_switched_off(self, threads: Server) -> None:
        listed = shown(await threads.admin.slash(threads.channel, "settings show"))
        assert "**Answers in threads:** on" in listed
        await threads.admin.slash(threads.channel, "settings threads", enabled=False)
        await answered(threads)
        assert threads.said() == [ANSWER]


class TestForums:
    async def test_a_forum_can_be_an_ask_channel(self, server: Server) -> None:
        forum = server.guild.create_forum_channel("help")
        result = await server.admin.slash(
            server.channel, "settings ask-channel", channel=forum, enabled=True
        )
        assert shown(result)[0].startswith(f"In <#{forum.id}> I now answer every message")
        channel: Any = server.bot.get_channel(forum.id)
        post = await channel.create_thread(name="ferries", content="Ask here")
        (thread,) = (t for t in forum.threads if t.id == post.thread.id)
        await server.alice.send(thread, QUESTION)
        assert texts(thread.last_message) == ANSWER

    async def test_a_forum_that_the_bot_may_not_write_in_is_told(self, server: Server) -> None:
        forum = server.guild.create_forum_channel("help")
        channel: Any = server.bot.get_channel(forum.id)
        await channel.set_permissions(channel.guild.me, send_messages_in_threads=False)
        result = await server.admin.slash(
            server.channel, "settings ask-channel", channel=forum, enabled=True
        )
        assert "What is missing" in "\n".join(shown(result))
