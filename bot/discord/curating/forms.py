"""The form to add or edit a fact; what was typed comes back whole when it is refused."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from discord import TextStyle, ui

from bot.discord.client import FootnoteClient, Interaction, wording_of
from bot.discord.curating.edits import make_edit, tell_outcome
from bot.discord.curating.rights import EditorButton, EditorForm, check_change
from bot.discord.errors import GoneError, fault_lines, tell_failure, whisper_view
from bot.discord.feature import Feature
from bot.discord.ui.choices import article_key
from bot.discord.views import layout
from bot.editing.edits import FILE, FactDraft, add_fact, edit_entry, read_draft
from bot.editing.prepared import current_draft
from bot.errors import Fault, FootnoteError, KnowledgeError
from bot.knowledge.article import Article
from bot.knowledge.facts import (
    ANSWER_LIMIT,
    QUESTION_LIMIT,
    Fact,
    Unsaid,
    fact_key,
    question_slug,
)
from bot.language.text import squeeze
from bot.publishing.edition import Edition
from bot.wording import Wording, wordings

Typed: TypeAlias = Mapping[str, str]
"""What stands in the form, by the names of its fields."""

FIELDS = {"question": QUESTION_LIMIT, "answer": ANSWER_LIMIT}
FIELDS |= {"quoted": 900, "speaker": 150, "phrasings": 2000}
"""The most characters of each field. Together they fit into one message, with room for faults."""

_ON_ONE_LINE = {"question"}
_OPTIONAL = {"speaker", "phrasings"}
_OF_FACTS = {"quoted", "speaker"}
_BOX = re.compile(r"\*\*(.+)\*\*\n```\n(.*)\n```", re.DOTALL)
_FENCE = "```"
# As long as the pair, so that a full form goes back into one message.
_PAIR, _PARTED = "``", "`\N{MODIFIER LETTER GRAVE ACCENT}"


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
        """The text of the fact file with what was typed. Raises KnowledgeError."""
        draft = _draft(typed, self.base)
        if self.base is None:
            return add_fact(source, self.article, draft)
        slug = question_slug(self.base.question)
        if read_draft(source, slug) != self.base:
            message = "somebody else changed this fact while you wrote. Look at it, then try again."
            raise KnowledgeError([Fault(FILE, 0, message)])
        return edit_entry(source, self.article, slug, draft)


def article_of(edition: Edition, entry: Fact | Unsaid) -> Article:
    """The article of a fact or open question."""
    return edition.library.article(entry.id.partition("#")[0])


async def edit_task(bot: FootnoteClient, entry: Fact | Unsaid) -> Task:
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

    Raises FootnoteError where the fact is longer than a form holds.
    """
    await check_change(interaction)
    wording = wording_of(interaction)
    filled = typed or _typed(task.base)
    if any(len(filled.get(name, "")) > limit for name, limit in FIELDS.items()):
        raise FootnoteError(wording("form.too_long"))
    await interaction.response.send_modal(FactForm(task, filled, wording))


class FactForm(EditorForm):
    """The fields of a fact."""

    def __init__(self, task: Task, typed: Typed, wording: Wording) -> None:
        super().__init__(wording(task.title))
        self._task = task
        self._inputs: dict[str, ui.TextInput[Any]] = {
            name: ui.TextInput(
                custom_id=name,
                style=TextStyle.short if name in _ON_ONE_LINE else TextStyle.paragraph,
                default=typed.get(name),
                required=name not in _OPTIONAL,
                max_length=limit,
            )
            for name, limit in task.fields.items()
        }
        for name, field in self._inputs.items():
            hint = wording(f"form.{name}_hint")
            self.add_item(ui.Label(text=wording(f"form.{name}"), description=hint, component=field))

    @property
    def _typed(self) -> Typed:
        return {name: field.value for name, field in self._inputs.items()}

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Take the fact, or say what is wrong with it and give back what was typed."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        task, typed = self._task, self._typed
        try:
            outcome = await make_edit(
                interaction, task.article, lambda source, _: task.edit(source, typed), task.command
            )
        except KnowledgeError as error:
            wording = wording_of(interaction)
            lines = fault_lines(error, interaction.client.settings.knowledge, wording)
            await whisper_view(interaction, refusal(task, typed, lines, wording))
            return
        await tell_outcome(interaction, outcome)

    async def on_error(  # type: ignore[override]
        self, interaction: Interaction, error: Exception, /
    ) -> None:
        """Tell what failed, and give back what was typed."""
        await tell_failure(interaction, error)
        wording = wording_of(interaction)
        await whisper_view(interaction, refusal(self._task, self._typed, [], wording))


