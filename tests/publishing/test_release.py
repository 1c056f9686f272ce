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
from releasing import NOW, QUESTION, Publisher, assert_answers

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
    def test_a_proposal_publishes_nothing(self, publisher: Publisher) -> None:
        first = publisher.publish()
        publisher.edit("left on Monday.", "sailed on Monday.")
        proposal = propose(publisher.settings, first, {})
        assert proposal.changes.edited == (QUESTION,)
        assert (proposal.before, proposal.edition.version) == (
            first.version,
            proposal.edition.version,
        )
        assert publisher.versions == [first.version] == [first.store.version()]

    def test_accepting_it_publishes_it_and_keeps_the_state(self, publisher: Publisher) -> None:
        first, second = publisher.publish(), publisher.publish_second()
        assert_answers(publisher, second)
        assert publisher.versions == [second.version, first.version]
        newest = publisher.history.states()[0]
        assert (newest.by, newest.at, newest.published) == ("ann", NOW, True)

    def test_only_the_questions_about_what_has_changed_are_asked_again(
        self, publisher: Publisher
    ) -> None:
        publisher.publish_second()
        publisher.label("ferry")
        publisher.label("harbour")
        edition = publisher.publish()
        publisher.edit("the new ferry left on Monday.", "the new ferry sailed on Monday.")
        votes = dict.fromkeys(edition.library.facts, 1)
        replay = propose(publisher.settings, edition, votes).replay
        assert (replay.labelled, replay.confirmed) == (1, 4)

    def test_a_new_article_has_all_questions_asked_again(self, publisher: Publisher) -> None:
        """It may take them over."""
        publisher.label("ferry")
        first = publisher.publish()
        shutil.copytree(publisher.facts.parent, publisher.settings.knowledge / "harbour")
        assert propose(publisher.settings, first, {}).replay.labelled == 2

    def test_a_faulty_folder_changes_nothing(self, publisher: Publisher) -> None:
        first = publisher.publish()
        publisher.edit("left the mainland on Monday", "sank on Monday")
        with pytest.raises(KnowledgeError, match=r"facts\.md:"):
            propose(publisher.settings, first, {})
        assert publisher.versions == [first.version] == [first.store.version()]

    def test_a_regression_is_held_until_it_is_confirmed(self, publisher: Publisher) -> None:
        first = publisher.publish()
        publisher.lose_a_fact()
        proposal = propose(publisher.settings, first, {})
        assert proposal.held
        with pytest.raises(ReleaseError, match="of 1 labelled questions 1 would be answered worse"):
            accept(publisher.settings, proposal, "ann", NOW)
        assert publisher.versions == [first.version] == [first.store.version()]
        assert_answers(publisher, accept(publisher.settings, proposal, "ann", NOW, confirmed=True))

    def test_what_another_program_has_confirmed_is_not_held_again(
        self, publisher: Publisher
    ) -> None:
        running = publisher.publish()
        publisher.lose_a_fact()
        elsewhere = propose(publisher.settings, running, {})
        accept(publisher.settings, elsewhere, "ann", NOW, confirmed=True)
        proposal = propose(publisher.settings, running, {})
        assert proposal.replay.regressed
        assert not proposal.held
        assert_answers(publisher, accept(publisher.settings, proposal, "a watch", NOW))
        assert [state.by for state in publisher.history.states()] == ["ann", "ann"]

    def test_a_lost_confirmed_answer_holds_it_too(self, publisher: Publisher) -> None:
        first = publisher.publish()
        publisher.lose_a_fact()
        publisher.facts.with_name("questions.jsonl").unlink()
        fact = first.library.ask(QUESTION).fact
        assert propose(publisher.settings, first, {str(fact): ENOUGH_MEMBERS}).held
        assert not propose(publisher.settings, first, {}).held

    def test_a_proposal_of_a_folder_that_has_changed_since_is_refused(
        self, publisher: Publisher
    ) -> None:
        first = publisher.publish()
        publisher.edit("left on Monday.", "sailed on Monday.")
        proposal = propose(publisher.settings, first, {})
        publisher.edit("- ferry departure day\n", "")
        with pytest.raises(ReleaseError, match="has changed since"):
            accept(publisher.settings, proposal, "ann", NOW)
        assert publisher.versions == [first.version]

    def test_what_could_not_be_read_again_is_refused(self, publisher: Publisher) -> None:
        publisher.publish()
        found = read_snapshot(publisher.settings.knowledge)
        large = {f"story-{n}/article.txt": b"x" * FILE_LIMIT for n in range(20)}
        for files, why in (
            (large, "holds more than 20,000,000 bytes"),
            ({"story/article.txt": b"x" * (FILE_LIMIT + 1)}, "has more than 1,000,000 bytes"),
        ):
            more = found.with_articles_of(
                Snapshot(found.folder, files), {name.partition("/")[0] for name in files}
            )
            with pytest.raises(KnowledgeError, match=why):
                publisher.publish_rewrite(Rewrite(found, more))
        assert read_snapshot(publisher.settings.knowledge) == found

    def test_one_release_at_a_time(self, publisher: Publisher) -> None:
        proposal = propose(publisher.settings, None, {})
        publisher.settings.data.mkdir()
        with (
            FileLock(publisher.settings.data / "release.lock"),
            pytest.raises(ReleaseError, match="is under way"),
        ):
            accept(publisher.settings, proposal, "ann", NOW)
        assert_answers(publisher, accept(publisher.settings, proposal, "ann", NOW))

    def test_an_unchanged_folder_adds_nothing_to_the_history(self, publisher: Publisher) -> None:
        publisher.publish()
        first = publisher.history.states()
        publisher.publish(NOW + timedelta(days=1))
        assert publisher.history.states() == first

    def test_whether_the_folder_changed_is_told_by_what_it_holds(
        self, publisher: Publisher
    ) -> None:
        edition = publisher.publish()
        (publisher.settings.knowledge / ".git").mkdir()
        (publisher.settings.knowledge / ".git" / "HEAD").write_text("ref: refs/heads/main")
        publisher.facts.touch()
        assert fingerprint(publisher.settings.knowledge) == edition.version
        publisher.edit("left on Monday.", "sailed on Monday.")
        assert fingerprint(publisher.settings.knowledge) != edition.version


