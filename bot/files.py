"""Files: read with care, written atomically, private to their owner; patches; error advice."""

import errno
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from difflib import unified_diff
from itertools import count
from pathlib import Path

from bot.errors import FootnoteError

_FULL = "the disk is full. Free some space, then try again."
_CLOSED = (
    "it belongs to another user, or is write-protected. Make it and its folder writable for the "
    "user that runs this."
)
# Not every system has each of these.
_CAREFULLY = os.O_RDONLY | sum(
    getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
)
_TOO_LARGE = "it has more than {:,} bytes; shorten it"
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
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHMSIZE:
        # The file that programs share beside the database can't grow.
        return _FULL
    return _SQLITE_ADVICE.get(sqlite_code(error), "")


def sqlite_code(error: sqlite3.Error) -> int:
    """The primary code of an error, 0 if it comes from Python and not from SQLite."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def exists(path: Path) -> bool:
    """Whether there is a file or folder.

    Raises PermissionError if that can't be seen; from Python 3.14 on `Path.exists` says no then.
    """
    try:
        path.stat()
    except PermissionError:
        raise
    except (OSError, ValueError):
        return False
    return True


def private_folder(folder: Path) -> None:
    """Make a folder, and keep all but its owner out of it. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Another user's can't be changed; the next step finds out whether it can be used.
    with suppress(PermissionError):
        folder.chmod(folder.stat().st_mode & 0o700)


def private_file(file: Path) -> None:
    """Make a file unless there is one, and keep all but its owner out of it. Raises OSError."""
    # An existing file is not opened: closing it would drop this process's locks on it.
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if not file.is_file():
        raise OSError(errno.EISDIR, f"{file.name} is not a file")
    with suppress(PermissionError):
        file.chmod(file.stat().st_mode & 0o600)


@contextmanager
def locked(
    data: Path, name: str, error: type[FootnoteError], busy: str, wait: float = 0.0
) -> Iterator[None]:
    """Hold a lock in the data folder for the block; the system lets go when the process ends.

    `wait` is for how long (seconds) to try. Raises `error`: with `busy` if another process holds
    the lock, else with why the folder can't be written.
    """
    # Imported here: it takes long to load, and a question needs no lock.
    from filelock import FileLock, Timeout  # noqa: PLC0415

    lock = FileLock(data / name, timeout=wait, mode=0o600)
    try:
        private_folder(data)
        lock.acquire()
    except Timeout:
        raise error(busy) from None
    except OSError as failure:
        raise error(
            f"The data folder {data} can't be written: {advice(failure)} FOOTNOTE_DATA can name "
            "another folder."
        ) from failure
    try:
        yield
    finally:
        lock.release()


def free_name(file: Path, suffix: str) -> Path:
    """The first name that is free for setting a damaged file aside: `members.db.corrupt-1`."""
    names = (file.with_name(f"{file.name}.{suffix}-{number}") for number in count(1))
    return next(name for name in names if not name.exists())


def read_file(file: Path, limit: int) -> bytes:
    """Read an ordinary file of at most `limit` bytes; links, pipes and devices are not opened.

    Raises OSError, which `advice` explains.
    """
    # Checked before opening: opening a device may have effects, and a pipe waits for a writer.
    _refuse_unfit(file.lstat(), limit)
    with os.fdopen(os.open(file, _CAREFULLY), "rb") as opened:
        _refuse_unfit(os.fstat(opened.fileno()), limit)
        content = opened.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, _TOO_LARGE.format(limit))
    return content


def _refuse_unfit(status: os.stat_result, limit: int) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, "it is a link; put the file itself there")
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not an ordinary file; take it away")
    if status.st_size > limit:
        raise OSError(errno.EFBIG, _TOO_LARGE.format(limit))


def replace_file(
    file: Path, content: bytes, mode: int = 0o600, check: Callable[[], None] = lambda: None
) -> None:
    """Replace a file, durably: whatever happens, the old or the new content is complete.

    `check` is called right before the swap. Raises OSError, or what `check` raises; the file is
    then unchanged.
    """
    beside = file.with_name(f".{file.name}.new")
    try:
        with beside.open("wb") as opened:
            beside.chmod(mode)
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        check()
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(file.parent)


def sync_file(file: Path) -> None:
    """Flush a file to the disk. Raises OSError."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, as far as the system can (Windows can't)."""
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
