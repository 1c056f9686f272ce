"""Commands for releases: publishing a reload, the history, and going back."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta

import click

from bot.config import Settings
from bot.files import exists
from bot.members.members import MEMBERS, Members
from bot.publishing.edition import Edition
from bot.publishing.history import History, State
from bot.publishing.release import Proposal, accept, propose, published_edition
from bot.publishing.release import rollback as roll_back
from bot.publishing.replay import CONFIRMED_DAYS, Difference, Replay
from bot.routing.reply import Reply
from bot.terminal.screen import say


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, and publish nothing.")
@click.option("--confirm", is_flag=True, help="Publish even what is answered worse than before.")
@click.pass_obj
def reload(settings: Settings, *, dry_run: bool, confirm: bool) -> None:
    """Publish the knowledge folder, unless it answers worse than before."""
    now = datetime.now(UTC)
    proposal = propose(settings, published_edition(settings), _confirmed(settings, now))
    say(proposal_text(proposal))
    if not dry_run:
        accept(settings, proposal, _who("reload"), now, confirmed=confirm)
        _tell_others(settings, proposal.edition)


def _confirmed(settings: Settings, now: datetime) -> dict[str, int]:
    """The answers that members confirmed lately; a damaged file is set aside, and reported.

    The servers that may edit are not known here, so these votes warn but hold nothing.
    """
    file = settings.data / MEMBERS
    if not (settings.database or exists(file)):
        return {}
    with closing(Members(file, url=settings.database)) as members:
        if members.notice:
            say(members.notice, err=True)
        return members.confirmed(now - timedelta(days=CONFIRMED_DAYS), ())


def _tell_others(settings: Settings, edition: Edition) -> None:
    """Report what was published, and announce it to processes that share the database."""
    taken = "A bot that is running takes it over with /facts reload or a restart."
    if settings.shared:
        with closing(Members(settings.data / MEMBERS, url=settings.database)) as members:
            members.announcements.announce(edition.source)
        taken = "All processes that are running take it over."
    say(f"Published version {edition.version}. {taken}")


def _who(command: str) -> str:
    """Who runs a command; a container's user may have no name."""
    try:
        return f"{getpass.getuser()}, footnote {command}"
    except (KeyError, OSError):
        return f"footnote {command}"


@click.command()
@click.pass_obj
def history(settings: Settings) -> None:
    """List the published states, the newest first."""
    say(history_text(History(settings.data).states()))


@click.command()
@click.argument("version", default="")
@click.pass_obj
def rollback(settings: Settings, version: str) -> None:
    """Publish an earlier state again: VERSION, or else the one before.

    Its files are written into the knowledge folder; what stood there is kept in the history.
    """
    _tell_others(settings, roll_back(settings, version, _who("rollback"), datetime.now(UTC)))


def proposal_text(proposal: Proposal) -> str:
    """What publishing a proposal would change."""
    held = ["Held until it is confirmed."] if proposal.held else []
    notice = proposal.edition.notice
    lines = [*_changes(proposal), *_replay(proposal.replay), *held]
    return "\n".join([notice, *lines] if notice else lines)


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
        f"Different replies: {len(replay.differences)}."
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
    return "\n".join(lines) or "Nothing has been published yet."
