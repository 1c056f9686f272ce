"""The files of a knowledge folder as bytes: reading, naming and putting them back.

What is hidden (a name that starts with a full stop, and all below it) is no file of the folder.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from bot.errors import Fault, KnowledgeError
from bot.files import replace_file

Files: TypeAlias = Mapping[str, bytes]
"""Contents by path from the folder, with forward slashes, in the order of the paths."""


def read_files(folder: Path) -> Files:
    """Read every file of a folder. Raises KnowledgeError where one can't be read."""
    names = sorted(path.relative_to(folder).as_posix() for path in _shown(folder) if path.is_file())
    return {name: _read(folder / name) for name in names}


def _shown(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"can't be read ({error.strerror}); make it readable or try again."
        raise KnowledgeError([Fault(file, 0, message)]) from None


def fingerprint_of(files: Files) -> str:
    """Twelve hex digits that differ whenever a name or content does."""
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def put_files(folder: Path, files: Files) -> None:
    """Make a folder hold these files and no others, each of them old or new at any time.

    Raises OSError, or KnowledgeError where the folder can't be read; some files are new then.
    """
    before = read_files(folder)
    for name, content in files.items():
        if before.get(name) != content:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            replace_file(folder / name, content)
    for name in before.keys() - files.keys():
        (folder / name).unlink()
    _drop_empty_folders(folder)


def _drop_empty_folders(folder: Path) -> None:
    """Drop what deleting left, now or before a kill: each folder would count as an article."""
    for path in sorted(_shown(folder), reverse=True):
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):
                path.rmdir()
