"""The real bot, driven offline as members would: messages and commands."""

import re

import discord
import pytest
import simcord
from server import ANSWER, COMMAND_CHANGED, HEADED, NOTHING_ASKED, QUESTION, Server, logged, texts
from simcord.builders import UserHandle

from bot.discord.asking.messages import answer_message
from bot.publishing.store import STYLES
from bot.wording import wording_for


class TestMessages:
    async def test_a_mention_is_answered_with_the_sentence_and_who_says_it(
        self, server: Server
    ) -> None:
        asked = await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
        assert server.said() == [ANSWER]
        assert server.channel.last_message.reference.message_id == asked.id

    async def test_a_question_that_is_gone_meanwhile_is_no_failure(
        self, server: Server, caplog: pytest.LogCaptureFixture
    ) -> None:
        await server.admin.send(server.channel, QUESTION)
        asked = server.bot.cached_messages[-1]
        asked.content = QUESTION
        # Deleted, and the bot is not told yet.
        del server.env.backend.messages[asked.channel.id][asked.id]
        await answer_message(server.bot, asked, "mention", wording_for("en"))
        assert server.said() == [ANSWER]
        assert logged(caplog) == []
        # The simulated Discord takes a reference to nothing in any case.
        (sent,) = server.requests("POST", f"/channels/{server.channel.id}/messages")
        assert sent["message_reference"]["fail_if_not_exists"] is False

    async def test_the_mention_may_stand_anywhere(self, server: Server) -> None:
        await server.alice.send(
            server.channel, f"hey <@!{server.guild.me.id}>, {QUESTION} {server.mention}"
        )
        assert server.said() == [ANSWER]

    async def test_a_mention_without_words_is_told_what_to_do(self, server: Server) -> None:
        await server.alice.send(server.channel, server.mention)
        ((_, text, _),) = server.said()
        assert text == NOTHING_ASKED

    async def test_a_direct_message_is_answered_without_a_mention(self, server: Server) -> None:
        await server.alice.send_dm(QUESTION)
        assert texts(server.alice.user.dm_channel.last_message) == ANSWER

    async def test_a_refusal_says_what_the_article_does_say(self, server: Server) -> None:
        question = "price of a ticket to the islands"
        await server.alice.send(server.channel, f"{server.mention} {question}")
        ((refusal, _, near),) = server.said()
        assert refusal == "The article does not say what a ticket costs."
        assert near.splitlines()[0] == "-# Questions that I can answer:"
        assert re.match(r"1\. ", near.splitlines()[1])

    @pytest.mark.parametrize("content", ["@everyone {}", "@here {}", "{}", "<@1234> {}"])
    async def test_it_is_silent_unless_it_is_meant(self, server: Server, content: str) -> None:
        await server.alice.send(server.channel, content.format(QUESTION))
        assert server.said() == []

    async def test_the_mention_is_heard_beside_everyone(self, server: Server) -> None:
        await server.alice.send(server.channel, f"@everyone {server.mention} {QUESTION}")
        assert server.said() == [ANSWER]

    async def test_bots_and_webhooks_are_ignored(self, server: Server) -> None:
        robot = server.guild.add_member(server.env.create_user("robot", bot=True))
        await robot.send(server.channel, f"{server.mention} {QUESTION}")
        webhook = server.guild.create_webhook(server.channel)
        await webhook.send(f"{server.mention} {QUESTION}")
        assert server.said() == []

    async def test_a_notice_of_discord_that_names_the_bot_is_ignored(self, server: Server) -> None:
        """Such as: alice added the bot to the thread."""
        server.guild.create_system_message(
            server.channel,
            simcord.enums.MessageType.RECIPIENT_ADD,
            author=server.alice,
            recipient=UserHandle(server.env, server.env.backend.bot_user),
        )
        await server.env.settle()
        assert server.channel.last_message.mentions == [server.bot.user]
        assert server.said() == []

    async def test_nobody_is_pinged_and_no_link_is_previewed(self, server: Server) -> None:
        await server.alice.send(server.channel, f"{server.mention} {QUESTION} @everyone")
        (sent,) = server.requests("POST", "/messages")
        assert sent["allowed_mentions"] == {"parse": [], "replied_user": False}
        assert discord.MessageFlags._from_value(sent["flags"]).suppress_embeds
        assert sent["enforce_nonce"] is True

    async def test_what_members_write_is_never_echoed(self, server: Server) -> None:
        await server.alice.send(
            server.channel, f"{server.mention} **zebra** @everyone [x](http://example.org)?"
        )
        ((*said,),) = server.said()
        assert not any(word in "".join(said) for word in ("zebra", "everyone", "example.org"))

    async def test_no_privileged_intent_is_requested(self, server: Server) -> None:
        intents = server.bot.intents
        privileged = {"members", "presences", "message_content"}
        assert privileged.isdisjoint(name for name, requested in intents if requested)


