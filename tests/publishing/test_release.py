"""Releases: what is published, kept, held and rolled back."""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from places import ROOT
from releasing import NOW, QUESTION, Desk, assert_answers

from bot.errors import KnowledgeError
from bot.members.members import MEMBERS, Members, Vote
from bot.publishing.edition import fingerprint
from bot.publishing.folder import FILE_LIMIT, Snapshot, UnwritableError, read_snapshot
from bot.publishing.history import STATES_KEPT, HistoryError
from bot.publishing.release import (
    ReleaseError,
    accept,
    propose,
    published_edition,
    start,
)
from bot.publishing.replay import ENOUGH_MEMBERS
from bot.publishing.rewrite import Rewrite

ANSWER = "The article says that the ferry left on Monday."


class TestReload:
    def test_a_proposal_publishes_nothing(self, desk: Desk) -> None:
        first = desk.publish()
        desk.edit("left on Monday.", "sailed on Monday.")
        proposal = propose(desk.settings, first, {})
        assert proposal.changes.edited == (QUESTION,)
        assert (proposal.before, proposal.edition.version) == (
            first.version,
            proposal.edition.version,
        )
        assert desk.versions == [first.version] == [first.store.version()]

    def test_accepting_it_publishes_it_and_keeps_the_state(self, desk: Desk) -> None:
        first, second = desk.publish(), desk.publish_second()
        assert_answers(desk, second)
        assert desk.versions == [second.version, first.version]
        newest = desk.history.states()[0]
        assert (newest.by, newest.at, newest.published) == ("ann", NOW, True)

    def test_only_the_questions_about_what_has_changed_are_asked_again(self, desk: Desk) -> None:
        desk.publish_second()
        desk.label("ferry")
        desk.label("harbour")
        edition = desk.publish()
        desk.edit("the new ferry left on Monday.", "the new ferry sailed on Monday.")
        votes = dict.fromkeys(edition.library.facts, 1)
        replay = propose(desk.settings, edition, votes).replay
        assert (replay.labelled, replay.confirmed) == (1, 4)

    def test_a_new_article_has_all_questions_asked_again(self, desk: Desk) -> None:
        """It may take them over."""
        desk.label("ferry")
        first = desk.publish()
        shutil.copytree(desk.facts.parent, desk.settings.knowledge / "harbour")
        assert propose(desk.settings, first, {}).replay.labelled == 2

    def test_a_faulty_folder_changes_nothing(self, desk: Desk) -> None:
        first = desk.publish()
        desk.edit("left the mainland on Monday", "sank on Monday")
        with pytest.raises(KnowledgeError, match=r"facts\.md:"):
            propose(desk.settings, first, {})
        assert desk.versions == [first.version] == [first.store.version()]

    def test_a_regression_is_held_until_it_is_confirmed(self, desk: Desk) -> None:
        first = desk.publish()
        desk.lose_a_fact()
        proposal = propose(desk.settings, first, {})
        assert proposal.held
        with pytest.raises(ReleaseError, match="of 1 labelled questions 1 would be answered worse"):
            accept(desk.settings, proposal, "ann", NOW)
        assert desk.versions == [first.version] == [first.store.version()]
        assert_answers(desk, accept(desk.settings, proposal, "ann", NOW, confirmed=True))

    def test_what_another_program_has_confirmed_is_not_held_again(self, desk: Desk) -> None:
        running = desk.publish()
        desk.lose_a_fact()
        elsewhere = propose(desk.settings, running, {})
        accept(desk.settings, elsewhere, "ann", NOW, confirmed=True)
        proposal = propose(desk.settings, running, {})
        assert proposal.replay.regressed
        assert not proposal.held
        assert_answers(desk, accept(desk.settings, proposal, "a watch", NOW))
        assert [state.by for state in desk.history.states()] == ["ann", "ann"]

    def test_a_lost_confirmed_answer_holds_it_too(self, desk: Desk) -> None:
        first = desk.publish()
        desk.lose_a_fact()
        desk.facts.with_name("questions.jsonl").unlink()
        fact = first.library.ask(QUESTION).fact
        assert propose(desk.settings, first, {str(fact): ENOUGH_MEMBERS}).held
        assert not propose(desk.settings, first, {}).held

    def test_a_proposal_of_a_folder_that_has_changed_since_is_refused(self, desk: Desk) -> None:
        first = desk.publish()
        desk.edit("left on Monday.", "sailed on Monday.")
        proposal = propose(desk.settings, first, {})
        desk.edit("- ferry departure day\n", "")
        with pytest.raises(ReleaseError, match="has changed since"):
            accept(desk.settings, proposal, "ann", NOW)
        assert desk.versions == [first.version]

    def test_what_could_not_be_read_again_is_refused(self, desk: Desk) -> None:
        desk.publish()
        found = read_snapshot(desk.settings.knowledge)
        large = {f"story-{n}/article.txt": b"x" * FILE_LIMIT for n in range(20)}
        for files, why in (
            (large, "holds more than 20,000,000 bytes"),
            ({"story/article.txt": b"x" * (FILE_LIMIT + 1)}, "has more than 1,000,000 bytes"),
        ):
            more = found.with_articles_of(
                Snapshot(found.folder, files), {name.partition("/")[0] for name in files}
            )
            with pytest.raises(KnowledgeError, match=why):
                desk.publish_rewrite(Rewrite(found, more))
        assert read_snapshot(desk.settings.knowledge) == found

    def test_one_release_at_a_time(self, desk: Desk) -> None:
        proposal = propose(desk.settings, None, {})
        desk.settings.data.mkdir()
        with (
            FileLock(desk.settings.data / "release.lock"),
            pytest.raises(ReleaseError, match="is under way"),
        ):
            accept(desk.settings, proposal, "ann", NOW)
        assert_answers(desk, accept(desk.settings, proposal, "ann", NOW))

    def test_an_unchanged_folder_adds_nothing_to_the_history(self, desk: Desk) -> None:
        desk.publish()
        first = desk.history.states()
        desk.publish(NOW + timedelta(days=1))
        assert desk.history.states() == first

    def test_whether_the_folder_changed_is_told_by_what_it_holds(self, desk: Desk) -> None:
        edition = desk.publish()
        (desk.settings.knowledge / ".git").mkdir()
        (desk.settings.knowledge / ".git" / "HEAD").write_text("ref: refs/heads/main")
        desk.facts.touch()
        assert fingerprint(desk.settings.knowledge) == edition.version
        desk.edit("left on Monday.", "sailed on Monday.")
        assert fingerprint(desk.settings.knowledge) != edition.version


