"""What a member can do if there was no sure answer: browse, or tell the editors."""

import asyncio
from dataclasses import replace
from typing import Any

import discord
from discord import ui
from discord.utils import utcnow

from bot.discord.client import Interaction, home_guild, wording_of
from bot.discord.errors import whisper
from bot.discord.feature import Feature
from bot.discord.message_text import asked_in
from bot.discord.ui.commands import command_button
from bot.discord.ui.form import Form
from bot.discord.ui.lasting import LastingButton
from bot.knowledge.facts import PHRASING_LIMIT, fact_key
from bot.members.misses import NewMiss
from bot.routing.reply import Refusal, Reply
from bot.wording import Wording


def next_steps(reply: Reply, wording: Wording, *, has_editors: bool) -> list[LastingButton]:
    """The buttons under a reply that is no answer; `has_editors`: whether there are any to tell."""
    if reply.status == "answered" or reply.refusal is Refusal.SMALL_TALK:
        return []
    if reply.refusal is Refusal.NOTHING_ASKED:
        return [command_button(name, wording) for name in ("summary", "article", "help")]
    steps: list[LastingButton] = [command_button("browse", wording)]
    if has_editors and reply.refusal is not Refusal.TO_THE_BOT:
        nearest = f":{fact_key(reply.suggestions[0].fact)}" if reply.suggestions else ""
        steps.append(TellButton(wording("button.tell"), f"v1:tell{nearest}"))
    return steps


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


FEATURE = Feature(buttons=(TellButton,))
