"""`/help` and `/privacy`, as members use them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from server import APOLOGY, QUESTION, Server, buttons, shown, texts, turned

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.members.members import AuditEntry, PersonalData, Vote

NOON = datetime(2024, 2, 11, 12, tzinfo=UTC)
NOTHING = "I keep nothing about you."
PHONE_LINE, PHONE_LINES = 32, 26
"""Characters of a line and lines of a screen that is 390 pixels wide and 844 high."""


def vote(  # noqa: PLR0913 (what a vote is made of)
    member: Any, answer: str, *, up: bool = True, at: datetime = NOON, guild: int = 0, why: str = ""
) -> Vote:
    return Vote(member.id, answer, up, at, guild, why)


def keep_something(server: Server) -> None:
    """A vote and a change of alice's, and a vote of the admin's."""
    members, guild = server.bot.members, server.guild.id
    fact = server.bot.edition.knowledge.facts[0]
    members.vote(vote(server.alice, fact.id, up=False, guild=guild, why="**wrong** <@1>"))
    members.add_audit_entry(
        AuditEntry(server.alice.id, NOON, "/settings plain enabled:True", guild)
    )
    members.vote(vote(server.admin, fact.id, guild=guild, why="the admin's reason"))


class TestHelp:
    async def test_it_begins_with_three_ways_to_ask(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "help")
        about, by_name, by_command, privacy = shown(result)
        assert result.ephemeral
        assert "New Ferry Reaches The Islands" in about
        assert by_name.startswith("- **Mention me** with your question")
        assert [line.split(":")[0] for line in by_command.splitlines()] == [
            "- `/ask`",
            "- **Ask about this**",
        ]
        assert privacy.endswith("`/privacy about`")
        assert buttons(result) == {"Ask": False, "Read": True}

    @pytest.mark.parametrize("who", ["alice", "admin"])
    async def test_its_tabs_list_every_command_that_one_may_use(
        self, server: Server, who: str
    ) -> None:
        member = getattr(server, who)
        result = await member.slash(server.channel, "help")
        said = ""
        for tab in buttons(result):
            if tab != "Ask":
                await member.click(result.response, label=tab)
            said += "\n".join(shown(result))
        for path in member.available_commands(server.channel):
            *group, name = path.split()
            if group:
                assert f"- `{name}`: " in said.partition(f"**/{group[0]}**")[2]
            else:
                assert f"`/{name}`: " in said or f"**{name}**" in said
        assert ("- `reload`: " in said) == (who == "admin")

    async def test_a_tab_fits_one_screen_of_a_phone(self, server: Server) -> None:
        result = await server.admin.slash(server.channel, "help")
        assert list(buttons(result)) == ["Ask", "Read", "Edit", "Settings"]
        for tab in ("Read", "Edit", "Settings", "Ask"):
            await server.admin.click(result.response, label=tab)
            lines = "\n".join(shown(result)).splitlines()
            assert sum(-(-len(line) // PHONE_LINE) for line in lines) <= PHONE_LINES, tab

    async def test_it_promises_nothing_that_the_bot_can_t_read(self, server: Server) -> None:
        """Without the Message Content intent, a reply without a mention may come empty."""
        result = await server.admin.slash(server.channel, "help")
        assert "also when you reply to one of my answers" in shown(result)[1]
        await server.admin.click(result.response, label="Settings")
        assert "ask channels stay silent for now" in shown(result)[-1]

    async def test_a_tab_turns_after_a_restart(
        self, server: Server, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        result = await server.alice.slash(server.channel, "help")
        await server.env.restart_bot(new_bot())
        await server.alice.click(result.response, label="Read")
        assert "`/article`: " in "\n".join(shown(result))

    async def test_it_works_in_a_direct_message(self, server: Server) -> None:
        result = await server.alice.user.slash("help")
        assert buttons(result) == {"Ask": False, "Read": True}


class TestHelpOfABotThatHearsAll:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, message_content=True)

    async def test_a_reply_needs_no_mention(self, server: Server) -> None:
        result = await server.admin.slash(server.channel, "help")
        (by_name,) = shown(result)[1].splitlines()
        assert ", reply to one of my answers," in by_name
        await server.admin.click(result.response, label="Settings")
        assert "silent" not in "\n".join(shown(result))

    async def test_in_an_ask_channel_one_just_asks(self, server: Server) -> None:
        await server.admin.slash(
            server.channel, "settings ask-channel", channel=server.channel, enabled=True
        )
        _, here = shown(await server.alice.slash(server.channel, "help"))[1].splitlines()
        assert here == "- **In this channel** just ask: no mention is needed."


class TestPrivacyAbout:
    async def test_it_says_what_is_kept_what_is_not_and_for_how_long(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "privacy about")
        said = "\n".join(shown(result))
        assert result.ephemeral
        for part in ("What I keep", "What I do not keep", "90 days", "`/privacy forget`"):
            assert part in said
        assert "are counted, without their words" in said

    async def test_it_says_if_a_server_keeps_the_words(self, server: Server) -> None:
        await server.admin.slash(server.channel, "settings misses", enabled=True)
        said = "\n".join(shown(await server.alice.slash(server.channel, "privacy about")))
        assert "the words of unanswered questions are kept" in said

    async def test_in_a_direct_message_it_speaks_of_no_server(self, server: Server) -> None:
        said = "\n".join(shown(await server.alice.user.slash("privacy about")))
        assert "In this server" not in said


class TestPrivacyShow:
    async def test_about_a_new_member_nothing_is_kept(self, server: Server) -> None:
        await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
        result = await server.alice.slash(server.channel, "privacy show")
        assert shown(result) == [NOTHING]
        assert result.ephemeral

    async def test_a_vote_on_an_answer_is_listed(self, server: Server) -> None:
        await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
        await server.alice.click(server.channel.last_message, label="👍")
        (said,) = shown(await server.alice.slash(server.channel, "privacy show"))
        assert said.startswith(f"**Your votes**\n- 👍 {QUESTION}\n")

    async def test_it_lists_all_about_the_member_and_nothing_of_others(
        self, server: Server
    ) -> None:
        keep_something(server)
        result = await server.alice.slash(server.channel, "privacy show")
        question = server.bot.edition.knowledge.facts[0].question
        when = f"-# <t:{NOON.timestamp():.0f}> · {server.guild.name}"
        assert shown(result) == [
            f"**Your votes**\n- 👎 {question}\n  “\\*\\*wrong\\*\\* \\<\\@1\\>”\n  {when}",
            f"**Changes that you made**\n- /settings plain enabled:True\n  {when}",
        ]
        assert result.ephemeral

    async def test_what_was_done_elsewhere_or_on_a_lost_answer_is_listed_too(
        self, server: Server
    ) -> None:
        server.bot.members.vote(vote(server.alice, "old#fact"))
        server.bot.members.vote(vote(server.alice, "older#fact", guild=4711))
        said = "\n".join(shown(await server.alice.user.slash("privacy show")))
        assert "- 👍 old#fact\n" in said
        assert "· direct messages" in said
        assert "· server 4711" in said

    async def test_much_comes_in_pages_that_hold_all_of_it_after_a_restart_too(
        self, server: Server, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        for number in range(45):
            at = NOON + timedelta(minutes=number)
            server.bot.members.vote(vote(server.alice, f"a#{number}", at=at))
        result = await server.alice.slash(server.channel, "privacy show")
        await server.env.restart_bot(new_bot())
        pages = await turned(server, result)
        listed = re.findall(r"a#\d+", "\n".join(text for page in pages for text in page))
        assert len(pages) > 1
        assert listed == [f"a#{number}" for number in range(45)]


class TestPrivacyForget:
    async def test_if_nothing_is_kept_there_is_nothing_to_confirm(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "privacy forget")
        assert shown(result) == [NOTHING]
        assert buttons(result) == {}

    async def test_nothing_is_deleted_before_it_is_confirmed(self, server: Server) -> None:
        keep_something(server)
        before = server.bot.members.personal_data(server.alice.id)
        result = await server.alice.slash(server.channel, "privacy forget")
        assert result.ephemeral
        assert "- votes and their reasons: 1\n" in shown(result)[0]
        assert buttons(result) == {"Delete it": True}
        assert server.bot.members.personal_data(server.alice.id) == before

    async def test_once_confirmed_all_is_deleted_at_once_and_told(self, server: Server) -> None:
        keep_something(server)
        result = await server.alice.slash(server.channel, "privacy forget")
        await server.alice.click(result.response, label="Delete it")
        (text,) = shown(result)
        assert text.splitlines() == [
            "Deleted for good:",
            "- votes and their reasons: 1",
            "- your name on changes that you made: 1",
            "- your name on versions that you published: 0",
        ]
        assert buttons(result) == {}
        assert server.bot.members.personal_data(server.alice.id) == PersonalData((), ())
        assert shown(await server.alice.slash(server.channel, "privacy show")) == [NOTHING]

    async def test_what_others_made_stays(self, server: Server) -> None:
        keep_something(server)
        others = server.bot.members.personal_data(server.admin.id)
        result = await server.alice.slash(server.channel, "privacy forget")
        await server.alice.click(result.response, label="Delete it")
        assert server.bot.members.personal_data(server.admin.id) == others
        (change,) = server.bot.members.audit_list(server.guild.id)
        assert (change.user, change.what) == (0, "/settings plain enabled:True")

    async def test_it_may_be_confirmed_after_a_restart(
        self, server: Server, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        keep_something(server)
        result = await server.alice.slash(server.channel, "privacy forget")
        await server.env.restart_bot(new_bot())
        await server.alice.click(result.response, label="Delete it")
        assert shown(result)[0].startswith("Deleted for good:")
        assert server.bot.members.personal_data(server.alice.id) == PersonalData((), ())

    async def test_confirming_twice_does_no_harm(self, server: Server) -> None:
        keep_something(server)
        first = await server.alice.slash(server.channel, "privacy forget")
        second = await server.alice.slash(server.channel, "privacy forget")
        await server.alice.click(first.response, label="Delete it")
        await server.alice.click(second.response, label="Delete it")
        assert shown(second) == [NOTHING]

    async def test_if_it_fails_the_member_is_told_and_may_try_again(self, server: Server) -> None:
        keep_something(server)
        result = await server.alice.slash(server.channel, "privacy forget")
        server.bot.members.close()
        clicked = await server.alice.click(result.response, label="Delete it")
        (followup,) = clicked.followups
        assert texts(followup.message) == [APOLOGY]
        assert buttons(result) == {"Delete it": True}
