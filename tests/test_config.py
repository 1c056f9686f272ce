"""Settings: from a mapping and a `.env` file, every fault at once."""

from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis.strategies import characters, from_regex, integers
from places import ROOT

from bot.config import NAMES, Settings, Shards, read_settings, token_fault
from bot.errors import SettingsError

EXAMPLE = ROOT / ".env.example"
TOKEN = "abc.def.ghi"


def test_the_example_names_every_setting_and_no_other() -> None:
    assert set(dotenv_values(EXAMPLE)) == NAMES


def test_the_example_as_it_stands_is_the_defaults() -> None:
    assert read_settings({}, EXAMPLE) == read_settings({})


def test_by_default_the_shipped_knowledge_is_used_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert (settings.knowledge / "russia-syria-strategy" / "article.txt").is_file()
    assert settings.data.is_absolute()
    assert settings.token == ""


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"DISCORD_TOKEN=from-file\nFOOTNOTE_DATA={tmp_path}/file\n", "utf-8")
    assert read_settings({"DISCORD_TOKEN": TOKEN}, dotenv) == Settings(
        read_settings({}).knowledge, tmp_path / "file", TOKEN
    )


@pytest.mark.parametrize("value", ["${NOPE}", "${HERE}/${NOPE}"])
def test_a_name_in_the_file_that_is_not_set_is_told(tmp_path: Path, value: str) -> None:
    """Read as nothing, it would stand for another folder."""
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"HERE={tmp_path}\nFOOTNOTE_DATA={value}\n", "utf-8")
    with pytest.raises(SettingsError, match=r"\.env names what is not set: NOPE; set it first\."):
        read_settings({}, dotenv).whole()


def test_a_name_in_the_file_that_has_a_default_may_be_unset(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"FOOTNOTE_DATA=${{NOPE:-{tmp_path}/d}}\n", "utf-8")
    assert read_settings({}, dotenv).data == tmp_path / "d"


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """Notepad writes one; the first line must not be lost to it."""
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"DISCORD_TOKEN={TOKEN}\n", "utf-8-sig")
    assert read_settings({}, dotenv).token == TOKEN


def test_a_file_that_is_not_there_is_no_fault(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path / ".env") == read_settings({})


def test_a_file_that_is_no_text_gives_a_sentence(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"DISCORD_TOKEN=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env can't be read .* save it as UTF-8 text\."):
        read_settings({}, dotenv).whole()


@pytest.mark.parametrize("line", ["DISCORD_TOKEN: x", 'DISCORD_TOKEN="x'])
def test_a_line_that_can_not_be_read_is_told(tmp_path: Path, line: str) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"# The bot\n\nFOOTNOTE_LOG=json\n\n{line}\nFOOTNOTE_WATCH=1\n", "utf-8")
    with pytest.raises(SettingsError, match=r"\.env:5: can't be read; write NAME=value"):
        read_settings({}, dotenv).whole()


def test_folders_that_are_somebody_else_s_give_a_sentence_each(somebody_else_s: Path) -> None:
    environment = {
        "FOOTNOTE_KNOWLEDGE": str(somebody_else_s / "knowledge"),
        "FOOTNOTE_DATA": str(somebody_else_s / "data"),
    }
    with pytest.raises(SettingsError) as raised:
        read_settings(environment).whole()
    knowledge, data = str(raised.value).splitlines()
    assert knowledge.startswith("FOOTNOTE_KNOWLEDGE: ")
    assert data.startswith("FOOTNOTE_DATA: ")
    assert "it belongs to another user" in knowledge
    assert "it belongs to another user" in data


def test_the_token_is_trimmed_and_no_secret_is_in_the_repr() -> None:
    url = "postgresql://bot:secret@here/footnote"
    settings = read_settings({"DISCORD_TOKEN": f" {TOKEN}\n", "FOOTNOTE_DATABASE_URL": url})
    assert (settings.token, settings.database) == (TOKEN, url)
    assert "secret" not in repr(settings)
    assert TOKEN not in repr(settings)
    assert TOKEN not in str(settings)


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert read_settings({"FOOTNOTE_DATA": "~/footnote"}).data == tmp_path / "footnote"


@pytest.mark.parametrize(("value", "wanted"), [("", False), ("0", False), (" 1 ", True)])
def test_the_message_content_intent_is_off_unless_asked_for(value: str, *, wanted: bool) -> None:
    assert read_settings({"FOOTNOTE_MESSAGE_CONTENT": value}).message_content is wanted


@pytest.mark.parametrize(("value", "wanted"), [("", False), ("0", False), (" 1 ", True)])
def test_the_folder_is_not_watched_unless_asked_for(value: str, *, wanted: bool) -> None:
    assert read_settings({"FOOTNOTE_WATCH": value}).watch is wanted


def test_the_log_is_text_and_nothing_is_served_unless_asked_for() -> None:
    assert (read_settings({}).log, read_settings({}).metrics_port) == ("text", None)
    asked = read_settings({"FOOTNOTE_LOG": "json", "FOOTNOTE_METRICS_PORT": "9100"})
    assert (asked.log, asked.metrics_port) == ("json", 9100)


