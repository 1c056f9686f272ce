"""What an answer looks like in Discord, and the buttons that choose and share one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord
from discord import ui
from discord.utils import escape_markdown

from bot.discord.asking.answer_buttons import answer_buttons
from bot.discord.asking.next_steps import next_steps
from bot.discord.asking.posted import keep_posted, place_of
from bot.discord.client import Interaction, wording_of
from bot.discord.errors import whisper
from bot.discord.feature import Feature
from bot.discord.pace import is_too_fast, tell_to_wait, wait_of_channel
from bot.discord.ui.choices import READ_LIMIT
from bot.discord.ui.lasting import LastingButton
from bot.discord.views import QUIET, attribution, citation_text, layout, lead_text, plain_text
from bot.knowledge.facts import Citation, fact_key
from bot.publishing.edition import Edition
from bot.routing.reply import Refusal, Reply, Suggestion
from bot.wording import Wording

Sides: TypeAlias = Mapping[str, str]
"""The side that each speaker is on, "" for none."""

UNCHECKED = discord.Colour(0xF0A020)
"""The edge of what no editor has checked: amber."""


@dataclass(frozen=True)
class Look:
    """How a reply looks where it is shown.

    `plain` is text without layout. `headed` puts the fact's own question above the answer, if the
    asker's does not stand there. `heard` offers to tell the editors what is missing.
    """

    wording: Wording
    plain: bool = False
    headed: bool = False
    heard: bool = True


def reply_message(  # noqa: PLR0913 (what an answer depends on)
    reply: Reply,
    edition: Edition,
    look: Look,
    *,
    notes: Sequence[str] = (),
    more: Sequence[LastingButton] = (),
    correction: str = "",
) -> dict[str, Any]:
    """A reply with its buttons, as the arguments of any of discord.py's ways to send.

    `notes` are lines of small print under it; `more` are buttons beside those of every answer;
    `correction` is a line above all, where it takes the place of another one.
    """
    wording, plain = look.wording, look.plain
    buttons = [
        *answer_buttons(reply, edition.version, wording),
        *next_steps(reply, wording, heard=look.heard),
        *more,
    ]
    rows = [row for row in (choice_buttons(reply.suggestions), buttons) if row]
    sides = {name: side for a in edition.knowledge.articles for name, side in a.sides.items()}
    texts = [correction_text(correction, plain=plain)] if correction else []
    if look.headed and reply.facts:
        questions = (edition.library.facts[fact].question for fact in reply.facts)
        texts.append("\n".join(_strong(escape_markdown(q), plain=plain) for q in questions))
    texts += _reply_texts(reply, sides, wording, plain=plain)
    known = [wording("tell.known")] if look.heard and reply.refusal is Refusal.OPEN else []
    texts += [_small(note, plain=plain) for note in (*known, *notes)]
    if plain:
        shown = _plain_message(texts, rows, wording)
    else:
        edge = UNCHECKED if reply.status == "nearest" else None
        shown = _laid_out_message(texts, rows, wording, edge)
    return {**shown, "allowed_mentions": QUIET, "suppress_embeds": True}


def correction_text(line: str, *, plain: bool) -> str:
    """A line that a reader must not miss."""
    return _strong(line, plain=plain)


def _strong(line: str, *, plain: bool) -> str:
    return line if plain else f"**{line}**"


def _small(line: str, *, plain: bool) -> str:
    return line if plain else f"-# {line}"


def _laid_out_message(
    texts: Sequence[str],
    rows: Sequence[Sequence[LastingButton]],
    wording: Wording,
    edge: discord.Colour | None,
) -> dict[str, Any]:
    action_rows: list[ui.ActionRow[Any]] = [ui.ActionRow(*row) for row in rows]
    return {"view": layout(texts, wording, action_rows, edge)}


def _plain_message(
    texts: Sequence[str], rows: Sequence[Sequence[LastingButton]], wording: Wording
) -> dict[str, Any]:
    view = ui.View(timeout=None)
    for number, row in enumerate(rows):
        for button in row:
            button.row = number
            view.add_item(button)
    return {"content": plain_text(texts, wording), "view": view}


def _reply_texts(reply: Reply, sides: Sides, wording: Wording, *, plain: bool) -> list[str]:
    """An answer with its numbered sentences, or a choice of questions, or a refusal."""
    texts = [lead_text(reply, wording), *_cited(reply.citations, sides, wording, plain=plain)]
    if reply.suggestions:
        lead = _small(wording("reply.near_by"), plain=plain)
        questions = numbered([suggestion.text for suggestion in reply.suggestions])
        texts.append(questions if reply.status == "suggested" else f"{lead}\n{questions}")
    return texts


def numbered(questions: Sequence[str]) -> str:
    """A list of questions, for buttons that bear the numbers."""
    return "\n".join(f"{n}. {escape_markdown(q)}" for n, q in enumerate(questions, start=1))


def choice_buttons(suggestions: Sequence[Suggestion]) -> list[LastingButton]:
    """A button with its number for each suggestion: a phone would cut the question itself."""
    return [
        ChooseButton(str(number), f"v1:choose:{fact_key(suggestion.fact)}")
        for number, suggestion in enumerate(suggestions, start=1)
    ]


def _cited(
    citations: Sequence[Citation], sides: Sides, wording: Wording, *, plain: bool
) -> list[str]:
    """The citations; where they have more than one side, under a label for each."""
    labels = _labels(citations, sides, wording)
    cite = _plain_citation if plain else citation_text
    texts, before = [], None
    for number, (citation, label) in enumerate(zip(citations, labels, strict=True), start=1):
        text = cite(number, citation, wording)
        if label and label != before:
            text = f"{label}\n{text}" if plain else f"**{label}**\n{text}"
        texts.append(text)
        before = label
    return texts


def _labels(citations: Sequence[Citation], sides: Sides, wording: Wording) -> list[str]:
    """Which side each citation speaks for; nothing where there is but one."""
    named = [sides.get(citation.speaker or "", "") for citation in citations]
    disputed = any(citation.disputes for citation in citations)
    if not disputed and len(set(named) - {""}) < 2:
        return [""] * len(citations)
    labels = []
    for citation, side in zip(citations, named, strict=True):
        name = side or citation.speaker or wording("reply.the_article")
        key = "side" if not disputed else "other_side" if citation.disputes else "one_side"
        labels.append(escape_markdown(wording(f"answer.{key}", name=name)))
    return labels


def _plain_citation(number: int, citation: Citation, wording: Wording) -> str:
    sentence = escape_markdown(citation.sentence.text)
    return f"[{number}] {sentence}\n{escape_markdown(attribution(citation, wording))}"


def cut_note(text: str, wording: Wording) -> list[str]:
    """The note that a question was too long to be read whole, if it was."""
    return [wording("answer.cut", limit=READ_LIMIT)] if len(text) > READ_LIMIT else []


class ChooseButton(LastingButton, template=r"v1:choose:[0-9a-f]{10}"):
    """Answers a question that was suggested, to who clicked alone; carries the fact's key."""

    async def clicked(self, interaction: Interaction) -> None:
        """Answer, with a button that shows the answer to everybody."""
        await answer_alone(interaction, self.parts[0])


