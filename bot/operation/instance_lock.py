"""One bot a data folder: a second one would answer everything twice."""

from contextlib import AbstractContextManager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import SettingsError
from bot.files import locked

LOCK = "bot.lock"


def only_instance(data: Path) -> AbstractContextManager[None]:
    """Hold the data folder while the bot runs.

    Raises SettingsError if another bot holds it, or it can't be written.
    """
    busy = (
        f"Another Footnote is running with the data folder {data}. Stop that one first, or "
        "set FOOTNOTE_DATA to another folder for a bot with another token."
    )
    # `is_running` holds it for a moment.
    return locked(data, LOCK, SettingsError, busy, wait=0.2)


def is_running(data: Path) -> bool:
    """Whether a bot holds the data folder. Raises OSError if that can't be found out."""
    if not (data / LOCK).exists():
        return False
    try:
        with FileLock(data / LOCK, timeout=0):
            return False
    except Timeout:
        return True
