"""Open questions are found, edited and removed like facts, and what was removed comes back."""

from collections.abc import Callable
from typing import Any

import pytest
from desk import Desk
from server import QUESTION, buttons, fill, filled, shown

from bot.discord.bot import FootnoteBot

OPEN = "How much does a ticket cost?"
CHANGED = "Somebody has changed these facts since"


async def facts(desk: Desk, name: str, **options: str) -> Any:
    return await desk.editor.slash(desk.server.channel, f"facts {name}", **options)


async def undo(desk: Desk, result: Any, member: Any = None) -> Any:
    return await (member or desk.editor).click(result.response.message, label="Undo")


class TestOpenQuestions:
    async def test_the_list_offers_them(self, desk: Desk) -> None:
        choices = await desk.editor.autocomplete(
            desk.server.channel, "facts edit", "fact", "ticket"
        )
        assert choices[0]["name"] == OPEN
        result = await facts(desk, "edit", fact=choices[0]["value"])
        assert filled(result)["question"] == OPEN

    async def test_they_are_found_and_shown(self, desk: Desk) -> None:
        assert shown(await facts(desk, "find", text="ticket")) == [
            f"**{OPEN}**\nThe article does not say what a ticket costs."
        ]
        said = shown(await facts(desk, "show", fact=OPEN))
        assert "-# An open question: the article does not answer it." in said
        assert "**Other phrasings**\n- ticket price\n- what is the fare" in said

    async def test_a_member_who_browses_is_not_shown_them(self, desk: Desk) -> None:
        result = await desk.server.alice.slash(desk.server.channel, "browse", search="ticket")
        assert OPEN not in "\n".join(shown(result))

    async def test_they_are_edited_in_a_form_without_quotations(self, desk: Desk) -> None:
        opened = await facts(desk, "edit", fact=OPEN)
        assert filled(opened).keys() == {"question", "answer", "phrasings"}
        before = desk.file.read_text("utf-8")
        answer = "It names no price."
        await fill(desk.editor, opened, answer=answer)
        old = "The article does not say what a ticket costs."
        assert desk.file.read_text("utf-8") == before.replace(old, answer)
        assert await desk.answer_to("what is the fare") == answer

    async def test_what_they_decline_is_no_miss(self, desk: Desk) -> None:
        await desk.answer_to(OPEN)
        assert shown(await facts(desk, "misses"))[0].startswith("There are no unanswered")


class TestRemoving:
    @pytest.mark.parametrize("question", [QUESTION, OPEN])
    async def test_it_answers_no_longer_until_that_is_undone(
        self, desk: Desk, question: str
    ) -> None:
        before, answer = desk.file.read_bytes(), await desk.answer_to(question)
        removed = await facts(desk, "remove", fact=question)
        assert removed.ephemeral
        assert shown(removed)[0] == f"Removed “{question}”"
        assert question not in desk.file.read_text("utf-8")
        assert await desk.answer_to(question) != answer
        assert desk.history()[0].startswith(f"/facts remove “{question}”: − {question}")
        await undo(desk, removed)
        assert shown(removed) == ["**Undone.**", f"Added “{question}”"]
        assert buttons(removed) == {}
        assert desk.file.read_bytes() == before
        assert await desk.answer_to(question) == answer
        assert desk.history()[0].startswith(f"/facts undo: + {question}")

    async def test_undo_survives_a_restart(
        self, desk: Desk, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        before = desk.file.read_bytes()
        removed = await facts(desk, "remove", fact=OPEN)
        await desk.server.env.restart_bot(new_bot())
        await undo(desk, removed)
        assert desk.file.read_bytes() == before

    async def test_undo_takes_back_nothing_that_somebody_else_did(self, desk: Desk) -> None:
        removed = await facts(desk, "remove", fact=OPEN)
        await facts(desk, "remove", fact=QUESTION)
        before = desk.file.read_bytes()
        said = shown_last(await undo(desk, removed))
        assert said.startswith(CHANGED)
        assert desk.file.read_bytes() == before

    async def test_undo_leaves_an_edit_on_the_disk_that_nobody_has_published(
        self, desk: Desk
    ) -> None:
        removed = await facts(desk, "remove", fact=OPEN)
        desk.file.write_text(desk.file.read_text("utf-8") + "\n<!-- mine -->\n", "utf-8")
        before = desk.file.read_bytes()
        assert shown_last(await undo(desk, removed)).startswith(CHANGED)
        assert desk.file.read_bytes() == before

    async def test_who_is_no_editor_any_more_undoes_nothing(self, desk: Desk) -> None:
        removed = await facts(desk, "remove", fact=OPEN)
        before = desk.file.read_bytes()
        await desk.server.admin.slash(desk.server.channel, "settings editors")
        said = shown_last(await undo(desk, removed))
        assert said.startswith("You need the permission Manage Server")
        assert desk.file.read_bytes() == before

    async def test_a_fact_is_edited_and_that_is_undone(self, desk: Desk) -> None:
        before = desk.file.read_bytes()
        opened = await facts(desk, "edit", fact=QUESTION)
        edited = await fill(desk.editor, opened, answer="A second ferry.")
        await undo(desk, edited)
        assert desk.file.read_bytes() == before


def shown_last(result: Any) -> str:
    """What the one who clicked is told, beside the message that they clicked."""
    message = (result.followups or [result.response])[-1]
    assert message.ephemeral
    return str(message.message.components[0].children[0].content)
