"""Releases that are killed or refused at any step: the old or the new state is whole."""

import errno
import os
import shutil
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from releasing import NOW, Desk, assert_answers

from bot.config import Settings
from bot.errors import FootnoteError
from bot.publishing.edition import fingerprint, read_edition
from bot.publishing.release import (
    ReleaseError,
    accept,
    finish_rollback,
    propose,
    start,
)


@pytest.fixture
def desk(small: Path, tmp_path: Path) -> Desk:
    return Desk(Settings(small, tmp_path / "data"))


WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
STEPS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect"}


def killed(action: Callable[[], object], step: int) -> bool:
    """Run an action in a process of its own that ends, as by kill -9, before a step of writing.

    False where the action has fewer steps than that.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    left = step

    def before_step(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        opened = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        left -= bool(opened or event in STEPS)
        if left < 0:
            os._exit(9)

    try:
        sys.addaudithook(before_step)
        action()
        os._exit(0)
    finally:
        os._exit(1)


def state_of(desk: Desk, root: Path) -> Callable[[], None]:
    """Remember both folders; the function that is returned brings them back as they are now."""
    folders = desk.settings.knowledge, desk.settings.data
    for number, folder in enumerate(folders):
        shutil.copytree(folder, root / str(number))

    def restore() -> None:
        for number, folder in enumerate(folders):
            shutil.rmtree(folder)
            shutil.copytree(root / str(number), folder)

    return restore


# Before Python 3.12 a fork beside a thread of numpy's is not warned of.
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
class TestKilledAtAnyStep:
    def test_a_reload_leaves_the_old_or_the_new_state_whole(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        first = desk.publish()
        desk.edit("left on Monday.", "sailed on Monday.")
        proposal = propose(desk.settings, first, ())
        restore = state_of(desk, tmp_path / "before")
        step = 0
        while killed(lambda: accept(desk.settings, proposal, "ann", NOW), step):
            assert desk.versions[-1] == first.version
            assert {*desk.versions} <= {first.version, proposal.edition.version}
            assert first.store.version() in {first.version, proposal.edition.version}
            started = start(desk.settings, (), NOW)
            assert started.notice == ""
            assert_answers(desk, started.edition)
            restore()
            step += 1
        assert step > 20
        assert_answers(desk, proposal.edition)

    def test_a_rollback_is_whole_after_the_next_start(self, desk: Desk, tmp_path: Path) -> None:
        first = desk.publish()
        second = desk.publish_second()
        desk.edit("- ferry departure day\n", "")
        edited = fingerprint(desk.settings.knowledge)
        restore = state_of(desk, tmp_path / "before")
        step, left = 0, []
        while killed(lambda: desk.rollback(first.version), step):
            assert second.version in desk.versions
            finish_rollback(desk.settings)
            left.append(fingerprint(desk.settings.knowledge))
            started = start(desk.settings, (), NOW)
            assert started.notice == ""
            assert_answers(desk, started.edition)
            restore()
            step += 1
        assert step > 20
        assert left == sorted(left, key=[edited, first.version].index)
        assert {*left} == {edited, first.version}
        assert_answers(desk, read_edition(desk.settings.knowledge, desk.settings.data))

    def test_an_edit_between_the_kill_and_the_start_is_not_overwritten(self, desk: Desk) -> None:
        first = desk.publish()
        second = desk.publish_second()
        desk.history.begin_rollback(desk.settings.knowledge, second.version, first.version)
        desk.edit("- ferry departure day\n", "")
        with pytest.raises(ReleaseError, match=r"Somebody has edited ferry/facts\.md since"):
            finish_rollback(desk.settings)
        assert "- ferry departure day" not in desk.facts.read_text("utf-8")
        desk.history.rollback_note.unlink()
        finish_rollback(desk.settings)

    def test_a_rollback_of_another_folder_is_left_to_it(self, desk: Desk, tmp_path: Path) -> None:
        first, second = desk.publish(), desk.publish_second()
        desk.history.begin_rollback(tmp_path / "other", second.version, first.version)
        finish_rollback(desk.settings)
        assert fingerprint(desk.settings.knowledge) == second.version
        assert desk.history.rollback_note.exists()


class FullDisk:
    """Refuses one of the writes that are to be durable, as a full disk would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
        self.refused = False
        self._left = at
        self._fsync = os.fsync
        monkeypatch.setattr(os, "fsync", self)

    def __call__(self, descriptor: int) -> None:
        self._left -= 1
        if self._left == -1:
            self.refused = True
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._fsync(descriptor)


class TestFullDisk:
    def until_it_succeeds(
        self, action: Callable[[], object], check: Callable[[], None], prepare: Callable[[], None]
    ) -> None:
        """Refuse one write after the other; what was refused is told and has changed nothing."""
        for at in count():
            told = ""
            with pytest.MonkeyPatch.context() as monkeypatch:
                disk = FullDisk(monkeypatch, at)
                try:
                    action()
                except FootnoteError as error:
                    told = str(error)
            if told:
                assert os.strerror(errno.ENOSPC) in told
                check()
            elif not disk.refused:
                break
            prepare()
        assert at > 8

    def test_a_reload_that_is_told_to_fail_has_changed_nothing(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        first = desk.publish()
        desk.edit("left on Monday.", "sailed on Monday.")
        proposal = propose(desk.settings, first, ())

        def check() -> None:
            assert desk.versions == [first.version] == [first.store.version()]

        self.until_it_succeeds(
            lambda: accept(desk.settings, proposal, "ann", NOW),
            check,
            state_of(desk, tmp_path / "before"),
        )
        assert_answers(desk, proposal.edition)

    def test_a_rollback_that_is_told_to_fail_has_changed_nothing(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        first, second = desk.publish(), desk.publish_second()

        def check() -> None:
            assert_answers(desk, second)
            finish_rollback(desk.settings)
            assert_answers(desk, second)

        self.until_it_succeeds(desk.rollback, check, state_of(desk, tmp_path / "before"))
        assert_answers(desk, read_edition(desk.settings.knowledge, desk.settings.data))
        assert fingerprint(desk.settings.knowledge) == first.version