class TestHistory:
    def test_the_last_twenty_states_are_kept(self, publisher: Publisher) -> None:
        versions = []
        for number in range(STATES_KEPT + 3):
            publisher.edit("## The ferry\n", f"## The ferry\n\n<!-- {number} -->\n")
            versions.append(publisher.publish().version)
        assert publisher.versions == versions[: -STATES_KEPT - 1 : -1]
        kept = (publisher.settings.data / "history").iterdir()
        assert {path.name for path in kept if path.is_dir()} == set(publisher.versions)
        with pytest.raises(HistoryError, match="No state of that version"):
            publisher.rollback(versions[0])

    def test_what_has_not_changed_is_kept_once(self, publisher: Publisher) -> None:
        first = publisher.publish()
        publisher.edit("left on Monday.", "sailed on Monday.")
        second = publisher.publish()
        copies = [publisher.history.kept(edition.version).folder for edition in (first, second)]
        shared = [
            name for name in first.snapshot.files if (copies[0] / name).samefile(copies[1] / name)
        ]
        assert set(shared) == first.snapshot.files.keys() - {"ferry/facts.md"}
        assert_answers(publisher, second)

    def test_a_disk_without_second_names_keeps_whole_copies(
        self, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
        first, second = publisher.publish(), publisher.publish_second()
        assert_answers(publisher, second)
        copies = [publisher.history.kept(edition.version).folder for edition in (first, second)]
        assert not (copies[0] / "ferry/article.txt").samefile(copies[1] / "ferry/article.txt")

    def test_a_damaged_file_is_not_shared_on(self, publisher: Publisher) -> None:
        first = publisher.publish()
        (publisher.history.kept(first.version).folder / "synonyms.md").write_text("spoilt", "utf-8")
        publisher.edit("left on Monday.", "sailed on Monday.")
        second = publisher.as_it_stands()
        accept(publisher.settings, propose(publisher.settings, None, {}), "ann", NOW)
        assert publisher.history.kept(second.version).version == second.version

    def test_a_clock_that_is_set_back_does_not_change_the_order(self, publisher: Publisher) -> None:
        first = publisher.publish(NOW)
        publisher.edit("left on Monday.", "sailed on Monday.")
        second = publisher.publish(NOW - timedelta(days=300))
        assert publisher.versions == [second.version, first.version]

    def test_nothing_is_kept_before_the_first_release(self, publisher: Publisher) -> None:
        assert publisher.history.states() == ()
        assert published_edition(publisher.settings) is None
        with pytest.raises(ReleaseError, match="no earlier state"):
            publisher.rollback()

    def test_who_published_can_be_forgotten(self, publisher: Publisher) -> None:
        publisher.publish()
        publisher.publish_second()
        publisher.rollback()
        publisher.history.forget("ann")
        assert [state.by for state in publisher.history.states()] == ["bob", ""]
        assert "ann" not in "".join(
            file.read_text() for file in (publisher.settings.data / "history").glob("*.json")
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
        self, publisher: Publisher, caplog: pytest.LogCaptureFixture, spoiled: bytes
    ) -> None:
        first, _ = publisher.publish(), publisher.publish_second()
        newest = max((publisher.settings.data / "history").glob("*.json"))
        newest.write_bytes(spoiled)
        assert publisher.versions == [first.version]
        publisher.edit("left on Monday.", "sailed on Monday.")
        assert start(publisher.settings, NOW).notice == ""
        aside = newest.with_name(f"{newest.name}.spoiled-1")
        assert aside.read_bytes() == spoiled
        assert f"set aside as {aside}" in caplog.text

    def test_a_note_of_a_newer_version_is_kept_with_what_it_has_more(
        self, publisher: Publisher
    ) -> None:
        first, second = publisher.publish(), publisher.publish_second()
        newest = max((publisher.settings.data / "history").glob("*.json"))
        row = json.loads(newest.read_text("utf-8")) | {"of the future": [1]}
        newest.write_text(json.dumps(row), "utf-8")
        assert publisher.versions == [second.version, first.version]
        publisher.edit("left on Monday.", "sailed on Monday.")
        publisher.publish()
        assert publisher.history.kept(second.version)
        publisher.history.forget("ann")
        assert json.loads(newest.read_text("utf-8")) == row | {"by": ""}


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_what_is_kept_is_its_owner_s_alone(publisher: Publisher, umask: int) -> None:
    before = os.umask(umask)
    try:
        publisher.publish()
        publisher.publish_second()
        publisher.rollback()
    finally:
        os.umask(before)
    paths = [publisher.settings.data, *publisher.settings.data.rglob("*")]
    assert len(paths) > 10
    assert [path for path in paths if path.stat().st_mode & 0o077] == []
    assert (publisher.facts.stat().st_mode & 0o777) == 0o644


class TestRollback:
    def test_it_goes_back_to_the_state_before_and_forth_again(self, publisher: Publisher) -> None:
        first = publisher.publish()
        files = read_snapshot(publisher.settings.knowledge).files
        second = publisher.publish_second()
        edition = publisher.rollback()
        assert edition.version == first.version
        assert_answers(publisher, edition)
        assert read_snapshot(publisher.settings.knowledge).files == files
        assert not (publisher.settings.knowledge / "harbour").exists()
        assert publisher.versions == [first.version, second.version]
        assert publisher.rollback().version == second.version
        assert (publisher.settings.knowledge / "harbour" / "facts.md").exists()

    def test_it_goes_to_any_version_that_is_named(self, publisher: Publisher) -> None:
        first, _ = publisher.publish(), publisher.publish_second()
        publisher.edit("- ferry departure day\n", "")
        publisher.publish()
        assert_answers(publisher, publisher.rollback(first.version))

    def test_edits_that_were_not_published_are_set_aside_and_not_lost(
        self, publisher: Publisher
    ) -> None:
        first = publisher.publish()
        publisher.edit("- ferry departure day\n", "")
        edited = read_snapshot(publisher.settings.knowledge).files
        publisher.rollback(first.version)
        aside = publisher.history.states()[0]
        assert not aside.published
        assert publisher.history.published()[0].version == first.version
        assert publisher.history.kept(aside.version).files == edited
        assert_answers(publisher, publisher.rollback(aside.version))

    def test_the_same_version_gives_the_same_bytes(self, publisher: Publisher) -> None:
        first = publisher.publish()
        second = publisher.publish_second()
        assert repr(second.library.ask(QUESTION)) != repr(first.library.ask(QUESTION))
        again = publisher.rollback()
        for question in (QUESTION, "ferry?", "what is the fare", "boats of the moon", ""):
            assert repr(again.library.ask(question)) == repr(first.library.ask(question))

    def test_a_read_only_folder_is_told_and_nothing_changes(self, publisher: Publisher) -> None:
        publisher.publish()
        second = publisher.publish_second()
        publisher.refuse_writing()
        with pytest.raises(UnwritableError, match=r"can't be written: .* FOOTNOTE_KNOWLEDGE"):
            publisher.rollback()
        assert_answers(publisher, second)

    def test_a_damaged_copy_is_not_written_back(self, publisher: Publisher) -> None:
        first, second = publisher.publish(), publisher.publish_second()
        copy = publisher.history.kept(first.version).folder / "ferry" / "facts.md"
        copy.write_text("gone")
        with pytest.raises(HistoryError, match="is damaged"):
            publisher.rollback()
        assert fingerprint(publisher.settings.knowledge) == second.version

    def test_a_copy_that_this_program_takes_for_faulty_is_not_written_back(
        self, publisher: Publisher
    ) -> None:
        publisher.publish()
        good = publisher.publish_second()
        publisher.edit("left the mainland on Monday", "sank on Monday")
        faulty = fingerprint(publisher.settings.knowledge)
        publisher.rollback(good.version)
        with pytest.raises(KnowledgeError, match="sank on Monday"):
            publisher.rollback(faulty)
        assert_answers(publisher, good)


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
        self, publisher: Publisher, spoil: Callable[[Path], None]
    ) -> None:
        publisher.publish()
        spoil(publisher.settings.knowledge)
        publisher.edit("the ferry left on Monday.", "it left on Monday.")
        edition = publisher.publish()
        assert edition.library.ask(QUESTION).answer == "The article says that it left on Monday."
        assert edition.library.ask(CRACKS).answer == THREE
        assert f"{publisher.settings.knowledge}/river-dam" in edition.notice
        assert edition.store.count("river-dam") > 20

    def test_labelled_questions_with_a_fault_keep_no_other_article_back(
        self, publisher: Publisher
    ) -> None:
        questions = publisher.settings.knowledge / "river-dam" / "questions.jsonl"
        first = publisher.publish()
        questions.write_text('{"q": 1}', "utf-8")
        publisher.edit("the ferry left on Monday.", "it left on Monday.")
        edition = propose(publisher.settings, first, {}).edition
        assert edition.library.ask(QUESTION).answer == "The article says that it left on Monday."
        assert f"{questions}:1: is no labelled question" in edition.notice

    def test_it_does_so_after_a_restart_too(self, publisher: Publisher) -> None:
        publisher.publish()
        break_the_dam(publisher.settings.knowledge)
        publisher.edit("the ferry left on Monday.", "it left on Monday.")
        version = publisher.publish().version
        started = start(publisher.settings, NOW)
        assert started.edition.version == version
        assert started.edition.library.ask(CRACKS).answer == THREE
        assert "river-dam/facts.md:" in started.notice
        assert publisher.versions[0] == version

    def test_it_is_left_out_with_a_word_if_it_was_never_published(
        self, publisher: Publisher
    ) -> None:
        break_the_dam(publisher.settings.knowledge)
        started = start(publisher.settings, NOW)
        assert started.edition.library.ask(QUESTION).answer == ANSWER
        assert [a.slug for a in started.edition.knowledge.articles] == ["ferry"]
        assert "river-dam/facts.md:" in started.notice
        assert "a new one is left out" in started.notice

    def test_it_is_published_as_soon_as_it_is_fixed(self, publisher: Publisher) -> None:
        facts = publisher.settings.knowledge / "river-dam" / "facts.md"
        whole = facts.read_bytes()
        break_the_dam(publisher.settings.knowledge)
        publisher.publish()
        facts.write_bytes(whole)
        edition = publisher.publish()
        assert edition.notice == ""
        assert edition.library.ask(CRACKS).answer == THREE
        assert_answers(publisher, edition)

    def test_it_says_no_more_of_faults_that_were_taken_back(self, publisher: Publisher) -> None:
        first = publisher.publish()
        facts = publisher.settings.knowledge / "river-dam" / "facts.md"
        whole = facts.read_bytes()
        break_the_dam(publisher.settings.knowledge)
        faulty = propose(publisher.settings, first, {}).edition
        facts.write_bytes(whole)
        assert propose(publisher.settings, faulty, {}).edition.notice == ""

    def test_an_edit_of_another_article_is_written_and_its_own_faults_refuse_it(
        self, publisher: Publisher
    ) -> None:
        publisher.publish()
        break_the_dam(publisher.settings.knowledge)
        broken = (publisher.settings.knowledge / "river-dam" / "facts.md").read_bytes()
        edit = publisher.rewrite("the ferry left on Monday.", "it left on Monday.")
        edition = publisher.publish_rewrite(edit)
        assert edition.library.ask(CRACKS).answer == THREE
        assert "it left on Monday." in publisher.facts.read_text("utf-8")
        assert (publisher.settings.knowledge / "river-dam" / "facts.md").read_bytes() == broken
        with pytest.raises(KnowledgeError) as raised:
            publisher.publish_rewrite(
                publisher.rewrite("left the mainland on Monday", "sank on Monday")
            )
        assert publisher.facts in {fault.file for fault in raised.value.faults}


