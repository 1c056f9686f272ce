"""Writing a text file so that it is never half-written, or as a patch where it can't be."""

import os
from collections.abc import Iterator
from contextlib import suppress
from difflib import unified_diff
from pathlib import Path

from bot.errors import FootnoteError


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
