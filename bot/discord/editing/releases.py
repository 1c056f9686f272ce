"""What a release changes, in words: entries added, removed and edited, and replies that differ."""

from collections.abc import Iterator

from discord.utils import escape_markdown

from bot.discord.views import lead_text
from bot.knowledge.facts import Fact
from bot.publishing.edition import Changes, Edition, Entry, changed_entries
from bot.publishing.replay import Difference, Replay
from bot.wording import Wording


def change_lines(changes: Changes, wording: Wording) -> list[str]:
    """What changed among the questions: those added, removed and edited."""
    kinds = {"added": changes.added, "removed": changes.removed, "edited": changes.edited}
    lines = [
        wording(f"release.{kind}", question=escape_markdown(question))
        for kind, questions in kinds.items()
        for question in questions
    ]
    return lines or [wording("facts.unchanged")]


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
