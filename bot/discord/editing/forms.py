"""The form to add or edit a fact; what was typed comes back whole when it is refused."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from discord import SelectOption, TextStyle, ui

from bot.discord.client import FootnoteClient, Interaction, wording_of
from bot.discord.editing.edits import Outcome, make_edit, refusal_lines, tell_outcome
from bot.discord.editing.form_text import (
    FIELDS,
    Typed,
    draft_of,
    speakers_of,
    text_box,
    typed_in,
    typed_of,
)
from bot.discord.editing.rights import EditorButton, EditorForm, check_change
from bot.discord.errors import GoneError, tell_failure, whisper_view
from bot.discord.feature import Feature
from bot.discord.ui.choices import CHOICES, article_key
from bot.discord.views import TEXT_LIMIT, layout, within_limits
from bot.editing.edits import FactDraft, add_fact, edit_entry, read_draft
from bot.editing.prepared import current_draft
from bot.editing.refusals import EditError, Problem
from bot.errors import FootnoteError, KnowledgeError
from bot.knowledge.article import Article
from bot.knowledge.facts import (
    Fact,
    OpenQuestion,
    article_slug,
    fact_key,
    question_slug,
)
from bot.knowledge.quotation import ARTICLE_SPEAKER
from bot.publishing.edition import Edition
from bot.wording import Wording

_ON_ONE_LINE = {"question"}
_OPTIONAL = {"phrasings"}
_OF_FACTS = {"quoted", "speaker"}


@dataclass(frozen=True)
class Task:
    """What a form is for: to add a fact to an article or, with `base`, to edit an entry of it.

    `base` is the fact or open question as its file had it when the form was opened.
    """

    article: Article
    base: FactDraft | None = None

    @property
    def key(self) -> str:
        """Ten hex digits for a custom id, from which `task_with_key` makes the task again."""
        if self.base is None:
            return article_key(self.article)
        return fact_key(f"{self.article.slug}#{question_slug(self.base.question)}")

    @property
    def fields(self) -> Mapping[str, int]:
        """The fields of the form, and the most characters of each."""
        quotes = self.base is None or self.base.quotations
        return {n: limit for n, limit in FIELDS.items() if quotes or n not in _OF_FACTS}

    @property
    def title(self) -> str:
        """The key of the form's title."""
        if self.base is None:
            return "form.add"
        return "form.edit" if self.base.quotations else "form.edit_open"

    @property
    def command(self) -> str:
        """The command that it came from, for the audit list."""
        return f"/facts edit “{self.base.question}”" if self.base else "/facts add"

    def edit(self, source: str, typed: Typed) -> str:
        """The text of the fact file with what was typed. Raises EditError, KnowledgeError."""
        draft = draft_of(typed, self.article, self.base)
        if self.base is None:
            return add_fact(source, self.article, draft)
        slug = question_slug(self.base.question)
        if read_draft(source, slug) != self.base:
            message = "Somebody else changed this fact while you wrote. Look at it, then try again."
            raise EditError(Problem("", message))
        return edit_entry(source, self.article, slug, draft)


def article_of(edition: Edition, entry: Fact | OpenQuestion) -> Article:
    """The article of a fact or open question."""
    return edition.library.article(article_slug(entry.id))


async def edit_task(bot: FootnoteClient, entry: Fact | OpenQuestion) -> Task:
    """The task to edit an entry. Raises KnowledgeError if its file has it no more."""
    article = article_of(bot.edition, entry)
    return Task(article, await asyncio.to_thread(current_draft, bot.settings.knowledge, entry))


async def task_with_key(bot: FootnoteClient, key: str, wording: Wording) -> Task:
    """The task that a button carries. Raises GoneError, KnowledgeError."""
    for article in bot.edition.knowledge.articles:
        if article_key(article) == key:
            return Task(article)
    entry = bot.edition.entries_by_key.get(key)
    if entry is None:
        raise GoneError(wording("editing.fact_gone"))
    return await edit_task(bot, entry)


async def open_form(interaction: Interaction, task: Task, typed: Typed | None = None) -> None:
    """Show the form, filled with what was typed before or with the fact that is to be edited.

    Raises FootnoteError if the fact is longer than a form holds.
    """
    await check_change(interaction)
    wording = wording_of(interaction)
    filled = typed or typed_of(task.base)
    if any(len(filled.get(name, "")) > limit for name, limit in task.fields.items()):
        raise FootnoteError(wording("form.too_long"))
    await interaction.response.send_modal(FactForm(task, filled, wording))


