"""`footnote members copy`, as somebody uses it who moves to PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from faults.postgres import PASSWORD, Postgres

from bot.members.members import AuditEntry, Members, Vote
from bot.members.misses import NewMiss
from bot.members.posted import Posted
from bot.operation.instance_lock import only_instance
from bot.routing.reply import Reply

NOW = datetime.now(UTC).replace(microsecond=0)
GUILD = 100

Command = Callable[..., Result]


@pytest.fixture
def url(environment: dict[str, str], postgres: Postgres) -> str:
    environment["FOOTNOTE_DATABASE_URL"] = postgres.new_place()
    return environment["FOOTNOTE_DATABASE_URL"]


@pytest.fixture
def file(environment: dict[str, str]) -> Path:
    """A file with something in each table."""
    file = Path(environment["FOOTNOTE_DATA"], "members.db")
    with closing(Members(file)) as members:
        members.change_settings(GUILD, lambda s: replace(s, misses=True, editors=5))
        for user in range(3):
            members.vote(Vote(user, "a#é", up=user > 0, at=NOW, guild=GUILD, reason=f"it's {user}"))
        for question in ("who paints?", "who sings?"):
            members.add_miss(NewMiss(GUILD, question, "a#b", "weak"), NOW)
        members.dismiss_misses(GUILD, [members.misses(GUILD, NOW)[-1].id])
        members.add_audit_entry(AuditEntry(7, NOW, "/facts reload", GUILD))
        members.posted.keep(Posted(GUILD, 2, 2**62, ("f",), ("0",), ("0",), plain=False, at=NOW))
        members.counts.count(GUILD, Reply("who?", "answered", facts=("a#b",)), NOW)
        members.counts.keep(members.counts.take())
    return file


@pytest.fixture
def copied(file: Path, url: str, cli: Command) -> Iterator[tuple[Members, Members]]:
    """The members of the file, and those of the server after the command."""
    result = cli("members", "copy")
    assert result.output.splitlines() == [
        *("settings: 2", "votes: 3", "misses: 2", "audit: 1", "posted: 1", "counts: 2"),
        f"{file} is no longer used. Delete it when you have seen that nothing is missing.",
    ]
    with closing(Members(file)) as old, closing(Members(file, url=url)) as new:
        yield old, new


def test_all_that_members_created_is_there_afterwards(copied: tuple[Members, Members]) -> None:
    old, new = (
        (
            members.settings(GUILD),
            [members.personal_data(user) for user in (0, 1, 2, 7)],
            members.misses(GUILD, NOW),
            members.audit_list(GUILD),
            members.posted.outstanding({}, NOW),
            members.counts.weeks(GUILD, NOW),
            members.counts.most_asked(GUILD, NOW, 9),
        )
        for members in copied
    )
    assert new == old


def test_no_number_is_given_twice(copied: tuple[Members, Members]) -> None:
    for members in copied:
        members.add_miss(NewMiss(GUILD, "who dances?", "a#b", "weak"), NOW)
    old, new = (members.misses(GUILD, NOW) for members in copied)
    assert new == old


def test_a_database_that_is_in_use_is_left_alone(file: Path, url: str, cli: Command) -> None:
    with closing(Members(file, url=url)) as members:
        members.vote(Vote(9, "b", up=True, at=NOW))
        result = cli("members", "copy")
        assert result.exit_code == 1
        assert "is not empty: it has votes. Name one that no bot has used yet." in result.output
        assert members.personal_data(0).votes == ()


def test_all_or_nothing_is_copied(file: Path, url: str, cli: Command) -> None:
    with closing(Members(file)) as members, members._database.writing() as db:
        db.execute("update counts set times = ?", (2**40,))
    result = cli("members", "copy")
    assert result.output.startswith("Error: PostgreSQL does not take a value: ")
    with closing(Members(file, url=url)) as members:
        assert members.personal_data(0).votes == ()


@pytest.mark.parametrize("state", ["no address", "no file", "running", "no server"])
def test_what_cannot_be_copied_is_told(
    environment: dict[str, str], url: str, file: Path, cli: Command, state: str
) -> None:
    sentences = {
        "no address": "FOOTNOTE_DATABASE_URL is not set",
        "no file": f"There is no {file}, so there is nothing to copy.",
        "running": "Another Footnote is running",
        "no server": "can't be used (connection failed",
    }
    if state == "no file":
        file.unlink()
    if state == "no address":
        del environment["FOOTNOTE_DATABASE_URL"]
    if state == "no server":
        environment["FOOTNOTE_DATABASE_URL"] = f"{url}x".replace("/postgres?", "/other?")
    if state == "running":
        with only_instance(file.parent):
            result = cli("members", "copy")
    else:
        result = cli("members", "copy")
    assert result.exit_code == 1
    assert sentences[state] in result.output
    assert PASSWORD not in result.output
