"""One bot for a data folder, one process for a shard: a second one would answer twice."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.config import Shards
from bot.errors import SettingsError
from bot.files import exists, locked

LOCK = "bot.lock"
_SHARD_LOCK = "shard-{}.lock"


@contextmanager
def only_instance(data: Path, shards: Shards | None = None) -> Iterator[None]:
    """Hold the data folder while the bot runs; a process with a share of the shards, only these.

    Raises SettingsError if another process holds them, or the folder can't be written.
    """
    whose = (
        f"the shards {shards} and the data folder {data}" if shards else f"the data folder {data}"
    )
    busy = (
        f"Another Footnote is running with {whose}. Stop that one first, or "
        "set FOOTNOTE_DATA to another folder for a bot with another token."
    )
    with ExitStack() as held, ExitStack() as starting:
        # `is_running` and starting processes hold it for a moment.
        alone = locked(data, LOCK, SettingsError, busy, wait=0.2)
        (starting if shards else held).enter_context(alone)
        for number in shards.numbers if shards else ():
            name = _SHARD_LOCK.format(number)
            held.enter_context(locked(data, name, SettingsError, busy, wait=0.2))
        if not shards and any(map(_is_held, data.glob(_SHARD_LOCK.format("*")))):
            raise SettingsError(busy)
        starting.close()
        yield


def is_running(data: Path, shards: Shards | None = None) -> bool:
    """Whether a process holds the data folder, or these shards in it.

    Raises OSError if that can't be found out.
    """
    return _is_held(data / (_SHARD_LOCK.format(shards.first) if shards else LOCK))


def _is_held(file: Path) -> bool:
    if not exists(file):
        return False
    try:
        with FileLock(file, timeout=0):
            return False
    except Timeout:
        return True