class FactForm(EditorForm):
    """The fields of a fact."""

    def __init__(self, task: Task, typed: Typed, wording: Wording) -> None:
        super().__init__(wording(task.title))
        self._task = task
        self._inputs: dict[str, ui.TextInput[Any] | ui.Select[Any]] = {
            name: _speaker_menu(task.article, typed.get(name), wording)
            if name == "speaker"
            else _text_input(name, limit, typed.get(name))
            for name, limit in task.fields.items()
        }
        for name, field in self._inputs.items():
            hint = wording(f"form.{name}_hint")
            self.add_item(ui.Label(text=wording(f"form.{name}"), description=hint, component=field))

    @property
    def _typed(self) -> Typed:
        return {
            name: field.value if isinstance(field, ui.TextInput) else "".join(field.values)
            for name, field in self._inputs.items()
        }

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Take the fact, or say what is wrong with it and give back what was typed."""
        # A form that a button opened leaves the button's message as it is.
        await interaction.response.defer(ephemeral=True, thinking=interaction.message is None)
        task, typed = self._task, self._typed
        try:
            outcome = await make_edit(
                interaction, task.article, lambda source, _: task.edit(source, typed), task.command
            )
        except (EditError, KnowledgeError) as error:
            lines = refusal_lines(interaction, error)
            await whisper_view(interaction, refusal(task, typed, lines, wording_of(interaction)))
            return
        await self.taken(interaction, outcome)

    async def taken(self, interaction: Interaction, outcome: Outcome) -> None:
        """Show what became of it."""
        await tell_outcome(interaction, outcome, _edit_buttons(outcome, wording_of(interaction)))

    async def on_error(  # type: ignore[override]
        self, interaction: Interaction, error: Exception, /
    ) -> None:
        """Tell what failed, and give back what was typed."""
        await tell_failure(interaction, error)
        wording = wording_of(interaction)
        await whisper_view(interaction, refusal(self._task, self._typed, [], wording))


def _text_input(name: str, limit: int, default: str | None) -> ui.TextInput[Any]:
    return ui.TextInput(
        custom_id=name,
        style=TextStyle.short if name in _ON_ONE_LINE else TextStyle.paragraph,
        default=default,
        required=name not in _OPTIONAL,
        max_length=limit,
    )


def _speaker_menu(article: Article, chosen: str | None, wording: Wording) -> ui.Select[Any]:
    known = speakers_of(article)
    default = chosen if chosen in known else ARTICLE_SPEAKER
    # Whoever has no room in the menu can still be named behind a dash.
    names = sorted(known, key=lambda name: name not in {ARTICLE_SPEAKER, default})[:CHOICES]
    labels = {ARTICLE_SPEAKER: wording("reply.the_article")}
    options = [
        SelectOption(label=labels.get(name, name), value=name, default=name == default)
        for name in names
    ]
    return ui.Select(custom_id="speaker", options=options)


def _edit_buttons(outcome: Outcome, wording: Wording) -> list[EditorButton]:
    """The button to edit once more what an edit added or changed."""
    if outcome.entry is None:
        return []
    return [EditAgain(wording("button.edit"), f"v1:edit:{fact_key(outcome.entry.id)}")]


class EditAgain(EditorButton, template=r"v1:edit:[0-9a-f]{10}"):
    """Opens the form to edit a fact or open question; carries its key."""

    async def act(self, interaction: Interaction) -> None:
        """Open the form; what it edits may be gone."""
        wording = wording_of(interaction)
        await open_form(
            interaction, await task_with_key(interaction.client, self.parts[0], wording)
        )


class TryAgain(EditorButton, template=r"v1:again:[0-9a-f]{10}"):
    """Opens the form again, with what was typed as it is in the message."""

    async def act(self, interaction: Interaction) -> None:
        """Open the form; what it adds or edits may be gone."""
        wording = wording_of(interaction)
        task = await task_with_key(interaction.client, self.parts[0], wording)
        assert interaction.message, "a button is under a message"
        refused = ui.LayoutView.from_message(interaction.message)
        await open_form(interaction, task, typed_in(refused))


def refusal(task: Task, typed: Typed, lines: Sequence[str], wording: Wording) -> ui.LayoutView:
    """Why it was refused, and what was typed, each field in a box to copy it from."""
    boxes = [text_box(wording(f"form.{name}"), text) for name, text in typed.items() if text]
    button = TryAgain(wording("button.again"), f"v1:again:{task.key}")
    # What was typed comes back whole, however much there is to say about it.
    room = TEXT_LIMIT - sum(map(len, boxes)) - len(wording("reply.more", count=TEXT_LIMIT))
    reasons = within_limits(lines, wording, room)
    return layout([*reasons, *boxes], wording, [ui.ActionRow[Any](button)])


FEATURE = Feature(buttons=(TryAgain, EditAgain))
