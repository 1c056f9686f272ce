"""`/facts misses`: unanswered questions, and what editors do about them."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk import Desk
from server import buttons_of, fill, filled, options_of, texts

from bot.discord.bot import FootnoteBot
from bot.discord.editing.unanswered import as_heading
from bot.knowledge.facts import QUESTION_LIMIT
from bot.members.misses import MISS_TEXTS, MissReason, NewMiss

CAPACITY = "How many passengers does the ferry carry?"
ASKED = "room for many folks"
NEAR = "how long does the crossing take in fair weather"
SENTENCE = "The crossing takes forty minutes in fair weather."
THINKING, DEFERRED = 5, 6
"""How an interaction may be answered before the answer is there."""
ACTIONS = ["Make a fact", "Add as a phrasing", "Not in the article", "Dismiss"]


def miss(desk: Desk, question: str, times: int = 1, why: MissReason = "declined") -> None:
    """Leave a question unanswered, near the fact about the capacity."""
    nearest = "ferry#how-many-passengers-does-the-ferry-carry"
    missed = NewMiss(desk.server.guild.id, question, nearest, why)
    for _ in range(times):
        desk.server.bot.members.add_miss(missed, desk.server.env.now())


async def keep_texts(desk: Desk, *, enabled: bool = True) -> None:
    await desk.server.admin.slash(desk.server.channel, "settings misses", enabled=enabled)


async def open_list(desk: Desk, member: Any = None) -> Any:
    """The message with the list, shown to the editor alone."""
    result = await (member or desk.editor).slash(desk.server.channel, "facts misses")
    assert result.ephemeral
    return result.response


async def click(desk: Desk, listed: Any, label: str) -> Any:
    return await desk.editor.click(listed.message, label=label)


@pytest.fixture
async def crossing(desk: Desk) -> None:
    """A sentence that no fact cites."""
    article = desk.file.with_name("article.txt")
    text = article.read_text("utf-8")
    article.write_text(text.replace("too small. They", f"too small. {SENTENCE} They"), "utf-8")
    await desk.server.admin.slash(desk.server.channel, "facts reload")


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    await keep_texts(desk)
    return desk


def lines_of(listed: Any) -> list[list[str]]:
    """The lines of the list: the question, how often it was asked, and what was said to it."""
    lines = "\n".join(texts(listed.message)).splitlines()
    return [line[2:].rsplit(" · ", 2) for line in lines if line.startswith("- ")]


def listed_questions(listed: Any) -> list[str]:
    """The questions on the page of the list."""
    return [question for question, _, _ in lines_of(listed)]


def chosen_texts(listed: Any) -> list[str]:
    """What is told of the question that is chosen."""
    shown = texts(listed.message)
    (start,) = [n for n, text in enumerate(shown) if text.startswith("### ")]
    return shown[start:]


async def choose(desk: Desk, listed: Any, question: str) -> None:
    offered = options_of(listed.message)
    (value,) = [option.value for option in offered if option.label == question]
    await desk.editor.select(listed.message, [value])


class TestList:
    async def test_nothing_was_asked_in_vain(self, desk: Desk) -> None:
        assert texts((await open_list(desk)).message) == ["There are no unanswered questions."]

    async def test_the_most_asked_come_first_with_the_nearest_fact(self, desk: Desk) -> None:
        miss(desk, "who is the captain")
        miss(desk, ASKED, times=3)
        listed = await open_list(desk, desk.server.admin)
        assert listed_questions(listed) == [ASKED, "who is the captain"]
        head, said = chosen_texts(listed)
        assert head.splitlines() == [
            f"### {ASKED}",
            f"-# 3× · last on {desk.server.env.now().date()} · nearest: {CAPACITY}",
        ]
        assert said == "-# What I answer now:\nThe article does not say."
        assert buttons_of(listed.message) == dict.fromkeys(ACTIONS, True)

    async def test_each_says_what_the_bot_said_and_how_sure_it_is_now(self, desk: Desk) -> None:
        miss(desk, ASKED, times=2)
        miss(desk, ASKED, why="told")
        miss(desk, "who is the captain", why="weak")
        miss(desk, CAPACITY, why="voted down")
        said = [re.sub(r"\d+ %", "_ %", words) for *_, words in lines_of(await open_list(desk))]
        assert said == [
            "declined, a member told you, now _ % sure",
            "voted down, now _ % sure",
            "shown what comes near, now _ % sure",
        ]

    async def test_another_one_is_chosen_from_the_menu(
        self, desk: Desk, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        miss(desk, ASKED, times=3)
        miss(desk, "who is the captain")
        listed = await open_list(desk)
        await desk.server.env.restart_bot(new_bot())
        await choose(desk, listed, "who is the captain")
        assert chosen_texts(listed)[0].startswith("### who is the captain\n-# 1×")
        assert [o.label for o in options_of(listed.message) if o.default] == ["who is the captain"]
        await click(desk, listed, "Dismiss")
        assert listed_questions(listed) == [ASKED]

    @pytest.mark.usefixtures("crossing")
    async def test_the_sentences_that_members_were_shown_are_shown(self, desk: Desk) -> None:
        miss(desk, NEAR)
        _, said, cited, *_ = chosen_texts(await open_list(desk))
        assert said.endswith("I have no checked answer to that. The nearest the article comes:")
        assert cited.startswith(f"> **[1]** {SENTENCE}")

    async def test_one_that_an_open_question_answers_says_so_before_the_click(
        self, desk: Desk
    ) -> None:
        miss(desk, "what is the fare")
        listed = await open_list(desk)
        assert chosen_texts(listed)[1].startswith("-# Already an open question:")
        assert buttons_of(listed.message)["Not in the article"] is False

    async def test_what_is_said_is_what_the_articles_of_the_channel_say(
        self, desk: Desk, two_articles: Path
    ) -> None:
        dam = two_articles / "river-dam"
        await desk.server.admin.slash(desk.server.channel, "facts reload")
        await desk.server.bot.change_guild_settings(
            desk.server.guild.id,
            lambda old: replace(old, articles={desk.server.channel.id: (dam.name,)}),
        )
        miss(desk, "what is the fare")
        said = chosen_texts(await open_list(desk))[1]
        assert said.startswith("-# What I answer now:")

    async def test_a_member_does_not_choose_from_it(self, desk: Desk) -> None:
        miss(desk, ASKED, times=3)
        miss(desk, "who is the captain")
        listed = await open_list(desk)
        await desk.server.admin.slash(desk.server.channel, "settings editors")
        result = await desk.editor.select(listed.message, [options_of(listed.message)[1].value])
        assert texts(result.response.message)[0].startswith("You need the permission")

    async def test_what_asks_the_same_is_one(self, desk: Desk) -> None:
        miss(desk, "who is the captain")
        miss(desk, "who is the captian")
        ((question, times, _),) = lines_of(await open_list(desk))
        assert (question, times) == ("who is the captain", "2×")

    async def test_members_fill_it_by_asking_in_vain(self, desk: Desk) -> None:
        question = "who painted the lighthouse"
        await desk.server.alice.send(desk.server.channel, f"{desk.server.mention} {question}?")
        assert listed_questions(await open_list(desk)) == [question]

    async def test_markup_in_it_is_dead(self, desk: Desk) -> None:
        miss(desk, "**loud** ||captain||")
        assert "**loud**" not in texts((await open_list(desk)).message)[1]

    async def test_it_turns_its_pages(self, desk: Desk) -> None:
        words = "anchor bridge cabin deck engine flag galley helm keel lamp mast net".split()
        for n, word in enumerate(words):
            miss(desk, f"who made the {word}", times=20 - n)
        listed = await open_list(desk)
        assert listed_questions(listed) == [f"who made the {word}" for word in words[:10]]
        await click(desk, listed, "Next")
        assert listed_questions(listed) == ["who made the mast", "who made the net"]
        await choose(desk, listed, "who made the net")
        assert chosen_texts(listed)[0].startswith("### who made the net")
        await click(desk, listed, "Previous")
        assert len(listed_questions(listed)) == 10

    async def test_without_texts_it_counts_for_each_nearest_fact(self, desk: Desk) -> None:
        miss(desk, ASKED, times=2)
        await keep_texts(desk, enabled=False)
        miss(desk, "who is the captain")
        listed = await open_list(desk)
        assert "keeps only counts" in texts(listed.message)[0]
        (text,) = chosen_texts(listed)
        assert text.startswith("### (words not kept)\n-# 3×")
        assert text.endswith(CAPACITY)
        assert list(buttons_of(listed.message)) == ["Dismiss"]
        await click(desk, listed, "Dismiss")
        assert texts(listed.message)[0].startswith("There are no unanswered questions.")


async def test_a_full_list_is_waited_for(desk: Desk) -> None:
    """Discord is told at once that an answer comes: merging thousands takes seconds."""
    miss(desk, "0 0")
    with closing(sqlite3.connect(desk.server.bot.settings.data / "members.db")) as file, file:
        file.executemany(
            "insert into misses (guild, question, nearest, why, times, first_seen, last_seen) "
            "select guild, ?, nearest, why, times, first_seen, last_seen from misses where id = 1",
            [(f"{n} {n * n}",) for n in range(1, MISS_TEXTS)],
        )
    listed = await open_list(desk)
    await click(desk, listed, "Next")
    await click(desk, listed, "Dismiss")
    assert texts(listed.message)[0].endswith(f": {MISS_TEXTS - 1}")
    answers = desk.server.requests("POST", "/callback")[-3:]
    assert [answer["type"] for answer in answers] == [THINKING, DEFERRED, DEFERRED]


class TestButtons:
    async def test_a_phrasing_is_edited_written_and_answers_at_once(self, desk: Desk) -> None:
        miss(desk, ASKED)
        listed = await open_list(desk)
        shown = await click(desk, listed, "Add as a phrasing")
        field = shown.modal["components"][0]
        assert field["label"] == "Phrasing"
        assert field["component"]["value"] == ASKED
        await desk.editor.submit_modal(shown, {"phrasing": "is there room for many folks"})
        assert "fit on the ferry\n- is there room for many folks\n" in desk.file.read_text("utf-8")
        assert (await desk.answer_to(ASKED)).endswith("it carries 120 passengers.")
        assert texts(listed.message) == ["There are no unanswered questions."]
        assert desk.history()[0] == (
            f"/facts misses, Add as a phrasing of “{CAPACITY}”: + is there room for many folks"
        )

    async def test_another_fact_can_be_chosen_for_the_phrasing(self, desk: Desk) -> None:
        miss(desk, ASKED)
        shown = await click(desk, await open_list(desk), "Add as a phrasing")
        options = shown.modal["components"][1]["component"]["options"]
        assert options[0]["label"] == CAPACITY
        (small,) = (o["value"] for o in options if o["label"].startswith("What do the islanders s"))
        await desk.editor.submit_modal(shown, {"phrasing": ASKED, "fact": [small]})
        assert f"- is the ferry too small\n- {ASKED}\n" in desk.file.read_text("utf-8")

    async def test_a_refused_phrasing_comes_back_and_the_miss_stays(self, desk: Desk) -> None:
        before = desk.file.read_bytes()
        miss(desk, ASKED)
        listed = await open_list(desk)
        shown = await click(desk, listed, "Add as a phrasing")
        result = await desk.editor.submit_modal(shown, {"phrasing": "what is the fare"})
        refused, fault, box = texts(result.followups[0].message)
        assert result.followups[0].ephemeral
        assert box == "**Phrasing**\n```\nwhat is the fare\n```"
        assert refused == "**Nothing was changed.** What to fix:"
        assert "“what is the fare” already asks “How much does a ticket cost?”" in fault
        assert listed_questions(listed) == [ASKED]
        assert desk.file.read_bytes() == before

    async def test_not_in_the_article_adds_an_entry_and_declines_from_now_on(
        self, desk: Desk
    ) -> None:
        miss(desk, "who is the captain")
        listed = await open_list(desk)
        await click(desk, listed, "Not in the article")
        added = "\n### Who is the captain?\n\nThe article does not say.\n"
        text = desk.file.read_text("utf-8")
        assert text.endswith(added)
        assert await desk.answer_to("who is the captain") == "The article does not say."
        assert listed_questions(listed) == []
        assert desk.history()[0].startswith(
            "/facts misses, Not in the article: + Who is the captain?"
        )

    async def test_a_refused_entry_changes_nothing(self, desk: Desk) -> None:
        miss(desk, "ferry capacity", why="voted down")
        before = desk.file.read_bytes()
        listed = await open_list(desk)
        result = await click(desk, listed, "Not in the article")
        assert "already asks" in texts(result.followups[0].message)[0]
        assert result.followups[0].ephemeral
        assert listed_questions(listed) == ["ferry capacity"]
        assert desk.file.read_bytes() == before

    async def test_what_was_done_is_shown_and_can_be_undone(self, desk: Desk) -> None:
        miss(desk, "who is the captain")
        before = desk.file.read_bytes()
        done = await click(desk, await open_list(desk), "Not in the article")
        (followup,) = done.followups
        assert texts(followup.message)[0] == "Added “Who is the captain?”"
        await desk.editor.click(followup.message, label="Undo")
        assert desk.file.read_bytes() == before

    @pytest.mark.usefixtures("crossing")
    async def test_a_fact_is_made_of_the_sentence_that_was_shown(self, desk: Desk) -> None:
        miss(desk, NEAR)
        listed = await open_list(desk)
        form = await click(desk, listed, "Make a fact")
        assert filled(form) == {
            "question": f"{NEAR.capitalize()}?",
            "answer": "",
            "quoted": SENTENCE,
            "speaker": "the article",
            "phrasings": "",
        }
        done = await fill(desk.editor, form, answer="It takes forty minutes.")
        (followup,) = done.followups
        assert texts(followup.message)[2] == "It takes forty minutes."
        assert texts(listed.message) == ["There are no unanswered questions."]
        assert await desk.answer_to(NEAR) == "It takes forty minutes."

    @pytest.mark.usefixtures("crossing")
    async def test_a_refused_fact_keeps_the_miss(self, desk: Desk) -> None:
        miss(desk, NEAR)
        listed = await open_list(desk)
        form = await click(desk, listed, "Make a fact")
        refused = await fill(desk.editor, form, answer="Long.", quoted="zzz")
        assert "is not in the article" in texts(refused.followups[0].message)[1]
        assert listed_questions(listed) == [NEAR]

    async def test_dismiss_takes_it_off_the_list_for_good(self, desk: Desk) -> None:
        miss(desk, ASKED, times=2)
        miss(desk, "who is the captain")
        listed = await open_list(desk)
        await click(desk, listed, "Dismiss")
        assert listed_questions(listed) == ["who is the captain"]
        miss(desk, ASKED)
        assert listed_questions(await open_list(desk)) == ["who is the captain"]
        assert desk.history()[0] == "/facts misses, Dismiss: asked 2 times"

    @pytest.mark.parametrize("label", ["Add as a phrasing", "Not in the article", "Dismiss"])
    async def test_buttons_survive_a_restart(
        self, desk: Desk, new_bot: Callable[[], FootnoteBot], label: str
    ) -> None:
        miss(desk, ASKED)
        listed = await open_list(desk)
        await desk.server.env.restart_bot(new_bot())
        clicked = await click(desk, listed, label)
        if clicked.modal:
            await desk.editor.submit_modal(clicked, {"phrasing": ASKED})
        assert listed_questions(listed) == []

    @pytest.mark.parametrize("label", ["Add as a phrasing", "Not in the article", "Dismiss"])
    async def test_a_miss_that_somebody_else_dealt_with(self, desk: Desk, label: str) -> None:
        miss(desk, ASKED)
        mine, theirs = await open_list(desk), await open_list(desk, desk.server.admin)
        await desk.server.admin.click(theirs.message, label="Dismiss")
        result = await click(desk, mine, label)
        reply = (result.followups or [result.response])[0]
        (said,) = texts(reply.message)
        assert said.startswith("This question is no longer on the list")
        assert reply.ephemeral

    @pytest.mark.parametrize("label", ["Add as a phrasing", "Not in the article", "Dismiss"])
    async def test_who_lost_the_role_is_refused_at_the_click(self, desk: Desk, label: str) -> None:
        miss(desk, ASKED)
        before = desk.file.read_bytes()
        listed = await open_list(desk)
        await desk.server.admin.slash(desk.server.channel, "settings editors")
        result = await click(desk, listed, label)
        assert result.modal is None
        (said,) = texts(result.response.message)
        assert said.startswith("You need the permission Manage Server for this, or the role")
        assert desk.file.read_bytes() == before
        assert listed_questions(await open_list(desk, desk.server.admin)) == [ASKED]

    async def test_a_fact_that_went_while_the_form_was_open(self, desk: Desk) -> None:
        miss(desk, ASKED)
        shown = await click(desk, await open_list(desk), "Add as a phrasing")
        text = desk.file.read_text("utf-8").replace(CAPACITY, "What is its capacity?")
        desk.file.write_text(text, "utf-8")
        await desk.server.admin.slash(desk.server.channel, "facts reload")
        result = await desk.editor.submit_modal(shown, {"phrasing": ASKED})
        assert texts(result.response.message)[0].startswith(
            "There is no such fact or open question"
        )
        assert len(desk.server.env.errors) == 1

    @pytest.mark.parametrize("label", ["Add as a phrasing", "Not in the article"])
    async def test_a_read_only_folder_gives_a_patch_and_keeps_the_miss(
        self, desk: Desk, label: str
    ) -> None:
        desk.make_read_only()
        before, edition = desk.file.read_bytes(), desk.server.bot.edition
        miss(desk, ASKED)
        listed = await open_list(desk)
        result = await click(desk, listed, label)
        if result.modal:
            result = await desk.editor.submit_modal(result, {"phrasing": ASKED})
        (followup,) = result.followups
        assert followup.ephemeral
        assert [a.filename for a in followup.attachments] == ["facts.patch"]
        assert ASKED in (await followup.attachments[0].read()).decode().lower()
        assert desk.file.read_bytes() == before
        assert desk.server.bot.edition is edition
        assert listed_questions(listed) == [ASKED]
        assert not any(what.startswith("/facts misses") for what in desk.history())


@pytest.mark.parametrize("asked", ["why", "why " * 24 + "not", "why " * 49 + "not", "x" * 200])
def test_whatever_was_asked_becomes_a_heading_that_fits(asked: str) -> None:
    heading, *phrasings = as_heading(asked)
    assert len(heading) <= QUESTION_LIMIT
    assert phrasings == ([] if len(asked) < QUESTION_LIMIT else [asked])
