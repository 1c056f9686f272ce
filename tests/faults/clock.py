"""A clock that is set back by a day: nobody waits for it, and what is new stays new."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.members.members import MEMBERS, Members, Vote
from bot.members.misses import Missed
from bot.operation.cooldown import Cooldown
from bot.publishing.release import accept, propose, published_edition, rollback

from .member_scenes import MEMBER
from .outcome import Outcome
from .processes import run
from .scenes import NOW, Release
from .stage import staged

BEFORE = NOW - timedelta(days=1)


def set_clock_back() -> Iterator[Outcome]:
    """Do at NOW and then again a day before it what depends on the time."""
    checks: tuple[Callable[[], None], ...] = (_release, _vote, _miss, _cooldown)
    failures = [failure for check in checks if (failure := _failure(check))]
    yield Outcome("clock set back by a day", len(checks), failures)


def _failure(check: Callable[[], None]) -> str:
    return run(lambda _: check()).failure


def _release() -> None:
    with staged(Release) as stage:
        scene = stage.scene
        assert isinstance(scene, Release)
        settings = scene.settings
        proposal = propose(settings, published_edition(settings), {})
        new = accept(settings, proposal, "ann", BEFORE).version
        newest = published_edition(settings)
        assert newest
        assert newest.version == new == scene.new
        assert rollback(settings, "", "bob", BEFORE).version == scene.old


def _vote() -> None:
    with TemporaryDirectory() as folder, closing(Members(Path(folder, MEMBERS))) as members:
        members.vote(Vote(MEMBER, "a", up=True, at=NOW))
        members.vote(Vote(MEMBER, "a", up=False, at=BEFORE, reason="wrong"))
        assert (members.tally("a").up, members.tally("a").down) == (0, 1)
        assert members.confirmed(BEFORE, ()) == {}


def _miss() -> None:
    missed = Missed(1, "who is new", "", "declined")
    with TemporaryDirectory() as folder, closing(Members(Path(folder, MEMBERS))) as members:
        members.add_miss(missed, NOW)
        members.add_miss(missed, BEFORE)
        members.expire(BEFORE)
        (miss,) = members.misses(1, BEFORE)
        assert (miss.times, miss.last_seen) == (2, NOW.date())


def _cooldown() -> None:
    cooldown = Cooldown(burst=2, seconds=5)
    waits = [cooldown.take(MEMBER, NOW) for _ in range(3)]
    assert waits[-1]
    assert cooldown.take(MEMBER, BEFORE) is None
