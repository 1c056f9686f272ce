"""One bot a data folder: a second one would answer everything twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import SettingsError

LOCK = "bot.lock"


@contextmanager
def only_instance(data: Path) -> Iterator[None]:
    """Hold the data folder while the bot runs; the system lets go when the process ends.

    Raises SettingsError where another bot holds it, or it can't be written.
    """
    lock = FileLock(data / LOCK)
    try:
        data.mkdir(parents=True, exist_ok=True)
        # `is_running` holds it for a moment.
        lock.acquire(timeout=0.2)
    except Timeout:
        raise SettingsError(
            f"Another Footnote is running with the data folder {data}. Stop that one first, or "
            "set FOOTNOTE_DATA to another folder for a bot with another token."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"The data folder {data} can't be written ({error}). Make it writable or set "
            "FOOTNOTE_DATA to another one."
        ) from None
    try:
        yield
    finally:
        lock.release()


def is_running(data: Path) -> bool:
    """Whether a bot holds the data folder. Raises OSError where that can't be found out."""
    if not (data / LOCK).exists():
        return False
    try:
        with FileLock(data / LOCK, timeout=0):
            return False
    except Timeout:
        return True
