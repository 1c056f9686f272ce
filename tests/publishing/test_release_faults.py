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
from releasing import NOW, Publisher, assert_answers

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


def state_of(publisher: Publisher, root: Path) -> Callable[[], None]:
    """Remember both folders; the function that is returned brings them back as they are now."""
    folders = publisher.settings.knowledge, publisher.settings.data
    for number, folder in enumerate(folders):
        shutil.copytree(folder, root / str(number))

    def restore() -> None:
        for number, folder in enumerate(folders):
            shutil.rmtree(folder)
            shutil.copytree(root / str(number), folder)

    return restore


# Coverage hears nothing from a process that is killed.
@pytest.mark.no_cover
# Before Python 3.12 a fork beside a thread of numpy's is not warned of.
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
class TestKilledAtAnyStep:
    def test_a_reload_leaves_the_old_or_the_new_state_whole(
        self, publisher: Publisher, tmp_path: Path
    ) -> None:
        first = publisher.publish()
        publisher.edit("left on Monday.", "sailed on Monday.")
        proposal = propose(publisher.settings, first, {})
        restore = state_of(publisher, tmp_path / "before")
        step = 0
        while killed(lambda: accept(publisher.settings, proposal, "ann", NOW), step):
            assert publisher.versions[-1] == first.version
            assert {*publisher.versions} <= {first.version, proposal.edition.version}
            assert first.store.version() in {first.version, proposal.edition.version}
            started = start(publisher.settings, NOW)
            assert started.notice == ""
            assert_answers(publisher, started.edition)
            restore()
            step += 1
        assert step > 20
        assert_answers(publisher, proposal.edition)

    def test_a_rollback_is_whole_after_the_next_start(
        self, publisher: Publisher, tmp_path: Path
    ) -> None:
        first = publisher.publish()
        second = publisher.publish_second()
        publisher.edit("- ferry departure day\n", "")
        edited = fingerprint(publisher.settings.knowledge)
        restore = state_of(publisher, tmp_path / "before")
        step, left = 0, []
        while killed(lambda: publisher.rollback(first.version), step):
            assert second.version in publisher.versions
            finish(publisher.settings)
            left.append(fingerprint(publisher.settings.knowledge))
            started = start(publisher.settings, NOW)
            assert started.notice == ""
            assert_answers(publisher, started.edition)
            restore()
            step += 1
        assert step > 20
        assert left == sorted(left, key=[edited, first.version].index)
        assert {*left} == {edited, first.version}
        assert_answers(publisher, publisher.as_it_stands())

    def test_an_edit_leaves_the_old_or_the_new_state_whole(
        self, publisher: Publisher, tmp_path: Path
    ) -> None:
        first = publisher.publish()
        rewrite = publisher.rewrite("left on Monday.", "sailed on Monday.")
        proposal = propose(publisher.settings, first, {}, rewrite)
        restore = state_of(publisher, tmp_path / "before")
        step = 0
        while killed(lambda: accept(publisher.settings, proposal, "ann", NOW), step):
            found = fingerprint(publisher.settings.knowledge)
            assert found in {first.version, proposal.edition.version}
            started = start(publisher.settings, NOW)
            assert started.notice == ""
            assert_answers(publisher, started.edition)
            restore()
            step += 1
        assert step > 20
        assert_answers(publisher, proposal.edition)


