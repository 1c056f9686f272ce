"""A place where one scene begins again and again."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from .member_scenes import Forgetting, LaterVotes, Posting, Votes
from .processes import Ended, run
from .scenes import Build, Recovery, Release, Rollback, Scene, WriteBack

SCENES: tuple[type[Scene], ...] = (
    Build,
    WriteBack,
    Votes,
    LaterVotes,
    Forgetting,
    Posting,
    Release,
    Rollback,
    Recovery,
)


class Stage:
    """A scene, prepared once, with a copy of how it begins."""

    def __init__(self, scene: Scene, begun: Path) -> None:
        self.scene = scene
        self._begun = begun

    def reset(self) -> None:
        """Put everything back to how the scene begins."""
        for kept in self.scene.place.iterdir():
            shutil.rmtree(kept)
        shutil.copytree(self._begun, self.scene.place, dirs_exist_ok=True)

    def failure(self, ended: Ended) -> str:
        """Check the scene in a new process; "" or what does not hold."""
        return ended.failure or run(lambda _: self.scene.check(ended.said)).failure


@contextmanager
def all_staged() -> Iterator[list[Stage]]:
    """Prepare every scene."""
    with ExitStack() as stack:
        yield [stack.enter_context(staged(scene)) for scene in SCENES]


@contextmanager
def staged(kind: type[Scene]) -> Iterator[Stage]:
    """Prepare a scene in a temporary folder."""
    with TemporaryDirectory(prefix="footnote-faults-") as folder:
        # Nobody else has to read it, but a process without rights has to come through.
        os.chmod(folder, 0o755)  # noqa: PTH101
        place = Path(folder, "place")
        place.mkdir()
        scene = kind(place)
        scene.prepare()
        yield Stage(scene, shutil.copytree(place, Path(folder, "copy")))
