"""The buttons under an answer: its context, what decided it, and votes."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import ui
from discord.utils import escape_markdown, utcnow

from bot.discord.client import Interaction, home_guild, is_editor, wording_of
from bot.discord.errors import whisper
from bot.discord.feature import Feature
from bot.discord.message_text import asked_in
from bot.discord.ui.form import Form
from bot.discord.ui.lasting import LastingButton
from bot.discord.ui.pages import show
from bot.discord.views import TEXT_LIMIT, layout, place_text
from bot.knowledge.article import Article, Sentence
from bot.knowledge.facts import fact_key, text_key
from bot.knowledge.loading import Collection
from bot.members.members import REASON_LIMIT, Vote
from bot.members.misses import NewMiss
from bot.publishing.edition import Edition
from bot.routing.reply import Reply, Why
from bot.wording import Wording


def answer_buttons(reply: Reply, version: str, wording: Wording) -> list[LastingButton]:
    """The buttons under a reply of an edition of `version`: votes only if it is an answer."""
    buttons: list[LastingButton] = []
    if reply.citations:
        keys = ".".join(text_key(c.sentence.text) for c in reply.citations)
        buttons.append(ContextButton(wording("button.context"), f"v1:context:{keys}"))
    if reply.fact is None:
        return buttons
    key, why = fact_key(reply.fact), reply.why
    return [
        *buttons,
        *([WhyButton(wording("button.why"), _why_id(reply, why, version))] if why else []),
        VoteButton("👍", f"v1:vote:up:{key}"),
        VoteButton("👎", f"v1:vote:down:{key}"),
    ]


class ContextButton(LastingButton, template=r"v1:context:[0-9a-f]{10}(\.[0-9a-f]{10}){0,2}"):
    """Shows the paragraphs around the cited sentences; carries their keys."""

    async def clicked(self, interaction: Interaction) -> None:
        """Show the paragraphs to whoever clicked, the cited sentences marked with their numbers."""
        wording = wording_of(interaction)
        knowledge = interaction.client.edition.knowledge
        keys = self.parts[0].split(".")
        known = {
            text_key(sentence.text): sentence
            for article in knowledge.articles
            for sentence in article.sentences
        }
        if not all(key in known for key in keys):
            await whisper(interaction, wording("answer.gone"))
            return
        cited = {known[key]: number for number, key in enumerate(keys, start=1)}
        texts = [text for a in knowledge.articles for text in _context(a, cited, wording)]
        await show(interaction, layout(texts, wording), ephemeral=True)


def _context(article: Article, cited: Mapping[Sentence, int], wording: Wording) -> list[str]:
    """The cited paragraphs of an article, and those around them if there is room."""
    numbers = {sentence.paragraph for sentence in cited if sentence.article == article.slug}
    if not numbers:
        return []
    around = {n + step for n in numbers for step in (-1, 0, 1)}
    title = f"### {escape_markdown(article.title)}"
    texts = [title, *_paragraphs(article, around, cited, wording)]
    if sum(map(len, texts)) > TEXT_LIMIT:
        texts = [title, *_paragraphs(article, numbers, cited, wording)]
    return texts


def _paragraphs(
    article: Article, numbers: Iterable[int], cited: Mapping[Sentence, int], wording: Wording
) -> Iterator[str]:
    """Each of the paragraphs under its place, its cited sentences marked with their numbers."""
    for number in sorted(numbers):
        sentences = article.paragraph(number)
        # The headline is above them all.
        if sentences and (number or not cited.keys().isdisjoint(sentences)):
            marked = " ".join(_marked(sentence, cited.get(sentence)) for sentence in sentences)
            yield f"-# {place_text(sentences[0], wording)}\n{marked}"


def _marked(sentence: Sentence, number: int | None) -> str:
    text = escape_markdown(sentence.text)
    return f"**[{number}] {text}**" if number else text


class WhyButton(LastingButton, template=r"v1:why:[0-9a-f]{12}(:[0-9a-f]{10}){2}(:\d{1,4}){4}"):
    """Says what decided an answer; carries the version, two questions' keys and four numbers."""

    async def clicked(self, interaction: Interaction) -> None:
        """Tell whoever clicked, as far as today's facts have the questions."""
        wording, edition = wording_of(interaction), interaction.client.edition
        lines = why_lines(self.parts, edition, wording, figures=await is_editor(interaction))
        await show(interaction, layout(["\n".join(lines)], wording), ephemeral=True)