class TestCommands:
    async def test_ask_answers_like_a_mention(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "ask", question=QUESTION)
        assert texts(result.response.message) == HEADED
        assert not result.ephemeral

    async def test_ask_works_in_a_direct_message(self, server: Server) -> None:
        result = await server.alice.user.slash("ask", question=QUESTION)
        assert texts(result.response.message) == HEADED

    @pytest.mark.parametrize("style", STYLES)
    async def test_a_summary_of_each_style_is_made_of_the_article_s_sentences(
        self, server: Server, style: str
    ) -> None:
        result = await server.alice.slash(server.channel, "summary", style=style)
        title, *quotes = texts(result.response.message)
        sentences = {s.text for s in server.bot.edition.knowledge.articles[0].sentences}
        quoted = [
            line.partition("]** ")[2]
            for quote in quotes
            for line in quote.splitlines()
            if line.startswith("> **[")
        ]
        assert title == "### New Ferry Reaches The Islands"
        assert len(quoted) == len(quotes) > 0
        assert set(quoted) <= sentences

    async def test_a_summary_is_brief_unless_asked_otherwise(self, server: Server) -> None:
        plain = await server.alice.slash(server.channel, "summary")
        brief = await server.alice.slash(server.channel, "summary", style="brief")
        assert texts(plain.response.message) == texts(brief.response.message)

    async def test_labels_stand_over_what_they_label(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "summary", style="sides")
        _, harbour, *islands = texts(result.response.message)
        assert harbour.startswith("**the harbour**\n> **[1]** The harbour master said")
        assert [text.partition("]")[0] for text in islands] == [
            "**the islands**\n> **[2",
            "> **[3",
        ]

    async def test_commands_ping_nobody_and_preview_no_link(self, server: Server) -> None:
        await server.alice.slash(server.channel, "ask", question="@everyone?")
        await server.alice.slash(server.channel, "summary")
        await server.admin.slash(server.channel, "facts status")
        await server.admin.slash(server.channel, "facts reload")
        sent = [r["data"] for r in server.requests("POST", "/callback") if r["type"] == 4]
        sent += server.requests("POST", "/webhooks/")
        assert len(sent) == 4
        assert all(message["allowed_mentions"]["parse"] == [] for message in sent)
        for_everybody = [discord.MessageFlags._from_value(m["flags"]) for m in sent[:2]]
        assert all(flags.suppress_embeds for flags in for_everybody)

    async def test_what_an_earlier_version_told_discord_is_answered_kindly(
        self, server: Server, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.bot.tree.remove_command("summary")
        result = await server.alice.slash(server.channel, "summary")
        assert texts(result.response.message) == [COMMAND_CHANGED]
        assert result.ephemeral
        assert [type(error).__name__ for error in server.env.errors] == ["CommandNotFound"]
        assert [record.levelname for record in logged(caplog)] == ["WARNING"]
