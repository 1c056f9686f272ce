"""What members create on a PostgreSQL server: shared, safe from kills, and missed for a while."""

import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import psycopg
import pytest
from faults.postgres import PASSWORD, Postgres
from places import ROOT
from sqlite_utils import Database

from bot.members.members import Members, Tally, Vote
from bot.members.misses import NewMiss
from bot.members.postgres_tables import _STEPS
from bot.members.sqlite import MembersError, migrations

NOON = datetime(2024, 2, 11, 12, tzinfo=UTC)
UP = Vote(1, "a", up=True, at=NOON)
NO_FILE = Path("there is none")
LONGEST = 20
"""Seconds that anything may take, on a busy machine."""


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.new_place()


@pytest.fixture
def open_members(url: str) -> Iterator[Callable[[], Members]]:
    """Opens the same database once more, as another process would."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Members(NO_FILE, url=url)))


def refused(members: Members) -> None:
    """Have a vote refused soon, in a sentence that says to try again."""
    began = monotonic()
    with pytest.raises(MembersError, match="Please try again in a minute") as raised:
        members.vote(UP)
    assert PASSWORD not in str(raised.value)
    assert monotonic() < began + LONGEST


def taken(members: Members) -> None:
    """Have a vote taken, as soon as the server is there again."""
    end = monotonic() + LONGEST
    while monotonic() < end:
        try:
            return members.vote(UP)
        except MembersError:
            continue
    pytest.fail("It has not come back.")


def test_the_tables_are_those_of_the_file() -> None:
    with closing(Database(memory=True)) as nothing:
        names = [migration.name for migration in migrations.pending(nothing)]
    assert list(_STEPS) == names[names.index("m005_counts") :]


def test_what_is_kept_here_is_seen_there(open_members: Callable[[], Members]) -> None:
    here, there = open_members(), open_members()
    here.vote(UP)
    assert there.tally("a") == Tally(1, 0)
    here.change_settings(100, lambda s: s.with_ask_channel(7, enabled=True))
    assert there.settings(100).ask_channels == (7,)


def test_processes_that_start_at_once_make_the_tables_once(
    open_members: Callable[[], Members],
) -> None:
    with ThreadPoolExecutor(6) as threads:
        opened = [threads.submit(open_members) for _ in range(6)]
    assert {members.result().tally("a") for members in opened} == {Tally(0, 0)}


def test_changes_of_one_guild_from_two_processes_are_all_kept(
    open_members: Callable[[], Members],
) -> None:
    both = open_members(), open_members()

    def switch_on(channel: int) -> None:
        both[channel % 2].change_settings(100, lambda s: s.with_ask_channel(channel, enabled=True))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(switch_on, range(32)))
    assert both[0].settings(100).ask_channels == tuple(range(32))


_KILLED = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from bot.members.members import Members, Vote
members = Members(Path("none"), url=sys.argv[1])
for user in range(20):
    members.vote(Vote(user, "a", up=True, at=datetime(2024, 2, 11, tzinfo=UTC)))
with members._database.writing() as db:
    db.execute("delete from votes")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_votes_outlive_a_kill_and_a_half_done_change_does_not(
    url: str, open_members: Callable[[], Members]
) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, url], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert open_members().tally("a") == Tally(20, 0)


def test_a_vote_and_its_miss_are_kept_both_or_neither(open_members: Callable[[], Members]) -> None:
    members = open_members()
    with members._database.writing() as db:
        db.execute("drop table votes")
    down = Vote(1, "a", up=False, at=NOON, guild=100)
    with pytest.raises(psycopg.errors.UndefinedTable):
        members.vote(down, NewMiss(100, "who paints the gulls", "", "voted down"))
    assert members.misses(100, NOON) == ()


def test_a_server_that_is_gone_is_told_at_once_and_taken_again_when_it_is_back(
    postgres: Postgres, open_members: Callable[[], Members], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    members = open_members()
    members.vote(UP)
    postgres.stop()
    try:
        for _ in range(100):
            refused(members)
        with pytest.raises(MembersError, match="Check the setting, and that the server runs"):
            open_members()
    finally:
        postgres.start()
    taken(members)
    assert members.tally("a") == Tally(1, 0)
    said = [record.getMessage() for record in caplog.records if "psycopg" not in record.name]
    assert said == [
        "The PostgreSQL server does not answer; `footnote doctor` tells why.",
        "The PostgreSQL server answers again.",
    ]
    assert PASSWORD not in caplog.text


def test_a_server_that_is_silent_is_given_up_and_taken_again_when_it_speaks(
    postgres: Postgres, open_members: Callable[[], Members]
) -> None:
    members = open_members()
    members.vote(UP)
    postgres.freeze()
    try:
        refused(members)
        refused(members)
    finally:
        postgres.thaw()
    taken(members)


def test_a_database_of_a_newer_version_is_left_alone(open_members: Callable[[], Members]) -> None:
    with open_members()._database.writing() as db:
        db.execute("insert into footnote_migrations values ('m999_from_the_future')")
    with pytest.raises(MembersError, match="newer version"):
        open_members()


def test_a_server_that_takes_nothing_is_told(url: str) -> None:
    with pytest.raises(MembersError, match=r"can't be used \(cannot execute .* in a read-only"):
        Members(NO_FILE, url=f"{url}%20-cdefault_transaction_read_only%3Don")


def test_an_address_that_cannot_be_read_is_refused_without_its_password() -> None:
    with pytest.raises(MembersError, match="Write postgresql://user:password@host") as raised:
        Members(NO_FILE, url=f"postgresql://bot:{PASSWORD}@here:port%zz/x")
    assert PASSWORD not in str(raised.value)


def test_without_the_extra_the_setting_is_refused_in_a_sentence(
    tmp_path: Path, small: Path
) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "reload"],
        cwd=tmp_path,
        env={
            "PYTHONPATH": f"{tmp_path}:{ROOT}",
            "FOOTNOTE_KNOWLEDGE": str(small),
            "FOOTNOTE_DATA": str(tmp_path / "data"),
            "FOOTNOTE_DATABASE_URL": "postgresql://here/footnote",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == (
        "Error: FOOTNOTE_DATABASE_URL needs psycopg. Install footnote-bot[postgres], or leave the "
        "setting empty.\n"
    )


def test_without_an_address_psycopg_is_not_even_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.members.members import Members;"
        f"Members(Path({str(tmp_path / 'members.db')!r})).close(); print('psycopg' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("False\n", "")
