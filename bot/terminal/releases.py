"""Wording releases for the command line: what a reload would change, and the history."""

from collections.abc import Iterator, Sequence

from bot.publishing.history import State
from bot.publishing.release import Proposal
from bot.publishing.replay import Difference, Replay
from bot.routing.reply import Reply


def proposal_text(proposal: Proposal) -> str:
    """What publishing a proposal would change."""
    held = ["Held until it is confirmed."] if proposal.held else []
    return "\n".join([*_changes(proposal), *_replay(proposal.replay), *held])


def _changes(proposal: Proposal) -> Iterator[str]:
    changes, version = proposal.changes, proposal.edition.version
    if not proposal.before:
        yield f"Nothing was published before version {version}."
    elif proposal.before == version:
        yield f"Nothing has changed since version {version}."
    else:
        yield f"From version {proposal.before} to {version}:"
    for sign, questions in zip(
        "+−~", (changes.added, changes.removed, changes.edited), strict=True
    ):
        yield from (f"{sign} {question}" for question in questions)


def _replay(replay: Replay) -> Iterator[str]:
    if not replay.labelled + replay.confirmed:
        return
    yield (
        f"Replayed {replay.labelled} labelled questions and {replay.confirmed} confirmed answers. "
        f"Other replies: {len(replay.differences)}."
    )
    for difference in replay.differences:
        yield from _difference(difference)


def _difference(difference: Difference) -> Iterator[str]:
    label = "confirmed, " if difference.confirmed else ""
    yield f"{label}{difference.verdict}: {difference.question}"
    yield f"    was {_gist(difference.old)}"
    yield f"    now {_gist(difference.new)}"


def _gist(reply: Reply) -> str:
    return f"{reply.status} {reply.fact or ''}: {reply.answer or ''}".replace(" :", ":").rstrip(
        ": "
    )


def history_text(states: Sequence[State]) -> str:
    """The kept states, a line each, the one that answers marked."""
    answering = next((state for state in states if state.published), None)
    lines = (
        f"{'*' if state == answering else ' '} {state.version}  {state.at:%Y-%m-%d %H:%M} UTC  "
        f"{state.by or 'somebody'}"
        for state in states
    )
    return "\n".join(lines) or "Nothing was published yet."