class TestInterrupted:
    """A rollback was killed before it wrote its first file."""

    @pytest.fixture
    def interrupted(self, publisher: Publisher) -> tuple[Edition, Edition]:
        first, second = publisher.publish(), publisher.publish_second()
        publisher.interrupt_rollback(second.version, first.version)
        return first, second

    def test_the_next_start_finishes_it(
        self, publisher: Publisher, interrupted: tuple[Edition, Edition]
    ) -> None:
        first, _ = interrupted
        started = start(publisher.settings, NOW)
        assert started.notice == ""
        assert started.edition.version == first.version
        assert_answers(publisher, started.edition)
        assert not note_of(publisher.settings.data).exists()

    def test_strays_are_let_be(
        self, publisher: Publisher, interrupted: tuple[Edition, Edition]
    ) -> None:
        first, _ = interrupted
        strays = [
            publisher.facts.with_name("facts.md~"),
            publisher.settings.knowledge / "notes.txt",
        ]
        for stray in strays:
            stray.write_text("mine")
        assert start(publisher.settings, NOW).edition.version == first.version
        assert [stray.read_text() for stray in strays] == ["mine", "mine"]

    def test_what_somebody_edited_since_stays(
        self, publisher: Publisher, interrupted: tuple[Edition, Edition]
    ) -> None:
        publisher.edit("- ferry departure day\n", "- day of departure\n")
        edited = publisher.facts.read_bytes()
        started = start(publisher.settings, NOW)
        assert started.notice == ""
        assert publisher.facts.read_bytes() == edited
        assert not (publisher.settings.knowledge / "harbour").exists()
        assert_answers(publisher, started.edition)
        del interrupted

    def test_what_somebody_deleted_since_stays_away(
        self, publisher: Publisher, interrupted: tuple[Edition, Edition]
    ) -> None:
        (publisher.facts.parent / "article.txt").unlink()
        started = start(publisher.settings, NOW)
        assert "article.txt" in started.notice
        assert not (publisher.facts.parent / "article.txt").exists()
        del interrupted

    def test_a_faulty_edit_since_does_not_keep_the_bot_from_starting(
        self, publisher: Publisher, interrupted: tuple[Edition, Edition]
    ) -> None:
        _, second = interrupted
        publisher.edit("left the mainland on Monday", "sank on Monday")
        started = start(publisher.settings, NOW)
        assert "sank on Monday" in started.notice
        assert started.edition.version == second.version
        assert "sank on Monday" in publisher.facts.read_text("utf-8")

    def test_a_damaged_copy_does_not_keep_the_bot_from_starting(
        self, publisher: Publisher, interrupted: tuple[Edition, Edition]
    ) -> None:
        first, second = interrupted
        (publisher.history.kept(first.version).folder / "synonyms.md").unlink()
        started = start(publisher.settings, NOW)
        assert "was interrupted and can't be finished" in started.notice
        assert f"delete {note_of(publisher.settings.data)}" in started.notice
        assert started.edition.version == second.version

    def test_readers_see_what_will_be_at_any_moment(
        self, publisher: Publisher, interrupted: tuple[Edition, Edition]
    ) -> None:
        first, second = interrupted
        before, after = (
            publisher.history.kept(edition.version).files for edition in interrupted[::-1]
        )
        for number in range(len(before) + 1):
            done = {**before, **dict([*after.items()][:number])}
            found = read_snapshot(publisher.settings.knowledge).files
            write_files(publisher.settings.knowledge, found, done)
            assert read_settled(publisher.settings).version == first.version
        assert first.version != second.version

    def test_a_rollback_of_another_folder_is_left_to_it(
        self, publisher: Publisher, tmp_path: Path
    ) -> None:
        first, second = publisher.publish(), publisher.publish_second()
        note = note_of(publisher.settings.data)
        note.write_text(f"{second.version}\n{first.version}\n{tmp_path / 'other'}", "utf-8")
        assert start(publisher.settings, NOW).edition.version == second.version
        assert note.exists()


