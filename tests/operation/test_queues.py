"""Queues: in order, each served once, equals together, and never too long."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from bot.operation.queues import LONGEST, TOGETHER, Queues

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CHANNEL = 7


async def nobody(_: int) -> None:
    """Shown to nobody."""


async def serve_all(keys: list[int]) -> list[list[int]]:
    """Queue an item for each key at once; return what was served together, in order."""
    queues, served = Queues[int](nobody), list[list[int]]()

    async def serve(item: int, key: int) -> None:
        async with queues.turn(CHANNEL, item, key) as items:
            await asyncio.sleep(0)
            served.append(items)

    await asyncio.gather(*(serve(item, key) for item, key in enumerate(keys)))
    return [items for items in served if items]


@given(st.lists(st.integers(0, 3), max_size=100))
def test_each_is_served_once_in_order_and_with_equals_alone(keys: list[int]) -> None:
    served = asyncio.run(serve_all(keys))
    assert sorted(chain.from_iterable(served)) == list(range(len(keys)))
    assert [items[0] for items in served] == sorted(items[0] for items in served)
    assert all(len({keys[item] for item in items}) == 1 for items in served)
    assert all(len(items) <= TOGETHER for items in served)


async def test_who_fails_leaves_the_others_to_be_served() -> None:
    queues, served = Queues[str](nobody), list[list[str]]()

    async def serve(item: str) -> None:
        async with queues.turn(CHANNEL, item, "same") as items:
            served.append(items)
            if item == "first":
                raise ValueError

    outcomes = await asyncio.gather(serve("first"), serve("second"), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ValueError, type(None)]
    assert served[-1] == ["second"]


async def test_a_full_queue_is_told_once_until_it_should_be_empty() -> None:
    queues, gate = Queues[int](nobody), asyncio.Event()

    async def serve(item: int) -> None:
        async with queues.turn(CHANNEL, item, item):
            await gate.wait()

    assert queues.refusal(CHANNEL, NOW) is None
    waiting = [asyncio.create_task(serve(item)) for item in range(LONGEST)]
    await asyncio.sleep(0)
    until = NOW + timedelta(seconds=LONGEST)
    waits = [queues.refusal(CHANNEL, NOW) for _ in range(2)]
    assert [(wait.until, wait.first) for wait in waits if wait] == [(until, True), (until, False)]
    assert queues.refusal(CHANNEL + 1, NOW) is None
    gate.set()
    await asyncio.gather(*waiting)
    assert queues.refusal(CHANNEL, NOW) is None