class TestHistory:
    def test_the_last_twenty_states_are_kept(self, desk: Desk) -> None:
        versions = []
        for number in range(STATES_KEPT + 3):
            desk.edit("## The ferry\n", f"## The ferry\n\n<!-- {number} -->\n")
            versions.append(desk.publish().version)
        assert desk.versions == versions[: -STATES_KEPT - 1 : -1]
        kept = (desk.settings.data / "history").iterdir()
        assert {path.name for path in kept if path.is_dir()} == set(desk.versions)
        with pytest.raises(HistoryError, match="No state of that version"):
            desk.rollback(versions[0])

    def test_what_has_not_changed_is_kept_once(self, desk: Desk) -> None:
        first = desk.publish()
        desk.edit("left on Monday.", "sailed on Monday.")
        second = desk.publish()
        copies = [desk.history.kept(edition.version).folder for edition in (first, second)]
        shared = [
            name for name in first.snapshot.files if (copies[0] / name).samefile(copies[1] / name)
        ]
        assert set(shared) == first.snapshot.files.keys() - {"ferry/facts.md"}
        assert_answers(desk, second)

    def test_a_disk_without_second_names_keeps_whole_copies(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
        first, second = desk.publish(), desk.publish_second()
        assert_answers(desk, second)
        copies = [desk.history.kept(edition.version).folder for edition in (first, second)]
        assert not (copies[0] / "ferry/article.txt").samefile(copies[1] / "ferry/article.txt")

    def test_a_damaged_file_is_not_shared_on(self, desk: Desk) -> None:
        first = desk.publish()
        (desk.history.kept(first.version).folder / "synonyms.md").write_text("spoilt", "utf-8")
        desk.edit("left on Monday.", "sailed on Monday.")
        second = desk.as_it_stands()
        accept(desk.settings, propose(desk.settings, None, {}), "ann", NOW)
        assert desk.history.kept(second.version).version == second.version

    def test_a_clock_that_is_set_back_does_not_change_the_order(self, desk: Desk) -> None:
        first = desk.publish(NOW)
        desk.edit("left on Monday.", "sailed on Monday.")
        second = desk.publish(NOW - timedelta(days=300))
        assert desk.versions == [second.version, first.version]

    def test_nothing_is_kept_before_the_first_release(self, desk: Desk) -> None:
        assert desk.history.states() == ()
        assert published_edition(desk.settings) is None
        with pytest.raises(ReleaseError, match="no earlier state"):
            desk.rollback()

    def test_who_published_can_be_forgotten(self, desk: Desk) -> None:
        desk.publish()
        desk.publish_second()
        desk.rollback()
        desk.history.forget("ann")
        assert [state.by for state in desk.history.states()] == ["bob", ""]
        assert "ann" not in "".join(
            file.read_text() for file in (desk.settings.data / "history").glob("*.json")
        )

    @pytest.mark.parametrize(
        "spoiled",
        [
            b"\0" * 20,
            b"\xff{}",
            b"[]",
            b"null",
            b'{"number": "x"}',
            b"[" * 100_000,
            b"x" * 200_000,
            b'{"number": 2, "version": "../..", "by": "", "at": "2026-03-01", "published": true}',
            b'{"number": 1e999, "version": "a", "by": "", "at": "2026-03-01", "published": true}',
            b'{"number": 2, "version": "a", "by": "", "at": 2026, "published": true}',
        ],
    )
    def test_a_note_that_is_spoiled_is_left_out_and_set_aside_with_a_word(
        self, desk: Desk, caplog: pytest.LogCaptureFixture, spoiled: bytes
    ) -> None:
        first, _ = desk.publish(), desk.publish_second()
        newest = max((desk.settings.data / "history").glob("*.json"))
        newest.write_bytes(spoiled)
        assert desk.versions == [first.version]
        desk.edit("left on Monday.", "sailed on Monday.")
        assert start(desk.settings, NOW).notice == ""
        aside = newest.with_name(f"{newest.name}.spoiled-1")
        assert aside.read_bytes() == spoiled
        assert f"set aside as {aside}" in caplog.text

    def test_a_note_of_a_newer_version_is_kept_with_what_it_has_more(self, desk: Desk) -> None:
        first, second = desk.publish(), desk.publish_second()
        newest = max((desk.settings.data / "history").glob("*.json"))
        row = json.loads(newest.read_text("utf-8")) | {"of the future": [1]}
        newest.write_text(json.dumps(row), "utf-8")
        assert desk.versions == [second.version, first.version]
        desk.edit("left on Monday.", "sailed on Monday.")
        desk.publish()
        assert desk.history.kept(second.version)
        desk.history.forget("ann")
        assert json.loads(newest.read_text("utf-8")) == row | {"by": ""}


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_what_is_kept_is_its_owner_s_alone(desk: Desk, umask: int) -> None:
    before = os.umask(umask)
    try:
        desk.publish()
        desk.publish_second()
        desk.rollback()
    finally:
        os.umask(before)
    paths = [desk.settings.data, *desk.settings.data.rglob("*")]
    assert len(paths) > 10
    assert [path for path in paths if path.stat().st_mode & 0o077] == []
    assert (desk.facts.stat().st_mode & 0o777) == 0o644


class TestRollback:
    def test_it_goes_back_to_the_state_before_and_forth_again(self, desk: Desk) -> None:
        first = desk.publish()
        files = read_snapshot(desk.settings.knowledge).files
        second = desk.publish_second()
        edition = desk.rollback()
        assert edition.version == first.version
        assert_answers(desk, edition)
        assert read_snapshot(desk.settings.knowledge).files == files
        assert not (desk.settings.knowledge / "harbour").exists()
        assert desk.versions == [first.version, second.version]
        assert desk.rollback().version == second.version
        assert (desk.settings.knowledge / "harbour" / "facts.md").exists()

    def test_it_goes_to_any_version_that_is_named(self, desk: Desk) -> None:
        first, _ = desk.publish(), desk.publish_second()
        desk.edit("- ferry departure day\n", "")
        desk.publish()
        assert_answers(desk, desk.rollback(first.version))

    def test_edits_that_were_not_published_are_set_aside_and_not_lost(self, desk: Desk) -> None:
        first = desk.publish()
        desk.edit("- ferry departure day\n", "")
        edited = read_snapshot(desk.settings.knowledge).files
        desk.rollback(first.version)
        aside = desk.history.states()[0]
        assert not aside.published
        assert desk.history.published()[0].version == first.version
        assert desk.history.kept(aside.version).files == edited
        assert_answers(desk, desk.rollback(aside.version))

    def test_the_same_version_gives_the_same_bytes(self, desk: Desk) -> None:
        first = desk.publish()
        second = desk.publish_second()
        assert repr(second.library.ask(QUESTION)) != repr(first.library.ask(QUESTION))
        again = desk.rollback()
        for question in (QUESTION, "ferry?", "what is the fare", "boats of the moon", ""):
            assert repr(again.library.ask(question)) == repr(first.library.ask(question))

    def test_a_read_only_folder_is_told_and_nothing_changes(self, desk: Desk) -> None:
        desk.publish()
        second = desk.publish_second()
        desk.refuse_writing()
        with pytest.raises(UnwritableError, match=r"can't be written: .* FOOTNOTE_KNOWLEDGE"):
            desk.rollback()
        assert_answers(desk, second)

    def test_a_damaged_copy_is_not_written_back(self, desk: Desk) -> None:
        first, second = desk.publish(), desk.publish_second()
        copy = desk.history.kept(first.version).folder / "ferry" / "facts.md"
        copy.write_text("gone")
        with pytest.raises(HistoryError, match="is damaged"):
            desk.rollback()
        assert fingerprint(desk.settings.knowledge) == second.version

    def test_a_copy_that_this_program_takes_for_faulty_is_not_written_back(
        self, desk: Desk
    ) -> None:
        desk.publish()
        good = desk.publish_second()
        desk.edit("left the mainland on Monday", "sank on Monday")
        faulty = fingerprint(desk.settings.knowledge)
        desk.rollback(good.version)
        with pytest.raises(KnowledgeError, match="sank on Monday"):
            desk.rollback(faulty)
        assert_answers(desk, good)


CRACKS = "How many cracks are there in the dam?"
THREE = "Three cracks have been found in the dam’s concrete wall."


def break_the_dam(folder: Path) -> None:
    facts = folder / "river-dam" / "facts.md"
    facts.write_text(facts.read_text("utf-8").replace("three cracks in its", "ten cracks in its"))


def lose_the_text(folder: Path) -> None:
    (folder / "river-dam" / "article.txt").unlink()


def link_to_the_text(folder: Path) -> None:
    text = folder / "river-dam" / "article.txt"
    text.rename(folder / "elsewhere.txt")
    text.symlink_to("../elsewhere.txt")


@pytest.mark.usefixtures("two_articles")
class TestArticlesWithFaults:
    @pytest.mark.parametrize("spoil", [break_the_dam, lose_the_text, link_to_the_text])
    def test_it_answers_as_before_while_the_others_edits_are_published(
        self, desk: Desk, spoil: Callable[[Path], None]
    ) -> None:
        desk.publish()
        spoil(desk.settings.knowledge)
        desk.edit("the ferry left on Monday.", "it left on Monday.")
        edition = desk.publish()
        assert edition.library.ask(QUESTION).answer == "The article says that it left on Monday."
        assert edition.library.ask(CRACKS).answer == THREE
        assert f"{desk.settings.knowledge}/river-dam" in edition.notice
        assert edition.store.count("river-dam") > 20

    def test_labelled_questions_with_a_fault_keep_no_other_article_back(self, desk: Desk) -> None:
        questions = desk.settings.knowledge / "river-dam" / "questions.jsonl"
        first = desk.publish()
        questions.write_text('{"q": 1}', "utf-8")
        desk.edit("the ferry left on Monday.", "it left on Monday.")
        edition = propose(desk.settings, first, {}).edition
        assert edition.library.ask(QUESTION).answer == "The article says that it left on Monday."
        assert f"{questions}:1: is no labelled question" in edition.notice

    def test_it_does_so_after_a_restart_too(self, desk: Desk) -> None:
        desk.publish()
        break_the_dam(desk.settings.knowledge)
        desk.edit("the ferry left on Monday.", "it left on Monday.")
        version = desk.publish().version
        started = start(desk.settings, NOW)
        assert started.edition.version == version
        assert started.edition.library.ask(CRACKS).answer == THREE
        assert "river-dam/facts.md:" in started.notice
        assert desk.versions[0] == version

    def test_it_is_left_out_with_a_word_if_it_was_never_published(self, desk: Desk) -> None:
        break_the_dam(desk.settings.knowledge)
        started = start(desk.settings, NOW)
        assert started.edition.library.ask(QUESTION).answer == ANSWER
        assert [a.slug for a in started.edition.knowledge.articles] == ["ferry"]
        assert "river-dam/facts.md:" in started.notice
        assert "a new one is left out" in started.notice

    def test_it_is_published_as_soon_as_it_is_fixed(self, desk: Desk) -> None:
        facts = desk.settings.knowledge / "river-dam" / "facts.md"
        whole = facts.read_bytes()
        break_the_dam(desk.settings.knowledge)
        desk.publish()
        facts.write_bytes(whole)
        edition = desk.publish()
        assert edition.notice == ""
        assert edition.library.ask(CRACKS).answer == THREE
        assert_answers(desk, edition)

    def test_it_says_no_more_of_faults_that_were_taken_back(self, desk: Desk) -> None:
        first = desk.publish()
        facts = desk.settings.knowledge / "river-dam" / "facts.md"
        whole = facts.read_bytes()
        break_the_dam(desk.settings.knowledge)
        faulty = propose(desk.settings, first, {}).edition
        facts.write_bytes(whole)
        assert propose(desk.settings, faulty, {}).edition.notice == ""

    def test_an_edit_of_another_article_is_written_and_its_own_faults_refuse_it(
        self, desk: Desk
    ) -> None:
        desk.publish()
        break_the_dam(desk.settings.knowledge)
        broken = (desk.settings.knowledge / "river-dam" / "facts.md").read_bytes()
        edit = desk.rewrite("the ferry left on Monday.", "it left on Monday.")
        edition = desk.publish_rewrite(edit)
        assert edition.library.ask(CRACKS).answer == THREE
        assert "it left on Monday." in desk.facts.read_text("utf-8")
        assert (desk.settings.knowledge / "river-dam" / "facts.md").read_bytes() == broken
        with pytest.raises(KnowledgeError) as raised:
            desk.publish_rewrite(desk.rewrite("left the mainland on Monday", "sank on Monday"))
        assert desk.facts in {fault.file for fault in raised.value.faults}


class TestStart:
    def test_the_first_start_publishes_the_folder(self, desk: Desk) -> None:
        started = start(desk.settings, NOW)
        assert started.notice == ""
        assert_answers(desk, started.edition)

    def test_a_start_publishes_what_was_edited_meanwhile(self, desk: Desk) -> None:
        desk.publish()
        desk.edit("left on Monday.", "sailed on Monday.")
        started = start(desk.settings, NOW)
        assert started.notice == ""
        assert_answers(desk, started.edition)

    def test_a_faulty_edit_does_not_keep_the_bot_from_starting(self, desk: Desk) -> None:
        first = desk.publish()
        (desk.settings.data / "knowledge.db").unlink()
        desk.edit("left the mainland on Monday", "sank on Monday")
        started = start(desk.settings, NOW)
        assert "facts.md:9: " in started.notice
        assert f"version {first.version}, answers meanwhile" in started.notice
        assert started.edition.library.ask(QUESTION).answer == ANSWER
        assert started.edition.store.version() == first.version

    def test_votes_hold_nothing_back_at_a_start(self, desk: Desk) -> None:
        """Else a few members could keep an answer from being corrected on the disk."""
        first = desk.publish()
        with closing(Members(desk.settings.data / MEMBERS)) as members:
            for user in range(ENOUGH_MEMBERS):
                fact = str(first.library.ask(QUESTION).fact)
                members.vote(Vote(user, fact, up=True, at=NOW, guild=1))
        desk.lose_a_fact()
        desk.facts.with_name("questions.jsonl").unlink()
        started = start(desk.settings, NOW)
        assert started.notice == ""
        assert_answers(desk, started.edition)

    def test_a_held_edit_is_not_let_through_by_a_restart(self, desk: Desk) -> None:
        first = desk.publish()
        desk.lose_a_fact()
        started = start(desk.settings, NOW)
        assert started.edition.version == first.version
        assert "confirm the reload" in started.notice

    def test_a_faulty_folder_without_a_state_to_go_on_from_is_told(self, desk: Desk) -> None:
        desk.edit("left the mainland on Monday", "sank on Monday")
        with pytest.raises(KnowledgeError):
            start(desk.settings, NOW)

    def test_a_newest_copy_that_is_damaged_leaves_the_one_before(self, desk: Desk) -> None:
        first, second = desk.publish(), desk.publish_second()
        (desk.history.kept(second.version).folder / "synonyms.md").unlink()
        edition = published_edition(desk.settings)
        assert edition is not None
        assert edition.version == first.version


def test_another_process_gives_the_same_bytes(desk: Desk) -> None:
    """Sets and hashes differ from process to process; an answer must not."""
    questions = f"{QUESTION}\nferry?\nwhat do the islanders say and want\nwhat is the fare\nzebra\n"
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "bot", "ask", "--json"],
            input=questions.encode(),
            capture_output=True,
            env=os.environ
            | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "DISCORD_TOKEN": ""}
            | {"FOOTNOTE_KNOWLEDGE": str(desk.settings.knowledge)}
            | {"FOOTNOTE_DATA": str(desk.settings.data)},
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
    assert ANSWER.encode() in outputs.pop()
