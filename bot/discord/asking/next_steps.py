"""What a member can do next without a sure answer: begin, browse, or tell the editors."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice, zip_longest
from typing import Any

import discord
from discord import app_commands, ui
from discord.utils import utcnow

from bot.discord.client import Interaction, home_guild, wording_of
from bot.discord.errors import whisper
from bot.discord.feature import Feature
from bot.discord.message_text import asked_in
from bot.discord.ui.form import Form
from bot.discord.ui.lasting import LastingButton
from bot.knowledge.facts import PHRASING_LIMIT, Fact, fact_key
from bot.knowledge.loading import Knowledge
from bot.members.misses import NewMiss
from bot.routing.reply import Refusal, Reply, Suggestion
from bot.wording import Wording

_STARTERS = 3
"""Questions to begin with, if nothing was asked."""


def next_steps(reply: Reply, wording: Wording, *, has_editors: bool) -> list[LastingButton]:
    """The buttons under a reply that is no answer; `has_editors`: whether there are any to tell."""
    if reply.status == "answered" or reply.refusal is Refusal.SMALL_TALK:
        return []
    if reply.refusal is Refusal.NOTHING_ASKED:
        return [_command_button(name, wording) for name in ("summary", "article", "help")]
    steps: list[LastingButton] = [_command_button("browse", wording)]
    if has_editors and reply.refusal is not Refusal.TO_THE_BOT:
        nearest = f":{fact_key(reply.suggestions[0].fact)}" if reply.suggestions else ""
        steps.append(TellButton(wording("button.tell"), f"v1:tell{nearest}"))
    return steps


def starters(parts: Sequence[Knowledge]) -> tuple[Suggestion, ...]:
    """Three questions, of as many articles as there are, about what sums these up."""
    turns = zip_longest(*(_telling_first(part) for part in parts[:_STARTERS]))
    facts = (fact for fact in chain.from_iterable(turns) if fact)
    return tuple(Suggestion(fact.id, fact.question) for fact in islice(facts, _STARTERS))


def _telling_first(part: Knowledge) -> Iterator[Fact]:
    """The facts of an article, first one for each sentence of its brief summary."""
    first: dict[object, Fact] = {}
    for fact in part.facts:
        first.setdefault(fact.citations[0].sentence, fact)
    brief = [line.citation.sentence for line in part.summary.lines if line.style == "brief"]
    telling = [first[sentence] for sentence in brief if sentence in first]
    yield from telling
    yield from (fact for fact in part.facts if fact not in telling)


class CommandButton(LastingButton, template=r"v1:use:(browse|summary|article|help)"):
    """Runs a command for whoever clicked; carries its name."""

    async def clicked(self, interaction: Interaction) -> None:
        """Answer as the command does."""
        command = interaction.client.tree.get_command(self.parts[0])
        assert isinstance(command, app_commands.Command)
        use: Any = command.callback
        await use(interaction)


def _command_button(name: str, wording: Wording) -> CommandButton:
    """A button that runs a command which is open to all and needs no option."""
    return CommandButton(wording(f"button.{name}"), f"v1:use:{name}")


class TellButton(LastingButton, template=r"v1:tell(:[0-9a-f]{10})?"):
    """Tells the editors of a question; carries the key of the fact that came nearest."""

    async def clicked(self, interaction: Interaction) -> None:
        """Count the question as a miss; ask for it if Discord doesn't tell and words are kept."""
        bot = interaction.client
        question = asked_in(interaction.message, bot.own_id)
        facts, nearest = bot.edition.facts_by_key, "".join(self.parts)
        missed = NewMiss(
            home_guild(interaction) or 0,
            question,
            facts[nearest].id if nearest in facts else "",
            "told",
        )
        words_kept = (await bot.guild_settings(interaction.guild_id)).misses
        if question or not words_kept:
            await _tell(interaction, missed)
        else:
            await interaction.response.send_modal(QuestionForm(missed, wording_of(interaction)))


class QuestionForm(Form):
    """Asks what the editors are to be told, after a command: Discord doesn't show its text."""

    def __init__(self, missed: NewMiss, wording: Wording) -> None:
        super().__init__(wording("button.tell"))
        self._missed = missed
        self._question: ui.TextInput[Any] = ui.TextInput(max_length=PHRASING_LIMIT)
        self.add_item(ui.Label(text=wording("tell.question"), component=self._question))

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Count the question as a miss."""
        await _tell(interaction, replace(self._missed, question=self._question.value))


async def _tell(interaction: Interaction, missed: NewMiss) -> None:
    """Count a miss, thank, and let the button say so: nobody has to tell the same twice."""
    wording = wording_of(interaction)
    await asyncio.to_thread(interaction.client.members.add_miss, missed, utcnow())
    assert interaction.message
    view = _after_telling(interaction.message, wording)
    await interaction.response.edit_message(view=view)
    await whisper(interaction, wording("tell.thanks"))


def _after_telling(message: discord.Message, wording: Wording) -> ui.View | ui.LayoutView:
    """A message's view as it is, but for the button that told the editors."""
    laid_out = message.flags.components_v2
    view = (ui.LayoutView if laid_out else ui.View).from_message(message, timeout=None)
    for item in view.walk_children():
        if isinstance(item, ui.Button) and TellButton.pattern.fullmatch(item.custom_id or ""):
            item.disabled, item.label = True, wording("button.told")
    # The lasting buttons answer its clicks, so discord.py need not remember the view.
    view.stop()
    return view


FEATURE = Feature(buttons=(CommandButton, TellButton))
