"""Asking in every way, and the buttons under an answer, driven as members would."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import ui
from discord.utils import utcnow
from server import ANSWER, APOLOGY, HEADED, NOTHING_ASKED, QUESTION, Server, answered, logged, texts
from simcord.interactions import base_payload
from simcord.results import InteractionResult, ResponseMessage

from bot.config import Settings
from bot.discord.asking.answer_buttons import why_lines
from bot.discord.asking.replies import UNCHECKED
from bot.discord.bot import FootnoteBot
from bot.knowledge.facts import fact_key
from bot.members.members import Tally
from bot.members.sqlite import MembersError
from bot.wording import wording_for

FACT = "ferry#what-do-the-islanders-want-by-may"
LEFT = "ferry#when-did-the-new-ferry-leave"
LEFT_QUESTION = "When did the new ferry leave?"
SMALL = "What do the islanders say about the ferry?"
VAGUE = "How late did the bus leave?"
UNSAID = "Who is the captain?"
OPEN = "How much does a ticket cost?"
NEAR = "What is the mainland called?"
GONE = "The facts have changed since, and this one is gone. Please ask again."
THANKS = "Thank you. Your vote is noted."
LABELS = ["Context", "Why?", "👍", "👎"]
NEXT = ["Browse", "Tell the editors"]

NewBot = Callable[[], FootnoteBot]


def sent(result: InteractionResult) -> ResponseMessage:
    assert result.response
    return result.response


def shown(result: InteractionResult) -> list[str]:
    return texts(sent(result).message)


def buttons(message: Any) -> list[ui.Button[Any]]:
    view_type = ui.LayoutView if message.flags.components_v2 else ui.View
    view = view_type.from_message(message)
    return [item for item in view.walk_children() if isinstance(item, ui.Button)]


def edge(message: Any) -> discord.Colour | int | None:
    (container, *_) = ui.LayoutView.from_message(message).children
    assert isinstance(container, ui.Container)
    return container.accent_colour


def labels(message: Any) -> list[str | None]:
    return [button.label for button in buttons(message)]


def edit_facts(small: Path, old: str, new: str) -> None:
    file = small / "ferry" / "facts.md"
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


async def asked(server: Server, question: str = QUESTION, **options: Any) -> InteractionResult:
    result: InteractionResult = await server.alice.slash(
        server.channel, "ask", question=question, **options
    )
    return result


async def change(server: Server, **settings: Any) -> None:
    await server.bot.change_guild_settings(server.guild.id, lambda old: replace(old, **settings))


def misses(server: Server) -> list[tuple[str, str, str]]:
    found = server.bot.members.misses(server.guild.id, utcnow())
    return [(miss.question, miss.nearest, miss.why) for miss in found]


READ_IN_PART = "-# That was a lot at once; this answers only part of it."


class TestAsk:
    async def test_an_answer_can_be_for_the_asker_alone(self, server: Server) -> None:
        assert (await asked(server, private=True)).ephemeral
        assert not (await asked(server)).ephemeral

    async def test_known_questions_are_offered_while_typing(self, server: Server) -> None:
        choices = await server.alice.autocomplete(
            server.channel, "ask", "question", "what do the islanders wa"
        )
        assert choices[0] == {"name": QUESTION, "value": f"fact:{fact_key(FACT)}"}
        assert len(choices) == len(server.bot.edition.knowledge.facts)

    async def test_a_chosen_question_is_answered_by_its_fact(self, server: Server) -> None:
        assert shown(await asked(server, f"fact:{fact_key(FACT)}")) == HEADED

    async def test_a_chosen_question_that_is_gone_gives_a_sentence(self, server: Server) -> None:
        result = await asked(server, "fact:0123456789")
        assert shown(result) == [GONE]
        assert result.ephemeral

    async def test_text_that_only_looks_like_a_choice_is_a_question(self, server: Server) -> None:
        result = await asked(server, f"fact: {QUESTION}")
        assert shown(result) == HEADED

    async def test_of_many_questions_some_are_answered_and_that_is_said(
        self, server: Server
    ) -> None:
        result = await asked(server, " ".join([QUESTION] * 5))
        assert shown(result)[-1] == READ_IN_PART

    async def test_a_question_behind_a_long_remark_is_read(self, server: Server) -> None:
        result = await asked(server, "I hope that you are all well. " * 30 + QUESTION)
        assert shown(result) == HEADED

    async def test_the_shipped_questions_fit_into_choices(self, server: Server) -> None:
        choices = await server.alice.autocomplete(server.channel, "ask", "question", "")
        assert all(0 < len(choice["name"]) <= 100 >= len(choice["value"]) for choice in choices)
        assert len(choices) <= 25


class TestAskAboutThis:
    async def test_what_somebody_else_wrote_is_answered_for_all(self, server: Server) -> None:
        message = await server.admin.send(server.channel, QUESTION)
        result = await server.alice.context_menu(server.channel, "Ask about this", message)
        about = f"-# About this message: {message.jump_url}"
        assert shown(result) == [*HEADED, about]
        assert not result.ephemeral

    async def test_a_refusal_is_for_who_asked_alone(self, server: Server) -> None:
        message = await server.admin.send(server.channel, "How much does a ticket cost?")
        result = await server.alice.context_menu(server.channel, "Ask about this", message)
        assert shown(result)[0] == "The article does not say what a ticket costs."
        assert result.ephemeral

    async def test_a_message_without_text_is_told_apart_from_a_question(
        self, server: Server
    ) -> None:
        message = await server.admin.send(server.channel, attachments=[("boat.png", b"png")])
        result = await server.alice.context_menu(server.channel, "Ask about this", message)
        assert shown(result)[1] == NOTHING_ASKED
        assert result.ephemeral

    async def test_what_was_no_question_is_no_miss(self, server: Server) -> None:
        """Its writer said it to others."""
        await change(server, misses=True)
        for text in ("my dentist is on holiday", "who is the captain"):
            message = await server.admin.send(server.channel, text)
            await server.alice.context_menu(server.channel, "Ask about this", message)
        assert [question for question, _, _ in misses(server)] == ["who is the captain"]


class TestSuggestions:
    async def test_facts_near_by_are_buttons_that_answer_the_clicker_alone(
        self, server: Server
    ) -> None:
        result = await asked(server, VAGUE)
        assert shown(result)[0] == wording_for("en")("reply.nearest")
        assert shown(result)[-1].endswith(f"1. {LEFT_QUESTION}")
        assert labels(sent(result).message) == ["1", "Context", *NEXT]
        clicked = await server.admin.click(sent(result).message, label="1")
        assert shown(clicked)[:2] == [
            f"**{LEFT_QUESTION}**",
            "The article says that the ferry left on Monday.",
        ]
        assert clicked.ephemeral

    async def test_the_clicker_can_share_the_answer(self, server: Server) -> None:
        result = await asked(server, VAGUE)
        clicked = await server.alice.click(result.response, label="1")
        assert labels(sent(clicked).message) == ["Context", "👍", "👎", "Share"]
        shared = await server.alice.click(clicked.response, label="Share")
        assert shown(shared) == shown(clicked)
        assert not shared.ephemeral
        assert labels(sent(shared).message) == ["Context", "👍", "👎"]

    async def test_a_refusal_offers_what_lies_near_by(self, server: Server) -> None:
        result = await asked(server, "ticket for islanders")
        assert shown(result)[-1].startswith("-# Questions that I can answer:\n1. ")
        clicked = await server.alice.click(result.response, label="1")
        assert clicked.ephemeral
        assert labels(sent(clicked).message)[-1] == "Share"

    @pytest.mark.parametrize("label", ["choice", "Share"])
    async def test_a_question_that_is_gone_gives_a_sentence(
        self, server: Server, small: Path, label: str
    ) -> None:
        result = await asked(server, VAGUE)
        chosen = await server.alice.click(result.response, label="1")
        edit_facts(small, "### When did the new ferry leave?", "### Which day did it leave?")
        await server.admin.slash(server.channel, "facts reload")
        message, name = (result, "1") if label == "choice" else (chosen, "Share")
        clicked = await server.alice.click(message.response, label=name)
        assert shown(clicked) == [GONE]
        assert clicked.ephemeral


class TestNextSteps:
    """What there is to do under a reply that is no answer."""

    @pytest.fixture(autouse=True)
    async def opt_in(self, server: Server) -> None:
        await change(server, misses=True)

    @pytest.mark.parametrize("question", [UNSAID, OPEN])
    async def test_a_refusal_leads_to_the_questions_and_to_the_editors(
        self, server: Server, question: str
    ) -> None:
        result = await asked(server, question)
        assert labels(sent(result).message) == NEXT
        browsed = await server.alice.click(result.response, label=NEXT[0])
        assert browsed.ephemeral
        assert shown(browsed) == shown(await server.alice.slash(server.channel, "browse"))

    async def test_what_the_editors_are_told_counts_once_and_is_thanked_for(
        self, server: Server
    ) -> None:
        await server.alice.send(server.channel, f"{server.mention} {OPEN}")
        result = await server.admin.click(server.channel.last_message, label=NEXT[1])
        (thanks,) = result.followups
        assert texts(thanks.message) == ["Thank you. The editors see that somebody asked this."]
        assert misses(server) == [(OPEN.strip("?"), "", "told")]
        button = buttons(server.channel.last_message)[1]
        assert (button.label, button.disabled) == ("The editors know", True)

    async def test_that_an_open_question_is_known_is_said_before_the_click(
        self, server: Server
    ) -> None:
        known = "-# This is on the list of questions that the article leaves open."
        assert shown(await asked(server, OPEN))[-1] == known
        assert shown(await asked(server, UNSAID)) == ["The article does not say."]

    async def test_after_a_command_the_editors_are_told_in_a_form(self, server: Server) -> None:
        result = await asked(server, OPEN)
        form = await server.alice.click(result.response, label=NEXT[1])
        thanked = await server.alice.submit_modal(form, {field(form): "What is the fare?"})
        assert len(thanked.followups) == 1
        assert misses(server) == [("What is the fare", "", "told")]
        assert labels(sent(result).message)[1] == "The editors know"

    async def test_if_words_are_not_kept_there_is_no_form(self, server: Server) -> None:
        await change(server, misses=False)
        result = await asked(server, OPEN)
        clicked = await server.alice.click(result.response, label=NEXT[1])
        assert not clicked.modal
        assert misses(server) == [("", "", "told")]

    async def test_plain_text_has_the_same_steps(self, server: Server) -> None:
        await change(server, plain=True)
        await server.alice.send(server.channel, f"{server.mention} {UNSAID}")
        message = server.channel.last_message
        assert labels(message) == NEXT
        await server.alice.click(message, label=NEXT[1])
        assert labels(server.channel.last_message) == [NEXT[0], "The editors know"]
        assert server.channel.last_message.content == "The article does not say."

    async def test_in_a_direct_message_nobody_can_be_told(self, server: Server) -> None:
        await server.alice.send_dm(OPEN)
        message = server.alice.user.dm_channel.last_message
        assert labels(message) == NEXT[:1]
        assert texts(message) == ["The article does not say what a ticket costs."]

    async def test_they_work_after_a_restart(self, server: Server, new_bot: NewBot) -> None:
        result = await asked(server, OPEN)
        await server.env.restart_bot(new_bot())
        browsed = await server.alice.click(result.response, label=NEXT[0])
        assert browsed.ephemeral
        form = await server.alice.click(result.response, label=NEXT[1])
        assert form.modal


class TestNearest:
    """No checked answer: the sentences that come nearest, told apart from an answer at a glance."""

    async def test_it_has_an_edge_says_so_first_and_offers_the_facts_near_by(
        self, server: Server
    ) -> None:
        result = await asked(server, NEAR)
        lead, *cited, near_by = shown(result)
        assert lead == "I have no checked answer to that. The nearest the article comes:"
        assert cited
        assert near_by == f"-# Questions that I can answer:\n1. {LEFT_QUESTION}"
        assert labels(sent(result).message) == ["1", "Context", *NEXT]
        assert edge(sent(result).message) == UNCHECKED
        assert edge(await answered(server)) is None

    async def test_it_counts_as_a_miss(self, server: Server) -> None:
        await change(server, misses=True)
        await asked(server, NEAR)
        assert misses(server) == [(NEAR.strip("?"), LEFT, "weak")]


class TestContextAndWhy:
    async def test_context_shows_the_paragraphs_around_with_the_sentence_marked(
        self, server: Server
    ) -> None:
        message = await answered(server)
        assert labels(message) == LABELS
        result = await server.admin.click(message, label="Context")
        (article,) = server.bot.edition.knowledge.articles
        assert shown(result) == [
            "### New Ferry Reaches The Islands",
            f"-# ¶ 1\n{' '.join(sentence.text for sentence in article.paragraph(1))}",
            "-# ¶ 2\nIslanders said the ferry is too small. **[1] They want a second one by May.**",
        ]
        assert result.ephemeral

    async def test_each_cited_paragraph_is_shown(self, server: Server) -> None:
        result = await asked(server, "How many passengers does the ferry carry?")
        context = shown(await server.alice.click(result.response, label="Context"))
        assert ["**[1] The harbour" in text for text in context] == [False, True, False]
        assert ["**[2] Islanders" in text for text in context] == [False, False, True]

    async def test_why_says_how_the_question_was_read_and_how_sure_the_bot_is(
        self, server: Server
    ) -> None:
        reply = server.bot.edition.library.ask(QUESTION)
        assert reply.why
        result = await server.alice.click(await answered(server), label="Why?")
        (text,) = shown(result)
        assert text.splitlines() == [
            f"I read your question as “{QUESTION}”",
            f"The next closest was “{reply.why.runner_up}”",
            "Sure: very.",
            f"-# version {server.bot.edition.version}",
        ]
        assert result.ephemeral

    async def test_why_shows_editors_the_figures_too(self, server: Server) -> None:
        reply = server.bot.edition.library.ask(QUESTION)
        assert reply.why
        # The button carries thousandths.
        figures = (reply.why.score, reply.why.margin, reply.confidence, reply.why.threshold)
        score, margin, confidence, threshold = (round(figure, 3) for figure in figures)
        (text,) = shown(await server.admin.click(await answered(server), label="Why?"))
        assert text.splitlines()[-2] == (
            f"-# score {score:.2f} · ahead by {margin:.2f} · "
            f"confidence {confidence:.2f}, answers from {threshold:.2f}"
        )

    @pytest.mark.parametrize(
        ("confidence", "word"), [(500, "barely"), (700, "fairly"), (1000, "very")]
    )
    async def test_how_sure_it_is_comes_in_words(
        self, server: Server, confidence: int, word: str
    ) -> None:
        parts = ["0" * 12, "0" * 10, "0" * 10, "0", "0", str(confidence), "500"]
        lines = why_lines(parts, server.bot.edition, wording_for("en"), figures=False)
        assert f"Sure: {word}." in lines

    async def test_after_a_change_why_says_that_the_facts_are_others(
        self, server: Server, small: Path
    ) -> None:
        message = await answered(server)
        edit_facts(small, QUESTION, "What should come by May?")
        await server.admin.slash(server.channel, "facts reload")
        (text,) = shown(await server.alice.click(message, label="Why?"))
        assert text.startswith("The facts have changed since this answer")
        assert "I read your question as a question that is gone" in text

    async def test_a_sentence_that_is_gone_has_no_context(
        self, server: Server, small: Path
    ) -> None:
        # An answer from before corrections, or too old for one.
        await server.admin.slash(server.channel, "settings corrections", days=0)
        message = await answered(server)
        article = small / "ferry" / "article.txt"
        text = article.read_text("utf-8")
        article.write_text(text.replace("one by May", "one, by May"), "utf-8")
        edit_facts(small, "> They want a second one by May", "> They want a second one")
        summary = small / "ferry" / "summary.md"
        text = summary.read_text("utf-8").replace("second one by May", "second one")
        summary.write_text(text, "utf-8")
        result = await server.admin.slash(server.channel, "facts reload")
        assert f"Edited “{QUESTION}”" in shown(result)
        assert shown(await server.alice.click(message, label="Context")) == [GONE]


class TestVotes:
    async def test_a_vote_is_kept_and_confirmed(self, server: Server) -> None:
        result = await server.alice.click(await answered(server), label="👍")
        assert shown(result) == [THANKS]
        assert result.ephemeral
        assert server.bot.members.tally(FACT) == Tally(1, 0)

    async def test_strangers_vote_too_and_each_has_one_vote(self, server: Server) -> None:
        message = await answered(server)
        for member in (server.alice, server.admin, server.alice):
            await member.click(message, label="👍")
        assert server.bot.members.tally(FACT) == Tally(2, 0)

    async def test_a_thumb_down_asks_what_was_wrong_and_keeps_the_reason(
        self, server: Server
    ) -> None:
        form = await server.alice.click(await answered(server), label="👎")
        assert form.modal
        assert server.bot.members.tally(FACT) == Tally(0, 1)
        sent = await server.alice.submit_modal(form, {field(form): "It was by June."})
        assert sent.ephemeral
        assert server.bot.members.reasons(server.guild.id, FACT) == ("It was by June.",)
        assert server.bot.members.tally(FACT) == Tally(0, 1)

    async def test_the_reason_may_be_left_empty(self, server: Server) -> None:
        form = await server.alice.click(await answered(server), label="👎")
        sent = await server.alice.submit_modal(form, {})
        assert sent.ephemeral
        assert server.bot.members.reasons(server.guild.id, FACT) == ()

    @pytest.mark.parametrize("label", ["👍", "👎"])
    async def test_a_vote_that_could_not_be_kept_is_not_confirmed(
        self, server: Server, settings: Settings, label: str
    ) -> None:
        message = await answered(server)
        with closing(sqlite3.connect(settings.data / "members.db")) as other:
            other.execute("begin immediate")
            result = await server.alice.click(message, label=label)
        assert not result.modal
        assert result.ephemeral
        assert shown(result) != [THANKS]
        assert server.bot.members.tally(FACT) == Tally(0, 0)

    async def test_a_vote_on_a_fact_that_is_gone_gives_a_sentence(
        self, server: Server, small: Path
    ) -> None:
        message = await answered(server)
        edit_facts(small, QUESTION, "What should come by May?")
        await server.admin.slash(server.channel, "facts reload")
        assert shown(await server.alice.click(message, label="👎")) == [GONE]

    async def test_a_vote_in_a_direct_message_belongs_to_no_server(self, server: Server) -> None:
        await server.alice.send_dm(QUESTION)
        await server.alice.user.click(server.alice.user.dm_channel.last_message, label="👎")
        (vote,) = server.bot.members.personal_data(server.alice.id).votes
        assert vote.guild == 0


def field(form: InteractionResult) -> str:
    assert form.modal
    (label,) = form.modal["components"]
    return str(label["component"]["custom_id"])


class TestMisses:
    @pytest.fixture(autouse=True)
    async def opt_in(self, server: Server) -> None:
        await change(server, misses=True)

    async def test_what_was_declined_or_weak_is_kept(self, server: Server) -> None:
        await asked(server, UNSAID)
        await server.alice.send(server.channel, f"{server.mention} {VAGUE}")
        kept = {(question, why) for question, _, why in misses(server)}
        assert kept == {
            (UNSAID.strip("?"), "declined"),
            (VAGUE.strip("?"), "weak"),
        }

    async def test_what_was_answered_empty_or_is_an_open_question_is_not(
        self, server: Server
    ) -> None:
        await asked(server)
        await server.alice.send(server.channel, server.mention)
        await asked(server, OPEN)
        assert misses(server) == []

    async def test_nothing_is_kept_of_direct_messages(
        self, server: Server, settings: Settings
    ) -> None:
        await server.alice.send_dm(UNSAID)
        await server.alice.user.slash("ask", question=UNSAID)
        with closing(sqlite3.connect(settings.data / "members.db")) as file:
            assert file.execute("select count(*) from misses").fetchone() == (0,)

    async def test_a_thumb_down_keeps_the_question_that_was_asked(self, server: Server) -> None:
        await server.admin.click(await answered(server), label="👎")
        assert misses(server) == [(QUESTION.strip("?"), FACT, "voted down")]

    async def test_a_second_thumb_down_of_a_member_counts_no_more(self, server: Server) -> None:
        message = await answered(server)
        await server.alice.click(message, label="👎")
        await server.alice.click(message, label="👎")
        (miss,) = server.bot.members.misses(server.guild.id, utcnow())
        assert miss.times == 1

    async def test_if_discord_does_not_tell_the_question_it_is_counted_without(
        self, server: Server
    ) -> None:
        await server.alice.click((await asked(server)).response, label="👎")
        assert misses(server) == [("", FACT, "voted down")]

    async def test_a_miss_that_cannot_be_kept_does_not_spoil_the_answer(
        self, server: Server, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        with closing(sqlite3.connect(settings.data / "members.db")) as other:
            other.execute("begin immediate")
            result = await asked(server, UNSAID)
        assert shown(result)[0] == "The article does not say."
        assert not result.followups
        assert "A miss could not be counted" in caplog.text


class TestSides:
    async def test_both_sides_of_a_disputed_claim_stand_under_a_label(self, server: Server) -> None:
        *_, one, other = shown(await asked(server, "How many passengers does the ferry carry?"))
        assert one.startswith("**One side: the harbour**\n> **[1]** The harbour master")
        assert other.startswith("**The other side: the islands**\n> **[2]** Islanders")

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            # The article's own voice is no side, whatever disputes it.
            ("passengers\n> — the harbour master", "passengers\n> — the article"),
            # Two who speak in one answer do not dispute each other by that.
            (
                f"Disputed by: [{SMALL}](#what-do-the-islanders-say-about-the-ferry)",
                "> Islanders said the ferry is too small\n> — the islanders",
            ),
        ],
        ids=["own voice", "no dispute"],
    )
    async def test_nothing_else_is_labelled(
        self, server: Server, small: Path, old: str, new: str
    ) -> None:
        edit_facts(small, old, new)
        held = await server.admin.slash(server.channel, "facts reload")
        if "Publish anyway" in labels(sent(held).message):
            await server.admin.click(held.response, label="Publish anyway")
        said = shown(await asked(server, "How many passengers does the ferry carry?"))
        assert len(said) == 4
        assert all(text.startswith("> **[") for text in said[2:])


class TestSources:
    """Who says so and where, under every sentence."""

    async def test_it_is_linked_if_the_article_has_an_address(
        self, server: Server, small: Path
    ) -> None:
        with (small / "ferry" / "article.toml").open("r+", encoding="utf-8") as file:
            about = file.read()
            file.seek(0)
            file.write('url = "https://harbour.example/ferry_(new)"\n' + about)
        await server.admin.slash(server.channel, "facts reload")
        link = "[The Harbour Post, ¶ 2](<https://harbour.example/ferry_(new)>)"
        assert shown(await asked(server))[-1].endswith(f"\n> -# — the islanders · {link}")
        left = shown(await asked(server, LEFT_QUESTION))[-1]
        assert left.endswith(f"\n> -# — {link.replace('2]', '1]')}")
        await change(server, plain=True)
        assert "http" not in sent(await asked(server)).content

    async def test_an_article_without_a_publisher_speaks_as_the_article(
        self, server: Server, small: Path
    ) -> None:
        file = small / "ferry" / "article.toml"
        text = file.read_text("utf-8")
        file.write_text(text.replace('publisher = "The Harbour Post"', ""), "utf-8")
        await server.admin.slash(server.channel, "facts reload")
        assert shown(await asked(server, LEFT_QUESTION))[-1].endswith("\n> -# — the article, ¶ 1")

    async def test_what_the_article_quotes_is_not_its_own_voice(
        self, server: Server, small: Path
    ) -> None:
        story = "Old Pier Closes\n“We will never give up our old pier,” a fisherman said.\n"
        folder = small / "pier"
        folder.mkdir()
        (folder / "article.txt").write_text(story, "utf-8")
        await server.admin.slash(server.channel, "facts reload")
        said = shown(await asked(server, "Will they ever give up the old pier?"))[1]
        assert said.endswith("\n> -# — quoted in Old Pier Closes, ¶ 1")


class TestGreeting:
    """A mention alone."""

    async def test_it_shows_the_article_and_three_questions_to_begin_with(
        self, server: Server
    ) -> None:
        await server.alice.send(server.channel, server.mention)
        message = server.channel.last_message
        title, lead, questions = texts(message)
        assert title == "**New Ferry Reaches The Islands**\nThe Harbour Post"
        assert lead == NOTHING_ASKED
        assert questions.splitlines()[:2] == [
            "-# Questions that I can answer:",
            f"1. {LEFT_QUESTION}",
        ]
        assert labels(message) == ["1", "2", "3", "Summary", "Read", "Help"]
        clicked = await server.alice.click(message, label="1")
        assert shown(clicked)[1] == "The article says that the ferry left on Monday."

    @pytest.mark.parametrize(
        ("label", "command"), [("Summary", "summary"), ("Read", "article"), ("Help", "help")]
    )
    async def test_its_buttons_use_commands_for_who_clicks_alone(
        self, server: Server, label: str, command: str
    ) -> None:
        await server.alice.send(server.channel, server.mention)
        clicked = await server.admin.click(server.channel.last_message, label=label)
        assert clicked.ephemeral
        used = await server.admin.slash(server.channel, command)
        assert shown(clicked) == shown(used)

    async def test_it_is_plain_if_answers_are(self, server: Server) -> None:
        await change(server, plain=True)
        await server.alice.send(server.channel, server.mention)
        said = server.channel.last_message.content
        assert said.startswith("New Ferry Reaches The Islands\nThe Harbour Post\n\n")


class TestPlain:
    @pytest.fixture(autouse=True)
    async def plain(self, server: Server) -> None:
        await change(server, plain=True)

    async def test_an_answer_is_plain_text_with_the_same_buttons(self, server: Server) -> None:
        message = await answered(server)
        lead, quotation = ANSWER
        sentence, attribution = quotation.replace("> ", "").replace("-# ", "").splitlines()
        assert message.content == f"{lead}\n\n{sentence.replace('*', '')}\n{attribution}"
        assert labels(message) == LABELS
        result = await server.alice.click(message, label="Context")
        assert "**[1] They want" in shown(result)[-1]

    async def test_both_sides_stand_under_a_label(self, server: Server) -> None:
        result = await asked(server, "How many passengers does the ferry carry?")
        paragraphs = sent(result).content.split("\n\n")
        assert [text.partition("\n")[0] for text in paragraphs[2:]] == [
            "One side: the harbour",
            "The other side: the islands",
        ]

    async def test_choices_are_plain_too(self, server: Server) -> None:
        result = await asked(server, VAGUE)
        assert sent(result).content.startswith(wording_for("en")("reply.nearest"))
        assert sent(result).content.endswith(f"1. {LEFT_QUESTION}")
        chosen = await server.alice.click(result.response, label="1")
        assert sent(chosen).content.startswith(f"{LEFT_QUESTION}\n\nThe article says")
        assert labels(sent(chosen).message)[-1] == "Share"

    async def test_direct_messages_are_laid_out_still(self, server: Server) -> None:
        await server.alice.send_dm(QUESTION)
        assert texts(server.alice.user.dm_channel.last_message) == ANSWER


class TestPace:
    async def test_who_asks_too_much_is_told_once_and_answered_again_later(
        self, server: Server
    ) -> None:
        for _ in range(8):
            await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
        answers = [m for m in server.channel.history() if m.author.id == server.guild.me.id]
        text = answers[-1].content
        assert len(answers) == 6
        assert text.startswith("That was a lot at once. I will answer you again <t:")
        await server.env.advance_time(20)
        assert await answered(server)
        assert server.said()[-1] == ANSWER
        assert len(server.said()) == 7

    async def test_others_are_answered_meanwhile(self, server: Server) -> None:
        for _ in range(6):
            await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
        await server.admin.send(server.channel, f"{server.mention} {QUESTION}")
        assert server.said()[-1] == ANSWER

    async def test_everybody_in_a_busy_channel_is_answered(self, server: Server) -> None:
        members = [server.guild.add_member(server.env.create_user(f"m{n}")) for n in range(30)]
        for member in members:
            await member.send(server.channel, f"{server.mention} {QUESTION}")
        assert server.said() == [ANSWER] * 30

    async def test_a_command_is_never_left_without_an_answer(self, server: Server) -> None:
        """Discord would show it as failed."""
        results = [await asked(server) for _ in range(7)]
        assert [shown(result) == HEADED for result in results] == [True] * 5 + [False] * 2
        assert [result.ephemeral for result in results] == [False] * 5 + [True] * 2

    async def test_sharing_keeps_to_the_pace_of_questions(self, server: Server) -> None:
        result = await asked(server, VAGUE)
        chosen = await server.alice.click(result.response, label="1")
        shares = [await server.alice.click(chosen.response, label="Share") for _ in range(5)]
        assert [share.ephemeral for share in shares] == [False] * 4 + [True]

    async def test_a_flood_of_clicks_is_told_once_and_then_taken_silently(
        self, server: Server
    ) -> None:
        message = await answered(server)
        results = [await server.alice.click(message, label="👍") for _ in range(13)]
        assert [shown(result) == [THANKS] for result in results[:11]] == [True] * 10 + [False]
        deferred = [r["type"] for r in server.requests("POST", "/callback")[11:]]
        assert deferred == [discord.InteractionResponseType.deferred_message_update.value] * 2
        stranger = await server.admin.click(message, label="👍")
        assert shown(stranger) == [THANKS]
        await server.env.advance_time(20)
        assert shown(await server.alice.click(message, label="👍")) == [THANKS]


class TestOldButtons:
    @pytest.mark.parametrize("label", ["Context", "Why?", "👍"])
    async def test_a_button_works_after_a_restart(
        self, server: Server, new_bot: NewBot, label: str
    ) -> None:
        message = await answered(server)
        before = shown(await server.alice.click(message, label=label))
        await server.env.restart_bot(new_bot())
        assert shown(await server.alice.click(message, label=label)) == before

    async def test_a_choice_and_sharing_work_after_a_restart(
        self, server: Server, new_bot: NewBot
    ) -> None:
        result = await asked(server, VAGUE)
        await server.env.restart_bot(new_bot())
        chosen = await server.alice.click(result.response, label="1")
        await server.env.restart_bot(new_bot())
        shared = await server.alice.click(chosen.response, label="Share")
        assert shown(shared)[1] == "The article says that the ferry left on Monday."

    @pytest.mark.parametrize(
        "custom_id",
        [
            *("v0:context:1", "v1:vote:up:nonsense", "v9:new"),
            *(f"v1:{kind}:{10**30}" for kind in ("audit", "kept", "misses", "browse:all")),
            f"v1:dismiss:{10**30}:0",
        ],
    )
    async def test_a_button_of_another_version_is_answered_with_a_sentence(
        self, server: Server, new_bot: NewBot, custom_id: str
    ) -> None:
        view = ui.View(timeout=None).add_item(ui.Button(label="Old", custom_id=custom_id))
        channel = server.bot.get_partial_messageable(server.channel.id)
        message = await channel.send("old", view=view)
        await server.env.restart_bot(new_bot())
        result = await server.alice.click(message, label="Old")
        assert shown(result) == ["This button is from another version of me. Please ask again."]
        assert result.ephemeral

    async def test_a_button_known_to_somebody_is_left_to_them(self, server: Server) -> None:
        result = await server.alice.click(await answered(server), label="👍")
        assert shown(result) == [THANKS]
        assert len(server.requests("POST", "/callback")) == 1


class TestFailures:
    @pytest.mark.parametrize("status", [403, 404, 429, 500])
    @pytest.mark.parametrize("label", ["Context", "👎"])
    async def test_a_click_that_fails_is_apologised_for_to_its_member_alone(
        self, server: Server, caplog: pytest.LogCaptureFixture, label: str, status: int
    ) -> None:
        message = await answered(server)
        server.env.inject_error("POST", "/interactions/*/*/callback", status=status)
        result = await server.alice.click(message, label=label)
        assert shown(result) == [APOLOGY]
        assert result.ephemeral
        (record,) = logged(caplog)
        assert record.exc_info

    @pytest.mark.parametrize("status", [404, 429, 500])
    async def test_a_message_that_cannot_be_answered_does_no_harm(
        self, server: Server, caplog: pytest.LogCaptureFixture, status: int
    ) -> None:
        server.env.inject_error("POST", "/channels/*/messages", status=status, times=2)
        await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
        assert server.said() == []
        assert len(server.env.errors) == 1
        assert [record.levelname for record in logged(caplog)] == ["WARNING", "ERROR"]
        assert texts(await answered(server)) == ANSWER

    async def test_a_form_that_cannot_be_kept_is_told(
        self, server: Server, settings: Settings
    ) -> None:
        form = await server.alice.click(await answered(server), label="👎")
        with closing(sqlite3.connect(settings.data / "members.db")) as other:
            other.execute("begin immediate")
            result = await server.alice.submit_modal(form, {field(form): "June"})
        assert result.ephemeral
        assert "noted" not in shown(result)[0]
        assert [type(error) for error in server.env.errors] == [MembersError]


class TestUserInstalled:
    """The app in a server that it was not added to: it came with one of the members."""

    async def use(self, server: Server, data: dict[str, Any], kind: int = 2) -> InteractionResult:
        env, user = server.env, server.alice.user
        record, payload = base_payload(
            env.backend,
            type=kind,
            channel_id=user.dm_channel.id,
            guild_id=None,
            user_id=user.id,
            data=data,
        )
        member = {
            "user": payload.pop("user"),
            "roles": [],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": "0",
        }
        payload |= {
            "context": 0,
            "guild_id": "999",
            "guild": {"id": "999", "locale": "en-US", "features": []},
            "member": member,
            "authorizing_integration_owners": {"1": str(user.id)},
        }
        env.backend.emit("INTERACTION_CREATE", payload)
        await env.settle()
        return InteractionResult(env, record)

    async def slash(self, server: Server, name: str, **typed: str) -> InteractionResult:
        commands = await server.bot.tree.fetch_commands()
        command = next(command for command in commands if command.name == name)
        options = [{"name": key, "type": 3, "value": value} for key, value in typed.items()]
        data = {"id": str(command.id), "name": name, "type": 1, "options": options}
        return await self.use(server, data)

    async def ask(self, server: Server, question: str) -> InteractionResult:
        return await self.slash(server, "ask", question=question)

    async def test_it_answers(self, server: Server) -> None:
        result = await self.ask(server, QUESTION)
        assert shown(result) == HEADED
        assert labels(sent(result).message) == LABELS

    async def test_the_help_speaks_of_no_mention(self, server: Server) -> None:
        """The bot sees no message of that server."""
        said = "\n".join(shown(await self.slash(server, "help")))
        assert "- **Write to me directly.**" in said
        assert "Mention me" not in said

    async def test_nothing_is_kept_of_what_was_asked_there(
        self, server: Server, settings: Settings
    ) -> None:
        """No moderator of that server ever let the bot in."""
        result = await self.ask(server, UNSAID)
        assert shown(result)[0] == "The article does not say."
        with closing(sqlite3.connect(settings.data / "members.db")) as file:
            assert file.execute("select count(*) from misses").fetchone() == (0,)

    @pytest.mark.parametrize("name", ["ask", "Ask about this"])
    async def test_the_ways_to_ask_can_be_installed_and_used_everywhere(
        self, server: Server, name: str
    ) -> None:
        ((*commands,),) = server.requests("PUT", "/commands")
        command = next(command for command in commands if command["name"] == name)
        assert sorted(command["integration_types"]) == [0, 1]
        assert sorted(command["contexts"]) == [0, 1, 2]
