"""A queue for each channel: served in order, and equal items together."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.operation.cooldown import Wait

T = TypeVar("T")

LONGEST = 60
"""Places of a queue: a minute's worth, since Discord takes a message a second from a channel."""

TOGETHER = 20
"""Equal items served together at most: the names of all who asked fit in a message."""

PATIENCE = 2.0
"""Seconds of waiting before the channel is shown that the bot is typing."""


@dataclass(eq=False)
class _Place(Generic[T]):
    """A place in a queue; those with the same `key` are equals."""

    item: T
    key: Hashable
    served: bool = False


class _Queue(Generic[T]):
    """The queue of one channel; `full_until` is when those turned away may come back."""

    def __init__(self, showing: asyncio.Task[None]) -> None:
        self.showing = showing
        self.turn = asyncio.Lock()
        self.places: list[_Place[T]] = []
        self.full_until: datetime | None = None

    def waiting(self) -> list[_Place[T]]:
        return [place for place in self.places if not place.served]


class Queues(Generic[T]):
    """A queue for each channel where something waits, of at most `LONGEST` places.

    After `PATIENCE`, `show` is called with the channel, and cancelled when its queue is empty.
    """

    def __init__(self, show: Callable[[int], Awaitable[None]]) -> None:
        self._show = show
        self._queues: dict[int, _Queue[T]] = {}

    def refusal(self, channel: int, now: datetime) -> Wait | None:
        """How long to wait if the queue of a channel is full at `now` (aware); else None."""
        queue = self._queues.get(channel)
        if queue is None or len(queue.waiting()) < LONGEST:
            return None
        full_until = queue.full_until
        if full_until and now < full_until:
            return Wait(full_until, first=False)
        queue.full_until = now + timedelta(seconds=LONGEST)
        return Wait(queue.full_until, first=True)

    @asynccontextmanager
    async def turn(self, channel: int, item: T, key: Hashable) -> AsyncIterator[list[T]]:
        """Wait for the turn of an item; yield those to serve: itself, then its equals behind it.

        There are none if it was served meanwhile. They count as served if the block
        ends without an error.
        """
        place = _Place(item, key)
        queue = self._queues.get(channel) or self._open(channel)
        queue.places.append(place)
        try:
            async with queue.turn:
                equals = [] if place.served else [p for p in queue.waiting() if p.key == key]
                together = equals[:TOGETHER]
                yield [p.item for p in together]
                for served in together:
                    served.served = True
        finally:
            queue.places.remove(place)
            if not queue.places:
                queue.showing.cancel()
                del self._queues[channel]

    def _open(self, channel: int) -> _Queue[T]:
        queue = self._queues[channel] = _Queue[T](asyncio.create_task(self._shown(channel)))
        return queue

    async def _shown(self, channel: int) -> None:
        await asyncio.sleep(PATIENCE)
        await self._show(channel)
