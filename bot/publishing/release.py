"""Releasing: an edit of the knowledge folder is checked, built beside, replayed, then swapped in.

The folder is the one truth. What is published is a copy of it, and a rollback writes an earlier
copy back into it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from bot.config import Settings
from bot.errors import FootnoteError, KnowledgeError
from bot.knowledge.loading import load_knowledge
from bot.publishing.edition import Changes, Edition, compare, fingerprint, read_edition, swap_in
from bot.publishing.folder import Files, fingerprint_of, put_files, read_files
from bot.publishing.history import History, HistoryError
from bot.publishing.replay import NOTHING_REPLAYED, Replay, kept_questions, replay

AT_START = "at start"
SET_ASIDE = "set aside by a rollback"

_LOCK = "release.lock"


class ReleaseError(FootnoteError):
    """Nothing was published; the message says why and what to do."""


@dataclass(frozen=True)
class Proposal:
    """An edition that could be published in place of the version `before` ("": of none).

    `published` is whether it is what was published last, by another program.
    """

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
    """The edition to start with, and "" or why it is not what stands in the knowledge folder."""

    edition: Edition
    notice: str


def folder_changed(settings: Settings, edition: Edition) -> bool:
    """Whether the knowledge folder holds something else than `edition`. Raises KnowledgeError."""
    return fingerprint(settings.knowledge) != edition.version


def published_edition(settings: Settings) -> Edition | None:
    """The last published edition that can be had, from its copy; None where there is none."""
    history = History(settings.data)
    for state in history.published():
        # A newer program may be stricter; the way on must not be barred by what is past.
        with suppress(HistoryError, KnowledgeError):
            return read_edition(history.folder_of(state.version), settings.data)
    return None


def propose(settings: Settings, old: Edition | None, confirmed: Iterable[str]) -> Proposal:
    """Read the knowledge folder and say what publishing it would change; nothing is published.

    `confirmed` are the ids of facts that members confirmed. Raises KnowledgeError with every
    fault, or QuestionSetError.
    """
    finish_rollback(settings)
    if old and not folder_changed(settings, old):
        return Proposal(old, old.version, Changes((), (), ()), NOTHING_REPLAYED)
    new = read_edition(settings.knowledge, settings.data)
    if old is None:
        return Proposal(new, "", Changes((), (), ()), NOTHING_REPLAYED)
    questions = kept_questions(settings.knowledge)
    return Proposal(
        edition=new,
        before=old.version,
        changes=compare(old.knowledge, new.knowledge),
        replay=replay(old.router, new.router, questions, confirmed),
        published=new.version in {s.version for s in History(settings.data).published()[:1]},
    )


def accept(
    settings: Settings, proposal: Proposal, by: str, now: datetime, *, confirmed: bool = False
) -> Edition:
    """Publish a proposal and keep it in the history; return its edition.

    Raises ReleaseError where it is held and not confirmed, or the folder has changed since;
    StoreError or HistoryError where something can't be written. Nothing is published then.
    """
    if proposal.held and not confirmed:
        raise ReleaseError(_held(proposal.replay))
    with _alone(settings.data):
        files = read_files(settings.knowledge)
        if fingerprint_of(files) != proposal.edition.version:
            raise ReleaseError(
                "The knowledge folder has changed since this was looked at. Reload once more."
            )
        _publish(History(settings.data), proposal.edition, files, by, now)
    return proposal.edition


def start(settings: Settings, confirmed: Iterable[str], now: datetime) -> Started:
    """Publish the knowledge folder, or go on from the last published state where that is barred.

    Raises FootnoteError where there is no such state either.
    """
    old = published_edition(settings)
    try:
        proposal = propose(settings, old, confirmed)
        return Started(accept(settings, proposal, AT_START, now), "")
    except FootnoteError as error:
        if old is None:
            raise
        swap_in(old)
        return Started(
            old, f"{error}\nThe last published state, version {old.version}, answers meanwhile."
        )


def rollback(settings: Settings, version: str, by: str, now: datetime) -> Edition:
    """Publish an earlier state again ("": the one before) and write it into the knowledge folder.

    What stood in the folder is kept in the history. Raises ReleaseError where the folder can't be
    written, HistoryError, KnowledgeError or StoreError; nothing is changed then.
    """
    finish_rollback(settings)
    history = History(settings.data)
    with _alone(settings.data):
        target = version or _version_before(history)
        load_knowledge(history.folder_of(target))
        with _written_back(settings.knowledge, history, target, now) as files:
            edition = read_edition(settings.knowledge, settings.data)
            _publish(history, edition, files, by, now)
    return edition


def forget_publisher(data: Path, by: str) -> None:
    """Drop who published from the states of one person.

    Raises ReleaseError where a release is under way, which could bring a state back; HistoryError.
    """
    with _alone(data):
        History(data).forget(by)


def finish_rollback(settings: Settings) -> None:
    """Finish a rollback that was interrupted, if there is one.

    Call it before the knowledge folder is read. Raises ReleaseError where it can't be finished.
    """
    folder, history = settings.knowledge, History(settings.data)
    if not history.unfinished_rollback(folder):
        return
    with _alone(settings.data):
        versions = history.unfinished_rollback(folder)
        if versions is None:
            return
        try:
            before, after = (read_files(history.folder_of(version)) for version in versions)
            _refuse_edited(read_files(folder), before, after)
            _put(folder, after)
        except FootnoteError as error:
            raise ReleaseError(
                f"A rollback of {folder} to version {versions[1]} was interrupted and can't be "
                f"finished. {error} Or make the folder what it should be, and then delete "
                f"{history.rollback_note}."
            ) from error
        history.end_rollback()


def _refuse_edited(files: Files, before: Files, after: Files) -> None:
    """Raise ReleaseError where somebody edited a file while the rollback was interrupted."""
    for name, content in files.items():
        if content not in {before.get(name), after.get(name)}:
            raise ReleaseError(f"Somebody has edited {name} since.")


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Let no other release happen meanwhile, in this process or another."""
    lock = FileLock(data / _LOCK)
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout:
        raise ReleaseError(
            "Another reload or rollback is under way. Try again in a moment."
        ) from None
    except OSError as error:
        raise ReleaseError(
            f"The data folder {data} can't be written ({error.strerror}). Make it writable or set "
            "FOOTNOTE_DATA to another one."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _publish(history: History, edition: Edition, files: Files, by: str, now: datetime) -> None:
    """Note the state, then swap; killed in between, the next start finds the folder published."""
    noted = history.keep(files, by, now)
    try:
        swap_in(edition)
    except BaseException:
        if noted:
            history.take_back(noted)
        raise
    history.prune()


@contextmanager
def _written_back(folder: Path, history: History, version: str, now: datetime) -> Iterator[Files]:
    """Write a state into the knowledge folder, and undo that where the block raises."""
    before, after = read_files(folder), read_files(history.folder_of(version))
    history.keep(before, SET_ASIDE, now, published=False)
    try:
        history.begin_rollback(folder, fingerprint_of(before), version)
        _put(folder, after)
        yield after
    except BaseException:
        _put(folder, before)
        history.end_rollback()
        raise
    history.end_rollback()


def _put(folder: Path, files: Files) -> None:
    try:
        put_files(folder, files)
    except OSError as error:
        raise ReleaseError(
            f"The knowledge folder {folder} can't be written ({error.strerror}). Make it writable, "
            "or set FOOTNOTE_KNOWLEDGE to a copy that is."
        ) from error


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
        "would be lost. Mend the facts, or confirm the reload to publish them all the same."
    )
