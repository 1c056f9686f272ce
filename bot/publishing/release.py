"""Releasing: an edit of the knowledge folder is checked, built, replayed, then swapped in.

The folder is the source. What is published is a copy of it, and a rollback writes an earlier copy
back into it.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.config import Settings
from bot.errors import FootnoteError, KnowledgeError
from bot.files import locked
from bot.knowledge.facts import article_slug
from bot.publishing.builder import BuilderError, Run
from bot.publishing.cache import keys_of
from bot.publishing.database import is_cached
from bot.publishing.edition import (
    DATABASE,
    Changes,
    Edition,
    Outline,
    cache_edition,
    compare,
    open_edition,
    read_edition,
    swap_in,
)
from bot.publishing.folder import Snapshot, read_snapshot
from bot.publishing.history import History, HistoryError
from bot.publishing.replay import NOTHING_REPLAYED, Replay, labelled_questions, replay
from bot.publishing.rewrite import Rewrite, finish, read_settled, written

AT_START = "at start"
SET_ASIDE = "set aside"

OTHERS_START = 60.0
"""Seconds that a start waits for another process that starts at the same time."""


class ReleaseError(FootnoteError):
    """Nothing was published; the message says why and what to do."""


@dataclass(frozen=True)
class Proposal:
    """An edition that could be published in place of the version `before` ("": of none).

    `rewrite` is what it makes of the knowledge folder: nothing, unless it comes with an edit.
    `published` is whether it is what was published last, by another program.
    """

    rewrite: Rewrite
    edition: Edition
    before: str
    changes: Changes
    replay: Replay
    published: bool = False

    @property
    def held(self) -> bool:
        """Whether it has to be confirmed, for what it would make worse and nobody has confirmed."""
        return self.replay.regressed and not self.published


@dataclass(frozen=True)
class Started:
    """The edition to start with, and "" or why it is not what is in the knowledge folder."""

    edition: Edition
    notice: str


def published_edition(settings: Settings, run: Run | None = None) -> Edition | None:
    """The last published edition that can be loaded, from its copy; None if there is none."""
    history = History(settings.data)
    for state in history.published():
        # A newer program may be stricter, which must not stop it from starting.
        with suppress(HistoryError, KnowledgeError):
            return _read(history.kept(state.version), settings, run)
    return None


def _read(snapshot: Snapshot, settings: Settings, run: Run | None) -> Edition:
    """Read an edition; what has to be built of it is built by `run`."""
    if run and not is_cached(settings.data / DATABASE, keys_of(snapshot, settings.encoder)):
        run(_build, snapshot, settings)
    return read_edition(snapshot, settings.data, encoder=settings.encoder)


def _build(snapshot: Snapshot, settings: Settings) -> None:
    """Build an edition in another process."""
    cache_edition(read_edition(snapshot, settings.data, encoder=settings.encoder))


def propose(
    settings: Settings,
    old: Edition | None,
    confirmed: Mapping[str, int],
    rewrite: Rewrite | None = None,
    run: Run | None = None,
) -> Proposal:
    """Say what publishing the knowledge folder, or a rewrite of it, would change.

    Nothing is published. `confirmed` is how many members confirmed a fact, by its id; `run` does
    what takes long, and keeps what it builds. Raises KnowledgeError with every fault if nothing
    could be published or an article that the rewrite changes is faulty; FolderError; or what `run`
    raises.
    """
    if rewrite is None:
        found = read_settled(settings)
        rewrite = Rewrite(found, found)
    after = rewrite.after.fitting()
    if old and old.version == old.source == after.version:
        return Proposal(rewrite, old, old.version, Changes((), (), ()), NOTHING_REPLAYED)
    if run:
        outline = old.outline if old else None
        new_outline, proposal = run(_find, settings, outline, confirmed, rewrite)
        return proposal(edition=open_edition(new_outline, settings.data, old, settings.encoder))
    new = read_edition(after, settings.data, old, settings.encoder)
    _refuse_faults_of(rewrite, new)
    if old is None:
        return Proposal(rewrite, new, "", Changes((), (), ()), NOTHING_REPLAYED)
    changed = new.changed_since(old)
    asked = {fact: members for fact, members in confirmed.items() if article_slug(fact) in changed}
    return Proposal(
        rewrite=rewrite,
        edition=new,
        before=old.version,
        changes=compare(old.knowledge, new.knowledge),
        replay=replay(old.library, new.library, labelled_questions(new.snapshot, changed), asked),
        published=new.version in {s.version for s in History(settings.data).published()[:1]},
    )


def _find(
    settings: Settings, old: Outline | None, confirmed: Mapping[str, int], rewrite: Rewrite
) -> tuple[Outline, "partial[Proposal]"]:
    """Propose in another process: a proposal without its edition, which the database keeps."""
    before = open_edition(old, settings.data, encoder=settings.encoder) if old else None
    found = propose(settings, before, confirmed, rewrite)
    cache_edition(found.edition)
    rest = {f.name: getattr(found, f.name) for f in fields(found) if f.name != "edition"}
    return found.edition.outline, partial(Proposal, **rest)


def _refuse_faults_of(rewrite: Rewrite, edition: Edition) -> None:
    """Raise KnowledgeError with the faults of the articles that a rewrite changes."""
    folders = {rewrite.after.folder / slug for slug in rewrite.changed - {""}}
    faults = [f for f in edition.knowledge.faults if not folders.isdisjoint(f.file.parents)]
    if faults:
        raise KnowledgeError(faults)


def accept(
    settings: Settings, proposal: Proposal, by: str, now: datetime, *, confirmed: bool = False
) -> Edition:
    """Publish a proposal and keep it in the history; return its edition.

    Raises ReleaseError if it is held and not confirmed, the folder has changed since, or another
    release is under way; FolderError, StoreError or HistoryError if something can't be written.
    Nothing is published then.
    """
    with _alone(settings.data):
        return _accept(settings, proposal, by, now, confirmed=confirmed)


def _accept(
    settings: Settings, proposal: Proposal, by: str, now: datetime, *, confirmed: bool = False
) -> Edition:
    if proposal.held and not confirmed:
        raise ReleaseError(_held(proposal.replay))
    finish(settings)
    if read_snapshot(settings.knowledge) != proposal.rewrite.before:
        raise ReleaseError(
            "The knowledge folder has changed since this was looked at. Try once more."
        )
    _publish(settings, proposal.rewrite, proposal.edition, by, now)
    return proposal.edition


def start(settings: Settings, now: datetime, run: Run | None = None) -> Started:
    """Publish the knowledge folder, or else go on from the last published state.

    `run` builds what is not cached; if it can't, that is built here, since there is nothing else to
    answer from. Raises FootnoteError if there is no such state either.
    """
    try:
        return _start(settings, now, run)
    except BuilderError:
        return _start(settings, now, None)


def _start(settings: Settings, now: datetime, run: Run | None) -> Started:
    old = published_edition(settings, run)
    try:
        proposal = propose(settings, old, {}, run=run)
        with _alone(settings.data, OTHERS_START):
            edition = _accept(settings, proposal, AT_START, now)
        return Started(edition, edition.notice)
    except FootnoteError as error:
        if old is None:
            raise
        swap_in(old)
        return Started(
            old, f"{error}\nThe last published state, version {old.version}, answers meanwhile."
        )


def rollback(
    settings: Settings, version: str, by: str, now: datetime, run: Run | None = None
) -> Edition:
    """Publish an earlier state again ("": the one before) and write it into the knowledge folder.

    What stood in the folder is kept in the history; `run` builds what is not cached. Raises
    ReleaseError, HistoryError, KnowledgeError, FolderError or StoreError; nothing is changed then.
    """
    history = History(settings.data)
    with _alone(settings.data):
        finish(settings)
        after = history.kept(version or _version_before(history))
        edition = _read(after, settings, run)
        if edition.knowledge.faults:
            raise KnowledgeError(list(edition.knowledge.faults))
        _publish(settings, Rewrite(read_snapshot(settings.knowledge), after), edition, by, now)
    return edition


def forget_publisher(data: Path, by: str) -> None:
    """Drop who published from the states of one person.

    Raises ReleaseError if a release is under way, which could bring a state back; HistoryError.
    """
    with _alone(data):
        History(data).forget(by)


def _alone(data: Path, wait: float = 0.0) -> AbstractContextManager[None]:
    """Hold the lock of releases, in this process and all others."""
    busy = "Another reload or rollback is under way. Try again in a moment."
    return locked(data, "release.lock", ReleaseError, busy, wait)


def _publish(
    settings: Settings, rewrite: Rewrite, edition: Edition, by: str, now: datetime
) -> None:
    """Note the state, then swap; if killed in between, the next start publishes the folder."""
    history = History(settings.data)
    if rewrite.before != rewrite.after:
        history.keep(rewrite.before, SET_ASIDE, now, published=False)
        if rewrite.after.version != edition.version:
            history.keep(rewrite.after, SET_ASIDE, now, published=False)
    noted = history.keep(edition.snapshot, by, now)
    try:
        with written(settings, rewrite):
            swap_in(edition)
    except BaseException:
        if noted:
            history.take_back(noted)
        raise
    history.prune()


def _version_before(history: History) -> str:
    """The state that was published before the one that answers."""
    states = history.published()
    if len(states) < 2:
        raise ReleaseError("There is no earlier state to go back to.")
    return states[1].version


def _held(replay: Replay) -> str:
    return (
        f"Nothing was published: of {replay.labelled} labelled questions {replay.worse} would be "
        f"answered worse, and {replay.lost} of {replay.confirmed} answers that members confirmed "
        "would be lost. Fix the facts, or confirm the reload to publish anyway."
    )
