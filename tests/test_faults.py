"""What the fault suite (`python -m tests.faults`) found, and that it would find it again."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from faults.kills import kill_at_steps
from faults.mutants import read_mutants
from faults.outcome import Outcome, table
from faults.processes import Say
from faults.scaling import FLOOR, RATIO, side_by_side
from faults.scenes import SMALL, WriteBack
from faults.stage import staged
from faults.texts import alive
from places import ROOT

from bot.errors import KnowledgeError
from bot.knowledge.article import split_sentences
from bot.knowledge.loading import load_knowledge
from bot.language.markup import LINK
from bot.members.members import Members, Vote
from bot.members.sqlite import MembersError
from bot.operation.cooldown import Cooldown
from bot.publishing.edition import publish

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class HalfWritten(WriteBack):
    """An editor that writes over the file instead of beside it."""

    def act(self, say: Say) -> None:
        del say
        self.facts.write_text(self.new, "utf-8")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")
def test_a_file_that_is_written_over_is_found_half_written() -> None:
    with staged(HalfWritten) as stage:
        outcome = kill_at_steps(stage, 50)
    assert outcome.failures
    assert not outcome.ok


@pytest.mark.parametrize(
    ("tries", "failures", "skipped", "word"),
    [(2, [], "", "survived"), (2, ["x"], "", "FAILED"), (0, [], "", "NOT TRIED")],
)
def test_what_was_not_tried_or_failed_is_told_so(
    tries: int, failures: Sequence[str], skipped: str, word: str
) -> None:
    outcome = Outcome("rain", tries, failures, skipped=skipped)
    assert outcome.ok == (word == "survived")
    assert word in table([outcome])


def test_what_was_skipped_is_not_survived() -> None:
    outcome = Outcome("rain", 0, [], skipped="no sky here")
    assert not outcome.ok
    assert "no sky here" in table([outcome])


def test_every_mutant_finds_what_it_breaks_and_the_tests_that_must_notice() -> None:
    """The text of a patch moves with the program: change it in `mutants.toml`, too."""
    for mutant in read_mutants():
        assert mutant.applied(ROOT) != (ROOT / mutant.file).read_text("utf-8")
        assert (ROOT / mutant.tests[0]).is_file()


def test_a_mutant_whose_text_is_gone_is_told() -> None:
    mutant = replace(read_mutants()[0], old="no such text")
    with pytest.raises(LookupError, match="holds the text to break 0 times, not once"):
        mutant.applied(ROOT)


@pytest.mark.parametrize(
    "text",
    ["@everyone", "x <@1>", "[x](y)", "see https://x.example", "# x", "- ## x", r"\\@here"],
)
def test_what_is_alive_is_noticed(text: str) -> None:
    assert alive(text)


@pytest.mark.parametrize("text", [r"\@everyone", r"\<\@1\>", r"\[x\](y)", r"https\://x", "#1", "-"])
def test_what_is_inert_is_not(text: str) -> None:
    assert not alive(text)


def without_links(text: str) -> str:
    return LINK.sub(" ", text)


@pytest.mark.parametrize(
    ("read", "pattern"), [(split_sentences, "."), (without_links, "x"), (without_links, "x+")]
)
def test_twice_the_text_is_read_in_twice_the_time(
    read: Callable[[str], object], pattern: str
) -> None:
    """The fault suite tries more readers and patterns."""
    once, twice = side_by_side(read, pattern * 5_000, pattern * 10_000, rounds=3)
    assert twice < RATIO * max(once, FLOOR)


@pytest.mark.parametrize("name", ["facts.md", "article.txt", "article.toml", "names.md"])
def test_a_knowledge_file_that_cannot_be_read_is_a_fault(small: Path, name: str) -> None:
    file = small / "ferry" / name
    file.unlink()
    file.mkdir()
    with pytest.raises(KnowledgeError, match=rf"{name}: can't be read \(Is a directory\)"):
        load_knowledge(small)


def test_a_damaged_knowledge_database_is_rebuilt_with_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Though its version can still be read."""
    store = publish(SMALL, tmp_path).store
    whole = store.browse()
    content = store.file.read_bytes()
    with closing(sqlite3.connect(store.file)) as db:
        query = "select rootpage from sqlite_master where name = 'facts'"
        (page,) = db.execute(query).fetchone()
    start = 4096 * (page - 1)
    store.file.write_bytes(content[:start] + bytes(4096) + content[start + 4096 :])
    assert store.version()
    assert publish(SMALL, tmp_path).store.browse() == whole
    assert [record.getMessage() for record in caplog.records] == [
        f"The database {store.file} was damaged; it has been rebuilt."
    ]


def test_a_knowledge_database_that_another_program_holds_is_read_still(tmp_path: Path) -> None:
    store = publish(SMALL, tmp_path).store
    whole = store.browse()
    with closing(sqlite3.connect(store.file)) as other:
        other.execute("begin exclusive")
        assert store.browse() == whole


class TestDamagedMembersData:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        file = tmp_path / "members.db"
        with closing(Members(file)) as members:
            members.vote(Vote(1, "a", up=False, at=NOW, reason="because"))
        return file

    def spoil(self, file: Path, old: bytes, new: bytes) -> None:
        content = file.read_bytes()
        assert old in content
        file.write_bytes(content.replace(old, new))

    def test_a_letter_that_is_none_bars_the_way_to_nothing(self, file: Path) -> None:
        self.spoil(file, b"because", b"beca\xffse")
        with closing(Members(file)) as members:
            assert members.notice == ""
            (vote,) = members.personal_data(1).votes
            assert vote.reason == "beca\N{REPLACEMENT CHARACTER}se"

    def test_a_date_that_is_none_gives_a_sentence(self, file: Path) -> None:
        self.spoil(file, b"2026-03-01T", b"2026-0x-01T")
        with (
            closing(Members(file)) as members,
            pytest.raises(MembersError, match=r"holds a value that is damaged\. Restore a backup"),
        ):
            members.personal_data(1)

    def test_if_a_name_is_no_text_the_file_is_set_aside(self, file: Path) -> None:
        self.spoil(file, b"CREATE TABLE votes", b"CREATE TABLE vo\xffes")
        spoilt = file.read_bytes()
        with closing(Members(file)) as members:
            assert "is set aside as members.db.corrupt-1" in members.notice
        assert file.with_name("members.db.corrupt-1").read_bytes() == spoilt


def test_nobody_waits_for_a_clock_that_was_set_back() -> None:
    cooldown = Cooldown(burst=1, seconds=5)
    assert cooldown.take("ann", NOW) is None
    assert cooldown.take("ann", NOW)
    assert cooldown.take("ann", NOW - timedelta(days=1)) is None
