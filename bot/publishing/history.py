"""The states that were published, each kept as a copy of its files, and who published it when.

The copy is a folder named by the fingerprint of its files; each publishing has a note of its own,
so that it is noted in one step and taken back in one. The highest number is the newest: clocks are
set back at times.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import FootnoteError
from bot.files import replace_file, sync_folder
from bot.publishing.folder import Files, fingerprint_of, put_files, read_files

FOLDER = "history"
STATES_KEPT = 20

_NOTE = ".json"


class HistoryError(FootnoteError):
    """A state can't be kept or found; the message says what to do."""


@dataclass(frozen=True)
class State:
    """A state of the knowledge folder: its fingerprint, who left it so, and when.

    `published` is False where it was only set aside, for a rollback to take its place.
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

    def folder_of(self, version: str) -> Path:
        """The copy of a state's files. Raises HistoryError where there is none that is whole."""
        if version not in {state.version for state in self.states()}:
            raise HistoryError("No state of that version is kept. Look it up in the history.")
        if not self._is_whole(version):
            raise HistoryError(
                f"The copy of version {version} in {self._folder} is damaged. Choose another one."
            )
        return self._folder / version

    def keep(self, files: Files, by: str, at: datetime, *, published: bool = True) -> State | None:
        """Keep a state as the newest one; None where there is nothing to add.

        `by` is who, in any words. Raises HistoryError where it can't be written.
        """
        version, notes = fingerprint_of(files), self._notes()
        answering = [state for state in notes if state.published][:1]
        state = State(
            number=1 + max((state.number for state in notes), default=0),
            version=version,
            by=by,
            at=at.astimezone(UTC),
            published=published,
        )
        with self._told():
            self._keep_copy(version, files)
            if version in {old.version for old in (answering if published else notes)}:
                return None
            try:
                self._write_note(state)
            except OSError:
                self.take_back(state)
                raise
        return state

    def take_back(self, state: State) -> None:
        """Undo `keep`."""
        self._drop(self._note(state))

    def prune(self) -> None:
        """Drop what is too old or no state's; what can't be dropped now will be another time."""
        kept = self.states()
        for state in self._notes():
            if state not in kept:
                with suppress(OSError):
                    self._note(state).unlink()
        versions = {state.version for state in kept}
        for folder in self._folder.iterdir():
            if folder.is_dir() and folder.name not in versions:
                shutil.rmtree(folder, ignore_errors=True)

    def forget(self, by: str) -> None:
        """Drop who published from the states of one person. Raises HistoryError."""
        for state in self._notes():
            if state.by == by:
                with self._told():
                    self._write_note(replace(state, by=""))

    @property
    def rollback_note(self) -> Path:
        """Where it stands that a folder is about to become an earlier state."""
        return self._folder / "rollback"

    def begin_rollback(self, folder: Path, before: str, after: str) -> None:
        """Note that `folder` is about to become the version `after`. Raises HistoryError."""
        with self._told():
            replace_file(self.rollback_note, f"{before}\n{after}\n{folder.resolve()}".encode())

    def end_rollback(self) -> None:
        """Note that the rollback is done, or undone."""
        self._drop(self.rollback_note)

    def unfinished_rollback(self, folder: Path) -> tuple[str, str] | None:
        """The versions between which `folder` stands since the program was killed, if it does."""
        if not self.rollback_note.is_file():
            return None
        noted = self.rollback_note.read_text("utf-8", "replace").split("\n", 2)
        return (noted[0], noted[1]) if noted[2:] == [str(folder.resolve())] else None

    def _notes(self) -> list[State]:
        """All that was noted, newest first; a note that the disk spoiled is none."""
        states = []
        for file in self._folder.glob(f"*{_NOTE}"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                row = json.loads(file.read_text("utf-8"))
                states.append(State(**row | {"at": datetime.fromisoformat(row["at"])}))
        return sorted(states, key=lambda state: -state.number)

    def _drop(self, note: Path) -> None:
        note.unlink(missing_ok=True)
        # Where this fails, the note can only come back by a power cut.
        with suppress(OSError):
            sync_folder(self._folder)

    def _write_note(self, state: State) -> None:
        replace_file(self._note(state), json.dumps(asdict(state), default=str).encode())

    def _note(self, state: State) -> Path:
        return self._folder / f"{state.number:06}-{state.version}{_NOTE}"

    def _is_whole(self, version: str) -> bool:
        return fingerprint_of(read_files(self._folder / version)) == version

    def _keep_copy(self, version: str, files: Files) -> None:
        """Write the files beside, then give the folder its name, so that it is whole or absent."""
        if self._is_whole(version):
            return
        beside, target = self._folder / f".{version}.new", self._folder / version
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        put_files(beside, files)
        for folder in (beside, *(f for f in beside.rglob("*") if f.is_dir())):
            sync_folder(folder)
        if target.exists():
            shutil.rmtree(target)
        beside.rename(target)
        sync_folder(self._folder)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise HistoryError(
                f"{self._folder} can't be written ({error.strerror}), and every published state is "
                "kept there. Make it writable and see that the disk has room, then try again."
            ) from error
