"""Writing another state into the knowledge folder, so that nobody reads a mixture of the two.

While files are written, a note in the data folder says from which version to which; both are in the
history. Readers see the folder as it will be; the next release finishes an interrupted change.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.config import Settings
from bot.errors import FootnoteError
from bot.files import advice, read_file, replace_file, sync_folder
from bot.publishing.folder import (
    Files,
    FolderError,
    Snapshot,
    read_snapshot,
    slug_of,
    write_files,
)
from bot.publishing.history import FOLDER, History, HistoryError

_LIMIT = 100_000


@dataclass(frozen=True)
class Rewrite:
    """What is in the knowledge folder, and what is to be there."""

    before: Snapshot
    after: Snapshot

    @property
    def changed(self) -> set[str]:
        """The slugs of the articles that differ, with "" for the general files."""
        before, after = self.before.files, self.after.files
        names = before.keys() | after.keys()
        return {slug_of(name) for name in names if before.get(name) != after.get(name)}


def read_settled(settings: Settings) -> Snapshot:
    """The knowledge folder as it is, or as a rewrite that is not finished will leave it.

    Raises KnowledgeError, or FolderError if that can't be told.
    """
    found = _found(settings)
    # If both are the same twice, no rewrite has begun or ended in between.
    while (again := _found(settings)) != found:
        found = again
    return _settled(settings, *found)


def reverting(settings: Settings, before: str, after: str) -> Rewrite:
    """The rewrite that takes a change from one version to another back, and nothing done since.

    A file that somebody has changed since stays. Raises HistoryError if one of the versions is not
    kept, KnowledgeError or FolderError.
    """
    history, found = History(settings.data), read_settled(settings)
    old, new = (history.kept(version).files for version in (before, after))
    return Rewrite(found, Snapshot(found.folder, _merged(found.files, new, old)))


def finish(settings: Settings) -> None:
    """Finish a rewrite that was interrupted, if there is one; hold the release lock meanwhile.

    Raises KnowledgeError or FolderError.
    """
    if versions := unfinished(settings):
        found = read_snapshot(settings.knowledge)
        after = _settled(settings, versions, found)
        write_files(settings.knowledge, found.files, after.files)
        _end(settings)


@contextmanager
def written(settings: Settings, rewrite: Rewrite) -> Iterator[None]:
    """Write a rewrite, of which both states are kept, into the folder for good.

    If the block raises, what nobody has changed since is put back. Raises FolderError.
    """
    before, after = rewrite.before, rewrite.after
    if before.version == after.version:
        yield
        return
    try:
        _begin(settings, before, after)
        write_files(settings.knowledge, before.files, after.files)
        yield
    except BaseException:
        _revert(settings, before, after)
        raise
    _end(settings)


def _revert(settings: Settings, before: Snapshot, after: Snapshot) -> None:
    """Put back what is as in `after`; what can't be is left to the next release."""
    with suppress(FootnoteError):
        _begin(settings, after, before)
    with suppress(FootnoteError):
        found = read_snapshot(settings.knowledge).files
        write_files(settings.knowledge, found, _merged(found, after.files, before.files))
        _end(settings)


def note_of(data: Path) -> Path:
    """Where it stands that a knowledge folder is about to become another version."""
    return data / FOLDER / "rollback"


def unfinished(settings: Settings) -> tuple[str, str] | None:
    """The versions between which the folder is, or was when the program was killed.

    None if it is not between any, or this user may not look: then they don't publish either.
    """
    try:
        noted = read_file(note_of(settings.data), _LIMIT).decode("utf-8", "replace")
    except OSError:
        return None
    before, _, rest = noted.partition("\n")
    after, _, place = rest.partition("\n")
    return (before, after) if place == str(settings.knowledge.resolve()) else None


def _begin(settings: Settings, before: Snapshot, after: Snapshot) -> None:
    note, place = note_of(settings.data), settings.knowledge.resolve()
    try:
        replace_file(note, f"{before.version}\n{after.version}\n{place}".encode())
    except OSError as error:
        raise FolderError(f"{note} can't be written: {advice(error)}") from error


def _end(settings: Settings) -> None:
    note = note_of(settings.data)
    note.unlink(missing_ok=True)
    sync_folder(note.parent)


def _found(settings: Settings) -> tuple[tuple[str, str] | None, Snapshot]:
    return unfinished(settings), read_snapshot(settings.knowledge)


def _settled(settings: Settings, versions: tuple[str, str] | None, found: Snapshot) -> Snapshot:
    if not versions:
        return found
    history = History(settings.data)
    try:
        before, after = (history.kept(version).files for version in versions)
    except HistoryError as error:
        raise FolderError(
            f"A change of {found.folder} to version {versions[1]} was interrupted and can't be "
            f"finished. {error} Or make the folder what it should be, and then delete "
            f"{note_of(settings.data)}."
        ) from error
    return replace(found, files=_merged(found.files, before, after))


def _merged(found: Files, before: Files, after: Files) -> Files:
    """What a folder holds when a change from `before` to `after` that was begun is done.

    Each file of `found` is as before, or as after, or as somebody else has made it since, whose
    work stays.
    """
    names = sorted(found.keys() | after.keys())
    chosen = {n: after if found.get(n) == before.get(n) else found for n in names}
    return {name: files[name] for name, files in chosen.items() if name in files}
