"""Posted answers are corrected where they stand when their facts change."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import discord
import pytest
import simcord
from releasing import Publisher
from server import HEADED, QUESTION, Server, buttons, logged, shown, texts

from bot.config import Shards
from bot.discord.asking.corrections import FAILURES, PERIOD
from bot.discord.bot import FootnoteBot
from bot.knowledge.facts import fact_key
from bot.members.posted import POSTED_KEPT

WANTED, EDITED = "want a second ferry by May.", "want one more by May."
NEW = [HEADED[0], "The islanders want one more by May.", HEADED[2]]
CHANGED = "the editors changed this answer since it was posted. It now says:"
WITHDRAWN = "the editors have withdrawn this answer."
FACT = "ferry#what-do-the-islanders-want-by-may"
BOTH = f"{QUESTION}\nWhen did the new ferry leave?"


async def ask(server: Server, question: str = QUESTION, **options: Any) -> Any:
    """The answer to a command, which everybody sees."""
    result = await server.alice.slash(server.channel, "ask", question=question, **options)
    return result.response


async def reload(server: Server, **options: Any) -> list[str]:
    """What an admin is told, who publishes anyway; the posted answers are corrected by then."""
    result = await server.admin.slash(server.channel, "facts reload", **options)
    if "Publish anyway" in buttons(result):
        await server.admin.click(result.response, label="Publish anyway")
    return shown(result)


def now(server: Server, response: Any) -> list[str]:
    """What a message shows, as Discord has it."""
    return next(texts(m) for m in server.channel.history() if m.id == response.message.id)


def withdraw(publisher: Publisher) -> None:
    text = publisher.facts.read_text("utf-8")
    start, end = text.index(f"### {QUESTION}"), text.index("## What the article does not")
    publisher.edit(text[start:end], "")


def edits(server: Server) -> list[Any]:
    return server.requests("PATCH", f"/channels/{server.channel.id}/messages")


async def via_ask(server: Server) -> None:
    await ask(server)


async def via_mention(server: Server) -> None:
    await server.alice.send(server.channel, f"{server.mention} {QUESTION}")


async def via_share(server: Server) -> None:
    found = await server.alice.slash(server.channel, "browse", search="second ferry")
    own = await server.alice.select(found.response, [fact_key(FACT)])
    await server.alice.click(own.response, label="Share")


async def via_menu(server: Server) -> None:
    asked = await server.admin.send(server.channel, QUESTION)
    await server.alice.context_menu(server.channel, "Ask about this", asked)


async def test_what_belongs_to_another_process_is_left_to_it(
    server: Server, publisher: Publisher
) -> None:
    await ask(server)
    publisher.edit(WANTED, EDITED)
    own = (server.guild.id >> 22) % 2
    for number, edited in ((1 - own, 0), (own, 1)):
        shards = Shards(number, number, 2)
        server.bot.settings = replace(server.bot.settings, shards=shards)
        await reload(server)
        await server.env.advance_time(PERIOD)
        assert len(edits(server)) == edited


class TestChanged:
    @pytest.mark.parametrize("way", [via_ask, via_mention, via_share, via_menu])
    async def test_an_answer_says_what_it_is_now_and_that_it_was_changed(
        self, server: Server, publisher: Publisher, way: Callable[[Server], Any]
    ) -> None:
        await way(server)
        publisher.edit(WANTED, EDITED)
        lines = await reload(server)
        assert lines[-1] == "-# Posted answers that are being corrected: 1"
        line, *rest = server.said()[-1]
        assert line.startswith("**Correction (<t:")
        assert line.endswith(f"{CHANGED}**")
        assert rest == NEW
        assert len(edits(server)) == 1

    async def test_its_buttons_go_on_working(self, server: Server, publisher: Publisher) -> None:
        response = await ask(server)
        publisher.edit(WANTED, EDITED)
        await reload(server)
        voted = await server.alice.click(response, label="👍")
        assert texts(voted.response.message) == ["Thank you. Your vote is noted."]
        context = await server.alice.click(response, label="Context")
        assert "**[1] They want a second one by May.**" in texts(context.response.message)[-1]

    async def test_a_plain_answer_stays_plain_whatever_was_set_since(
        self, server: Server, publisher: Publisher
    ) -> None:
        await server.admin.slash(server.channel, "settings plain", enabled=True)
        response = await ask(server)
        await server.admin.slash(server.channel, "settings plain", enabled=False)
        publisher.edit(WANTED, EDITED)
        await reload(server)
        shown = next(m for m in server.channel.history() if m.id == response.message.id)
        first, _, answer, *_ = shown.content.split("\n\n")
        assert first.startswith("Correction (<t:")
        assert answer == NEW[1]
        withdraw(publisher)
        await reload(server)
        shown = next(m for m in server.channel.history() if m.id == response.message.id)
        assert WITHDRAWN in shown.content
        assert NEW[1] not in shown.content
        assert shown.components == []

    async def test_an_answer_to_two_questions_is_corrected_if_one_of_them_changes(
        self, server: Server, publisher: Publisher
    ) -> None:
        response = await ask(server, BOTH)
        publisher.edit("the ferry left on Monday.", "it left on Monday.")
        await reload(server)
        line, questions, answer, *_ = now(server, response)
        assert CHANGED in line
        assert questions == f"{HEADED[0]}\n**When did the new ferry leave?**"
        assert answer == f"{HEADED[1]} The article says that it left on Monday."

    async def test_it_is_corrected_in_the_language_of_the_server(
        self, simcord_env: simcord.Env, publisher: Publisher
    ) -> None:
        guild = simcord_env.create_guild(preferred_locale="de")
        channel = guild.create_text_channel("allgemein")
        role = guild.create_role("mods", permissions=discord.Permissions(manage_guild=True))
        alice = guild.add_member(simcord_env.create_user("alice"), roles=[role])
        server = Server(simcord_env, guild, channel, alice, alice)
        await via_mention(server)
        publisher.edit(WANTED, EDITED)
        await reload(server)
        assert server.said()[-1][0].startswith("**Berichtigung (<t:")

    async def test_nobody_is_pinged_by_it(self, server: Server, publisher: Publisher) -> None:
        await ask(server)
        publisher.edit(WANTED, EDITED)
        await reload(server)
        assert [edit["allowed_mentions"] for edit in edits(server)] == [{"parse": []}]

    async def test_a_look_says_how_many_would_be_corrected_and_corrects_none(
        self, server: Server, publisher: Publisher
    ) -> None:
        response = await ask(server)
        publisher.edit(WANTED, EDITED)
        lines = await reload(server, dry_run=True)
        assert lines[-1] == "-# Posted answers that would be corrected: 1"
        assert now(server, response) == HEADED


class TestWithdrawnAndBack:
    async def test_a_withdrawn_answer_is_no_longer_shown(
        self, server: Server, publisher: Publisher
    ) -> None:
        response = await ask(server)
        withdraw(publisher)
        await reload(server)
        (line,) = now(server, response)
        assert line.endswith(f"{WITHDRAWN}**")

    @pytest.mark.parametrize("edit", [lambda publisher: publisher.edit(WANTED, EDITED), withdraw])
    async def test_a_rollback_brings_the_answer_back_as_it_was_posted(
        self, server: Server, publisher: Publisher, edit: Callable[[Publisher], None]
    ) -> None:
        first = server.bot.edition.version
        response = await ask(server)
        edit(publisher)
        await reload(server)
        await server.admin.slash(server.channel, "facts rollback", version=first)
        assert now(server, response) == HEADED
        assert len(edits(server)) == 2


class TestUnchanged:
    async def test_what_a_reader_does_not_see_corrects_nothing(
        self, server: Server, publisher: Publisher
    ) -> None:
        response = await ask(server)
        publisher.edit("- second ferry by may", "- second ferry by may\n- may ferry")
        lines = await reload(server)
        assert not any("corrected" in text for text in lines)
        assert now(server, response) == HEADED
        assert edits(server) == []

    @pytest.mark.parametrize(
        ("old", "new", "shown"),
        [
            ("one by May.", "one by May, they say.", "They want a second one by May, they say."),
            ("too small. They", "too small.\nThey", "¶ 3"),
        ],
        ids=["reworded", "moved"],
    )
    async def test_a_sentence_that_is_reworded_or_moved_is_shown_without_a_word_about_it(
        self, server: Server, publisher: Publisher, old: str, new: str, shown: str
    ) -> None:
        response = await ask(server)
        article = publisher.facts.with_name("article.txt")
        article.write_text(article.read_text("utf-8").replace(old, new), "utf-8")
        lines = await reload(server)
        assert not any("corrected" in text for text in lines)
        _, answer, citation = now(server, response)
        assert answer == HEADED[1]
        assert shown in citation

    async def test_another_sentence_is_a_correction(
        self, server: Server, publisher: Publisher
    ) -> None:
        response = await ask(server, "is the ferry too small")
        publisher.edit("> Islanders said the ferry is too small", "> They want a second one")
        await reload(server)
        assert CHANGED in now(server, response)[0]

    async def test_a_change_is_made_but_once(self, server: Server, publisher: Publisher) -> None:
        await ask(server)
        publisher.edit(WANTED, EDITED)
        await reload(server)
        await reload(server)
        await server.env.advance_time(2 * PERIOD)
        assert len(edits(server)) == 1

    async def test_a_question_in_other_words_is_followed(
        self, server: Server, publisher: Publisher
    ) -> None:
        response = await ask(server)
        publisher.edit(f"### {QUESTION}", "### What do the people of the islands want by May?")
        await reload(server)
        assert now(server, response) == HEADED
        publisher.edit(WANTED, EDITED)
        await reload(server)
        assert CHANGED in now(server, response)[0]

    @pytest.mark.parametrize(
        "ask_it", [{"private": True}, {"question": "How much does a ticket cost?"}]
    )
    async def test_what_nobody_shares_or_is_no_answer_is_not_kept(
        self, server: Server, publisher: Publisher, ask_it: dict[str, Any]
    ) -> None:
        await ask(server, **ask_it)
        withdraw(publisher)
        assert not any("corrected" in text for text in await reload(server))

    async def test_direct_messages_are_not_kept(self, server: Server, publisher: Publisher) -> None:
        await server.alice.send_dm(QUESTION)
        withdraw(publisher)
        assert not any("corrected" in text for text in await reload(server))


class TestSetting:
    async def days(self, server: Server, days: int) -> list[str]:
        result = await server.admin.slash(server.channel, "settings corrections", days=days)
        return texts(result.response.message)

    async def test_switched_off_forgets_what_was_posted_and_keeps_nothing_new(
        self, server: Server, publisher: Publisher
    ) -> None:
        await ask(server)
        (said,) = await self.days(server, 0)
        assert "deleted now" in said
        await ask(server)
        await self.days(server, 30)
        publisher.edit(WANTED, EDITED)
        assert not any("corrected" in text for text in await reload(server))
        assert edits(server) == []

    async def test_an_answer_is_corrected_until_its_days_are_over(
        self, server: Server, publisher: Publisher
    ) -> None:
        (said,) = await self.days(server, 2)
        assert "2 days" in said
        old = await ask(server)
        await server.env.advance_time(1.5 * 86_400)
        recent = await ask(server)
        await server.env.advance_time(86_400)
        publisher.edit(WANTED, EDITED)
        assert (await reload(server))[-1] == "-# Posted answers that are being corrected: 1"
        assert now(server, old) == HEADED
        assert CHANGED in now(server, recent)[0]

    async def test_it_is_shown_and_told_to_everybody(self, server: Server) -> None:
        await self.days(server, 3)
        shown = await server.admin.slash(server.channel, "settings show")
        assert "for 3 days after" in "\n".join(texts(shown.response.message))
        about = await server.alice.slash(server.channel, "privacy about")
        text = "\n".join(texts(about.response.message))
        assert "correct my answers for 3 days" in text
        assert "ids of my messages" in text
        await self.days(server, 0)
        about = await server.alice.slash(server.channel, "privacy about")
        assert "I correct my answers" not in "\n".join(texts(about.response.message))

    async def test_no_more_are_kept_than_a_server_may_have(self, server: Server) -> None:
        await ask(server)
        answers = server.bot.members.posted
        ((kept, _),) = answers.outstanding({}, discord.utils.utcnow())
        for number in range(1, POSTED_KEPT + 3):
            answers.keep(replace(kept, message=number))
        assert len(answers.outstanding({}, discord.utils.utcnow())) == POSTED_KEPT


class TestFailures:
    @pytest.mark.parametrize(("status", "code"), [(404, 10008), (404, 10003), (403, 50001)])
    async def test_what_is_out_of_reach_for_good_is_logged_and_forgotten(
        self,
        server: Server,
        publisher: Publisher,
        caplog: pytest.LogCaptureFixture,
        status: int,
        code: int,
    ) -> None:
        lost, there = await ask(server), await ask(server)
        path = f"/channels/*/messages/{lost.message.id}"
        server.env.inject_error("PATCH", path, status=status, code=code, message="gone", times=None)
        publisher.edit(WANTED, EDITED)
        await reload(server)
        (record,) = logged(caplog)
        assert str(lost.message.id) in record.getMessage()
        assert CHANGED in now(server, there)[0]
        withdraw(publisher)
        assert (await reload(server))[-1].endswith("corrected: 1")

    async def test_a_deleted_message_is_no_fault(
        self, server: Server, publisher: Publisher, caplog: pytest.LogCaptureFixture
    ) -> None:
        response = await ask(server)
        await response.message.delete()
        publisher.edit(WANTED, EDITED)
        await reload(server)
        assert len(logged(caplog)) == 1
        await reload(server)
        assert len(logged(caplog)) == 1

    @pytest.mark.parametrize(("status", "code"), [(502, 0), (400, 50083)])
    async def test_what_discord_may_take_later_is_tried_again(
        self, server: Server, publisher: Publisher, status: int, code: int
    ) -> None:
        response = await ask(server)
        path = f"/channels/*/messages/{response.message.id}"
        server.env.inject_error("PATCH", path, status=status, code=code, message="no")
        publisher.edit(WANTED, EDITED)
        await reload(server)
        assert now(server, response) == HEADED
        await server.env.advance_time(PERIOD)
        assert CHANGED in now(server, response)[0]

    async def test_while_discord_is_down_it_is_left_in_peace(
        self, server: Server, publisher: Publisher
    ) -> None:
        for _ in range(FAILURES + 1):
            await ask(server)
            await server.env.advance_time(10)
        path = f"/channels/{server.channel.id}/messages/*"
        server.env.inject_error("PATCH", path, status=503, times=FAILURES)
        publisher.edit(WANTED, EDITED)
        await reload(server)
        assert server.said().count(HEADED) == FAILURES + 1
        await server.env.advance_time(PERIOD)
        assert HEADED not in server.said()


class TestRestart:
    async def test_what_was_left_is_corrected_at_the_next_start_and_the_rest_not_again(
        self, server: Server, publisher: Publisher, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        older, newer = await ask(server), await ask(server)
        path = f"/channels/*/messages/{older.message.id}"
        server.env.inject_error("PATCH", path, status=502, message="down")
        publisher.edit(WANTED, EDITED)
        await reload(server)
        assert CHANGED in now(server, newer)[0]
        assert now(server, older) == HEADED
        before = len(edits(server))
        await server.env.restart_bot(new_bot())
        await server.env.settle()
        assert CHANGED in now(server, older)[0]
        assert len(edits(server)) == before + 1

    async def test_what_was_published_while_the_bot_was_away_is_corrected(
        self, server: Server, publisher: Publisher, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        response = await ask(server)
        publisher.edit(WANTED, EDITED)
        publisher.publish()
        await server.env.restart_bot(new_bot())
        await server.env.settle()
        assert CHANGED in now(server, response)[0]

    async def test_a_clean_stop_finishes_the_edit_in_hand_and_leaves_the_others(
        self, server: Server, publisher: Publisher, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        responses = [await ask(server), await ask(server)]
        publisher.edit(WANTED, EDITED)
        async with server.bot.editing:
            await server.bot.reload("a test")
        await server.bot.close()
        await server.env.restart_bot(new_bot())
        await server.env.settle()
        assert all(CHANGED in now(server, response)[0] for response in responses)
        assert len(edits(server)) == 2
