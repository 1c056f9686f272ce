"""Releases in Discord: what a reload would change, the published states, and the way back."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

from discord import app_commands, ui
from discord.utils import escape_markdown, format_dt

from bot.discord.client import Interaction, wording_of
from bot.discord.curating.watch import WATCH
from bot.discord.views import inert, layout, lead_text
from bot.errors import FootnoteError
from bot.publishing.edition import Changes
from bot.publishing.history import History, State
from bot.publishing.release import AT_START, SET_ASIDE, Proposal
from bot.publishing.replay import Difference, Replay
from bot.wording import Wording

_OURS = {
    "": "audit.forgotten",
    AT_START: "release.at_start",
    SET_ASIDE: "release.set_aside",
    WATCH: "release.watch",
}
"""Who publishes without being a member, and the text that says so."""


def proposal_lines(proposal: Proposal, wording: Wording, *, answering: str) -> list[str]:
    """What a reload changed, or would change where version `answering` goes on answering."""
    version, lines = proposal.edition.version, change_lines(proposal.changes, wording)
    if version == answering:
        lines.append(wording("facts.version", version=version))
    else:
        lines.append(wording("release.would_be", version=version, answering=answering))
    return [*lines, *replay_lines(proposal.replay, wording)]


def change_lines(changes: Changes, wording: Wording) -> list[str]:
    """What changed among the questions: + added, − removed, ~ edited."""
    kinds = {"added": changes.added, "removed": changes.removed, "edited": changes.edited}
    lines = [
        wording(f"facts.{kind}", question=escape_markdown(question))
        for kind, questions in kinds.items()
        for question in questions
    ]
    return lines or [wording("facts.unchanged")]


def held_line(replay: Replay, wording: Wording) -> str:
    """Why a reload is held, and how to confirm it."""
    return wording(
        "release.held",
        worse=replay.worse,
        labelled=replay.labelled,
        lost=replay.lost,
        confirmed=replay.confirmed,
    )


def replay_lines(replay: Replay, wording: Wording) -> Iterator[str]:
    """How many questions were replayed, and what would be answered otherwise, the worse first."""
    if not replay.labelled + replay.confirmed:
        return
    counts = {"labelled": replay.labelled, "confirmed": replay.confirmed}
    yield wording("release.replayed", **counts, others=len(replay.differences))
    for difference in sorted(replay.differences, key=lambda d: d.verdict != "worse"):
        yield _difference_text(difference, wording)


def _difference_text(difference: Difference, wording: Wording) -> str:
    lost = difference.confirmed and difference.verdict == "worse"
    return wording(
        f"release.{'lost' if lost else difference.verdict}",
        question=escape_markdown(difference.question),
        old=lead_text(difference.old, wording),
        new=lead_text(difference.new, wording),
    )


async def states_view(interaction: Interaction) -> ui.LayoutView:
    """The kept states, the newest first, the one that answers marked."""
    bot, wording = interaction.client, wording_of(interaction)
    texts = await asyncio.to_thread(
        _state_texts, History(bot.settings.data), bot.edition.version, wording
    )
    return layout(texts or [wording("release.none")], wording)


def _state_texts(history: History, answering: str, wording: Wording) -> list[str]:
    return [
        wording(
            "release.answering" if state.version == answering else "release.state",
            version=state.version,
            when=format_dt(state.at),
            who=_who(state, wording),
            count=_entries(history, state),
        )
        for state in history.states()
    ]


def _who(state: State, wording: Wording) -> str:
    """A member by their id, the program by what it does, or the name of who used a command."""
    if state.by in _OURS:
        return wording(_OURS[state.by])
    return f"<@{state.by}>" if state.by.isdecimal() else inert(state.by)


def _entries(history: History, state: State) -> str:
    """How many questions a state has; "?" where its copy is damaged."""
    # Counted, not loaded: that takes long, and a newer program may refuse what is past.
    with suppress(FootnoteError):
        files = history.kept(state.version).files
        return str(sum(_headings(files[name]) for name in files if name.endswith("/facts.md")))
    return "?"


def _headings(content: bytes) -> int:
    return sum(line.startswith(b"### ") for line in content.splitlines())


async def suggest_versions(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The states to go back to, the newest first, for autocomplete."""
    bot = interaction.client
    states = await asyncio.to_thread(History(bot.settings.data).states)
    return [
        app_commands.Choice(
            name=f"{state.version} · {state.at:%Y-%m-%d %H:%M} UTC", value=state.version
        )
        for state in states
        if state.version != bot.edition.version and typed.strip().casefold() in state.version
    ]
