"""What becomes of an answer when its question is corrected or deleted, or nobody wants it."""

from dataclasses import replace
from typing import Any

import discord
import pytest
from server import ANSWER, QUESTION, Server, answered, logged, texts

OTHER = "When did the new ferry leave?"
OTHER_ANSWER = "The article says that the ferry left on Monday."
UNKNOWN = "Who won the football match?"


async def ask(server: Server, question: str = QUESTION) -> discord.Message:
    """Ask in the channel; return the question."""
    asked: discord.Message = await server.alice.send(server.channel, f"{server.mention} {question}")
    return asked


def posted(server: Server) -> set[int]:
    """The answers that would be corrected if every fact changed."""
    outstanding = server.bot.members.posted.outstanding({}, discord.utils.utcnow())
    return {before.message for before, _ in outstanding}


class TestDeletedQuestions:
    async def test_the_answer_goes_with_it(self, server: Server) -> None:
        asked = await ask(server)
        await ask(server, OTHER)
        await server.alice.delete(asked)
        assert [said[0] for said in server.said()] == [OTHER_ANSWER]
        assert posted(server) == {server.channel.last_message.id}

    async def test_so_it_does_when_many_are_deleted_at_once(self, server: Server) -> None:
        asked = [await ask(server), await ask(server, OTHER)]
        channel = server.bot.get_channel(server.channel.id)
        assert isinstance(channel, discord.TextChannel)
        await channel.delete_messages(asked)
        await server.env.settle()
        assert server.said() == []

    async def test_an_answer_that_is_gone_already_is_no_failure(
        self, server: Server, caplog: pytest.LogCaptureFixture
    ) -> None:
        asked = await ask(server)
        channel = server.bot.get_partial_messageable(server.channel.id)
        await channel.get_partial_message(server.channel.last_message.id).delete()
        await server.alice.delete(asked)
        assert logged(caplog) == []

    async def test_in_direct_messages_too(self, server: Server) -> None:
        asked = await server.alice.send_dm(QUESTION)
        await server.alice.user.delete(asked)
        assert server.alice.user.dm_channel.history() == []


class TestCorrectedQuestions:
    async def test_the_answer_changes_in_place(self, server: Server) -> None:
        asked = await ask(server, UNKNOWN)
        await server.alice.edit(asked, f"{server.mention} {QUESTION}")
        assert server.said() == [ANSWER]
        assert posted(server) == {server.channel.last_message.id}

    async def test_what_it_said_before_is_corrected_no_more(self, server: Server) -> None:
        asked = await ask(server)
        await server.alice.edit(asked, f"{server.mention} {UNKNOWN}")
        assert server.said()[0][0] == "The article does not say."
        assert posted(server) == set()

    async def test_plain_text_changes_too(self, server: Server) -> None:
        await server.bot.change_guild_settings(
            server.guild.id, lambda settings: replace(settings, plain=True)
        )
        asked = await ask(server, UNKNOWN)
        await server.alice.edit(asked, f"{server.mention} {QUESTION}")
        assert server.channel.last_message.content.startswith(ANSWER[0])

    async def test_after_two_minutes_the_answer_stays(self, server: Server) -> None:
        asked = await ask(server)
        await server.env.advance_time(121)
        await server.alice.edit(asked, f"{server.mention} {OTHER}")
        assert server.said() == [ANSWER]

    async def test_what_was_no_question_stays_without_an_answer(self, server: Server) -> None:
        asked = await server.alice.send(server.channel, "good morning")
        await server.alice.edit(asked, f"{server.mention} {QUESTION}")
        assert server.said() == []

    async def test_a_question_that_no_longer_names_the_bot_keeps_its_answer(
        self, server: Server
    ) -> None:
        asked = await ask(server)
        await server.alice.edit(asked, OTHER)
        assert server.said() == [ANSWER]


class TestWasteBin:
    @pytest.mark.parametrize("bin_", ["🗑️", "🗑"])
    async def test_the_asker_deletes_an_answer(self, server: Server, bin_: str) -> None:
        await server.alice.react(await answered(server), bin_)
        assert server.said() == []
        assert posted(server) == set()

    async def test_so_does_who_used_a_command(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "ask", question=QUESTION)
        await server.alice.react(result.response.message, "🗑️")
        assert server.said() == []

    async def test_so_does_a_moderator(self, server: Server) -> None:
        role = server.guild.create_role(
            "cleaners", permissions=discord.Permissions(manage_messages=True)
        )
        cleaner = server.guild.add_member(server.env.create_user("cleaner"), roles=[role])
        await cleaner.react(await answered(server), "🗑️")
        assert server.said() == []

    @pytest.mark.parametrize("emoji", ["🗑️", "👍"])
    async def test_anybody_else_or_another_emoji_does_nothing(
        self, server: Server, emoji: str
    ) -> None:
        answer: Any = await answered(server)
        bob = server.guild.add_member(server.env.create_user("bob"))
        await bob.react(answer, emoji)
        await server.alice.react(answer, "👎")
        assert server.said() == [ANSWER]

    async def test_messages_of_others_are_left_alone(self, server: Server) -> None:
        asked = await ask(server)
        await server.alice.react(asked, "🗑️")
        assert texts(server.channel.last_message) == ANSWER
        assert len(server.channel.history()) == 2
