"""The states that were published, each kept as a copy of its files, and who published it when.

The copy is a folder named by the fingerprint of its files; unchanged files are shared with the copy
before. Each publication has a note of its own, which is written, and taken back, in one step. The
highest number is the newest: clocks are set back at times.
"""

import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.errors import FootnoteError, KnowledgeError
from bot.files import (
    advice,
    free_name,
    private_folder,
    read_file,
    replace_file,
    sync_file,
    sync_folder,
)
from bot.publishing.folder import Snapshot, read_snapshot

log = logging.getLogger(__name__)

FOLDER = "history"
STATES_KEPT = 20

_NOTE = ".json"
_NOTE_LIMIT = 100_000


class HistoryError(FootnoteError):
    """A state can't be kept or found; the message says what to do."""


@dataclass(frozen=True)
class State:
    """A state of the knowledge folder: its fingerprint, who left it so, and when.

    `published` is False if it was only set aside, for a rollback to take its place.
    """

    number: int
    version: str
    by: str
    at: datetime
    published: bool = True


class History:
    """The last `STATES_KEPT` states in a data folder; one writer at a time, any reader."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def states(self) -> tuple[State, ...]:
        """The states, newest first, each version once."""
        newest: dict[str, State] = {}
        for state in self._notes():
            newest.setdefault(state.version, state)
        return tuple(newest.values())[:STATES_KEPT]

    def published(self) -> tuple[State, ...]:
        """The states that were published, newest first; the first is the one that answers."""
        return tuple(state for state in self.states() if state.published)

    def kept(self, version: str) -> Snapshot:
        """The copy of a state's files. Raises HistoryError if there is none that is whole."""
        if version not in {state.version for state in self.states()}:
            raise HistoryError("No state of that version is kept. Look it up in the history.")
        copy = self._copy(version)
        if copy is None:
            raise HistoryError(
                f"The copy of version {version} in {self._folder} is damaged. Choose another one."
            )
        return copy

    def keep(
        self, snapshot: Snapshot, by: str, at: datetime, *, published: bool = True
    ) -> State | None:
        """Keep a state as the newest one; None if there is nothing to add.

        `by` is who, in any words. Raises HistoryError if it can't be written.
        """
        notes = self._notes()
        answering = [state for state in notes if state.published][:1]
        state = State(
            number=1 + max((state.number for state in notes), default=0),
            version=snapshot.version,
            by=by,
            at=at.astimezone(UTC),
            published=published,
        )
        with self._readable_errors():
            self._keep_copy(snapshot)
            if state.version in {old.version for old in (answering if published else notes)}:
                return None
            try:
                self._write_note(self._note(state), asdict(state))
            except OSError:
                self.take_back(state)
                raise
        return state

    def take_back(self, state: State) -> None:
        """Undo `keep`."""
        self._note(state).unlink(missing_ok=True)
        # If this fails, the note can only come back by a power cut.
        sync_folder(self._folder)

    def prune(self) -> None:
        """Delete what is too old or belongs to no state; what can't be deleted is tried later."""
        kept = self.states()
        notes = {self._note(state) for state in kept}
        versions = {state.version for state in kept}
        for path in self._entries():
            with suppress(OSError):
                if path.suffix == _NOTE and path not in notes:
                    self._drop_note(path)
                elif path.is_dir() and path.name not in versions:
                    shutil.rmtree(path)

    def _drop_note(self, note: Path) -> None:
        if _state(note):
            note.unlink()
            return
        aside = note.rename(free_name(note, "spoiled"))
        log.warning("A note of the history can't be read; it is set aside as %s.", aside)

    def forget(self, by: str) -> None:
        """Drop who published from the states of one person. Raises HistoryError."""
        for state in self._notes():
            if state.by == by:
                with self._readable_errors():
                    note = self._note(state)
                    self._write_note(note, _row(note) | {"by": ""})

    def _entries(self) -> list[Path]:
        """What is in the history. Raises HistoryError."""
        try:
            return list(self._folder.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise HistoryError(f"{self._folder} can't be read: {advice(error)}") from error

    def _notes(self) -> list[State]:
        """All noted states, newest first, without unreadable notes."""
        states = [_state(path) for path in self._entries() if path.suffix == _NOTE]
        return sorted(filter(None, states), key=lambda state: -state.number)

    def _write_note(self, note: Path, row: dict[str, Any]) -> None:
        replace_file(note, json.dumps(row, default=str).encode())

    def _note(self, state: State) -> Path:
        return self._folder / f"{state.number:06}-{state.version}{_NOTE}"

    def _copy(self, version: str) -> Snapshot | None:
        """The copy of a version, unless it is damaged or missing."""
        with suppress(KnowledgeError):
            copy = read_snapshot(self._folder / version)
            return copy if copy.version == version else None
        return None

    def _keep_copy(self, snapshot: Snapshot) -> None:
        """Write the files under another name, then rename: the copy is complete or absent."""
        version = snapshot.version
        if self._copy(version):
            return
        beside, target = self._folder / f".{version}.new", self._folder / version
        private_folder(self._folder)
        shutil.rmtree(beside, ignore_errors=True)
        private_folder(beside)
        twins = self._newest_copy()
        for name, content in snapshot.files.items():
            private_folder((beside / name).parent)
            twin = twins.folder / name if twins and twins.files.get(name) == content else None
            _place(beside / name, content, twin)
        _sync(beside)
        if target.exists():
            shutil.rmtree(target)
        beside.rename(target)
        sync_folder(self._folder)

    def _newest_copy(self) -> Snapshot | None:
        """The copy of the newest state, whose files a new one mostly shares."""
        newest = self._notes()[:1]
        return self._copy(newest[0].version) if newest else None

    @contextmanager
    def _readable_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise HistoryError(
                f"{self._folder} can't be written, and every published state is kept there: "
                f"{advice(error)}"
            ) from error


def _place(file: Path, content: bytes, twin: Path | None) -> None:
    """Write a file; if there is one with the same content, give that a second name instead."""
    if twin:
        # Not every disk can.
        with suppress(OSError):
            file.hardlink_to(twin)
            return
    file.touch(mode=0o600)
    file.write_bytes(content)


def _sync(folder: Path) -> None:
    """Sync a new folder to the disk, its contents first."""
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_nlink == 1:
            sync_file(path)
    for path in (*filter(Path.is_dir, folder.rglob("*")), folder):
        sync_folder(path)


def _state(note: Path) -> State | None:
    """The state of a note, without what a newer version added; None if it is unreadable."""
    with suppress(OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        row = _row(note)
        number, version = int(row["number"]), str(row["version"])
        at, published = datetime.fromisoformat(row["at"]), bool(row["published"])
        if note.name == f"{number:06}-{version}{_NOTE}":
            return State(number, version, str(row["by"]), at, published)
    return None


def _row(note: Path) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(read_file(note, _NOTE_LIMIT))
    return row