class TestStart:
    def test_the_first_start_publishes_the_folder(self, publisher: Publisher) -> None:
        started = start(publisher.settings, NOW)
        assert started.notice == ""
        assert_answers(publisher, started.edition)

    def test_a_start_publishes_what_was_edited_meanwhile(self, publisher: Publisher) -> None:
        publisher.publish()
        publisher.edit("left on Monday.", "sailed on Monday.")
        started = start(publisher.settings, NOW)
        assert started.notice == ""
        assert_answers(publisher, started.edition)

    def test_a_faulty_edit_does_not_keep_the_bot_from_starting(self, publisher: Publisher) -> None:
        first = publisher.publish()
        (publisher.settings.data / "knowledge.db").unlink()
        publisher.edit("left the mainland on Monday", "sank on Monday")
        started = start(publisher.settings, NOW)
        assert "facts.md:9: " in started.notice
        assert f"version {first.version}, answers meanwhile" in started.notice
        assert started.edition.library.ask(QUESTION).answer == ANSWER
        assert started.edition.store.version() == first.version

    def test_votes_hold_nothing_back_at_a_start(self, publisher: Publisher) -> None:
        """Else a few members could keep an answer from being corrected on the disk."""
        first = publisher.publish()
        with closing(Members(publisher.settings.data / MEMBERS)) as members:
            for user in range(ENOUGH_MEMBERS):
                fact = str(first.library.ask(QUESTION).fact)
                members.vote(Vote(user, fact, up=True, at=NOW, guild=1))
        publisher.lose_a_fact()
        publisher.facts.with_name("questions.jsonl").unlink()
        started = start(publisher.settings, NOW)
        assert started.notice == ""
        assert_answers(publisher, started.edition)

    def test_a_held_edit_is_not_let_through_by_a_restart(self, publisher: Publisher) -> None:
        first = publisher.publish()
        publisher.lose_a_fact()
        started = start(publisher.settings, NOW)
        assert started.edition.version == first.version
        assert "confirm the reload" in started.notice

    def test_a_faulty_folder_without_a_state_to_go_on_from_is_told(
        self, publisher: Publisher
    ) -> None:
        publisher.edit("left the mainland on Monday", "sank on Monday")
        with pytest.raises(KnowledgeError):
            start(publisher.settings, NOW)

    def test_a_newest_copy_that_is_damaged_leaves_the_one_before(
        self, publisher: Publisher
    ) -> None:
        first, second = publisher.publish(), publisher.publish_second()
        (publisher.history.kept(second.version).folder / "synonyms.md").unlink()
        edition = published_edition(publisher.settings)
        assert edition is not None
        assert edition.version == first.version


def test_another_process_gives_the_same_bytes(publisher: Publisher) -> None:
    """Sets and hashes differ from process to process; an answer must not."""
    questions = f"{QUESTION}\nferry?\nwhat do the islanders say and want\nwhat is the fare\nzebra\n"
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "bot", "ask", "--json"],
            input=questions.encode(),
            capture_output=True,
            env=os.environ
            | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "DISCORD_TOKEN": ""}
            | {"FOOTNOTE_KNOWLEDGE": str(publisher.settings.knowledge)}
            | {"FOOTNOTE_DATA": str(publisher.settings.data)},
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
    assert ANSWER.encode() in outputs.pop()
