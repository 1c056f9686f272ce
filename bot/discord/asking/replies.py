"""What an answer looks like in Discord, and the buttons that choose and share one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import discord
from discord import ui
from discord.utils import escape_markdown

from bot.discord.asking.answer_buttons import answer_buttons
from bot.discord.asking.next_steps import next_steps, starters
from bot.discord.asking.posted import keep_posted, place_of
from bot.discord.client import Interaction, wording_of
from bot.discord.errors import whisper
from bot.discord.feature import Feature
from bot.discord.pace import is_too_fast, tell_to_wait, wait_of_channel
from bot.discord.ui.lasting import LastingButton
from bot.discord.views import attribution, citation_text, layout, lead_text, plain_text
from bot.knowledge.facts import Citation, fact_key
from bot.knowledge.loading import Knowledge
from bot.publishing.edition import Edition
from bot.routing.library import Library
from bot.routing.reply import Refusal, Reply, Suggestion
from bot.wording import Wording

UNCHECKED = discord.Colour(0xF0A020)
"""The edge of what no editor has checked: amber."""

_TITLES = 5
"""Articles that are named when nothing is asked."""


@dataclass(frozen=True)
class Look:
    """How a reply looks where it is shown.

    `plain` is text without layout. `headed` puts the fact's own question above the answer, if the
    asker's does not stand there. `has_editors` offers to tell them what is missing. `scope` are
    the slugs of the articles that answer there; None stands for all.
    """

    wording: Wording
    plain: bool = False
    headed: bool = False
    has_editors: bool = True
    scope: Collection[str] | None = None


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
    `correction` is a line above all, if it takes the place of another one.
    """
    wording, plain = look.wording, look.plain
    if reply.refusal is Refusal.NOTHING_ASKED:
        reply = replace(reply, suggestions=starters(_parts(edition, look)))
    buttons = [
        *answer_buttons(reply, edition.version, wording),
        *next_steps(reply, wording, has_editors=look.has_editors),
        *more,
    ]
    rows = [row for row in (choice_buttons(reply.suggestions), buttons) if row]
    texts = [strong(correction, plain=plain)] if correction else []
    texts += [*_heading(reply, edition, look), *_reply_texts(reply, edition.library, look)]
    texts += [_small(note, plain=plain) for note in notes]
    if plain:
        return _plain_message(texts, rows, wording)
    edge = UNCHECKED if reply.status == "nearest" else None
    action_rows: list[ui.ActionRow[Any]] = [ui.ActionRow(*row) for row in rows]
    return {"view": layout(texts, wording, action_rows, edge)}


def _parts(edition: Edition, look: Look) -> list[Knowledge]:
    """The articles that answer where a reply is shown."""
    parts = edition.knowledge.parts
    return [part for part in parts if look.scope is None or part.article.slug in look.scope]


def _heading(reply: Reply, edition: Edition, look: Look) -> list[str]:
    """The questions that are answered, or the articles that wait to be asked."""
    lines = []
    if reply.refusal is Refusal.NOTHING_ASKED:
        for part in _parts(edition, look)[:_TITLES]:
            lines.append(strong(escape_markdown(part.article.title), plain=look.plain))
            lines += [escape_markdown(part.article.publisher)] if part.article.publisher else []
    elif look.headed:
        questions = (edition.library.facts[fact].question for fact in reply.facts)
        lines = [strong(escape_markdown(question), plain=look.plain) for question in questions]
    return ["\n".join(lines)] if lines else []


def strong(line: str, *, plain: bool) -> str:
    """A line that a reader must not miss: bold, but in plain text."""
    return line if plain else f"**{line}**"


def _small(line: str, *, plain: bool) -> str:
    return line if plain else f"-# {line}"


def _plain_message(
    texts: Sequence[str], rows: Sequence[Sequence[LastingButton]], wording: Wording
) -> dict[str, Any]:
    view = ui.View(timeout=None)
    for number, row in enumerate(rows):
        for button in row:
            button.row = number
            view.add_item(button)
    return {"content": plain_text(texts, wording), "view": view}


def _reply_texts(reply: Reply, library: Library, look: Look) -> list[str]:
    """An answer with its numbered sentences, or a choice of questions, or a refusal."""
    wording, plain = look.wording, look.plain
    texts = [lead_text(reply, wording), *_cited(reply.citations, library, wording, plain=plain)]
    if reply.refusal is Refusal.OPEN and look.has_editors:
        texts.append(_small(wording("tell.known"), plain=plain))
    if reply.suggestions:
        lead = _small(wording("reply.near_by"), plain=plain)
        questions = numbered([suggestion.text for suggestion in reply.suggestions])
        texts.append(questions if reply.status == "suggested" else f"{lead}\n{questions}")
    return texts


def numbered(questions: Sequence[str]) -> str:
    """A numbered list of questions, for buttons with the numbers."""
    return "\n".join(f"{n}. {escape_markdown(q)}" for n, q in enumerate(questions, start=1))


def choice_buttons(suggestions: Sequence[Suggestion]) -> list[LastingButton]:
    """A button with its number for each suggestion: a phone would cut the question itself."""
    return [
        ChooseButton(str(number), f"v1:choose:{fact_key(suggestion.fact)}")
        for number, suggestion in enumerate(suggestions, start=1)
    ]


def _cited(
    citations: Sequence[Citation], library: Library, wording: Wording, *, plain: bool
) -> list[str]:
    """The citations, under labels if two sides of one dispute stand against each other."""
    labels = _labels(citations, library, wording)
    cite = _plain_citation if plain else citation_text
    texts, before = [], ""
    for number, (citation, label) in enumerate(zip(citations, labels, strict=True), start=1):
        text = cite(number, citation, library, wording)
        if label and label != before:
            text = f"{strong(label, plain=plain)}\n{text}"
        texts.append(text)
        before = label
    return texts


def _labels(citations: Sequence[Citation], library: Library, wording: Wording) -> list[str]:
    """Which side of a dispute each citation is on; "" for what the article says itself."""
    on = [_side(citation, library) for citation in citations]
    sides = {c.disputes: side for c, side in zip(citations, on, strict=True) if side}
    if len(sides) < 2 or sides[True] == sides[False]:
        return [""] * len(citations)
    keys = ["answer.other_side" if c.disputes else "answer.one_side" for c in citations]
    return [
        escape_markdown(wording(key, name=side)) if side else ""
        for key, side in zip(keys, on, strict=True)
    ]


def _side(citation: Citation, library: Library) -> str:
    if citation.speaker is None:
        return ""
    sides = library.article(citation.sentence.article).sides
    return sides.get(citation.speaker) or citation.speaker


def _plain_citation(number: int, citation: Citation, library: Library, wording: Wording) -> str:
    sentence = escape_markdown(citation.sentence.text)
    return f"[{number}] {sentence}\n{attribution(citation, library, wording, linked=False)}"


def cut_note(reply: Reply, wording: Wording) -> list[str]:
    """The note that more was asked than is answered, if it was."""
    return [wording("answer.cut")] if reply.cut else []


class ChooseButton(LastingButton, template=r"v1:choose:[0-9a-f]{10}"):
    """Answers a suggested question, for whoever clicked alone; carries the fact's key."""

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
    sent = await interaction.response.send_message(
        **message, ephemeral=ephemeral, suppress_embeds=True
    )
    if not ephemeral:
        await keep_posted(bot, place_of(interaction, sent), reply, edition, plain=plain)


FEATURE = Feature(buttons=(ChooseButton, ShareButton))
