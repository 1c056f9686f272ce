"""Storage that fails: full, read-only, locked. Each ends in a sentence or a working bot."""

import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from filelock import FileLock

from bot.errors import FootnoteError
from bot.language.spelling import english
from bot.members.members import MEMBERS
from bot.publishing import release
from bot.publishing.edition import DATABASE

from .outcome import Outcome
from .processes import Ended, Say, Work, run
from .stage import Stage

NOBODY = 65534
PAGE = 4096


def break_storage(stages: Sequence[Stage], tries: int) -> Iterator[Outcome]:
    """Try every fault of the storage; those that come in degrees, `tries` times."""
    yield _limited_files(stages, tries)
    yield _full_disk(stages, tries)
    yield from (_read_only(stages, folder) for folder in ("data", "knowledge"))
    yield _locked(stages)


def told(work: Work) -> Work:
    """The work, if a sentence of ours is as good an end as success."""

    def tell(say: Say) -> None:
        try:
            work(say)
        except FootnoteError as error:
            say("told: " + " ".join(str(error).split()))

    return tell


def _survived(stage: Stage, ended: Ended) -> str:
    """Check a scene behind a fault that is over; what was told instead is no promise."""
    done = [line for line in ended.said if not line.startswith("told: ")]
    return ended.failure or run(lambda _: stage.scene.check(done)).failure


def _limited_files(stages: Sequence[Stage], tries: int) -> Outcome:
    """No file may grow beyond a number of bytes, as on a disk that is full."""
    failures, sentences, total = [], 0, 0
    for stage in stages:
        for limit in _spread(120_000, tries):
            stage.reset()
            ended = run(_within(limit, told(stage.scene.act)))
            sentences += any(line.startswith("told: ") for line in ended.said)
            total += 1
            if failure := _survived(stage, ended):
                failures.append(f"{stage.scene.name}, {limit} bytes: {failure}")
    return Outcome("files that can't grow", total, failures, f"sentences: {sentences}")


def _within(limit: int, work: Work) -> Work:
    def limited(say: Say) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        work(say)

    return limited


def _full_disk(stages: Sequence[Stage], tries: int) -> Outcome:
    """A small file system with ever fewer pages left."""
    failures, sentences, total = [], 0, 0
    for stage in stages:
        with _small_disk(stage.scene.place) as mounted:
            if not mounted:
                return Outcome("full disk", 0, [], skipped="nothing may be mounted here")
            for pages in _spread(60, tries):
                stage.reset()
                filler = stage.scene.place / "filler"
                _fill(filler, pages)
                ended = run(told(stage.scene.act))
                filler.unlink()
                sentences += any(line.startswith("told: ") for line in ended.said)
                total += 1
                if failure := _survived(stage, ended):
                    failures.append(f"{stage.scene.name}, {pages} pages left: {failure}")
    return Outcome("full disk", total, failures, f"sentences: {sentences}")


@contextmanager
def _small_disk(place: Path) -> Iterator[bool]:
    """A file system of 2 MB at a place, if that may be made."""
    mount = shutil.which("mount") or "mount"
    command = [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    try:
        mounted = not subprocess.run(command, capture_output=True, check=False).returncode
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(place)], check=True)


def _fill(filler: Path, pages: int) -> None:
    """Leave a number of free pages on a file system."""
    left = os.statvfs(filler.parent)
    with filler.open("wb") as opened:
        opened.write(bytes(max(0, left.f_bavail * left.f_frsize - PAGE * pages)))


def _spread(most: int, tries: int) -> list[int]:
    return sorted({most * n // tries for n in range(tries)})


def _read_only(stages: Sequence[Stage], name: str) -> Outcome:
    """Nobody may write into a folder."""
    failures, sentences = [], 0
    for stage in stages:
        stage.reset()
        give_away(stage.scene.place)
        forbid_writing(stage.scene.place / name)
        ended = run(without_rights(told(stage.scene.act)))
        allow_writing(stage.scene.place / name)
        sentences += any(line.startswith("told: ") for line in ended.said)
        if failure := _survived(stage, ended):
            failures.append(f"{stage.scene.name}: {failure}")
    return Outcome(f"read-only {name} folder", len(stages), failures, f"sentences: {sentences}")


def give_away(place: Path) -> None:
    """Let the user without rights own all of a place, so that one fault at a time is tried."""
    if os.geteuid() == 0:
        for path in (place, *place.rglob("*")):
            os.chown(path, NOBODY, NOBODY)


def forbid_writing(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def allow_writing(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def without_rights(work: Work) -> Work:
    """The work as a user whom a folder's rights bind: not as root."""

    def bound(say: Say) -> None:
        if os.geteuid() == 0:
            # What is read when first needed may lie where only root may look.
            english()
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        work(say)

    return bound


def _locked(stages: Sequence[Stage]) -> Outcome:
    """Another program holds the databases, and another release is under way."""
    failures, sentences = [], 0
    for stage in stages:
        stage.reset()
        # How long a start waits for another release is not what is tried.
        with held(stage.scene.settings.data), patch.object(release, "OTHERS_START", 1.0):
            ended = run(told(stage.scene.act))
        sentences += any(line.startswith("told: ") for line in ended.said)
        if failure := _survived(stage, ended):
            failures.append(f"{stage.scene.name}: {failure}")
    return Outcome("locked by another program", len(stages), failures, f"sentences: {sentences}")


@contextmanager
def held(data: Path) -> Iterator[None]:
    """Hold the lock of every database of a folder, and of a release, from another process."""
    ready, tell = os.pipe()
    done, finish = os.pipe()
    holder = os.fork()
    if not holder:
        os.close(finish)
        lock = FileLock(data / "release.lock")
        lock.acquire()
        taken = [sqlite3.connect(file) for file in (data / DATABASE, data / MEMBERS)]
        for connection in taken:
            connection.execute("begin exclusive")
        os.write(tell, b".")
        os.read(done, 1)
        os._exit(0)
    os.close(done)
    os.read(ready, 1)
    try:
        yield
    finally:
        os.close(finish)
        os.waitpid(holder, 0)
        os.close(ready)
        os.close(tell)
