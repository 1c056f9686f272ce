"""Releases in Discord: looked at, held, confirmed, listed, rolled back, and watched for."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from releasing import QUESTION, Publisher
from server import Server, buttons, fill, logged, options, shown, texts

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.discord.editing.watch import PERIOD, WATCH
from bot.publishing.builder import Builder
from bot.publishing.history import History
from bot.publishing.release import start

WANTED = "What do the islanders want by May?"
WANTED_WAS = "The islanders want a second ferry by May."
HELD = [
    "**Nothing is published yet**, since this would make answers worse:",
    "- Of 1 test questions, 1 would be answered worse than now.",
]


async def facts(server: Server, command: str, **options: Any) -> list[str]:
    """What an admin is told."""
    result = await server.admin.slash(server.channel, f"facts {command}", **options)
    assert result.ephemeral
    return texts(result.response.message)


def versions(server: Server) -> list[str]:
    return [state.version for state in History(server.bot.settings.data).published()]


def running() -> str:
    """The tasks of the event loop."""
    return " ".join(map(repr, asyncio.all_tasks()))


class TestReload:
    async def test_a_look_shows_what_would_change_and_changes_nothing(
        self, server: Server, publisher: Publisher
    ) -> None:
        before = server.bot.edition
        publisher.edit("want a second ferry by May.", "want one more by May.")
        said = await facts(server, "reload", dry_run=True)
        assert said[:2] == [
            "A dry run: nothing was published.",
            f"Edited “{WANTED}”\n-# was: {WANTED_WAS}\n-# now: The islanders want one more by May.",
        ]
        assert server.bot.edition is before
        assert versions(server) == [before.version]

    async def test_what_answers_worse_is_held_and_says_why_until_it_is_confirmed(
        self, server: Server, publisher: Publisher, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        before = server.bot.edition
        publisher.lose_a_fact()
        result = await server.admin.slash(server.channel, "facts reload")
        held = shown(result)
        assert held[:2] == HELD
        assert any(text.startswith(f"Removed “{QUESTION}”\n-# was: ") for text in held)
        assert any(text.startswith(f"**Worse:** {QUESTION}\n-# was: ") for text in held)
        assert server.bot.edition is before
        await server.env.restart_bot(new_bot())
        await server.admin.click(result.response, label="Publish anyway")
        assert shown(result)[0] == f"Removed “{QUESTION}”"
        assert buttons(result) == {}
        assert versions(server) == [server.bot.edition.version, before.version]

    @pytest.mark.parametrize(("members", "held"), [(2, False), (3, True)])
    async def test_votes_of_enough_members_hold_it_and_those_of_fewer_warn(
        self, server: Server, publisher: Publisher, members: int, *, held: bool
    ) -> None:
        before = server.bot.edition
        await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
        answer = server.channel.last_message
        for number in range(members):
            member = server.guild.add_member(server.env.create_user(f"member {number}"))
            await member.click(answer, label="👍")
        publisher.lose_a_fact()
        publisher.facts.with_name("questions.jsonl").unlink()
        said = await facts(server, "reload")
        assert any(text.startswith("**No longer the answer that members") for text in said)
        assert (server.bot.edition is before) == held

    async def test_a_look_at_what_would_be_held_says_so(
        self, server: Server, publisher: Publisher
    ) -> None:
        publisher.lose_a_fact()
        result = await server.admin.slash(server.channel, "facts reload", dry_run=True)
        assert shown(result)[1].startswith("It would be held")
        assert shown(result)[2] == HELD[1]
        assert buttons(result) == {}
        assert len(versions(server)) == 1

    async def test_what_is_held_can_be_left(self, server: Server, publisher: Publisher) -> None:
        publisher.lose_a_fact()
        result = await server.admin.slash(server.channel, "facts reload")
        await server.admin.click(result.response, label="Cancel")
        (said,) = shown(result)
        assert said.startswith("Nothing was published.")
        assert len(versions(server)) == 1

    async def test_what_was_not_looked_at_is_not_published(
        self, server: Server, publisher: Publisher
    ) -> None:
        publisher.lose_a_fact()
        result = await server.admin.slash(server.channel, "facts reload")
        publisher.edit("want a second ferry by May.", "want one more by May.")
        clicked = await server.admin.click(result.response, label="Publish anyway")
        (followup,) = clicked.followups
        assert texts(followup.message)[0].startswith("The files have changed since")
        assert len(versions(server)) == 1

    async def test_who_may_not_edit_publishes_nothing(
        self, server: Server, publisher: Publisher
    ) -> None:
        publisher.lose_a_fact()
        result = await server.admin.slash(server.channel, "facts reload")
        server.bot.settings = replace(server.bot.settings, editing_guilds=frozenset({1}))
        clicked = await server.admin.click(result.response, label="Publish anyway")
        assert shown(clicked)[0].startswith("The facts can't be changed from this server.")
        assert len(versions(server)) == 1


class TestHistory:
    async def test_it_lists_the_versions_with_who_and_when_and_how_much(
        self, server: Server, publisher: Publisher
    ) -> None:
        publisher.edit("want a second ferry by May.", "want one more by May.")
        await facts(server, "reload")
        newest, oldest = await facts(server, "history")
        head, small = newest.splitlines()
        assert head == "**Edited “What do the islanders want by May?”** (answers now)"
        assert small.startswith(f"-# <@{server.admin.id}> · <t:")
        assert small.endswith(":R>")
        assert oldest.startswith("**The first version kept**\n-# at the start · <t:")

    async def test_a_fact_at_the_end_of_its_part_changes_no_other(
        self, server: Server, publisher: Publisher
    ) -> None:
        last = "## What the article does not say"
        fact = "### Who left?\n\nThe ferry.\n\n> The new ferry left\n> — the article\n\n"
        publisher.edit(last, fact + last)
        await facts(server, "reload")
        newest, _ = await facts(server, "history")
        assert newest.startswith("**Added “Who left?”** (")

    async def test_it_tells_of_several_changes_the_first(
        self, server: Server, publisher: Publisher
    ) -> None:
        publisher.edit("the ferry left on Monday.", "it left on Monday.")
        publisher.edit("### What do the islanders want by May?", "### What is wanted by *May*?")
        await facts(server, "reload")
        newest, _ = await facts(server, "history")
        assert newest.startswith("**Added “What is wanted by \\*May\\*?” and 2 more** (")

    async def test_a_version_is_restored_from_it(
        self, server: Server, publisher: Publisher, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        first, before = server.bot.edition.version, publisher.facts.read_bytes()
        publisher.edit("want a second ferry by May.", "want one more by May.")
        await facts(server, "reload")
        listed = await server.admin.slash(server.channel, "facts history")
        (option,) = options(listed)
        assert option.label == "The first version kept"
        await server.env.restart_bot(new_bot())
        await server.admin.select(listed.response, [option.value])
        assert publisher.facts.read_bytes() != before
        await server.admin.click(listed.response, label="Restore")
        assert shown(listed) == [
            "**Restored.** What that changed:",
            "Edited “What do the islanders want by May?”",
        ]
        assert server.bot.edition.version == first
        assert publisher.facts.read_bytes() == before
        newest = (await facts(server, "history"))[0]
        assert newest.startswith("**Edited “What do the islanders want by May?”** (answers now)")

    async def test_a_rollback_answers_from_the_version_chosen_while_typing(
        self, server: Server, publisher: Publisher
    ) -> None:
        first, before = server.bot.edition.version, publisher.facts.read_bytes()
        publisher.edit("want a second ferry by May.", "want one more by May.")
        await facts(server, "reload")
        (choice,) = await server.admin.autocomplete(
            server.channel, "facts rollback", "version", first[:4]
        )
        said = await facts(server, "rollback", version=choice["value"])
        assert said == [
            "**Restored.** What that changed:",
            "Edited “What do the islanders want by May?”",
        ]
        assert server.bot.edition.version == first
        assert publisher.facts.read_bytes() == before
        assert (await facts(server, "audit"))[0].endswith(f"version {first}")

    async def test_the_audit_list_tells_what_another_program_published(
        self, server: Server, publisher: Publisher
    ) -> None:
        publisher.edit("want a second ferry by May.", "want one more by May.")
        publisher.publish()
        (text,) = await facts(server, "audit")
        assert text.endswith(f" · ann\nEdited “{WANTED}”")

    async def test_a_version_that_is_not_kept_is_told_and_nothing_changes(
        self, server: Server
    ) -> None:
        before = server.bot.edition
        said = await facts(server, "rollback", version="../../etc")
        assert said == ["No state of that version is kept. Look it up in the history."]
        assert server.bot.edition is before
        assert len(server.env.errors) == 1

    async def test_who_published_is_shown_to_them_and_forgotten_at_their_wish(
        self, server: Server, publisher: Publisher
    ) -> None:
        publisher.edit("want a second ferry by May.", "want one more by May.")
        await facts(server, "reload")
        version = server.bot.edition.version
        kept = await server.admin.slash(server.channel, "privacy show")
        assert f"- version {version}" in "\n".join(texts(kept.response.message))
        result = await server.admin.slash(server.channel, "privacy forget")
        await server.admin.click(result.response, label="Delete it")
        assert "versions that you published: 1" in texts(result.response.message)[0]
        (newest, _) = await facts(server, "history")
        assert "somebody who asked to be forgotten" in newest
        files = (server.bot.settings.data / "history").glob("*.json")
        assert not any(str(server.admin.id) in file.read_text("utf-8") for file in files)

    async def test_who_wishes_to_be_forgotten_during_a_release_is_told_to_try_again(
        self, server: Server, publisher: Publisher
    ) -> None:
        publisher.edit("want a second ferry by May.", "want one more by May.")
        await facts(server, "reload")
        asked = await server.admin.slash(server.channel, "privacy forget")
        with FileLock(server.bot.settings.data / "release.lock"):
            followup = await server.admin.click(asked.response, label="Delete it")
            assert texts(followup.followups[0].message) == [
                "Another reload or rollback is under way. Try again in a moment."
            ]
        await server.admin.click(asked.response, label="Delete it")
        # Discord waits three seconds for an answer and longer for one that is announced.
        deferred = 6
        assert server.requests("POST", "/callback")[-1] == {"type": deferred}
        (newest, _) = await facts(server, "history")
        assert "somebody who asked to be forgotten" in newest


class TestBuildingApart:
    @staticmethod
    async def restart(server: Server, builder: Builder) -> None:
        bot = server.bot
        again = FootnoteBot(bot.settings, bot.edition, bot.members, run=builder.run)
        await server.env.restart_bot(again)

    async def test_a_reload_is_built_in_another_process(
        self, server: Server, publisher: Publisher
    ) -> None:
        with closing(Builder()) as builder:
            await self.restart(server, builder)
            publisher.edit("want a second ferry by May.", "want one more by May.")
            assert (await facts(server, "reload"))[0] == f"Edited “{WANTED}”"
        assert server.bot.edition.library.ask(WANTED).answer == (
            "The islanders want one more by May."
        )

    async def test_one_that_takes_too_long_is_told_and_leaves_what_answers(
        self, server: Server, publisher: Publisher
    ) -> None:
        before = server.bot.edition
        with closing(Builder(seconds=0)) as builder:
            await self.restart(server, builder)
            publisher.edit("want a second ferry by May.", "want one more by May.")
            (said,) = await facts(server, "reload")
        assert said.startswith("Building this was stopped after 0 seconds. What was published")
        assert len(server.env.errors) == 1
        assert server.bot.edition is before
        assert server.bot.edition.library.ask(WANTED).answer == WANTED_WAS


class TestEditing:
    async def not_in_the_article(self, server: Server) -> Any:
        await server.admin.slash(server.channel, "settings misses", enabled=True)
        await server.alice.send(server.channel, f"{server.mention} who paints the gulls")
        result = await server.admin.slash(server.channel, "facts misses")
        return await server.admin.click(result.response, label="Not in the article")

    async def test_an_edit_is_kept_as_a_version_of_its_own(self, server: Server) -> None:
        before = server.bot.edition.version
        await self.not_in_the_article(server)
        assert versions(server) == [server.bot.edition.version, before]
        state = History(server.bot.settings.data).published()[0]
        assert state.by == str(server.admin.id)

    async def test_it_does_not_carry_along_what_is_held(
        self, server: Server, publisher: Publisher
    ) -> None:
        """Who sends one edit has not confirmed what somebody else left in the folder."""
        before = server.bot.edition
        publisher.lose_a_fact()
        left = publisher.facts.read_bytes()
        result = await self.not_in_the_article(server)
        (text,) = [text for message in result.followups for text in texts(message.message)]
        assert text.startswith("Nothing was changed. Somebody left an edit")
        assert server.bot.edition is before
        assert publisher.facts.read_bytes() == left

    async def test_what_an_edit_makes_worse_is_shown_with_it(
        self, server: Server, publisher: Publisher
    ) -> None:
        accepted = "They want a second one by May."
        label = f'{{"q": "second ferry by may", "accept": ["{accepted}"], "kind": "plain"}}'
        publisher.facts.with_name("questions.jsonl").write_text(label, "utf-8")
        await facts(server, "reload")
        form = await server.admin.slash(server.channel, "facts edit", fact=WANTED)
        other = {"answer": "It is small.", "quoted": "Islanders said the ferry is too small"}
        result = await fill(server.admin, form, **other)
        replies = shown(result)
        assert any(text.startswith("**Worse:** second ferry by may\n-# was: ") for text in replies)
        assert server.bot.edition.library.ask("second ferry by may").answer == "It is small."


class TestWatch:
    @pytest.fixture
    def settings(self, small: Path, tmp_path: Path) -> Settings:
        return Settings(small, tmp_path / "data", watch=True)

    async def look(self, server: Server, looks: int = 2) -> None:
        for _ in range(looks):
            await server.env.advance_time(PERIOD)
            # Until the look is done, which has the edits for itself meanwhile.
            async with server.bot.editing:
                pass

    async def test_an_edit_on_the_disk_is_published(
        self, server: Server, publisher: Publisher
    ) -> None:
        publisher.edit("want a second ferry by May.", "want one more by May.")
        await self.look(server)
        question = "What do the islanders want by May?"
        assert server.bot.edition.library.ask(question).answer == (
            "The islanders want one more by May."
        )
        assert History(server.bot.settings.data).published()[0].by == WATCH

    async def test_an_edit_that_goes_on_is_waited_for(
        self, server: Server, publisher: Publisher
    ) -> None:
        before = server.bot.edition
        answers = [
            "want a second ferry by May.",
            "want one.",
            "want one more.",
            "want more by May.",
        ]
        for old, new in pairwise(answers):
            publisher.edit(old, new)
            await self.look(server, 1)
            assert server.bot.edition is before
        await self.look(server, 1)
        assert server.bot.edition is not before

    async def test_a_held_edit_is_logged_once_and_published_when_it_is_fixed(
        self, server: Server, publisher: Publisher, caplog: pytest.LogCaptureFixture
    ) -> None:
        before, whole = server.bot.edition, publisher.facts.read_text("utf-8")
        publisher.lose_a_fact()
        await self.look(server, 3)
        assert server.bot.edition is before
        (record,) = logged(caplog)
        assert "It would answer worse than before" in record.getMessage()
        publisher.facts.write_text(whole, "utf-8")
        await self.look(server)
        assert server.bot.edition.version != before.version

    async def test_a_faulty_edit_is_logged_once(
        self, server: Server, publisher: Publisher, caplog: pytest.LogCaptureFixture
    ) -> None:
        before = server.bot.edition
        publisher.edit("> left the mainland on Monday", "> sank")
        await self.look(server, 3)
        assert server.bot.edition is before
        (record,) = logged(caplog)
        assert "“sank” is not in the article" in record.getMessage()

    @pytest.mark.usefixtures("two_articles")
    async def test_an_article_with_a_fault_is_logged_once_and_the_rest_is_published(
        self,
        server: Server,
        settings: Settings,
        publisher: Publisher,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        (settings.knowledge / "river-dam" / "article.txt").unlink()
        publisher.edit("want a second ferry by May.", "want one more by May.")
        await self.look(server, 4)
        question = "What do the islanders want by May?"
        assert server.bot.edition.library.ask(question).answer == (
            "The islanders want one more by May."
        )
        (record,) = logged(caplog)
        assert "river-dam/article.txt: is missing" in record.getMessage()

    async def test_it_ends_with_the_bot(
        self, server: Server, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert "Watch._run" in running()
        edition = start(settings, datetime.now(UTC)).edition
        unwatched = FootnoteBot(replace(settings, watch=False), edition, server.bot.members)
        await server.env.restart_bot(unwatched)
        assert "Watch._run" not in running()
        assert logged(caplog) == []
