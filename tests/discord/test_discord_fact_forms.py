"""Adding and editing facts in Discord: by moderators, by editors, and not by members."""

import asyncio
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from desk import Desk
from hypothesis import given
from hypothesis import strategies as st
from places import SMALL_KNOWLEDGE
from server import ANSWER, QUESTION, fill, filled, texts

from bot.discord.bot import FootnoteBot
from bot.discord.editing.form_text import FIELDS, typed_in
from bot.discord.editing.forms import Task, refusal
from bot.discord.views import TEXT_LIMIT
from bot.knowledge.article import load_article
from bot.publishing.edition import publish
from bot.wording import wordings

NEW = {
    "question": "When was the ferry built?",
    "answer": "The article says only that it is new.",
    "quoted": "The new ferry left the mainland",
    "speaker": "the article",
    "phrasings": "how old is the ferry\nwhen did they build it",
}
LEFT = "The new ferry left the mainland on Monday."
ALTERED = "is not in the article word for word; copy it again.\n-# The nearest sentence: "
WRITTEN = """
### When was the ferry built?

The article says only that it is new.

> The new ferry left the mainland
> — the article

- how old is the ferry
- when did they build it
"""


async def facts(desk: Desk, name: str, member: Any = None, **options: str) -> Any:
    who = member or desk.server.admin
    return await who.slash(desk.server.channel, f"facts {name}", **options)


async def submit(desk: Desk, shown: Any, member: Any = None, **values: str) -> Any:
    """Send a form as it was shown, but for `values`."""
    return await fill(member or desk.server.admin, shown, **values)


def answer_texts(result: Any) -> list[str]:
    """The texts that only the one who acted sees, in the order of the messages."""
    assert result.ephemeral
    messages = [m for m in (result.response, *result.followups) if m]
    unique = {message.id: message for message in messages}
    assert all(message.ephemeral for message in unique.values())
    return [text for message in unique.values() for text in texts(message.message)]


