"""`/facts misses`: unanswered questions, and what editors do about them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import simcord
from desk import Desk, build_desk
from server import texts

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.discord.curating.misses import as_heading
from bot.knowledge.facts import QUESTION_LIMIT
from bot.members.misses import Missed, MissReason

CAPACITY = "How many passengers does the ferry carry?"
ASKED = "room for many folks"


def miss(desk: Desk, question: str, times: int = 1, why: MissReason = "declined") -> None:
    """Leave a question unanswered, near the fact about the capacity."""
    nearest = "ferry#how-many-passengers-does-the-ferry-carry"
    missed = Missed(desk.server.guild.id, question, nearest, why)
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
def settings(small: Path, tmp_path: Path) -> Settings:
    return Settings(small, tmp_path / "data")


@pytest.fixture
async def desk(simcord_env: simcord.Env, small: Path) -> Desk:
    desk = await build_desk(simcord_env, small / "ferry" / "facts.md")
    await keep_texts(desk)
    return desk


def listed_questions(listed: Any) -> list[str]:
    entries = (text for text in texts(listed.message) if "× · last on" in text)
    return [entry.splitlines()[0].strip("*") for entry in entries]


def labels(listed: Any) -> list[str]:
    rows = listed.components[0]["components"]
    return [button["label"] for row in rows for button in row.get("components", [])]


class TestList:
    async def test_nothing_was_asked_in_vain(self, desk: Desk) -> None:
        assert texts((await open_list(desk)).message) == ["There are no unanswered questions."]

    async def test_the_most_asked_come_first_with_the_nearest_fact(self, desk: Desk) -> None:
        miss(desk, "who is the captain")
        miss(desk, ASKED, times=3)
        listed = await open_list(desk, desk.server.admin)
        assert listed_questions(listed) == [ASKED, "who is the captain"]
        assert texts(listed.message)[1].splitlines()[1] == (
            f"-# 3× · last on {desk.server.env.now().date()} · nearest: {CAPACITY}"
        )
        assert labels(listed)[:3] == ["Add as a phrasing", "Not in the article", "Dismiss"]

    async def test_what_asks_the_same_is_one(self, desk: Desk) -> None:
        miss(desk, "who is the captain")
        miss(desk, "who is the captian")
        (text,) = texts((await open_list(desk)).message)[1:]
        assert "2×" in text

    async def test_members_fill_it_by_asking_in_vain(self, desk: Desk) -> None:
        question = "who painted the lighthouse"
        await desk.server.alice.send(desk.server.channel, f"{desk.server.mention} {question}?")
        assert listed_questions(await open_list(desk)) == [question]

    async def test_markup_in_it_is_dead(self, desk: Desk) -> None:
        miss(desk, "**loud** ||captain||")
        assert "**loud**" not in texts((await open_list(desk)).message)[1]

    async def test_it_turns_its_pages(self, desk: Desk) -> None:
        words = "anchor bridge cabin deck engine flag galley".split()
        for n, word in enumerate(words):
            miss(desk, f"who made the {word}", times=10 - n)
        listed = await open_list(desk)
        assert listed_questions(listed) == [f"who made the {word}" for word in words[:5]]
        await click(desk, listed, "Next")
        assert listed_questions(listed) == ["who made the flag", "who made the galley"]
        await click(desk, listed, "Previous")
        assert len(listed_questions(listed)) == 5

    async def test_without_texts_it_counts_for_each_nearest_fact(self, desk: Desk) -> None:
        miss(desk, ASKED, times=2)
        await keep_texts(desk, enabled=False)
        miss(desk, "who is the captain")
        listed = await open_list(desk)
        head, text = texts(listed.message)
        assert "keeps counts alone" in head
        assert text.startswith("**(words not kept)**\n-# 3×")
        assert text.endswith(CAPACITY)
        assert labels(listed) == ["Dismiss"]
        await click(desk, listed, "Dismiss")
        assert texts(listed.message)[0].startswith("There are no unanswered questions.")


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
        done, rest = texts(listed.message)
        assert done.splitlines()[0] == f"~ {CAPACITY}"
        assert rest == "There are no unanswered questions."
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
        assert texts(listed.message)[0].splitlines()[0] == "+ Who is the captain?"
        assert listed_questions(listed) == []
        assert desk.history()[0].startswith(
            "/facts misses, Not in the article: + Who is the captain?"
        )

    async def test_a_refused_entry_changes_nothing(self, desk: Desk) -> None:
        miss(desk, "what is the fare")
        before = desk.file.read_bytes()
        listed = await open_list(desk)
        result = await click(desk, listed, "Not in the article")
        assert "already asks" in texts(result.followups[0].message)[0]
        assert result.followups[0].ephemeral
        assert listed_questions(listed) == ["what is the fare"]
        assert desk.file.read_bytes() == before

    async def test_dismiss_takes_it_off_the_list_for_good(self, desk: Desk) -> None:
        miss(desk, ASKED, times=2)
        miss(desk, "who is the captain")
        listed = await open_list(desk)
        ids = [
            b["custom_id"]
            for r in listed.components[0]["components"][1:]
            for b in r.get("components", [])
        ]
        await desk.editor.click(listed.message, custom_id=ids[2])
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
        (said,) = texts(result.response.message)
        assert said.startswith("This question is no longer on the list")
        assert result.response.ephemeral

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
        (told,) = result.followups
        assert told.ephemeral
        assert [a.filename for a in told.attachments] == ["facts.patch"]
        assert ASKED in (await told.attachments[0].read()).decode().lower()
        assert desk.file.read_bytes() == before
        assert desk.server.bot.edition is edition
        assert listed_questions(listed) == [ASKED]
        assert not any(what.startswith("/facts misses") for what in desk.history())


@pytest.mark.parametrize("asked", ["why", "why " * 24 + "not", "why " * 49 + "not", "x" * 200])
def test_whatever_was_asked_becomes_a_heading_that_fits(asked: str) -> None:
    heading, *phrasings = as_heading(asked)
    assert len(heading) <= QUESTION_LIMIT
    assert phrasings == ([] if len(asked) < QUESTION_LIMIT else [asked])
