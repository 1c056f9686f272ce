"""Writing a text file so that it is never half-written, or as a patch where it can't be."""

import os
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from bot.errors import FootnoteError


def write_atomically(file: Path, text: str) -> None:
    """Put `text`, as it is, in place of a file: whatever happens, the old or the new is whole.

    Raises FootnoteError where that can't be done; the file is then unchanged.
    """
    target = file.resolve()
    beside = target.with_name(f".{target.name}.new")
    try:
        try:
            _write(beside, text, target.stat().st_mode if target.exists() else 0o644)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        _sync_folder(target.parent)
    except OSError as error:
        raise FootnoteError(
            f"{file} can't be written ({error.strerror}). Nothing was changed. Make its folder "
            "writable, or apply the change as a patch."
        ) from error


def _write(file: Path, text: str, mode: int) -> None:
    with file.open("wb") as opened:
        opened.write(text.encode("utf-8"))
        opened.flush()
        os.fchmod(opened.fileno(), mode & 0o777)
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk, and not only the new content."""
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