class TestAdding:
    async def test_the_form_has_the_fields_of_a_fact(self, desk: Desk) -> None:
        shown = await facts(desk, "add")
        assert [label["label"] for label in shown.modal["components"]] == [
            "Question",
            "Answer",
            "Quoted words",
            "Speaker",
            "Other phrasings",
        ]

    @pytest.mark.parametrize("who", ["moderator", "editor"])
    async def test_a_fact_is_written_behind_the_others_and_answers_at_once(
        self, desk: Desk, who: str
    ) -> None:
        member = desk.editor if who == "editor" else desk.server.admin
        before = desk.file.read_text("utf-8")
        result = await submit(desk, await facts(desk, "add", member), member, **NEW)
        assert answer_texts(result)[0] == "Added “When was the ferry built?”"
        head, heading, tail = before.partition("\n## What the article does not say")
        assert desk.file.read_text("utf-8") == f"{head}{WRITTEN}{heading}{tail}"
        assert await desk.answer_to("how old is the ferry") == NEW["answer"]

    async def test_it_survives_a_reload_and_a_restart(
        self, desk: Desk, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        await submit(desk, await facts(desk, "add"), **NEW)
        assert answer_texts(await facts(desk, "reload"))[0] == "No question changed."
        await desk.server.env.restart_bot(new_bot())
        assert await desk.answer_to("how old is the ferry") == NEW["answer"]

    async def test_several_quotations_of_one_speaker(self, desk: Desk) -> None:
        values = NEW | {
            "quoted": "the ferry is too small\nThey want a second one",
            "speaker": "the islanders",
        }
        await submit(desk, await facts(desk, "add"), **values)
        text = desk.file.read_text("utf-8")
        assert "\n> the ferry is too small\n> — the islanders\n" in text
        assert "\n> They want a second one\n> — the islanders\n" in text

    async def test_several_quotations_of_a_speaker_each(self, desk: Desk) -> None:
        values = NEW | {
            "quoted": "the ferry is too small\nit carries 120 passengers — the harbour master",
            "speaker": "the islanders",
        }
        await submit(desk, await facts(desk, "add"), **values)
        text = desk.file.read_text("utf-8")
        assert "\n> the ferry is too small\n> — the islanders\n" in text
        assert "\n> it carries 120 passengers\n> — the harbour master\n" in text
        opened = await facts(desk, "edit", fact=NEW["question"])
        assert filled(opened) == values

    async def test_the_speaker_is_chosen_among_those_of_the_article(self, desk: Desk) -> None:
        shown = await facts(desk, "add")
        (menu,) = (c["component"] for c in shown.modal["components"] if c["label"] == "Speaker")
        assert [option["label"] for option in menu["options"]] == [
            "the article",
            "the harbour master",
            "the islanders",
        ]

    async def test_what_members_will_see_is_shown_to_be_edited_or_undone(self, desk: Desk) -> None:
        before = desk.file.read_bytes()
        result = await submit(desk, await facts(desk, "add"), **NEW)
        assert answer_texts(result) == [
            "Added “When was the ferry built?”",
            "-# What members see:",
            "The article says only that it is new.",
            f"> **[1]** {LEFT}\n> -# — The Harbour Post, ¶ 1",
        ]
        opened = await desk.server.admin.click(result.response.message, label="Edit")
        assert filled(opened) == NEW
        await desk.server.admin.click(result.response.message, label="Undo")
        assert desk.file.read_bytes() == before
        assert answer_texts(result)[0] == "**Undone.**"

    async def test_the_change_is_audited_with_who_and_what(self, desk: Desk) -> None:
        await submit(desk, await facts(desk, "add", desk.editor), desk.editor, **NEW)
        (change, _) = desk.server.bot.members.audit_list(desk.server.guild.id)
        assert change.user == desk.editor.id
        assert change.what.startswith("/facts add: + When was the ferry built? · + The article")


class TestRefusals:
    async def test_faults_come_back_as_sentences_with_all_that_was_typed(self, desk: Desk) -> None:
        before, edition = desk.file.read_bytes(), desk.server.bot.edition
        values = NEW | {"quoted": "the ferry *sank* on Monday", "speaker": "the islanders"}
        said = answer_texts(await submit(desk, await facts(desk, "add"), **values))
        assert said == [
            "**Nothing was changed.** What to fix:",
            f"**Quoted words:** “the ferry \\*sank\\* on Monday” {ALTERED}{LEFT}",
            "**Question**\n```\nWhen was the ferry built?\n```",
            "**Answer**\n```\nThe article says only that it is new.\n```",
            "**Quoted words**\n```\nthe ferry *sank* on Monday\n```",
            "**Speaker**\n```\nthe islanders\n```",
            "**Other phrasings**\n```\nhow old is the ferry\nwhen did they build it\n```",
        ]
        assert desk.file.read_bytes() == before
        assert desk.server.bot.edition is edition
        assert not any(what.startswith("/facts add") for what in desk.history())

    async def test_try_again_opens_the_form_with_what_was_typed(
        self, desk: Desk, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        """After a restart, too; and what then passes is taken."""
        values = NEW | {"quoted": "sank ``` `here`", "phrasings": "one\n\ntwo"}
        refused = await submit(desk, await facts(desk, "add"), **values)
        await desk.server.env.restart_bot(new_bot())
        again = await desk.server.admin.click(refused.response.message, label="Try again")
        assert filled(again) == values
        (taken,) = (await submit(desk, again, quoted="left the mainland")).followups
        assert texts(taken.message)[0] == "Added “When was the ferry built?”"

    async def test_what_was_typed_is_shown_without_live_mentions(self, desk: Desk) -> None:
        mention = f"<@{desk.server.alice.id}>"
        values = NEW | {"quoted": f"```\n{mention} @everyone"}
        await submit(desk, await facts(desk, "add"), **values)
        sent = desk.server.requests("POST", "/webhooks/")
        assert all(message["allowed_mentions"]["parse"] == [] for message in sent)
        (refusal,) = sent
        boxes = [t for t in contents(refusal) if t.startswith("**Quoted words**")]
        assert boxes[0].count("```") == 2
        assert not any(mention in text for text in contents(refusal) if text not in boxes)

    async def test_an_answer_that_says_more_than_it_quotes(self, desk: Desk) -> None:
        values = NEW | {"answer": "It was built in 1999."}
        said = answer_texts(await submit(desk, await facts(desk, "add"), **values))
        assert said[1].startswith("the answer says “1999”, but no sentence that it quotes does.")

    async def test_quoted_words_of_spaces_alone(self, desk: Desk) -> None:
        said = answer_texts(
            await submit(desk, await facts(desk, "add"), **(NEW | {"quoted": "  \n "}))
        )
        assert said[1].startswith("**Quoted words:** is empty.")

    async def test_a_question_that_is_there_already(self, desk: Desk) -> None:
        said = answer_texts(
            await submit(desk, await facts(desk, "add"), **(NEW | {"question": QUESTION}))
        )
        assert said[1].startswith(f"**Question:** “{QUESTION}” already asks")

    async def test_a_fault_elsewhere_in_the_knowledge_undoes_the_edit(self, desk: Desk) -> None:
        before, edition = desk.file.read_bytes(), desk.server.bot.edition
        desk.file.with_name("summary.md").write_text("## Haiku\n", "utf-8")
        said = answer_texts(await submit(desk, await facts(desk, "add"), **NEW))
        assert any(text.startswith("ferry/summary.md:1: “Haiku”") for text in said)
        assert desk.file.read_bytes() == before
        assert desk.server.bot.edition is edition

    async def test_a_member_is_refused_whatever_discord_was_told(self, desk: Desk) -> None:
        for name, options in {
            "add": {},
            "edit": {"fact": QUESTION},
            "show": {"fact": QUESTION},
            "find": {"text": "ferry"},
            "misses": {},
            "history": {},
        }.items():
            result = await facts(desk, name, desk.server.alice, **options)
            assert result.modal is None
            (refusal,) = answer_texts(result)
            assert refusal.startswith("You need the permission Manage Server for this, or the role")
        assert len(desk.server.env.errors) == 6

    async def test_a_editor_who_loses_the_role_meanwhile(self, desk: Desk) -> None:
        """The form is not taken, and what was typed comes back anyway."""
        before = desk.file.read_bytes()
        shown = await facts(desk, "add", desk.editor)
        await desk.server.admin.slash(desk.server.channel, "settings editors")
        result = await submit(desk, shown, desk.editor, **NEW)
        refusal, *typed = answer_texts(result)
        assert refusal.startswith("You need the permission Manage Server")
        assert typed[0] == "**Question**\n```\nWhen was the ferry built?\n```"
        again = await desk.editor.click(result.followups[-1].message, label="Try again")
        assert again.modal is None
        assert answer_texts(again)[0] == refusal
        assert desk.file.read_bytes() == before
        assert len(desk.server.env.errors) == 1


class TestEditing:
    async def test_the_form_holds_the_fact(self, desk: Desk) -> None:
        shown = await facts(desk, "edit", fact=QUESTION)
        assert filled(shown) == {
            "question": QUESTION,
            "answer": ANSWER[0],
            "quoted": "They want a second one by May",
            "speaker": "the islanders",
            "phrasings": "second ferry by may\nwhat do they want",
        }

    async def test_only_what_differs_is_written(self, desk: Desk) -> None:
        before = desk.file.read_text("utf-8")
        shown = await facts(desk, "edit", desk.editor, fact=QUESTION)
        result = await submit(desk, shown, desk.editor, answer="A second ferry.")
        assert answer_texts(result)[0] == f"Edited “{QUESTION}”"
        assert desk.file.read_text("utf-8") == before.replace(ANSWER[0], "A second ferry.")
        assert await desk.answer_to(QUESTION) == "A second ferry."
        assert desk.history()[0] == (
            f"/facts edit “{QUESTION}”: "
            "− The islanders want a second ferry by May. · + A second ferry."
        )

    async def test_comments_stay(self, desk: Desk) -> None:
        text = desk.file.read_text("utf-8")
        noted = text.replace(f"{ANSWER[0]}\n", f"{ANSWER[0]}\n\n<!-- check in May -->\n")
        desk.file.write_text(noted, "utf-8")
        await submit(desk, await facts(desk, "edit", fact=QUESTION), phrasings="what do they want")
        assert desk.file.read_text("utf-8") == noted.replace("- second ferry by may\n", "")

    async def test_windows_line_ends_stay(self, desk: Desk) -> None:
        before = desk.file.read_bytes().replace(b"\n", b"\r\n")
        desk.file.write_bytes(before)
        await submit(desk, await facts(desk, "edit", fact=QUESTION), answer="A second ferry.")
        assert desk.file.read_bytes() == before.replace(ANSWER[0].encode(), b"A second ferry.")

    async def test_the_links_of_other_facts_follow_a_new_question(self, desk: Desk) -> None:
        shown = await facts(desk, "edit", fact="What do the islanders say about the ferry?")
        await submit(desk, shown, question="What do islanders say?")
        text = desk.file.read_text("utf-8")
        assert "Disputed by: [What do islanders say?](#what-do-islanders-say)" in text

    async def test_the_same_again_changes_nothing(self, desk: Desk) -> None:
        before = desk.file.read_bytes()
        said = answer_texts(await submit(desk, await facts(desk, "edit", fact=QUESTION)))
        assert said == ["That is what it says already, so nothing was changed."]
        assert desk.file.read_bytes() == before
        assert not any(what.startswith("/facts edit") for what in desk.history())

    async def test_what_somebody_else_changed_meanwhile_is_not_undone(self, desk: Desk) -> None:
        first = await facts(desk, "edit", fact=QUESTION)
        second = await facts(desk, "edit", desk.editor, fact=QUESTION)
        await submit(desk, first, answer="A second ferry.")
        said = answer_texts(await submit(desk, second, desk.editor, answer="Another ferry."))
        assert said[1].startswith("Somebody else changed this fact while you wrote")
        assert await desk.answer_to(QUESTION) == "A second ferry."

    async def test_try_again_for_a_fact_that_is_gone(self, desk: Desk) -> None:
        refused = await submit(desk, await facts(desk, "edit", fact=QUESTION), quoted="sank")
        await submit(desk, await facts(desk, "edit", fact=QUESTION), question="What is wanted?")
        again = await desk.server.admin.click(refused.response.message, label="Try again")
        assert answer_texts(again)[0].startswith("There is no such fact or open question")

    async def test_the_list_offers_facts_and_its_choices_are_understood(self, desk: Desk) -> None:
        choices = await desk.server.admin.autocomplete(
            desk.server.channel, "facts edit", "fact", "islanders want"
        )
        assert choices[0]["name"] == QUESTION
        shown = await facts(desk, "edit", fact=choices[0]["value"])
        assert filled(shown)["question"] == QUESTION

    @pytest.mark.parametrize("fact", ["no such question", "fact:0123456789", "fact:zz"])
    async def test_a_fact_that_there_is_not(self, desk: Desk, fact: str) -> None:
        result = await facts(desk, "edit", fact=fact)
        assert answer_texts(result)[0].startswith("There is no such fact or open question")
        assert len(desk.server.env.errors) == 1

    async def test_a_fact_longer_than_a_form_holds_names_its_file(self, desk: Desk) -> None:
        text = desk.file.read_text("utf-8")
        many = "".join(f"- what is wanted by the people of island number {n}\n" for n in range(50))
        desk.file.write_text(text.replace("- what do they want\n", many), "utf-8")
        result = await facts(desk, "edit", fact=QUESTION)
        assert answer_texts(result)[0].startswith("This fact is longer than a form holds.")
        assert len(desk.server.env.errors) == 1


class TestReadOnly:
    @pytest.fixture
    def desk(self, desk: Desk) -> Desk:
        desk.make_read_only()
        return desk

    async def test_the_edit_is_handed_out_as_a_patch_and_not_applied(self, desk: Desk) -> None:
        before, edition = desk.file.read_bytes(), desk.server.bot.edition
        result = await submit(desk, await facts(desk, "add"), **NEW)
        (said,) = answer_texts(result)
        assert said.startswith("I can't write to my folder, so nothing was changed")
        assert desk.file.read_bytes() == before
        assert desk.server.bot.edition is edition
        assert not any(what.startswith("/facts add") for what in desk.history())

    async def test_the_patch_applies_with_git_and_is_the_edit(self, desk: Desk) -> None:
        result = await submit(desk, await facts(desk, "add"), **NEW)
        (attachment,) = result.response.attachments
        assert attachment.filename == "facts.patch"
        patch = await attachment.read()
        folder = desk.file.parent.parent
        command = ["git", "apply", "-"]
        await asyncio.to_thread(subprocess.run, command, input=patch, cwd=folder, check=True)
        assert WRITTEN in desk.file.read_text("utf-8")
        edition = publish(folder, desk.server.bot.settings.data / "elsewhere")
        assert NEW["question"] in [fact.question for fact in edition.knowledge.facts]


class TestReading:
    async def test_show_tells_everything_about_a_fact(self, desk: Desk) -> None:
        result = await facts(desk, "show", fact="How many passengers does the ferry carry?")
        fact, citation, *rest = answer_texts(result)
        assert fact.splitlines() == [
            "### How many passengers does the ferry carry?",
            "According to the harbour master it carries 120 passengers.",
        ]
        assert citation.startswith("> **[1]** The harbour master said it carries 120 passengers.\n")
        assert rest == [
            "**Disputed by**\n- What do the islanders say about the ferry?",
            "**Other phrasings**\n- ferry capacity\n- how many people fit on the ferry",
            "-# ferry/facts.md:15",
            "👍 0 · 👎 0",
        ]

    async def test_show_tells_the_votes_and_what_was_wrong(self, desk: Desk) -> None:
        await desk.server.alice.send(desk.server.channel, f"{desk.server.mention} {QUESTION}")
        answer = desk.server.channel.last_message
        shown = await desk.server.alice.click(answer, label="👎")
        (reason,) = filled(shown)
        await desk.server.alice.submit_modal(shown, {reason: "They want *two*"})
        said = answer_texts(await facts(desk, "show", fact=QUESTION))
        assert said[-2:] == ["👍 0 · 👎 1", "**What was wrong with it**\n- They want \\*two\\*"]

    async def test_find_looks_in_questions_answers_and_phrasings(self, desk: Desk) -> None:
        said = answer_texts(await facts(desk, "find", desk.editor, text="capacity"))
        assert [text.splitlines()[0] for text in said] == [
            "**How many passengers does the ferry carry?**"
        ]

    async def test_find_says_if_there_is_nothing(self, desk: Desk) -> None:
        (said,) = answer_texts(await facts(desk, "find", text="zebra"))
        assert said.startswith("No question has")

    async def test_the_audit_list_is_newest_first_and_turns_its_pages(self, desk: Desk) -> None:
        for n in range(12):
            await desk.server.admin.slash(desk.server.channel, "settings plain", enabled=n % 2 == 0)
        result = await facts(desk, "audit", desk.editor)
        said = answer_texts(result)
        assert len(said) == 10
        assert said[0].endswith("/settings plain enabled:False")
        assert f"<@{desk.server.admin.id}>" in said[0]
        await desk.editor.click(result.response.message, label="Next")
        shown = texts(result.response.message)
        assert len(shown) == 3
        assert "/settings editors" in shown[-1]
        await desk.editor.click(result.response.message, label="Previous")
        assert texts(result.response.message) == said

    async def test_the_audit_list_is_for_editors_at_each_click(self, desk: Desk) -> None:
        for _ in range(12):
            await desk.server.admin.slash(desk.server.channel, "settings plain", enabled=True)
        result = await facts(desk, "audit", desk.editor)
        await desk.server.admin.slash(desk.server.channel, "settings editors")
        clicked = await desk.editor.click(result.response.message, label="Next")
        assert answer_texts(clicked)[0].startswith("You need the permission Manage Server")


@given(
    st.fixed_dictionaries(
        {
            name: st.text(st.sampled_from("a`*_\n <@1>[]()"), max_size=limit)
            | st.just("`" * limit)
            | st.just("x" * limit)
            for name, limit in FIELDS.items()
        }
    )
)
def test_whatever_was_typed_comes_back_to_the_letter(typed: dict[str, str]) -> None:
    """And no message grows beyond what Discord takes."""
    article = load_article(SMALL_KNOWLEDGE / "ferry")
    view = refusal(Task(article), typed, ["Refused:", "why. " * 50], wordings()["en"])
    assert typed_in(view) == {name: text for name, text in typed.items() if text}
    assert view.content_length() <= TEXT_LIMIT


def contents(message: dict[str, Any]) -> list[str]:
    """The texts of a message as it was sent."""
    return [
        item["content"]
        for box in message["components"]
        for item in box.get("components", [])
        if "content" in item
    ]
