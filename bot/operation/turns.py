"""Turns for starting sessions: Discord allows one every five seconds in each of its buckets."""

import asyncio
from pathlib import Path

from filelock import FileLock, Timeout

PAUSE = 5.0
"""Seconds between two turns in a bucket."""

_LOOK = 0.1
"""Seconds between two tries to get a turn."""


class Turns:
    """Turns that processes with the same data folder take one after another.

    A turn is a lock, held for as long as nobody else may start; a killed process blocks nobody.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._held: set[FileLock] = set()

    async def take(self, bucket: int) -> None:
        """Wait for a turn in a bucket. Raises OSError if the data folder can't be written."""
        lock = FileLock(self._data / f"session-{bucket}.lock", timeout=0, mode=0o600)
        while True:
            try:
                lock.acquire()
            except Timeout:
                await asyncio.sleep(_LOOK)
            else:
                break
        self._held.add(lock)
        asyncio.get_running_loop().call_later(PAUSE, self._give, lock)

    def give_back(self) -> None:
        """Release all locks."""
        for lock in [*self._held]:
            self._give(lock)

    def _give(self, lock: FileLock) -> None:
        lock.release()
        self._held.discard(lock)