@pytest.mark.parametrize("port", ["0", "-1", "99999", "9" * 5000, "http", "１"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(SettingsError, match="write a number from 1 to 65535"):
        read_settings({"FOOTNOTE_METRICS_PORT": port}).whole()


def test_all_faults_are_reported_together(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingsError) as raised:
        read_settings(
            {
                "FOOTNOTE_DATE": "x",
                "FOOTNOTE_KNOWLEDGE": str(tmp_path / "none"),
                "FOOTNOTE_DATA": str(file),
                "FOOTNOTE_MESSAGE_CONTENT": "yes",
                "FOOTNOTE_LOG": "xml",
                "FOOTNOTE_METRICS_PORT": "65536",
                "FOOTNOTE_DATABASE_URL": "mysql://bot:secret@here/footnote",
                "FOOTNOTE_WATCH": "2",
                "FOOTNOTE_EDITING_GUILDS": "123456789012345678, home",
                "PATH": "not ours",
            }
        ).whole()
    assert str(raised.value).splitlines() == [
        f"FOOTNOTE_DATE is not a setting; known are {', '.join(sorted(NAMES))}.",
        f"FOOTNOTE_KNOWLEDGE: {tmp_path / 'none'} is not a folder; name the knowledge folder.",
        f"FOOTNOTE_DATA: {file} is a file; name a folder.",
        "FOOTNOTE_MESSAGE_CONTENT is neither 0 nor 1; write one of them.",
        "FOOTNOTE_WATCH is neither 0 nor 1; write one of them.",
        "FOOTNOTE_LOG is neither text nor json; write one of them.",
        (
            "FOOTNOTE_EDITING_GUILDS: home is no server's id, which has 17 to 20 digits "
            "(Copy Server ID in Discord)."
        ),
        (
            "FOOTNOTE_DATABASE_URL is no address of a PostgreSQL database; write "
            "postgresql://user:password@host:5432/database."
        ),
        "FOOTNOTE_METRICS_PORT is no port; write a number from 1 to 65535.",
    ]


def test_a_home_folder_that_nobody_knows_gives_a_sentence() -> None:
    with pytest.raises(SettingsError, match=r"write .* FOOTNOTE_DATA without a ~"):
        read_settings({"FOOTNOTE_DATA": "~nobody-of-that-name/footnote"})


@pytest.mark.parametrize("token", ["", "abc", "abc.def", "a.b.", "a..b", "a.b.c.d", "a b.c.d"])
def test_what_can_be_no_token_is_told_without_it(token: str) -> None:
    told = token_fault(token)
    assert told.startswith("DISCORD_TOKEN ")
    assert not token or token not in told


@given(from_regex(r"[\w-]+\.[\w-]+\.[\w-]+", fullmatch=True, alphabet=characters(codec="ascii")))
def test_three_parts_may_be_a_token(token: str) -> None:
    assert token_fault(token) == ""


def test_the_servers_that_may_edit_are_named_with_commas() -> None:
    assert read_settings({}).editing_guilds == frozenset()
    given = {"FOOTNOTE_EDITING_GUILDS": " 123456789012345678,223456789012345678, "}
    assert read_settings(given).editing_guilds == {123456789012345678, 223456789012345678}


@pytest.mark.parametrize(
    ("value", "shards"),
    [
        ("", None),
        ("0-3/16", Shards(0, 3, 16)),
        ("0-0/1", Shards(0, 0, 1)),
        (" 3-3/4 ", Shards(3, 3, 4)),
    ],
)
def test_a_process_may_have_a_share_of_the_shards(value: str, shards: Shards | None) -> None:
    environment = {"FOOTNOTE_SHARDS": value, "FOOTNOTE_EDITING_GUILDS": "1" * 18}
    assert read_settings(environment).shards == shards


@pytest.mark.parametrize(
    "value", ["3", "0-3", "3/16", "4-3/16", "0-16/16", "0-0/0", "-1-3/16", "a"]
)
def test_what_is_no_share_is_told(value: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({"FOOTNOTE_SHARDS": value}).whole()
    assert str(raised.value).startswith(f"FOOTNOTE_SHARDS: {value} is no share; 0-3/16 are the ")


def test_who_sees_some_servers_has_to_name_those_that_edit() -> None:
    with pytest.raises(SettingsError, match=r"name those .* in FOOTNOTE_EDITING_GUILDS"):
        read_settings({"FOOTNOTE_SHARDS": "0-3/16"}).whole()
    assert read_settings({"FOOTNOTE_SHARDS": "0-3/4"}).editing_guilds == frozenset()


@pytest.mark.parametrize("count", [1, 4, 16])
@given(guild=integers(0, 2**63))
def test_each_server_belongs_to_one_shard(guild: int, count: int) -> None:
    shares = [Shards(number, number, count) for number in range(count)]
    assert sum(share.have(guild) for share in shares) == 1
    assert Shards(0, 0, count).have(0)
