"""The published versions: what each changed, who published it, and the way back to one."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import discord
from discord import app_commands, ui
from discord.utils import escape_markdown, format_dt

from bot.discord.client import Interaction, wording_of
from bot.discord.curating.audit import audit
from bot.discord.curating.releases import change_lines
from bot.discord.curating.rights import EditorButton, check_change
from bot.discord.curating.watch import WATCH
from bot.discord.feature import Feature
from bot.discord.ui.lasting import LastingMenu
from bot.discord.views import QUIET, inert, layout
from bot.errors import FootnoteError
from bot.knowledge.facts import QUESTION_LIMIT
from bot.publishing.edition import Changes, compare
from bot.publishing.history import History, State
from bot.publishing.release import AT_START, SET_ASIDE
from bot.wording import Wording

Entries: TypeAlias = Mapping[tuple[str, str], str]
"""What stands under a question, by its file and the question."""

_OURS = {
    "": "audit.forgotten",
    AT_START: "release.at_start",
    SET_ASIDE: "release.set_aside",
    WATCH: "release.watch",
}
"""Who publishes without being a member, and the text that says so."""


async def states_view(interaction: Interaction) -> ui.LayoutView:
    """The kept states, the newest first, each with what it changed; a menu goes back to one."""
    bot, wording = interaction.client, wording_of(interaction)
    history = History(bot.settings.data)
    states = await asyncio.to_thread(history.states)
    changes = await asyncio.to_thread(_changes_of, history, states)
    told = [_change_text(each, wording) for each in changes]
    texts = [
        _state_text(state, text, bot.edition.version, wording)
        for state, text in zip(states, told, strict=True)
    ]
    options = [
        discord.SelectOption(label=_option(text), description=_when(state), value=state.version)
        for state, text in zip(states, told, strict=True)
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
    return wording(key, changed=escape_markdown(changed), who=_who(state, wording), when=when)


def _who(state: State, wording: Wording) -> str:
    """A member by their id, the program by what it does, or the name of who used a command."""
    if state.by in _OURS:
        return wording(_OURS[state.by])
    return f"<@{state.by}>" if state.by.isdecimal() else inert(state.by)


def _option(text: str) -> str:
    return text if len(text) <= QUESTION_LIMIT else text[: QUESTION_LIMIT - 1] + "…"


def _when(state: State) -> str:
    return f"{state.at:%Y-%m-%d %H:%M} UTC"


def _changes_of(history: History, states: Sequence[State]) -> list[Changes | None]:
    """What each state changed of the one that was published before it; None if that can't be told.

    Told by the headings and what is under them, not loaded: that takes long, and a newer program
    may refuse what is past.
    """
    entries = [_entries(history, state) for state in states]
    changes: list[Changes | None] = []
    for n, after in enumerate(entries):
        older = range(n + 1, len(states))
        before = next((entries[m] for m in older if states[m].published), None)
        changes.append(None if before is None or after is None else _differences(before, after))
    return changes


def _entries(history: History, state: State) -> Entries | None:
    """The entries of a state; None if its copy is damaged."""
    with suppress(FootnoteError):
        files = history.kept(state.version).files
        return {
            (name, question.strip()): " ".join(body.split())
            for name, content in files.items()
            if name.endswith("/facts.md")
            for question, _, body in _parts(content.decode("utf-8", "replace"))
        }
    return None


def _parts(facts: str) -> list[tuple[str, str, str]]:
    return [part.partition("\n") for part in f"\n{facts}".split("\n### ")[1:]]


def _differences(before: Entries, after: Entries) -> Changes:
    return Changes(
        added=tuple(entry[1] for entry in after if entry not in before),
        removed=tuple(entry[1] for entry in before if entry not in after),
        edited=tuple(e[1] for e in after if e in before and after[e] != before[e]),
    )


def _change_text(changes: Changes | None, wording: Wording) -> str:
    """The first of the changes, and how many more there are: "Added “Who …?” and 2 more"."""
    if changes is None:
        return wording("release.first")
    kinds = {"added": changes.added, "removed": changes.removed, "edited": changes.edited}
    told = [
        wording(f"release.{kind}", question=question)
        for kind, questions in kinds.items()
        for question in questions
    ]
    if not told:
        return wording("release.nothing")
    return told[0] + (wording("release.and_more", count=len(told) - 1) if told[1:] else "")


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
        await interaction.response.edit_message(view=view, allowed_mentions=QUIET)


class RestoreButton(EditorButton, template=r"v1:rollback:[0-9a-f]{12}"):
    """Goes back to a version; carries it."""

    async def act(self, interaction: Interaction) -> None:
        """Go back, and say what that changed in place of the question."""
        await check_change(interaction)
        await interaction.response.defer()
        view = await rollback_view(interaction, self.parts[0])
        await interaction.edit_original_response(view=view, allowed_mentions=QUIET)


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
