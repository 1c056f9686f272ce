"""Releases in words: who published each, and which entries and replies it changes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TypeAlias

from discord.utils import escape_markdown

from bot.discord.editing.watch import WATCH
from bot.discord.views import inert, lead_text
from bot.errors import FootnoteError
from bot.knowledge.facts import Fact
from bot.knowledge.file_names import FACTS_FILE
from bot.publishing.edition import Changes, Edition, Entry, changed_entries
from bot.publishing.history import History, State
from bot.publishing.release import AT_START, SET_ASIDE
from bot.publishing.replay import Difference, Replay
from bot.wording import Wording

_Bodies: TypeAlias = Mapping[tuple[str, str], str]
"""What is under a question, by its file and the question."""

_OURS = {
    "": "audit.forgotten",
    AT_START: "release.at_start",
    SET_ASIDE: "release.set_aside",
    WATCH: "release.watch",
}
"""Who publishes without being a member, and the text that says so."""


def change_lines(changes: Changes, wording: Wording) -> list[str]:
    """What changed among the questions: those added, removed and edited."""
    lines = [
        wording(f"release.{kind}", question=escape_markdown(question))
        for kind, question in _by_kind(changes)
    ]
    return lines or [wording("facts.unchanged")]


def _by_kind(changes: Changes) -> Iterator[tuple[str, str]]:
    """The questions of the changes, each behind what happened to it."""
    for kind in ("added", "removed", "edited"):
        yield from ((kind, question) for question in getattr(changes, kind))


def was_and_now(old: Edition, new: Edition, wording: Wording) -> list[str]:
    """The same at length: what was, and what is to be, of each entry that changes."""
    texts = [
        _entry_text(before, after, wording)
        for before, after in changed_entries(old.knowledge, new.knowledge)
    ]
    return texts or [wording("facts.unchanged")]


def _entry_text(before: Entry | None, after: Entry | None, wording: Wording) -> str:
    kind = "added" if before is None else "removed" if after is None else "edited"
    named = after or before
    assert named, "an entry that changes is in one of the two"
    text = wording(f"release.{kind}", question=escape_markdown(named.question))
    was, now = _parts(before), _parts(after)
    if before is None or after is None:
        was, now = was[:1], now[:1]
    for key, lines, others in (("was", was, now), ("now", now, was)):
        if differing := [escape_markdown(line) for line in lines if line not in others]:
            text += "\n" + wording(f"release.{key}", text=" · ".join(differing))
    return text


def _parts(entry: Entry | None) -> list[str]:
    """What an editor wrote in an entry; the answer comes first."""
    if entry is None:
        return []
    cited = entry.citations if isinstance(entry, Fact) else ()
    quoted = [f"“{c.sentence.text}” — {c.speaker}".removesuffix(" — None") for c in cited]
    return [entry.answer, *quoted, *entry.phrasings]


def worse_lines(replay: Replay, wording: Wording) -> list[str]:
    """How many replies get worse, in words."""
    worse = wording("release.held_worse", count=replay.worse, all=replay.labelled)
    lost = wording("release.held_lost", count=replay.lost, all=replay.confirmed)
    return [*([worse] if replay.worse else []), *([lost] if replay.lost else [])]


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


def publisher(state: State, wording: Wording) -> str:
    """A member by their id, the program by what it does, or the name of who used a command."""
    if state.by in _OURS:
        return wording(_OURS[state.by])
    return f"<@{state.by}>" if state.by.isdecimal() else inert(state.by)


def changes_of(history: History, states: Sequence[State]) -> list[Changes | None]:
    """What each state changed of the one that was published before it; None if that is unknown.

    The headings and what is under them are compared as text: loading takes long, and a newer
    program may refuse old states.
    """
    entries = [_entries(history, state) for state in states]
    changes: list[Changes | None] = []
    for n, after in enumerate(entries):
        older = range(n + 1, len(states))
        before = next((entries[m] for m in older if states[m].published), None)
        changes.append(None if before is None or after is None else _differences(before, after))
    return changes


def _entries(history: History, state: State) -> _Bodies | None:
    """The entries of a state; None if its copy is damaged."""
    with suppress(FootnoteError):
        files = history.kept(state.version).files
        return {
            (name, question.strip()): " ".join(body.split())
            for name, content in files.items()
            if name.endswith(f"/{FACTS_FILE}")
            for question, _, body in _sections(content.decode("utf-8", "replace"))
        }
    return None


def _sections(facts: str) -> list[tuple[str, str, str]]:
    """The entries of a fact file, each cut where its part of the file ends."""
    entries = f"\n{facts}".split("\n### ")[1:]
    return [entry.partition("\n## ")[0].partition("\n") for entry in entries]


def _differences(before: _Bodies, after: _Bodies) -> Changes:
    return Changes(
        added=tuple(entry[1] for entry in after if entry not in before),
        removed=tuple(entry[1] for entry in before if entry not in after),
        edited=tuple(e[1] for e in after if e in before and after[e] != before[e]),
    )


def change_text(changes: Changes | None, wording: Wording) -> str:
    """The first of the changes, and how many more there are: "Added “Who …?” and 2 more"."""
    if changes is None:
        return wording("release.first")
    texts = [wording(f"release.{kind}", question=q) for kind, q in _by_kind(changes)]
    if not texts:
        return wording("release.nothing")
    return texts[0] + (wording("release.and_more", count=len(texts) - 1) if texts[1:] else "")
