"""What members create is kept, told, forgotten, and survives whatever happens to its file."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from queue import Queue
from random import Random
from tempfile import TemporaryDirectory
from threading import Event, Thread

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.knowledge.loading import Collection
from bot.language.text import words
from bot.members.members import AuditEntry, Members, PersonalData, Tally, Vote
from bot.members.misses import (
    MISS_TEXTS,
    Miss,
    MissReason,
    NewMiss,
    merge_misses,
    normal_question,
)
from bot.members.posted import Posted
from bot.members.settings import SERVER, GuildSettings
from bot.members.sqlite import ASIDE_DAYS, MembersError

NOON = datetime(2024, 2, 11, 12, tzinfo=UTC)
GUILD, OTHER_GUILD = 100, 200
ALICE, BOB = 1, 2
LONGEST = 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "members.db"


@dataclass(frozen=True)
class Place:
    """Where what members create is kept: in a file, or else on the server of an URL."""

    file: Path
    url: str = ""

    def open(self) -> Members:
        return Members(self.file, wait=0, url=self.url)

    def holds(self, text: str) -> bool:
        """Whether a text is anywhere in the files, or in a row."""
        if not self.url:
            return anywhere(self.file.parent, text)
        with psycopg.connect(self.url) as connection:
            tables = connection.execute(
                "select tablename from pg_tables where schemaname = current_schema()"
            ).fetchall()
            rows = [
                row
                for (table,) in tables
                for row in connection.execute(f"select {table}::text from {table}".encode())
            ]
        return any(text in row for (row,) in rows)


@pytest.fixture(params=["file", "server"])
def place(file: Path, request: pytest.FixtureRequest) -> Place:
    if request.param == "file":
        return Place(file)
    return Place(file, request.getfixturevalue("postgres").new_place())


@pytest.fixture
def members(place: Place) -> Iterator[Members]:
    with closing(place.open()) as opened:
        yield opened


def opt_in(members: Members, guild: int = GUILD) -> None:
    members.change_settings(guild, lambda s: replace(s, misses=True))


def missed(question: str, why: MissReason = "declined", guild: int = GUILD) -> NewMiss:
    return NewMiss(guild, question, "article#near", why)


def anywhere(folder: Path, text: str) -> bool:
    return any(text.encode() in file.read_bytes() for file in folder.iterdir())


class TestSettings:
    def test_a_guild_that_chose_nothing_has_the_defaults(self, members: Members) -> None:
        assert members.settings(GUILD) == GuildSettings()
        assert not members.settings(GUILD).misses

    def test_settings_survive_a_restart_and_are_kept_per_guild(
        self, members: Members, place: Place
    ) -> None:
        chosen = GuildSettings((7, 9), plain=True, misses=True, editors=5, miss_days=30)
        assert members.change_settings(GUILD, lambda _: chosen) == chosen
        members.close()
        again = place.open()
        assert again.settings(GUILD) == chosen
        assert again.settings(OTHER_GUILD) == GuildSettings()
        again.close()

    def test_a_setting_can_go_back_to_its_default(self, members: Members) -> None:
        members.change_settings(GUILD, lambda s: replace(s, editors=5))
        members.change_settings(GUILD, lambda s: replace(s, editors=None))
        assert members.settings(GUILD) == GuildSettings()

    def test_what_a_newer_version_chose_is_kept_and_ignored(self, members: Members) -> None:
        members.change_settings(GUILD, lambda s: replace(s, plain=True))
        row = (GUILD, "of the future", '{"deep": [1]}')
        with members._database.writing() as db:
            db.execute("insert into settings values (?, ?, ?)", row)
        assert members.settings(GUILD) == GuildSettings(plain=True)
        assert members.change_settings(GUILD, lambda s: replace(s, plain=False)) == GuildSettings()
        with members._database.reading() as db:
            assert row in db.execute("select * from settings").fetchall()

    def test_ask_channels_are_switched_one_by_one(self, members: Members) -> None:
        for channel, enabled in [(9, True), (7, True), (9, True), (8, False), (9, False)]:
            switch = partial(GuildSettings.with_ask_channel, channel=channel, enabled=enabled)
            members.change_settings(GUILD, switch)
        assert members.settings(GUILD).ask_channels == (7,)

    def test_a_channel_or_else_the_server_is_bound_to_articles(self, members: Members) -> None:
        for place, slug in ((SERVER, "ferry"), (7, "dam"), (7, "strike")):
            bind = partial(GuildSettings.with_article, channel=place, slug=slug, enabled=True)
            members.change_settings(GUILD, bind)
        bound = members.settings(GUILD)
        assert bound.articles_in([7]) == ("dam", "strike")
        assert bound.articles_in([8, 7]) == ("dam", "strike")
        assert bound.articles_in([8]) == bound.articles_in([]) == ("ferry",)
        fewer = bound.with_article(7, "dam", enabled=False).without_articles(SERVER)
        assert fewer.articles == {7: ("strike",)}
        assert fewer.articles_in([8]) == ()

    def test_days_out_of_range_are_refused_in_a_sentence(self, members: Members) -> None:
        with pytest.raises(MembersError, match="1 to 365 days; 0 is not"):
            members.change_settings(GUILD, lambda s: replace(s, plain=True, miss_days=0))
        assert members.settings(GUILD) == GuildSettings()

    def test_changes_from_many_threads_are_all_kept(self, members: Members) -> None:
        def switch_on(channel: int) -> None:
            members.change_settings(GUILD, lambda s: s.with_ask_channel(channel, enabled=True))

        threads = [Thread(target=switch_on, args=(channel,)) for channel in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert members.settings(GUILD).ask_channels == tuple(range(16))


class TestVotes:
    def test_a_member_has_one_vote_for_an_answer_and_may_change_it(self, members: Members) -> None:
        members.vote(Vote(ALICE, "a", up=True, at=NOON))
        members.vote(Vote(ALICE, "a", up=True, at=NOON))
        members.vote(Vote(BOB, "a", up=False, at=NOON))
        members.vote(Vote(BOB, "b", up=True, at=NOON))
        assert members.tally("a") == Tally(1, 1)
        members.vote(Vote(ALICE, "a", up=False, at=NOON))
        assert members.tally("a") == Tally(0, 2)
        assert members.tally("nobody voted") == Tally(0, 0)

    def test_a_reason_stays_until_the_member_gives_another_or_changes_sides(
        self, members: Members
    ) -> None:
        down = Vote(ALICE, "a", up=False, at=NOON, guild=GUILD)
        members.vote(replace(down, reason="wrong\nday"))
        members.vote(down)
        assert members.reasons(GUILD, "a") == ("wrong day",)
        members.vote(replace(down, reason="wrong speaker"))
        assert members.reasons(GUILD, "a") == ("wrong speaker",)
        members.vote(replace(down, up=True))
        members.vote(down)
        assert members.reasons(GUILD, "a") == ()

    def test_reasons_are_told_in_the_guild_they_were_given_in_alone(self, members: Members) -> None:
        members.vote(Vote(ALICE, "a", up=False, at=NOON, guild=GUILD, reason="old"))
        members.vote(Vote(BOB, "a", up=False, at=NOON, guild=OTHER_GUILD, reason="theirs"))
        members.vote(Vote(3, "a", up=False, at=NOON + timedelta(1), guild=GUILD, reason="new"))
        assert members.reasons(GUILD, "a") == ("new", "old")

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text())
    def test_any_reason_can_be_kept(self, members: Members, reason: str) -> None:
        members.vote(Vote(ALICE, "a", up=False, at=NOON, guild=GUILD, reason=reason))
        (vote,) = members.personal_data(ALICE).votes
        assert "\n" not in vote.reason
        assert len(vote.reason) <= 500


class TestMisses:
    def test_the_text_is_kept_only_if_the_guild_opted_in(self, members: Members) -> None:
        opt_in(members, OTHER_GUILD)
        for guild in (GUILD, OTHER_GUILD, 0):
            members.add_miss(missed("who flies the helicopters?", guild=guild), NOON)
            members.add_miss(missed("who sells the fuel?", guild=guild), NOON)
        assert [(m.question, m.times) for m in members.misses(GUILD, NOON)] == [("", 2)]
        assert [(m.question, m.times) for m in members.misses(0, NOON)] == [("", 2)]
        assert [m.question for m in members.misses(OTHER_GUILD, NOON)] == [
            "who flies the helicopters",
            "who sells the fuel",
        ]

    def test_a_question_asked_again_is_counted_with_its_first_and_last_day(
        self, members: Members
    ) -> None:
        opt_in(members)
        tokyo = timezone(timedelta(hours=9))
        members.add_miss(missed("Who flies?"), NOON)
        members.add_miss(missed("who  FLIES"), NOON + timedelta(days=3))
        members.add_miss(missed("who flies"), datetime(2024, 2, 11, 3, tzinfo=tokyo))
        assert members.misses(GUILD, NOON) == (
            Miss(
                1,
                "Who flies",
                "article#near",
                "declined",
                3,
                date(2024, 2, 10),
                date(2024, 2, 14),
            ),
        )

    def test_who_asked_is_kept_nowhere(self, members: Members, place: Place) -> None:
        opt_in(members)
        question = (
            "<@123456789012345678> <@!223456789012345678>, mail alice@example.org or "
            "+491701234567: see https://example.org/alice, who won? <:alice:323456789012345678>"
        )
        members.add_miss(missed(question), NOON)
        (miss,) = members.misses(GUILD, NOON)
        assert words(miss.question) == "mail or see who won".split()
        assert not place.holds("alice")

    def test_opting_out_deletes_the_texts_at_once_and_keeps_the_counts(
        self, members: Members, place: Place
    ) -> None:
        members.add_miss(missed("asked before"), NOON - timedelta(2))
        opt_in(members)
        members.add_miss(missed("who flies the helicopters"), NOON)
        members.add_miss(missed("who sells the fuel"), NOON)
        members.add_miss(missed("who sells the fuel", "weak"), NOON)
        members.change_settings(GUILD, lambda s: replace(s, misses=False))
        assert [(m.question, m.why, m.times) for m in members.misses(GUILD, NOON)] == [
            ("", "declined", 3),
            ("", "weak", 1),
        ]
        assert not place.holds("helicopters")

    def test_misses_expire_after_the_days_their_guild_chose(
        self, members: Members, place: Place
    ) -> None:
        for guild in (GUILD, OTHER_GUILD):
            opt_in(members, guild)
            members.add_miss(missed("who flies the helicopters", guild=guild), NOON)
        members.change_settings(OTHER_GUILD, lambda s: replace(s, miss_days=10))
        last_day, too_late = NOON + timedelta(days=90), NOON + timedelta(days=91)
        members.expire(NOON + timedelta(days=10))
        assert members.misses(OTHER_GUILD, NOON)
        members.expire(last_day)
        assert members.misses(GUILD, last_day)
        assert not members.misses(OTHER_GUILD, NOON)
        assert not members.misses(GUILD, too_late)
        members.expire(too_late)
        assert not members.misses(GUILD, NOON)
        assert not place.holds("helicopters")

    @settings(max_examples=10)
    @given(st.integers())
    def test_of_what_expired_no_byte_is_left(self, seed: int) -> None:
        """However rows of any length lie in the pages of the file."""
        random = Random(seed)
        with TemporaryDirectory() as folder, closing(Members(Path(folder, "m.db"))) as members:
            for guild in (GUILD, OTHER_GUILD):
                opt_in(members, guild)
            for number in range(200):
                early = random.random() < 0.5
                text = f"{'zebra' if early else 'quokka'} {number} {'x' * random.randrange(150)}"
                near = "n" * random.randrange(60)
                lost = NewMiss(random.choice((GUILD, OTHER_GUILD)), text, near, "weak")
                members.add_miss(lost, NOON if early else NOON + timedelta(days=91))
            members.expire(NOON + timedelta(days=91))
            assert anywhere(Path(folder), "quokka")
            assert not anywhere(Path(folder), "zebra")

    def test_a_clock_set_back_loses_nothing(self, members: Members) -> None:
        members.add_miss(missed("who"), NOON)
        members.expire(NOON - timedelta(days=4000))
        assert members.misses(GUILD, NOON - timedelta(days=4000))

    def test_a_dismissed_question_stays_away_when_asked_again(self, members: Members) -> None:
        opt_in(members)
        opt_in(members, OTHER_GUILD)
        members.add_miss(missed("who flies"), NOON)
        (miss,) = members.misses(GUILD, NOON)
        members.dismiss_misses(OTHER_GUILD, [miss.id])
        assert members.misses(GUILD, NOON) == (miss,)
        members.dismiss_misses(GUILD, [miss.id, 999])
        members.add_miss(missed("who flies"), NOON)
        assert members.misses(GUILD, NOON) == ()

    def test_a_dismissed_count_starts_again(self, members: Members) -> None:
        for _ in range(2):
            members.add_miss(missed("who flies"), NOON)
        (miss,) = members.misses(GUILD, NOON)
        members.dismiss_misses(GUILD, [miss.id])
        assert members.misses(GUILD, NOON) == ()
        members.add_miss(missed("who sells"), NOON)
        assert [m.times for m in members.misses(GUILD, NOON)] == [1]

    def test_a_flood_of_questions_is_counted_and_no_longer_kept(self, members: Members) -> None:
        opt_in(members)
        with members._database.writing() as db:
            db.executemany(
                "insert into misses (guild, question, nearest, why, times, first_seen, last_seen)"
                " values (?, ?, 'article#near', 'declined', 1, '2024-02-11', '2024-02-11')",
                [(GUILD, f"question {n}") for n in range(MISS_TEXTS)],
            )
        members.add_miss(missed("one too many"), NOON)
        members.add_miss(missed("question 7"), NOON)
        kept = {m.question: m.times for m in members.misses(GUILD, NOON)}
        assert len(kept) == MISS_TEXTS + 1
        assert kept[""] == 1
        assert kept["question 7"] == 2
        later = NOON + timedelta(days=GuildSettings().miss_days + 1)
        members.expire(later)
        members.add_miss(missed("there is room again"), later)
        assert [m.question for m in members.misses(GUILD, later)] == ["there is room again"]


class TestNormalQuestion:
    @given(st.text())
    def test_any_text_becomes_a_short_line_and_normalising_twice_changes_nothing(
        self, text: str
    ) -> None:
        once = normal_question(text)
        assert normal_question(once) == once
        assert len(once) <= 200
        assert "\n" not in once

    def test_what_has_no_words_is_nothing(self) -> None:
        assert normal_question("?! <@123456789012345678> …") == ""


NEAREST = "russia-syria-strategy#where-is-aleppo"


class TestMerging:
    def merged(self, knowledge: Collection, *asked: tuple[str, int]) -> list[set[str]]:
        misses = [
            Miss(n, question, NEAREST, "declined", times, NOON.date(), NOON.date())
            for n, (question, times) in enumerate(asked)
        ]
        clusters = merge_misses(misses, knowledge)
        assert sum(c.times for c in clusters) == sum(times for _, times in asked)
        return [{miss.question for miss in cluster.misses} for cluster in clusters]

    def test_synonyms_typos_and_order_are_one_most_asked_first(self, knowledge: Collection) -> None:
        assert self.merged(
            knowledge,
            ("who pays for the planes", 2),
            ("how cold is it in Munich", 1),
            ("the planes, who pays for them", 1),
            ("who pays for the aircraft", 1),
            ("how clod is it in Munich", 1),
            ("what do camels eat", 3),
        ) == [
            {
                "who pays for the planes",
                "the planes, who pays for them",
                "who pays for the aircraft",
            },
            {"what do camels eat"},
            {"how cold is it in Munich", "how clod is it in Munich"},
        ]

    def test_another_number_or_name_is_another_question(self, knowledge: Collection) -> None:
        questions = [
            "did 250,000 people leave the city in the winter of 2015",
            "did 250,000 people leave the city in the winter of 2016",
            "what happened on monday",
            "what happened on tuesday",
        ]
        assert len(self.merged(knowledge, *((question, 1) for question in questions))) == 4

    def test_counts_without_text_merge_by_the_nearest_fact(self, knowledge: Collection) -> None:
        day = NOON.date()
        misses = [
            Miss(1, "", "a", "declined", 1, day, day),
            Miss(2, "", "b", "weak", 4, day, day),
            Miss(3, "", "a", "voted down", 2, day, day),
        ]
        clusters = merge_misses(misses, knowledge)
        assert [(c.question, c.nearest, c.times) for c in clusters] == [("", "b", 4), ("", "a", 3)]

    @given(st.lists(st.text(max_size=20), max_size=8))
    def test_no_miss_is_lost_or_doubled(self, knowledge: Collection, texts: list[str]) -> None:
        misses = [
            Miss(n, text, "a", "declined", 1, NOON.date(), NOON.date())
            for n, text in enumerate(texts)
        ]
        clusters = merge_misses(misses, knowledge)
        assert sorted(m.id for c in clusters for m in c.misses) == list(range(len(texts)))


class TestAuditAndPrivacy:
    def test_the_audit_list_tells_newest_first_by_page_and_guild(self, members: Members) -> None:
        changes = [
            AuditEntry(ALICE, NOON + timedelta(hours=n), f"added fact {n}", GUILD) for n in range(3)
        ]
        for change in changes:
            members.add_audit_entry(change)
        members.add_audit_entry(AuditEntry(BOB, NOON, "elsewhere", OTHER_GUILD))
        assert members.audit_list(GUILD, limit=2) == (changes[2], changes[1])
        assert members.audit_list(GUILD, offset=2) == (changes[0],)

    def test_times_come_back_in_utc(self, members: Members) -> None:
        members.add_audit_entry(
            AuditEntry(ALICE, NOON.astimezone(timezone(timedelta(hours=-5))), "x", GUILD)
        )
        (change,) = members.audit_list(GUILD)
        assert change.at == NOON
        assert change.at.tzinfo == UTC

    def test_known_about_lists_all_and_forget_leaves_nothing_of_it(
        self, members: Members, place: Place
    ) -> None:
        vote = Vote(ALICE, "a", up=False, at=NOON, guild=GUILD, reason="embarrassing remark")
        change = AuditEntry(ALICE, NOON, "added a fact", GUILD)
        members.vote(vote)
        members.vote(replace(vote, user=BOB, reason="mine"))
        members.add_audit_entry(change)
        assert members.personal_data(ALICE) == PersonalData((vote,), (change,))
        members.forget(ALICE)
        assert members.personal_data(ALICE) == PersonalData((), ())
        assert members.tally("a") == Tally(0, 1)
        assert members.reasons(GUILD, "a") == ("mine",)
        assert members.audit_list(GUILD) == (replace(change, user=0),)
        assert not place.holds("embarrassing")


class TestSharing:
    def test_what_another_process_changes_is_heard_of(self, members: Members, place: Place) -> None:
        heard, stopped = Queue[str](), Event()
        listening = Thread(target=members.announcements.listen, args=(heard.put, stopped))
        listening.start()
        try:
            assert heard.get(timeout=LONGEST) == ""
            with closing(place.open()) as other:
                other.change_settings(GUILD, lambda s: replace(s, plain=True))
                assert heard.get(timeout=LONGEST) in {"", f"settings {GUILD}"}
                other.announcements.announce("abc")
                assert heard.get(timeout=LONGEST) in {"", "published"}
            assert members.announcements.announced() == "abc"
        finally:
            stopped.set()
            listening.join()

    def test_the_newest_announcement_counts(self, members: Members) -> None:
        assert members.announcements.announced() == ""
        for version in ("abc", "def", "def"):
            members.announcements.announce(version)
        assert members.announcements.announced() == "def"


_KILLED = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from bot.members.members import Members, Vote
members = Members(Path(sys.argv[1]))
for user in range(20):
    members.vote(Vote(user, "a", up=True, at=datetime(2024, 2, 11, tzinfo=UTC)))
with members._database.writing() as db:
    db.execute("delete from votes")
    os.kill(os.getpid(), signal.SIGKILL)
"""


