"""Which messages the bot answers, driven as members of a server would write them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import discord
import pytest
from server import ANSWER, NOTHING_ASKED, QUESTION, Server, texts

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.members.misses import Miss
from bot.wording import wording_for

CHATTER = (
    "I saw a ferry on Monday",
    "could somebody please help me?",
    "anyone know a good bakery",
)
VAGUE = "How late did the bus leave?"


@pytest.fixture
def settings(small: Path, tmp_path: Path) -> Settings:
    return Settings(small, tmp_path / "data", message_content=True)


@pytest.fixture
async def ask_channel(server: Server) -> Server:
    """The server, its channel being one in which questions need no mention."""
    await server.bot.change_guild_settings(
        server.guild.id,
        lambda settings: replace(
            settings.with_ask_channel(server.channel.id, enabled=True), misses=True
        ),
    )
    return server


def misses(server: Server) -> tuple[Miss, ...]:
    return server.bot.members.misses(server.guild.id, discord.utils.utcnow())


class TestReplies:
    """A reply pings the bot; it says something to it, or only about it."""

    async def test_a_question_in_reply_to_an_answer_is_answered(self, server: Server) -> None:
        await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
        answer = server.channel.last_message
        await server.alice.send(server.channel, "When did the new ferry leave?", reply_to=answer)
        assert server.said()[1][0] == "The article says that the ferry left on Monday."

    async def test_thanks_in_reply_to_an_answer_stay_without_one(self, server: Server) -> None:
        await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
        answer = server.channel.last_message
        await server.alice.send(server.channel, "thanks a lot, friend", reply_to=answer)
        assert server.said() == [ANSWER]

    @pytest.mark.parametrize("words", ["thanks!", "thank you"])
    async def test_thanks_get_a_thumb_up(self, server: Server, words: str) -> None:
        await server.alice.send(server.channel, f"{server.mention} {words}")
        (reaction,) = server.channel.last_message.reactions
        assert (str(reaction.emoji), server.said()) == ("👍", [])

    async def test_if_the_bot_may_not_react_thanks_get_a_word(self, server: Server) -> None:
        server.env.inject_error("PUT", "/channels/*/messages/*/reactions/*/@me", status=403)
        await server.alice.send(server.channel, f"{server.mention} thanks!")
        assert server.said() == [["You're welcome."]]

    async def test_a_reply_that_names_the_bot_is_answered_in_any_case(self, server: Server) -> None:
        await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
        answer = server.channel.last_message
        await server.alice.send(server.channel, f"{server.mention}", reply_to=answer)
        assert NOTHING_ASKED in server.said()[1]


class TestMentions:
    async def test_the_bot_s_own_role_is_the_bot(self, server: Server) -> None:
        """Discord offers both under the same name."""
        guild = server.bot.get_guild(server.guild.id)
        assert guild
        (role,) = (role for role in guild.me.roles if role.managed)
        await server.alice.send(server.channel, f"{role.mention} {QUESTION}")
        assert server.said() == [ANSWER]

    @pytest.mark.parametrize(
        "text", [r"\{} {}", "`{} {}`", "```\n{} {}\n```", "how to: `{}` then {}", "@everyone {1}"]
    )
    async def test_what_only_looks_like_a_mention_is_none(self, server: Server, text: str) -> None:
        await server.alice.send(server.channel, text.format(server.mention, QUESTION))
        assert server.said() == []

    async def test_another_role_is_somebody_else(self, server: Server) -> None:
        role = server.guild.create_role("ferrymen")
        await server.alice.send(server.channel, f"<@&{role.id}> {QUESTION}")
        assert server.said() == []


class TestAskChannels:
    async def test_a_question_needs_no_mention(self, ask_channel: Server) -> None:
        await ask_channel.alice.send(ask_channel.channel, QUESTION)
        assert ask_channel.said() == [ANSWER]

    async def test_a_thread_of_the_channel_belongs_to_it(self, ask_channel: Server) -> None:
        channel = ask_channel.bot.get_channel(ask_channel.channel.id)
        assert isinstance(channel, discord.TextChannel)
        await channel.create_thread(name="ferries", type=discord.ChannelType.public_thread)
        (thread,) = ask_channel.channel.threads
        await ask_channel.alice.send(thread, QUESTION)
        assert texts(thread.last_message) == ANSWER

    @pytest.mark.parametrize("chatter", CHATTER)
    async def test_chatter_is_neither_answered_nor_counted(
        self, ask_channel: Server, chatter: str
    ) -> None:
        await ask_channel.alice.send(ask_channel.channel, chatter)
        assert ask_channel.said() == []
        assert misses(ask_channel) == ()

    async def test_a_question_that_comes_near_is_shown_sentences_and_counted(
        self, ask_channel: Server
    ) -> None:
        await ask_channel.alice.send(ask_channel.channel, VAGUE)
        assert ask_channel.said()[0][0] == wording_for("en")("reply.nearest")
        (miss,) = misses(ask_channel)
        assert (miss.question, miss.why) == (VAGUE.strip("?"), "weak")

    async def test_a_question_to_somebody_else_is_theirs(self, ask_channel: Server) -> None:
        await ask_channel.alice.send(ask_channel.channel, f"{ask_channel.admin.mention} {QUESTION}")
        assert ask_channel.said() == []

    async def test_other_channels_need_a_mention_still(self, ask_channel: Server) -> None:
        other = ask_channel.guild.create_text_channel("other")
        await ask_channel.alice.send(other, QUESTION)
        assert other.history() == [other.last_message]

    async def test_a_channel_that_is_taken_off_the_list_is_left_alone(
        self, ask_channel: Server
    ) -> None:
        await ask_channel.bot.change_guild_settings(
            ask_channel.guild.id,
            lambda s: s.with_ask_channel(ask_channel.channel.id, enabled=False),
        )
        await ask_channel.alice.send(ask_channel.channel, QUESTION)
        assert ask_channel.said() == []

    async def test_without_the_intent_nothing_is_heard_without_a_mention(
        self, ask_channel: Server, settings: Settings, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        assert ask_channel.bot.intents.message_content
        deaf = FootnoteBot(
            replace(settings, message_content=False), new_bot().edition, ask_channel.bot.members
        )
        await ask_channel.env.restart_bot(deaf)
        assert not deaf.intents.message_content
        await ask_channel.alice.send(ask_channel.channel, QUESTION)
        assert ask_channel.said() == []
        await ask_channel.alice.send(ask_channel.channel, f"{ask_channel.mention} {QUESTION}")
        assert ask_channel.said() == [ANSWER]

    async def test_settings_that_cannot_be_read_bother_nobody(
        self, ask_channel: Server, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        """Who only talks to others is not told of the bot's troubles."""
        await ask_channel.env.restart_bot(new_bot())
        ask_channel.bot.members.close()
        await ask_channel.alice.send(ask_channel.channel, "good morning")
        assert ask_channel.said() == []
        assert len(ask_channel.env.errors) == 1
