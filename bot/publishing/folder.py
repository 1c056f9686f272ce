"""The knowledge folder as bytes: read with care, copied, and written.

Only the files of articles and the general ones are read. Others, such as editors and archives leave
behind, are ignored, and so is a folder whose name begins with a full stop or an underscore
(`__MACOSX`). Links are refused: what they lead to may change unseen.
"""

import hashlib
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from bot.errors import Fault, FootnoteError, KnowledgeError
from bot.files import advice, read_file, replace_file
from bot.knowledge.file_names import ARTICLE_FILES, GENERAL_FILES

FILE_LIMIT = 1_000_000
"""Bytes of a knowledge file."""

FOLDER_LIMIT = 20_000_000
"""Bytes of all knowledge files together."""

_TOO_LARGE = f"holds more than {FOLDER_LIMIT:,} bytes of knowledge; take articles out."

Files: TypeAlias = Mapping[str, bytes]
"""Contents by path from the folder, with forward slashes."""


class FolderError(FootnoteError):
    """The knowledge folder can't be read or written; what is in it is unharmed."""


class UnwritableError(FolderError):
    """The knowledge folder can't be written at all: it may be read-only."""


@dataclass(frozen=True)
class Snapshot:
    """The knowledge files of a folder as they are at one moment, or as they are to be.

    `faults` are those of articles that could not be read and have no files here.
    """

    folder: Path
    files: Files
    faults: tuple[Fault, ...] = ()

    @cached_property
    def version(self) -> str:
        """Twelve hex digits that differ whenever a name or content does."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()[:12]

    @property
    def articles(self) -> set[str]:
        """The slugs of the articles."""
        return {slug_of(name) for name in self.files} - {""}

    def with_articles_of(self, other: "Snapshot | None", slugs: Collection[str]) -> "Snapshot":
        """The same with these articles as in another snapshot, or without them."""
        theirs = other.files if other else {}
        kept = {n: content for n, content in self.files.items() if slug_of(n) not in slugs}
        taken = {n: content for n, content in theirs.items() if slug_of(n) in slugs}
        return Snapshot(self.folder, {**kept, **taken})

    def fitting(self) -> "Snapshot":
        """The same. Raises KnowledgeError if it is larger than what can be read again."""
        faults = [
            Fault(self.folder / name, 0, f"has more than {FILE_LIMIT:,} bytes; shorten it.")
            for name, content in self.files.items()
            if len(content) > FILE_LIMIT
        ]
        if sum(map(len, self.files.values())) > FOLDER_LIMIT:
            faults.append(Fault(self.folder, 0, _TOO_LARGE))
        if faults:
            raise KnowledgeError(faults)
        return self

    def whole(self) -> "Snapshot":
        """The same. Raises KnowledgeError if an article could not be read."""
        if self.faults:
            raise KnowledgeError(list(self.faults))
        return self

    def with_file(self, name: str, text: str) -> "Snapshot":
        """The same with one file changed."""
        return replace(self, files={**self.files, name: text.encode()})

    def text(self, name: str) -> str:
        """The text of a file. Raises KnowledgeError if it is missing or not UTF-8."""
        try:
            return self.files[name].decode()
        except KeyError:
            message = "is missing."
        except UnicodeDecodeError:
            message = "is not UTF-8; save it as UTF-8."
        raise KnowledgeError([Fault(self.folder / name, 0, message)])

    @contextmanager
    def copied(self) -> Iterator[Path]:
        """A temporary copy to load the knowledge from, which nobody else writes to.

        Faults that the block raises name the folder itself. Raises FolderError.
        """
        with _temporary(self.files) as copy:
            try:
                yield copy
            except KnowledgeError as error:
                faults = [fault.moved(copy, self.folder) for fault in error.faults]
                raise KnowledgeError(faults) from None


def slug_of(name: str) -> str:
    """The slug of the article that a file is of, "" for a general one."""
    return name.rpartition("/")[0]


@contextmanager
def _temporary(files: Files) -> Iterator[Path]:
    with ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="footnote-")))
            for name, content in files.items():
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_bytes(content)
        except OSError as error:
            raise FolderError(f"No temporary file can be written: {advice(error)}") from error
        yield folder


def read_snapshot(folder: Path) -> Snapshot:
    """Read the knowledge files of a folder; an article that can't be read is left out.

    Raises KnowledgeError with every fault if no article is left, or if it is not an article's.
    """
    return _Reader(folder).read()


class _Reader:
    """Reads file by file and collects the faults, so that all are reported at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, bytes] = {}
        self._size = 0
        self._faults: list[Fault] = []
        self._left_out: list[Fault] = []

    def read(self) -> Snapshot:
        for name in GENERAL_FILES:
            self._read(name)
        for entry in self._entries(self._folder):
            if entry.is_dir():
                known = len(self._faults)
                self._read_article(entry)
                self._leave_out(entry.name, self._faults[known:])
        if self._size > FOLDER_LIMIT:
            self._faults.append(Fault(self._folder, 0, _TOO_LARGE))
        if self._faults or (self._left_out and not any(map(slug_of, self._files))):
            raise KnowledgeError([*self._faults, *self._left_out])
        return Snapshot(self._folder, self._files, tuple(sorted(self._left_out)))

    def _leave_out(self, article: str, faults: list[Fault]) -> None:
        """Take an article out again if it has faults."""
        if faults:
            self._left_out += faults
            self._faults = self._faults[: -len(faults)]
            self._files = {n: c for n, c in self._files.items() if slug_of(n) != article}

    def _fault(self, name: str, message: str) -> None:
        self._faults.append(Fault(self._folder / name, 0, message))

    def _entries(self, folder: Path) -> Iterator["os.DirEntry[str]"]:
        """What is in a folder and neither hidden nor foreign, by name."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._faults.append(Fault(folder, 0, f"can't be read: {advice(error)}"))
            return
        for entry in entries:
            if entry.name.startswith((".", "_")):
                continue
            if entry.name.isprintable():
                yield entry
            else:
                message = f"holds a name that is not UTF-8 text: {entry.name!a}; rename it."
                self._faults.append(Fault(folder, 0, message))

    def _read_article(self, folder: "os.DirEntry[str]") -> None:
        if folder.is_symlink():
            self._fault(folder.name, "is a link; put the folder itself there.")
        elif "#" in folder.name:
            self._fault(folder.name, "has a # in its name, at which ids of facts part; rename it.")
        else:
            for entry in self._entries(self._folder / folder.name):
                if entry.name in ARTICLE_FILES:
                    self._read(f"{folder.name}/{entry.name}")

    def _read(self, name: str) -> None:
        if self._size > FOLDER_LIMIT:
            return
        try:
            content = read_file(self._folder / name, FILE_LIMIT)
        except FileNotFoundError:
            return
        except OSError as error:
            self._fault(name, f"can't be read: {advice(error)}")
            return
        self._files[name] = content
        self._size += len(content)


def write_files(folder: Path, old: Files, new: Files) -> None:
    """Make a folder that holds `old` hold `new`; at any time each file is one or the other.

    Raises UnwritableError, or FolderError if a file is no longer as in `old`; some are new then.
    """
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            _swap(folder / name, old.get(name), new.get(name))


def _swap(file: Path, old: bytes | None, new: bytes | None) -> None:
    """Put `new` in place of `old` (None: no file), unless somebody has changed the file."""

    def check() -> None:
        if _content(file) != old:
            raise FolderError(f"Somebody else is changing {file}. Look at it, then try again.")

    try:
        if new is None:
            check()
            file.unlink()
            # The folder of a removed article goes too, unless it holds something else.
            with suppress(OSError):
                file.parent.rmdir()
        else:
            file.parent.mkdir(exist_ok=True)
            mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o644
            replace_file(file, new, mode, check)
    except OSError as error:
        raise UnwritableError(
            f"{file} can't be written: {advice(error)} "
            "FOOTNOTE_KNOWLEDGE can name a copy of the folder."
        ) from error


def _content(file: Path) -> bytes | None:
    try:
        return read_file(file, FILE_LIMIT)
    except FileNotFoundError:
        return None