def _why_id(reply: Reply, why: Why, version: str) -> str:
    numbers = (why.score, why.margin, reply.confidence, why.threshold)
    thousandths = ":".join(str(round(1000 * max(0.0, number))) for number in numbers)
    return f"v1:why:{version}:{text_key(why.phrasing)}:{text_key(why.runner_up)}:{thousandths}"


def why_lines(
    parts: Sequence[str], edition: Edition, wording: Wording, *, figures: bool
) -> list[str]:
    """What decided an answer, from the parts of a custom id; with figures for editors."""
    version, phrasing, runner_up, *thousandths = parts
    score, margin, confidence, threshold = (int(number) / 1000 for number in thousandths)
    asked = _asked_by_key(edition.knowledge, wording)
    unknown = wording("why.unknown")
    lines = [
        *([wording("why.changed")] if version != edition.version else []),
        wording("why.phrasing", question=asked.get(phrasing, unknown)),
        wording("why.runner_up", question=asked.get(runner_up, unknown)),
        wording(_how_sure(confidence, threshold)),
    ]
    if figures:
        numbers = {"score": score, "margin": margin, "confidence": confidence}
        lines.append(wording("why.figures", **numbers, threshold=threshold))
    return [*lines, wording("facts.version", version=version)]


def _how_sure(confidence: float, threshold: float) -> str:
    """The key of a word for where, between just enough and all, a confidence lies."""
    above = (confidence - threshold) / (1 - threshold)
    return "why.very" if above > 2 / 3 else "why.fairly" if above > 1 / 3 else "why.barely"


def _asked_by_key(knowledge: Collection, wording: Wording) -> dict[str, str]:
    return {
        text_key(text): wording("why.question", text=escape_markdown(text))
        for entry in knowledge.entries
        for text in (entry.question, *entry.phrasings)
    }


class VoteButton(LastingButton, template=r"v1:vote:(up|down):[0-9a-f]{10}"):
    """Keeps a vote on an answer; carries which way and the fact's key."""

    async def clicked(self, interaction: Interaction) -> None:
        """Keep the vote first, then thank, or ask what was wrong."""
        way, key = self.parts
        bot, wording = interaction.client, wording_of(interaction)
        fact = bot.edition.facts_by_key.get(key)
        if fact is None:
            await whisper(interaction, wording("answer.gone"))
            return
        guild = home_guild(interaction)
        vote = Vote(interaction.user.id, fact.id, way == "up", utcnow(), guild or 0)
        if vote.up:
            await asyncio.to_thread(bot.members.vote, vote)
            bot.metrics.vote(up=True)
            await whisper(interaction, wording("vote.thanks"))
            return
        question = asked_in(interaction.message, interaction.client.own_id)
        missed = NewMiss(guild, question, fact.id, "voted down") if guild else None
        await asyncio.to_thread(bot.members.vote, vote, missed)
        bot.metrics.vote(up=False)
        await interaction.response.send_modal(ReasonForm(vote, wording))


class ReasonForm(Form):
    """Asks what was wrong with an answer; the vote is kept already, whatever becomes of this."""

    def __init__(self, vote: Vote, wording: Wording) -> None:
        super().__init__(wording("vote.title"))
        self._vote = vote
        self._reason: ui.TextInput[Any] = ui.TextInput(
            style=discord.TextStyle.paragraph, required=False, max_length=REASON_LIMIT
        )
        self.add_item(ui.Label(text=wording("vote.reason"), component=self._reason))

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Keep the reason with the vote."""
        vote = replace(self._vote, reason=self._reason.value, at=utcnow())
        await asyncio.to_thread(interaction.client.members.vote, vote)
        await whisper(interaction, wording_of(interaction)("vote.thanks_for_reason"))


FEATURE = Feature(buttons=(ContextButton, WhyButton, VoteButton))