class ShareButton(LastingButton, template=r"v1:share:[0-9a-f]{10}"):
    """Posts an answer that only one member saw; carries the fact's key."""

    async def clicked(self, interaction: Interaction) -> None:
        """Post the answer, at the pace of questions: everybody sees it."""
        if await is_too_fast(interaction, interaction.client.askers):
            return
        if wait := wait_of_channel(interaction):
            await tell_to_wait(interaction, wait)
        else:
            await _answer_fact(interaction, self.parts[0], ephemeral=False)


async def answer_alone(interaction: Interaction, key: str) -> None:
    """Answer the question of a fact's key to one member, who may share it."""
    label = wording_of(interaction)("button.share")
    share = ShareButton(label, f"v1:share:{key}", discord.ButtonStyle.primary)
    await _answer_fact(interaction, key, ephemeral=True, more=[share])


async def _answer_fact(
    interaction: Interaction, key: str, *, ephemeral: bool, more: Sequence[LastingButton] = ()
) -> None:
    bot, wording = interaction.client, wording_of(interaction)
    edition = bot.edition
    fact = edition.facts_by_key.get(key)
    if fact is None:
        await whisper(interaction, wording("answer.gone"))
        return
    plain = (await bot.guild_settings(interaction.guild_id)).plain
    reply = edition.library.answer(fact.id)
    look = Look(wording, plain=plain, headed=True)
    message = reply_message(reply, edition, look, more=more)
    sent = await interaction.response.send_message(**message, ephemeral=ephemeral)
    if not ephemeral:
        await keep_posted(bot, place_of(interaction, sent), reply, edition, plain=plain)


FEATURE = Feature(buttons=(ChooseButton, ShareButton))
