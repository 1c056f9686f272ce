"""Files: private to their owner, written whole or as a patch, and why one can't be used."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from difflib import unified_diff
from itertools import count
from pathlib import Path

from bot.errors import FootnoteError

_FULL = "the disk is full. Free some space, then try again."
_CLOSED = (
    "it belongs to another user, or is write-protected. Make it and its folder writable for the "
    "user that runs this."
)
_ADVICE = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EROFS: "its disk is read-only. Make that writable, or choose another folder.",
    errno.EIO: "the disk reports an error. Check the disk.",
}
_IN_USE = "it is in use by another program. Close that program, then try again."
_SQLITE_ADVICE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _CLOSED,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_PERM: _CLOSED,
    sqlite3.SQLITE_IOERR: _ADVICE[errno.EIO],
    sqlite3.SQLITE_BUSY: _IN_USE,
    sqlite3.SQLITE_LOCKED: _IN_USE,
}


def advice(error: OSError | sqlite3.Error) -> str:
    """Why a file can't be used and what to do, to end a sentence; "" if that is not known."""
    if isinstance(error, OSError):
        return _ADVICE.get(error.errno or 0, f"{error.strerror or error}.")
    return _SQLITE_ADVICE.get(sqlite_code(error), "")


def sqlite_code(error: sqlite3.Error) -> int:
    """The primary code of an error, 0 if it comes from Python and not from SQLite."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def private_folder(folder: Path) -> None:
    """Make a folder, and keep all but its owner out of it. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Somebody else's can't be changed; whether it can be used is for the next step to find.
    with suppress(PermissionError):
        folder.chmod(0o700)


def private_file(file: Path) -> None:
    """Make a file unless there is one, and keep all but its owner out of it. Raises OSError."""
    # One that is there is not opened: closing it would drop the locks of this process on it.
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if not file.is_file():
        raise OSError(errno.EISDIR, f"{file.name} is not a file")
    with suppress(PermissionError):
        file.chmod(0o600)


def free_name(file: Path, suffix: str) -> Path:
    """The first name that is free for setting a damaged file aside: `members.db.corrupt-1`."""
    names = (file.with_name(f"{file.name}.{suffix}-{number}") for number in count(1))
    return next(name for name in names if not name.exists())


def write_atomically(file: Path, text: str) -> None:
    """Put `text`, as it is, in place of a file: whatever happens, the old or the new is whole.

    Raises FootnoteError where that can't be done; the file is then unchanged.
    """
    try:
        replace_file(file, text.encode("utf-8"))
    except OSError as error:
        raise FootnoteError(
            f"{file} can't be written ({error.strerror}). Nothing was changed. Make its folder "
            "writable, or apply the change as a patch."
        ) from error


def replace_file(file: Path, content: bytes) -> None:
    """Put `content` in place of a file, durably: whatever happens, the old or the new is whole.

    Raises OSError where that can't be done; the file is then unchanged.
    """
    target = file.resolve()
    beside = target.with_name(f".{target.name}.new")
    try:
        _write(beside, content, target.stat().st_mode if target.exists() else 0o644)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(target.parent)


def _write(file: Path, content: bytes, mode: int) -> None:
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    file.chmod(mode & 0o777)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, and not only what the files hold.

    Not every system can (Windows can't open a folder); the files are in place all the same.
    """
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def as_patch(old: str, new: str, name: str) -> str:
    """What `git apply` needs to make `old` into `new` in the file `name`; "" if they are equal.

    `name` is a path from the folder that the patch is applied in, with forward slashes.
    """
    lines = unified_diff(_lines(old), _lines(new), f"a/{name}", f"b/{name}")
    return "".join(_ended(lines))


def _lines(text: str) -> list[str]:
    """The lines as Git counts them: nothing but a line feed ends one."""
    lines = [f"{line}\n" for line in text.split("\n")]
    return [*lines[:-1], lines[-1][:-1]] if lines[-1] != "\n" else lines[:-1]


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
