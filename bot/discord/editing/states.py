"""Published states in words: who published each, and what it changed of the one before."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TypeAlias

from bot.discord.editing.watch import WATCH
from bot.discord.views import inert
from bot.errors import FootnoteError
from bot.publishing.edition import Changes
from bot.publishing.history import History, State
from bot.publishing.release import AT_START, SET_ASIDE
from bot.wording import Wording

Entries: TypeAlias = Mapping[tuple[str, str], str]
"""What is under a question, by its file and the question."""

_OURS = {
    "": "audit.forgotten",
    AT_START: "release.at_start",
    SET_ASIDE: "release.set_aside",
    WATCH: "release.watch",
}
"""Who publishes without being a member, and the text that says so."""


def publisher(state: State, wording: Wording) -> str:
    """A member by their id, the program by what it does, or the name of who used a command."""
    if state.by in _OURS:
        return wording(_OURS[state.by])
    return f"<@{state.by}>" if state.by.isdecimal() else inert(state.by)


def changes_of(history: History, states: Sequence[State]) -> list[Changes | None]:
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
    """The entries of a fact file, each cut where its part of the file ends."""
    entries = f"\n{facts}".split("\n### ")[1:]
    return [entry.partition("\n## ")[0].partition("\n") for entry in entries]


def _differences(before: Entries, after: Entries) -> Changes:
    return Changes(
        added=tuple(entry[1] for entry in after if entry not in before),
        removed=tuple(entry[1] for entry in before if entry not in after),
        edited=tuple(e[1] for e in after if e in before and after[e] != before[e]),
    )


def change_text(changes: Changes | None, wording: Wording) -> str:
    """The first of the changes, and how many more there are: "Added “Who …?” and 2 more"."""
    if changes is None:
        return wording("release.first")
    kinds = {"added": changes.added, "removed": changes.removed, "edited": changes.edited}
    texts = [
        wording(f"release.{kind}", question=question)
        for kind, questions in kinds.items()
        for question in questions
    ]
    if not texts:
        return wording("release.nothing")
    return texts[0] + (wording("release.and_more", count=len(texts) - 1) if texts[1:] else "")