class TestSomebodyElseWrites:
    """At the same time as an edit from Discord is published."""

    def test_what_an_editor_saved_meanwhile_stays_and_the_edit_is_refused(
        self, publisher: Publisher
    ) -> None:
        first = publisher.publish()
        proposal = propose(
            publisher.settings, first, {}, publisher.rewrite("left on Monday.", "sailed on Monday.")
        )
        publisher.edit("- ferry departure day\n", "- day of departure\n")
        saved = publisher.facts.read_bytes()
        with pytest.raises(ReleaseError, match="has changed since"):
            accept(publisher.settings, proposal, "ann", NOW)
        assert publisher.facts.read_bytes() == saved
        assert publisher.versions == [first.version] == [first.store.version()]

    def test_what_an_editor_saves_at_the_last_moment_stays(
        self, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = publisher.publish()
        proposal = propose(
            publisher.settings, first, {}, publisher.rewrite("left on Monday.", "sailed on Monday.")
        )
        begin, beside = os.fsync, publisher.facts.with_name(".facts.md.new")

        def save_too(descriptor: int) -> None:
            """An editor saves between the look at the file and the swap."""
            begin(descriptor)
            if Path(f"/proc/self/fd/{descriptor}").readlink() == beside:
                publisher.edit("- ferry departure day\n", "- day of departure\n")

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", save_too)
            with pytest.raises(FolderError, match=r"Somebody else is changing .*facts\.md"):
                accept(publisher.settings, proposal, "ann", NOW)
        assert "- day of departure\n" in publisher.facts.read_text("utf-8")
        assert "left on Monday." in publisher.facts.read_text("utf-8")
        assert publisher.versions[0] == first.version == first.store.version()

    def test_what_an_editor_saves_before_it_is_taken_back_stays(
        self, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = publisher.publish()
        proposal = propose(
            publisher.settings, first, {}, publisher.rewrite("left on Monday.", "sailed on Monday.")
        )

        def save_and_fail(*_: object) -> None:
            """The disk fills up when the file is written, and an editor has just saved it."""
            publisher.edit("- ferry departure day\n", "- day of departure\n")
            raise sqlite3.OperationalError("database or disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(database, "insert_article", save_and_fail)
            with pytest.raises(StoreError):
                accept(publisher.settings, proposal, "ann", NOW)
        assert "- day of departure\n" in publisher.facts.read_text("utf-8")
        assert publisher.history.published()[0].version == first.version

    def test_a_rollback_meanwhile_is_not_undone(self, publisher: Publisher) -> None:
        first, second = publisher.publish(), publisher.publish_second()
        proposal = propose(
            publisher.settings,
            second,
            {},
            publisher.rewrite("left on Monday.", "sailed on Monday."),
        )
        back = publisher.rollback(first.version)
        with pytest.raises(ReleaseError, match="has changed since"):
            accept(publisher.settings, proposal, "ann", NOW)
        assert_answers(publisher, back)
        assert start(publisher.settings, NOW).edition.version == first.version


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
            message = ""
            with pytest.MonkeyPatch.context() as monkeypatch:
                disk = FullDisk(monkeypatch, at)
                try:
                    action()
                except FootnoteError as error:
                    message = str(error)
            if message:
                assert "the disk is full. Free some space" in message
                check()
            elif not disk.refused:
                break
            prepare()
        assert at > 5

    def test_a_reload_that_is_told_to_fail_has_changed_nothing(
        self, publisher: Publisher, tmp_path: Path
    ) -> None:
        first = publisher.publish()
        publisher.edit("left on Monday.", "sailed on Monday.")
        proposal = propose(publisher.settings, first, {})

        def check() -> None:
            assert publisher.versions == [first.version] == [first.store.version()]

        self.until_it_succeeds(
            lambda: accept(publisher.settings, proposal, "ann", NOW),
            check,
            state_of(publisher, tmp_path / "before"),
        )
        assert_answers(publisher, proposal.edition)

    def test_a_rollback_that_is_told_to_fail_has_changed_nothing(
        self, publisher: Publisher, tmp_path: Path
    ) -> None:
        first, second = publisher.publish(), publisher.publish_second()

        def check() -> None:
            assert_answers(publisher, second)
            finish(publisher.settings)
            assert_answers(publisher, second)

        self.until_it_succeeds(publisher.rollback, check, state_of(publisher, tmp_path / "before"))
        assert_answers(publisher, publisher.as_it_stands())
        assert fingerprint(publisher.settings.knowledge) == first.version