class TestTheFile:
    @pytest.fixture
    def place(self, file: Path) -> Place:
        return Place(file)

    def test_votes_outlive_a_kill_and_a_half_done_change_does_not(self, file: Path) -> None:
        killed = subprocess.run([sys.executable, "-c", _KILLED, file], check=False)
        assert killed.returncode == -signal.SIGKILL
        members = Members(file)
        assert members.tally("a") == Tally(20, 0)
        assert members.notice == ""
        members.close()

    def test_it_is_its_owner_s_alone(self, file: Path) -> None:
        file.parent.mkdir(mode=0o755)
        file.touch(0o644)
        before = os.umask(0)
        try:
            members = Members(file)
            members.vote(Vote(ALICE, "a", up=True, at=NOON))
            modes = {
                f.name: f.stat().st_mode & 0o777 for f in (file.parent, *file.parent.iterdir())
            }
            members.close()
        finally:
            os.umask(before)
        assert modes.pop("data") == 0o700
        assert len(modes) > 1
        assert {*modes.values()} == {0o600}

    def test_what_was_set_aside_is_deleted_after_its_days(self, file: Path) -> None:
        file.parent.mkdir()
        file.write_bytes(b"not a database at all" * 99)
        os.utime(file, (0, 0))
        with closing(Members(file)) as members:
            aside = file.with_name("members.db.corrupt-1")
            now = datetime.now(UTC)
            members.expire(now + timedelta(days=ASIDE_DAYS - 1))
            assert aside.exists()
            members.expire(now + timedelta(days=ASIDE_DAYS + 1))
            assert not aside.exists()

    @pytest.mark.parametrize("damage", [b"not a database at all" * 99, b"SQLite format 3\0" * 99])
    def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
        self, file: Path, damage: bytes
    ) -> None:
        file.parent.mkdir()
        for number in (1, 2):
            content = damage + bytes([number])
            file.write_bytes(content)
            members = Members(file)
            aside = file.with_name(f"members.db.corrupt-{number}")
            assert aside.read_bytes() == content
            assert f"set aside as {aside.name}" in members.notice
            members.vote(Vote(ALICE, "a", up=True, at=NOON))
            assert members.tally("a") == Tally(1, 0)
            members.close()

    def test_damage_in_the_middle_is_found_on_opening(self, members: Members, file: Path) -> None:
        for user in range(500):
            members.vote(Vote(user, f"answer {user}", up=True, at=NOON))
        members.close()
        content = bytearray(file.read_bytes())
        content[-4096:-2048] = os.urandom(2048)
        file.write_bytes(content)
        again = Members(file)
        assert "set aside as members.db.corrupt-1" in again.notice
        assert again.tally("answer 7") == Tally(0, 0)
        again.close()

    def test_damage_while_running_is_told_and_not_hidden(
        self, members: Members, file: Path
    ) -> None:
        members.vote(Vote(ALICE, "a", up=True, at=NOON))
        members.forget(BOB)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("delete from audit")
        other.execute("pragma wal_checkpoint(truncate)")
        with file.open("r+b") as opened:
            opened.seek(4096)
            opened.write(os.urandom(file.stat().st_size - 4096))
        with pytest.raises(MembersError, match=r"members\.db is damaged\. Restart the bot"):
            members.tally("a")
        other.close()

    def test_another_program_that_holds_the_file_is_told_and_nothing_is_changed(
        self, members: Members, file: Path
    ) -> None:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(MembersError, match="in use by another program"):
            members.vote(Vote(ALICE, "a", up=True, at=NOON))
        assert members.tally("a") == Tally(0, 0)
        other.execute("rollback")
        members.vote(Vote(ALICE, "a", up=True, at=NOON))
        assert members.tally("a") == Tally(1, 0)
        other.close()

    def test_a_file_held_for_good_is_told_on_opening(self, file: Path) -> None:
        file.parent.mkdir()
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("begin exclusive")
        with pytest.raises(MembersError, match="in use by another program"):
            Members(file, wait=0)
        other.close()

    def test_a_folder_that_cannot_be_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a file")
        with pytest.raises(MembersError, match="FOOTNOTE_DATA"):
            Members(tmp_path / "data" / "members.db")
        (tmp_path / "members.db").mkdir()
        with pytest.raises(MembersError, match="FOOTNOTE_DATA"):
            Members(tmp_path / "members.db")

    def test_a_full_disk_is_told_and_nothing_is_lost(self, members: Members) -> None:
        with members._database.reading() as db:
            (pages,) = db.execute("pragma page_count").fetchone()
            db.execute(f"pragma max_page_count = {pages}")
        kept = 0
        with pytest.raises(MembersError, match="disk is full"):  # noqa: PT012 (any of them may)
            for user in range(1000):
                members.vote(Vote(user, "a", up=True, at=NOON, reason="x" * 400))
                kept += 1
        assert members.tally("a") == Tally(kept, 0)
        members.vote(Vote(0, "a", up=False, at=NOON))
        assert members.tally("a") == Tally(kept - 1, 1)

    def test_a_file_of_a_newer_version_is_left_alone(self, members: Members, file: Path) -> None:
        with members._database.writing() as db:
            db.execute(
                "insert into _sqlite_migrations (migration_set, name, applied_at) "
                "values ('members', 'm999_from_the_future', '')"
            )
        members.close()
        with pytest.raises(MembersError, match="newer version"):
            Members(file)

    def test_a_vote_and_its_miss_are_kept_both_or_neither(self, members: Members) -> None:
        with members._database.writing() as db:
            db.execute("drop table misses")
        vote = Vote(ALICE, "a", up=False, at=NOON)
        with pytest.raises(sqlite3.OperationalError):
            members.vote(vote, missed("who paints the gulls"))
        assert members.tally("a") == Tally(0, 0)

    def test_the_role_for_editors_is_kept_from_when_it_had_another_name(self, file: Path) -> None:
        with closing(Members(file)) as members:
            members.change_settings(GUILD, lambda s: replace(s, editors=5))
            with members._database.writing() as db:
                db.execute("update settings set key = 'curators'")
                db.execute("delete from _sqlite_migrations where name = 'm003_editors'")
        with closing(Members(file)) as members:
            assert members.settings(GUILD) == GuildSettings(editors=5)

    def test_a_file_from_before_corrections_keeps_all_that_it_has(self, file: Path) -> None:
        now = datetime.now(UTC)
        with closing(Members(file)) as members:
            opt_in(members)
            members.vote(Vote(ALICE, "a", up=True, at=NOON))
            members.add_miss(missed("who paints the gulls"), now)
            members.add_audit_entry(AuditEntry(BOB, NOON, "/facts reload", GUILD))
            with members._database.writing() as db:
                db.execute("drop table posted")
                db.execute("delete from _sqlite_migrations where name = 'm002_posted_answers'")
        with closing(Members(file)) as members:
            assert members.settings(GUILD) == GuildSettings(misses=True)
            assert members.tally("a") == Tally(1, 0)
            assert [miss.question for miss in members.misses(GUILD, now)] == [
                "who paints the gulls"
            ]
            assert [change.what for change in members.audit_list(GUILD)] == ["/facts reload"]
            shown = Posted(GUILD, 1, 2, ("f",), ("0",), ("0",), plain=False, at=now)
            members.posted.keep(shown)
            ((kept, _),) = members.posted.outstanding({"f": "1"}, now)
            assert kept == replace(shown, at=now.replace(microsecond=0))

    def test_an_update_that_forgets_posted_answers_says_so(
        self, file: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with closing(Members(file)) as members:
            old = Posted(GUILD, 1, 2, ("f",), ("0",), ("0",), plain=False, at=datetime.now(UTC))
            members.posted.keep(old)
            with members._database.writing() as db:
                db.execute("delete from _sqlite_migrations where name = 'm004_digests'")
        Members(file).close()
        assert caplog.messages == [
            "Answers posted before this update are no longer corrected if their facts change: 1."
        ]

    def test_a_mistake_of_ours_is_not_dressed_up(self, members: Members) -> None:
        with pytest.raises(sqlite3.OperationalError), members._database.reading() as db:
            db.execute("select nonsense")