class TryAgain(EditorButton, template=r"v1:again:[0-9a-f]{10}"):
    """Opens the form again, with what was typed as it stands in the message."""

    async def act(self, interaction: Interaction) -> None:
        """Open the form; what it adds or edits may be gone."""
        wording = wording_of(interaction)
        task = await task_with_key(interaction.client, self.parts[0], wording)
        assert interaction.message, "a button stands under a message"
        refused = ui.LayoutView.from_message(interaction.message)
        await open_form(interaction, task, typed_in(refused))


def refusal(task: Task, typed: Typed, lines: Sequence[str], wording: Wording) -> ui.LayoutView:
    """What was typed, each field in a box to copy it from, and why it was refused."""
    boxes = [text_box(wording(f"form.{name}"), text) for name, text in typed.items() if text]
    button = TryAgain(wording("button.again"), f"v1:again:{task.key}")
    return layout([*boxes, *lines], wording, [ui.ActionRow[Any](button)])


def text_box(label: str, text: str) -> str:
    """Typed text as a block in which no markup or mention lives."""
    return f"**{label}**\n{_FENCE}\n{text.replace(_PAIR, _PARTED)}\n{_FENCE}"


def typed_in(refused: ui.LayoutView) -> Typed:
    """What was typed, from the boxes of a refusal in whatever language."""
    names = {w(f"form.{name}"): name for w in wordings().values() for name in FIELDS}
    shown = refused.walk_children()
    texts = (item.content for item in shown if isinstance(item, ui.TextDisplay))
    boxes = filter(None, map(_BOX.fullmatch, texts))
    return {names[box[1]]: box[2].replace(_PARTED, _PAIR) for box in boxes}


def _typed(draft: FactDraft | None) -> Typed:
    """A fact as it fills the form: a speaker stands once where all quotations are theirs."""
    if draft is None:
        return {}
    speakers = [speaker for _, speaker in draft.quotations]
    return {
        "question": draft.question,
        "answer": draft.answer,
        "quoted": "\n".join(quoted for quoted, _ in draft.quotations),
        "speaker": "\n".join(speakers[:1] if len(set(speakers)) == 1 else speakers),
        "phrasings": "\n".join(draft.phrasings),
    }


def _draft(typed: Typed, base: FactDraft | None) -> FactDraft:
    quoted, speakers = (_lines(typed.get(name, "")) for name in ("quoted", "speaker"))
    if len(speakers) < 2:
        speakers = (speakers or [""]) * len(quoted)
    if len(speakers) != len(quoted):
        message = (
            f"the quoted words have {len(quoted)} lines and the speakers {len(speakers)}; "
            "name one speaker for all, or one for each line."
        )
        raise KnowledgeError([Fault(FILE, 0, message)])
    return FactDraft(
        question=squeeze(typed["question"]),
        answer=squeeze(typed["answer"]),
        quotations=tuple(zip(quoted, speakers, strict=True)),
        phrasings=tuple(_lines(typed["phrasings"])),
        disputed_by=base.disputed_by if base else (),
    )


def _lines(text: str) -> list[str]:
    return [line for line in map(squeeze, text.splitlines()) if line]


FEATURE = Feature(buttons=(TryAgain,))
