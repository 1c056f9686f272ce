"""What members create on a PostgreSQL server: `kill -9` of who writes, a crash of the server."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.members.sqlite import MembersError

from .member_scenes import Forgetting, LaterVotes, Posting, Votes
from .outcome import Outcome
from .postgres import Postgres, programs, running_postgres
from .processes import Ended, Say, Work, run

SCENES: Sequence[type[Votes]] = (Votes, LaterVotes, Forgetting, Posting)


def break_server(tries: int) -> Iterator[Outcome]:
    """Kill who writes at so many moments of each scene, and crash the server as often."""
    found = programs()
    if not found:
        yield Outcome("PostgreSQL", 0, [], skipped="it is not installed")
        return
    with running_postgres(found) as postgres:
        for kind in SCENES:
            yield _kill_writers(postgres, kind, tries)
        yield _crash_server(postgres, tries)


def _kill_writers(postgres: Postgres, kind: type[Votes], tries: int) -> Outcome:
    with TemporaryDirectory(prefix="footnote-faults-") as folder:
        seconds = run(_scene(postgres, kind, Path(folder)).act).seconds
    killed, failures = 0, []
    for number in range(tries):
        with TemporaryDirectory(prefix="footnote-faults-") as folder:
            scene = _scene(postgres, kind, Path(folder))
            ended = run(scene.act, kill_after=seconds * number / tries)
            killed += ended.killed
            failures += _failures(scene, ended)
    name = f"kill -9 at any moment, on PostgreSQL: {kind.name}"
    return Outcome(name, tries, failures, f"within {1000 * seconds:.0f} ms, kills: {killed}")


def _scene(postgres: Postgres, kind: type[Votes], folder: Path) -> Votes:
    scene = kind(folder)
    scene.settings = replace(scene.settings, database=postgres.new_place())
    # In a process of its own, so that no thread of a pool is alive at a fork.
    assert not run(lambda _: scene.prepare()).failure
    return scene


def _crash_server(postgres: Postgres, tries: int) -> Outcome:
    """Let the server fail behind a vote; what comes after that is refused in a sentence."""
    failures = []
    for number in range(tries):
        with TemporaryDirectory(prefix="footnote-faults-") as folder:
            scene = _scene(postgres, Votes, Path(folder))
            ended = run(_crashing(postgres, scene, str(number % scene.votes)))
            postgres.stop()
            postgres.start()
            failures += _failures(scene, ended)
    return Outcome("a crash of PostgreSQL beneath votes", tries, failures)


def _crashing(postgres: Postgres, scene: Votes, vote: str) -> Work:
    def act(say: Say) -> None:
        def tell(text: str) -> None:
            say(text)
            if text == vote:
                postgres.crash()

        with suppress(MembersError):
            scene.act(tell)

    return act


def _failures(scene: Votes, ended: Ended) -> list[str]:
    """Check a scene from a new process; [] or what does not hold."""
    failure = ended.failure or run(lambda _: scene.check(ended.said)).failure
    return [failure] if failure else []
