"""The published versions: what each changed, who published it, and the way back to one."""

import asyncio
from typing import Any

import discord
from discord import app_commands, ui
from discord.utils import escape_markdown, format_dt

from bot.discord.client import Interaction, wording_of
from bot.discord.editing.audit import audit
from bot.discord.editing.releases import change_lines, change_text, changes_of, publisher
from bot.discord.editing.rights import EditorButton, check_change
from bot.discord.feature import Feature
from bot.discord.ui.lasting import LastingMenu
from bot.discord.views import layout, shortened
from bot.knowledge.facts import QUESTION_LIMIT
from bot.publishing.edition import compare
from bot.publishing.history import History, State
from bot.wording import Wording


async def states_view(interaction: Interaction) -> ui.LayoutView:
    """The kept states, the newest first, each with what it changed; a menu goes back to one."""
    bot, wording = interaction.client, wording_of(interaction)
    history = History(bot.settings.data)
    states = await asyncio.to_thread(history.states)
    changes = await asyncio.to_thread(changes_of, history, states)
    changed = [change_text(each, wording) for each in changes]
    texts = [
        _state_text(state, text, bot.edition.version, wording)
        for state, text in zip(states, changed, strict=True)
    ]
    options = [
        discord.SelectOption(
            label=shortened(text, QUESTION_LIMIT), description=_when(state), value=state.version
        )
        for state, text in zip(states, changed, strict=True)
        if state.version != bot.edition.version
    ]
    if not options:
        return layout(texts or [wording("release.none")], wording)
    menu = RestoreMenu(
        ui.Select(custom_id="v1:restore", placeholder=wording("release.restore"), options=options)
    )
    return layout(texts, wording, [ui.ActionRow[Any](menu)])


def _state_text(state: State, changed: str, answering: str, wording: Wording) -> str:
    key = "release.answering" if state.version == answering else "release.state"
    when = format_dt(state.at, "R")
    return wording(key, changed=escape_markdown(changed), who=publisher(state, wording), when=when)


def _when(state: State) -> str:
    return f"{state.at:%Y-%m-%d %H:%M} UTC"


class RestoreMenu(LastingMenu, template="v1:restore"):
    """Chooses a version to go back to."""

    async def chosen(self, interaction: Interaction, value: str) -> None:
        """Ask whether to go back to it."""
        await check_change(interaction)
        wording = wording_of(interaction)
        (label,) = [option.label for option in self.item.options if option.value == value]
        button = RestoreButton(
            wording("button.restore"), f"v1:rollback:{value}", discord.ButtonStyle.danger
        )
        text = wording("release.sure", changed=escape_markdown(label))
        view = layout([text], wording, [ui.ActionRow[Any](button)])
        await interaction.response.edit_message(view=view)


class RestoreButton(EditorButton, template=r"v1:rollback:[0-9a-f]{12}"):
    """Goes back to a version; carries it."""

    async def act(self, interaction: Interaction) -> None:
        """Go back, and say what that changed in place of the question."""
        await check_change(interaction)
        await interaction.response.defer()
        view = await rollback_view(interaction, self.parts[0])
        await interaction.edit_original_response(view=view)


async def rollback_view(interaction: Interaction, version: str) -> ui.LayoutView:
    """Go back to a version; what that changed. Raises what `bot.roll_back` raises."""
    bot, wording = interaction.client, wording_of(interaction)
    async with bot.editing:
        before = await bot.roll_back(version, str(interaction.user.id))
        changes = compare(before.knowledge, bot.edition.knowledge)
        await audit(interaction, f"/facts rollback: version {bot.edition.version}")
    return layout([wording("release.restored"), *change_lines(changes, wording)], wording)


async def suggest_versions(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The states to go back to, the newest first, for autocomplete."""
    bot = interaction.client
    states = await asyncio.to_thread(History(bot.settings.data).states)
    return [
        app_commands.Choice(name=f"{state.version} · {_when(state)}", value=state.version)
        for state in states
        if state.version != bot.edition.version and typed.strip().casefold() in state.version
    ]


FEATURE = Feature(buttons=(RestoreMenu, RestoreButton))
