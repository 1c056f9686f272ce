"""Cool-downs: some at once, then a wait with one known end, told once."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.operation.cooldown import Cooldown, Wait

START = datetime(2026, 3, 1, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_as_many_as_the_burst_pass_at_once() -> None:
    cooldown = Cooldown(burst=3, seconds=2)
    assert [cooldown.take("alice", START) for _ in range(3)] == [None] * 3
    assert cooldown.take("alice", START) == Wait(after(6), first=True)


def test_the_wait_is_told_once_and_does_not_grow() -> None:
    cooldown = Cooldown(burst=1, seconds=10)
    cooldown.take("alice", START)
    assert cooldown.take("alice", after(1)) == Wait(after(11), first=True)
    assert cooldown.take("alice", after(2)) == Wait(after(11), first=False)
    assert cooldown.take("alice", after(10.9)) == Wait(after(11), first=False)


def test_after_the_wait_all_is_as_at_the_start() -> None:
    cooldown = Cooldown(burst=2, seconds=3)
    for _ in range(3):
        cooldown.take("alice", START)
    assert [cooldown.take("alice", after(6)) for _ in range(2)] == [None, None]
    assert cooldown.take("alice", after(6)) == Wait(after(12), first=True)


def test_who_asks_no_faster_than_the_refill_never_waits() -> None:
    cooldown = Cooldown(burst=1, seconds=4)
    assert not any(cooldown.take("alice", after(4 * n)) for n in range(50))


def test_each_key_has_a_bucket_of_its_own() -> None:
    cooldown = Cooldown(burst=1, seconds=10)
    cooldown.take("alice", START)
    assert cooldown.take("bob", START) is None


def test_a_clock_that_is_set_back_takes_nothing_away() -> None:
    cooldown = Cooldown(burst=2, seconds=10)
    cooldown.take("alice", START)
    assert cooldown.take("alice", after(-3600)) is None


def test_many_keys_do_not_lift_a_wait() -> None:
    """Rested keys are forgotten, those that wait are not."""
    cooldown = Cooldown(burst=1, seconds=100)
    cooldown.take("alice", START)
    cooldown.take("alice", START)
    for key in range(1200):
        cooldown.take(key, START)
    assert cooldown.take("alice", after(99)) == Wait(after(100), first=False)
    assert cooldown.take("alice", after(100)) is None


@given(st.lists(st.floats(0, 5), max_size=60))
def test_never_more_pass_than_the_burst_and_the_refill_allow(gaps: list[float]) -> None:
    cooldown, now, passed = Cooldown(burst=3, seconds=2), 0.0, 0
    for gap in gaps:
        now += gap
        passed += cooldown.take("alice", after(now)) is None
        assert passed <= 3 + now / 2 + 1e-3
