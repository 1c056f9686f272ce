"""Releases that are killed or refused at any step: the old or the new state is whole."""

import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from releasing import NOW, Desk, assert_answers

from bot.errors import FootnoteError
from bot.publishing import database
from bot.publishing.database import StoreError
from bot.publishing.edition import Edition, fingerprint
from bot.publishing.folder import FolderError, read_snapshot, write_files
from bot.publishing.release import (
    ReleaseError,
    accept,
    propose,
    start,
)
from bot.publishing.rewrite import finish, note_of, read_settled

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
STEPS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect"}


def killed(action: Callable[[], object], step: int) -> bool:
    """Run an action in a process of its own that ends, as by kill -9, before a step of writing.

    False if the action has fewer steps than that.
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
        proposal = propose(desk.settings, first, {})
        restore = state_of(desk, tmp_path / "before")
        step = 0
        while killed(lambda: accept(desk.settings, proposal, "ann", NOW), step):
            assert desk.versions[-1] == first.version
            assert {*desk.versions} <= {first.version, proposal.edition.version}
            assert first.store.version() in {first.version, proposal.edition.version}
            started = start(desk.settings, NOW)
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
            finish(desk.settings)
            left.append(fingerprint(desk.settings.knowledge))
            started = start(desk.settings, NOW)
            assert started.notice == ""
            assert_answers(desk, started.edition)
            restore()
            step += 1
        assert step > 20
        assert left == sorted(left, key=[edited, first.version].index)
        assert {*left} == {edited, first.version}
        assert_answers(desk, desk.as_it_stands())

    def test_an_edit_leaves_the_old_or_the_new_state_whole(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        first = desk.publish()
        rewrite = desk.rewrite("left on Monday.", "sailed on Monday.")
        proposal = propose(desk.settings, first, {}, rewrite)
        restore = state_of(desk, tmp_path / "before")
        step = 0
        while killed(lambda: accept(desk.settings, proposal, "ann", NOW), step):
            found = fingerprint(desk.settings.knowledge)
            assert found in {first.version, proposal.edition.version}
            started = start(desk.settings, NOW)
            assert started.notice == ""
            assert_answers(desk, started.edition)
            restore()
            step += 1
        assert step > 20
        assert_answers(desk, proposal.edition)


class TestInterrupted:
    """A rollback was killed before it wrote its first file."""

    @pytest.fixture
    def interrupted(self, desk: Desk) -> tuple[Edition, Edition]:
        first, second = desk.publish(), desk.publish_second()
        desk.interrupt_rollback(second.version, first.version)
        return first, second

    def test_the_next_start_finishes_it(
        self, desk: Desk, interrupted: tuple[Edition, Edition]
    ) -> None:
        first, _ = interrupted
        started = start(desk.settings, NOW)
        assert started.notice == ""
        assert started.edition.version == first.version
        assert_answers(desk, started.edition)
        assert not note_of(desk.settings.data).exists()

    def test_strays_are_let_be(self, desk: Desk, interrupted: tuple[Edition, Edition]) -> None:
        first, _ = interrupted
        strays = [desk.facts.with_name("facts.md~"), desk.settings.knowledge / "notes.txt"]
        for stray in strays:
            stray.write_text("mine")
        assert start(desk.settings, NOW).edition.version == first.version
        assert [stray.read_text() for stray in strays] == ["mine", "mine"]

    def test_what_somebody_edited_since_stays(
        self, desk: Desk, interrupted: tuple[Edition, Edition]
    ) -> None:
        desk.edit("- ferry departure day\n", "- day of departure\n")
        edited = desk.facts.read_bytes()
        started = start(desk.settings, NOW)
        assert started.notice == ""
        assert desk.facts.read_bytes() == edited
        assert not (desk.settings.knowledge / "harbour").exists()
        assert_answers(desk, started.edition)
        del interrupted

    def test_what_somebody_deleted_since_stays_away(
        self, desk: Desk, interrupted: tuple[Edition, Edition]
    ) -> None:
        (desk.facts.parent / "article.txt").unlink()
        started = start(desk.settings, NOW)
        assert "article.txt" in started.notice
        assert not (desk.facts.parent / "article.txt").exists()
        del interrupted

    def test_a_faulty_edit_since_does_not_keep_the_bot_from_starting(
        self, desk: Desk, interrupted: tuple[Edition, Edition]
    ) -> None:
        _, second = interrupted
        desk.edit("left the mainland on Monday", "sank on Monday")
        started = start(desk.settings, NOW)
        assert "sank on Monday" in started.notice
        assert started.edition.version == second.version
        assert "sank on Monday" in desk.facts.read_text("utf-8")

    def test_a_damaged_copy_does_not_keep_the_bot_from_starting(
        self, desk: Desk, interrupted: tuple[Edition, Edition]
    ) -> None:
        first, second = interrupted
        (desk.history.kept(first.version).folder / "synonyms.md").unlink()
        started = start(desk.settings, NOW)
        assert "was interrupted and can't be finished" in started.notice
        assert f"delete {note_of(desk.settings.data)}" in started.notice
        assert started.edition.version == second.version

    def test_readers_see_what_will_be_at_any_moment(
        self, desk: Desk, interrupted: tuple[Edition, Edition]
    ) -> None:
        first, second = interrupted
        before, after = (desk.history.kept(edition.version).files for edition in interrupted[::-1])
        for number in range(len(before) + 1):
            done = {**before, **dict([*after.items()][:number])}
            found = read_snapshot(desk.settings.knowledge).files
            write_files(desk.settings.knowledge, found, done)
            assert read_settled(desk.settings).version == first.version
        assert first.version != second.version

    def test_a_rollback_of_another_folder_is_left_to_it(self, desk: Desk, tmp_path: Path) -> None:
        first, second = desk.publish(), desk.publish_second()
        note = note_of(desk.settings.data)
        note.write_text(f"{second.version}\n{first.version}\n{tmp_path / 'other'}", "utf-8")
        assert start(desk.settings, NOW).edition.version == second.version
        assert note.exists()


class TestSomebodyElseWrites:
    """At the same time as an edit from Discord is published."""

    def test_what_an_editor_saved_meanwhile_stays_and_the_edit_is_refused(self, desk: Desk) -> None:
        first = desk.publish()
        proposal = propose(
            desk.settings, first, {}, desk.rewrite("left on Monday.", "sailed on Monday.")
        )
        desk.edit("- ferry departure day\n", "- day of departure\n")
        saved = desk.facts.read_bytes()
        with pytest.raises(ReleaseError, match="has changed since"):
            accept(desk.settings, proposal, "ann", NOW)
        assert desk.facts.read_bytes() == saved
        assert desk.versions == [first.version] == [first.store.version()]

    def test_what_an_editor_saves_at_the_last_moment_stays(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = desk.publish()
        proposal = propose(
            desk.settings, first, {}, desk.rewrite("left on Monday.", "sailed on Monday.")
        )
        begin, beside = os.fsync, desk.facts.with_name(".facts.md.new")

        def save_too(descriptor: int) -> None:
            """An editor saves between the look at the file and the swap."""
            begin(descriptor)
            if Path(f"/proc/self/fd/{descriptor}").readlink() == beside:
                desk.edit("- ferry departure day\n", "- day of departure\n")

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", save_too)
            with pytest.raises(FolderError, match=r"Somebody else is changing .*facts\.md"):
                accept(desk.settings, proposal, "ann", NOW)
        assert "- day of departure\n" in desk.facts.read_text("utf-8")
        assert "left on Monday." in desk.facts.read_text("utf-8")
        assert desk.versions[0] == first.version == first.store.version()

    def test_what_an_editor_saves_before_it_is_taken_back_stays(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = desk.publish()
        proposal = propose(
            desk.settings, first, {}, desk.rewrite("left on Monday.", "sailed on Monday.")
        )

        def save_and_fail(*_: object) -> None:
            """The disk fills up when the file is written, and an editor has just saved it."""
            desk.edit("- ferry departure day\n", "- day of departure\n")
            raise sqlite3.OperationalError("database or disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(database, "insert_article", save_and_fail)
            with pytest.raises(StoreError):
                accept(desk.settings, proposal, "ann", NOW)
        assert "- day of departure\n" in desk.facts.read_text("utf-8")
        assert desk.history.published()[0].version == first.version

    def test_a_rollback_meanwhile_is_not_undone(self, desk: Desk) -> None:
        first, second = desk.publish(), desk.publish_second()
        proposal = propose(
            desk.settings, second, {}, desk.rewrite("left on Monday.", "sailed on Monday.")
        )
        back = desk.rollback(first.version)
        with pytest.raises(ReleaseError, match="has changed since"):
            accept(desk.settings, proposal, "ann", NOW)
        assert_answers(desk, back)
        assert start(desk.settings, NOW).edition.version == first.version


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
                assert "the disk is full. Free some space" in told
                check()
            elif not disk.refused:
                break
            prepare()
        assert at > 5

    def test_a_reload_that_is_told_to_fail_has_changed_nothing(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        first = desk.publish()
        desk.edit("left on Monday.", "sailed on Monday.")
        proposal = propose(desk.settings, first, {})

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
            finish(desk.settings)
            assert_answers(desk, second)

        self.until_it_succeeds(desk.rollback, check, state_of(desk, tmp_path / "before"))
        assert_answers(desk, desk.as_it_stands())
        assert fingerprint(desk.settings.knowledge) == first.version
