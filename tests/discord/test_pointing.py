"""Messages that point at something: at another message, a forward, or the bot's own answer."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from faults.live import bot_on
from faults.loopback import Loopback
from faults.payloads import CHANNEL, GUILD, JOINED, asked
from server import ANSWER, QUESTION, Server, answered, shown, texts

from bot.config import Settings

UNREAD = "I can't read that message."
ENOUGH = "The article's sentences above are all that I can say to that."


@pytest.fixture
def settings(small: Path, tmp_path: Path) -> Settings:
    return Settings(small, tmp_path / "data", message_content=True)


class TestReplies:
    @pytest.mark.parametrize("words", ["", "^", "can you answer this?", "this please"])
    async def test_a_mention_under_a_question_answers_that_question(
        self, server: Server, words: str
    ) -> None:
        question = await server.admin.send(server.channel, QUESTION)
        await server.alice.send(server.channel, f"{server.mention} {words}", reply_to=question)
        assert server.said() == [ANSWER]

    async def test_own_words_count_first(self, server: Server) -> None:
        question = await server.admin.send(server.channel, "When did the new ferry leave?")
        await server.alice.send(server.channel, f"{server.mention} {QUESTION}", reply_to=question)
        assert server.said() == [ANSWER]


class TestWithoutTheIntent:
    """Discord tells only what mentions the bot, or replies to its message with a ping."""

    @pytest.fixture
    def settings(self, small: Path, tmp_path: Path) -> Settings:
        return Settings(small, tmp_path / "data")

    async def test_what_a_mention_points_at_is_said_to_be_out_of_reach(
        self, server: Server
    ) -> None:
        question = await server.admin.send(server.channel, QUESTION)
        await server.alice.send(server.channel, f"{server.mention} ^", reply_to=question)
        ((said,),) = server.said()
        assert said.startswith(UNREAD)
        assert "Ask about this" in said

    async def test_so_is_a_reply_to_the_answer_of_a_command(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "ask", question=QUESTION)
        await server.alice.send(server.channel, "and why?", reply_to=result.response.message)
        assert server.said()[1][0].startswith(UNREAD)

    async def test_a_question_of_its_own_needs_nothing_else(self, server: Server) -> None:
        question = await server.admin.send(server.channel, "good morning")
        await server.alice.send(server.channel, f"{server.mention} {QUESTION}", reply_to=question)
        assert server.said() == [ANSWER]


class TestFollowUps:
    @pytest.fixture
    def small(self, small: Path) -> Path:
        with (small / "ferry" / "names.md").open("a", encoding="utf-8") as names:
            names.write("- **harbour master** (person): captain of the port\n")
        return small

    @pytest.mark.parametrize("words", ["who said that?", "says who", "source?"])
    async def test_who_says_so_is_told(self, server: Server, words: str) -> None:
        await server.alice.send(server.channel, words, reply_to=await answered(server))
        assert server.said()[1:] == [["Who says so: the islanders."]]

    @pytest.mark.parametrize("words", ["and why?", "when was that?", "how come?"])
    async def test_what_the_fact_does_not_say_is_no_guess(self, server: Server, words: str) -> None:
        await server.alice.send(server.channel, words, reply_to=await answered(server))
        (said,) = server.said()[1:]
        assert said[0].startswith(ENOUGH)

    async def test_a_question_of_its_own_is_answered_as_such(self, server: Server) -> None:
        await server.alice.send(
            server.channel, "When did the new ferry leave?", reply_to=await answered(server)
        )
        assert server.said()[1][0] == "The article says that the ferry left on Monday."

    async def test_he_is_whom_the_answer_quotes(self, server: Server) -> None:
        await server.alice.send(server.channel, f"{server.mention} ferry capacity")
        answer = server.channel.last_message
        await server.alice.send(server.channel, "who is he?", reply_to=answer)
        answered, about = server.said()
        assert answered[1].endswith(about[1])

    async def test_a_greeting_is_none(self, server: Server) -> None:
        words = f"{server.mention} how are you?"
        await server.alice.send(server.channel, words, reply_to=await answered(server))
        assert server.said()[1:] == [["Hello! Ask me what the article says."]]

    @pytest.mark.parametrize("words", ["lol", "ok then", "nice one"])
    async def test_chatter_stays_without_an_answer(self, server: Server, words: str) -> None:
        await server.alice.send(server.channel, words, reply_to=await answered(server))
        assert server.said() == [ANSWER]


class TestOtherTexts:
    async def test_a_forward_is_answered_in_a_direct_message(self, server: Server) -> None:
        question = await server.admin.send(server.channel, QUESTION)
        channel = server.alice.user.dm_channel
        await server.alice.forward(question, channel)
        assert texts(channel.last_message) == ANSWER

    async def test_embeds_polls_and_laid_out_texts_are_read(self, server: Server) -> None:
        channel: Any = server.bot.get_channel(server.channel.id)
        view = discord.ui.LayoutView()
        view.add_item(discord.ui.Container(discord.ui.TextDisplay(QUESTION)))
        poll = discord.Poll(QUESTION, timedelta(hours=1)).add_answer(text="a").add_answer(text="b")
        for content in (
            {"embed": discord.Embed(title=QUESTION)},
            {"embed": discord.Embed(description=QUESTION)},
            {"view": view},
            {"poll": poll},
        ):
            message = await channel.send(**content)
            result = await server.alice.context_menu(server.channel, "Ask about this", message)
            assert ANSWER[0] in "\n".join(shown(result))
            result = await server.alice.context_menu(server.channel, "Check this quote", message)
            assert "There are no words" not in shown(result)[0]

    async def test_the_title_of_a_forum_post_is_part_of_its_first_message(
        self, small: Path, tmp_path: Path
    ) -> None:
        loopback, forum, post = Loopback(), CHANNEL + 50, 3 * 10**17
        where = {"guild_id": str(GUILD), "permission_overwrites": [], "position": 1}
        room = {"id": str(forum), "type": 15, "name": "help", **where}
        state = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": JOINED}
        thread = {"id": str(post), "type": 11, "name": QUESTION, "thread_metadata": state}
        thread |= {"owner_id": "100", "parent_id": str(forum), "guild_id": str(GUILD)}
        thread |= {"message_count": 1, "member_count": 1}
        async with bot_on(loopback, Settings(small, tmp_path / "data")):
            await loopback.dispatch("CHANNEL_CREATE", room)
            await loopback.dispatch("THREAD_CREATE", thread)
            question = asked(post, "any help?", 100, post) | {"guild_id": str(GUILD)}
            await loopback.dispatch("MESSAGE_CREATE", question)
            assert (await loopback.until_answered(post)).startswith(ANSWER[0])
