"""The log: a line a record, an id a request, and no secret in any of it."""

import json
import logging
import re
import subprocess
import sys
import warnings
from datetime import datetime
from typing import Any

import pytest
from aiohttp import web
from faults.live import stand_in
from faults.payloads import as_json
from forked import TOKEN
from hypothesis import given
from hypothesis import strategies as st
from places import ROOT
from server import QUESTION, Server
from test_run import run_footnote

from bot.config import LogFormat, Settings
from bot.errors import SettingsError
from bot.operation.logs import logging_to_stderr, redact

OTHER_TOKEN = "MTA" + "x" * 23 + ".GaBcDe." + "y" * 38
"""Has the shape of a bot's token, and is none."""

FORMATS: list[LogFormat] = ["text", "json"]

log = logging.getLogger("test")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_json_is_an_object_a_line_with_time_level_logger_and_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with logging_to_stderr("json", TOKEN):
        log.info("two\nlines, %s", "“quoted”")
    (line,) = lines(capsys)
    assert datetime.fromisoformat(line.pop("time")).tzinfo
    assert line == {
        "level": "INFO",
        "logger": "test",
        "message": "two\nlines, “quoted”",
        "request": None,
    }


def test_text_shows_what_would_make_a_terminal_do_things(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with logging_to_stderr("text", TOKEN):
        log.info("hi \x1b]52;c;aGk=\x07%s", "\x9b31m\r")
    assert capsys.readouterr().err.endswith("hi \\x1b]52;c;aGk=\\x07\\x9b31m\\x0d\n")


def test_json_holds_a_traceback_as_a_field(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to_stderr("json", TOKEN):
        try:
            int(TOKEN)
        except ValueError:
            log.exception("It failed.")
    (line,) = lines(capsys)
    assert line["message"] == "It failed."
    assert line["exception"].startswith("Traceback (most recent call last):")
    assert line["exception"].endswith("with base 10: '[token]'")


@pytest.mark.filterwarnings("always")
@pytest.mark.parametrize("form", FORMATS)
def test_no_token_is_logged_by_message_argument_traceback_or_warning(
    form: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to_stderr(form, TOKEN):
        log.info("Bot %s and %s", TOKEN, {"Authorization": f"Bot {OTHER_TOKEN}"})
        log.error(TOKEN, exc_info=ValueError(TOKEN, OTHER_TOKEN))
        warnings.warn(f"{TOKEN} is old", stacklevel=1)
    output = capsys.readouterr().err
    assert TOKEN not in output
    assert OTHER_TOKEN not in output
    assert output.count("[token]") == 6


def test_a_record_that_cannot_be_formatted_shows_no_argument() -> None:
    """In a process of its own, since pytest listens to the log too and would raise."""
    code = (
        "import logging\n"
        "from bot.operation.logs import logging_to_stderr\n"
        f"with logging_to_stderr('text', '{TOKEN}'): logging.warning('%d votes', '{TOKEN}')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stderr == b"A line of root:3 could not be logged.\n"


@pytest.mark.parametrize("form", FORMATS)
def test_a_fault_of_the_program_is_logged_without_the_token_and_ends_it(
    form: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, logging_to_stderr(form, TOKEN):
        raise ValueError(TOKEN)
    assert ended.value.code == 1
    output = capsys.readouterr().err
    assert "ValueError: [token]" in output
    assert TOKEN not in output


def test_an_error_for_a_person_is_left_to_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SettingsError), logging_to_stderr("text", TOKEN):
        raise SettingsError("Write it again.")
    assert capsys.readouterr().err == ""


def test_afterwards_logging_is_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    with logging_to_stderr("text", TOKEN):
        assert root.handlers != before[1]
    assert (root.level, root.handlers) == before
    log.info("to nobody")
    assert capsys.readouterr().err == ""


@given(st.text(), st.text(min_size=8), st.text())
def test_whatever_the_token_and_what_stands_around_it_it_is_gone(
    before: str, token: str, after: str
) -> None:
    assert token not in redact(f"{before}{token}{after}", token).replace("[token]", "")


@given(st.text(alphabet=" \n\"'=:,/<>"), st.text(alphabet=" \n\"'=:,/<>"))
def test_what_looks_like_a_token_is_gone(before: str, after: str) -> None:
    assert redact(f"{before}{OTHER_TOKEN}{after}") == f"{before}[token]{after}"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://bot:s3@cr:et@here/x", "postgresql://bot:[password]@here/x"),
        ("postgresql://here/x?password=s3cret&y=1", "postgresql://here/x?password=[password]&y=1"),
        ("host=here password='s3 cret' port=1", "host=here password=[password] port=1"),
    ],
)
def test_the_password_of_a_database_is_gone(address: str, told: str) -> None:
    assert redact(f"at {address} now") == f"at {told} now"


def test_the_token_of_an_interaction_is_gone_from_addresses() -> None:
    address = "https://discord.com/api/v10/webhooks/12/aW50ZXJhY3Rpb24/messages/@original"
    assert redact(f"POST {address} failed").split("/12/")[1] == "[token]/messages/@original failed"


@pytest.mark.parametrize(
    "text",
    [
        "Shard ID None has connected to Gateway (Session ID: 8f3d0c1e2b4a5968778695a4b3c2d1e0).",
        "/home/somebody/footnote/knowledge/russia-syria-strategy/facts.md:12: no such sentence.",
        "https://discord.com/channels/123456789012345678/223456789012345678",
    ],
)
def test_what_only_looks_long_is_left_as_it_is(text: str) -> None:
    assert redact(text, TOKEN) == text


async def test_all_lines_of_a_request_bear_its_id_and_no_other_does(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to_stderr("json", ""):
        for _ in range(2):
            server.env.inject_error("POST", "/channels/*/messages", status=500, times=2)
            await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
        log.warning("Nothing is asked here.")
    assert len(server.env.errors) == 2
    requests = [line["request"] for line in lines(capsys) if line["level"] != "INFO"]
    first, also_first, second, also_second, none = requests
    assert first == also_first != second == also_second
    assert len(first) == len(second) == 6
    assert none is None


async def test_commands_and_clicks_have_an_id_too(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await server.alice.slash(server.channel, "ask", question=QUESTION)
    with logging_to_stderr("text", ""):
        server.env.inject_error("POST", "/interactions/*/*/callback", status=500)
        await server.alice.slash(server.channel, "ask", question=QUESTION)
        server.env.inject_error("POST", "/interactions/*/*/callback", status=500)
        await server.alice.click(answer.response.message, label="👍")
    assert len(server.env.errors) == 1
    failures = re.findall(r"(?:ERROR|WARNING) +\[([0-9a-f]{6})\] bot\.", capsys.readouterr().err)
    assert len(failures) == len(set(failures)) == 2


def discord_that_echoes_the_token() -> web.Application:
    """A Discord that fails in a way discord.py does not know, with secrets in what it says."""

    async def fail(request: web.Request) -> web.Response:
        said = f"no {request.headers['Authorization']}, no {OTHER_TOKEN}"
        return as_json({"message": said, "code": 0}, status=400)

    app = web.Application()
    app.router.add_get("/users/@me", fail)
    return app


@pytest.mark.parametrize("form", FORMATS)
async def test_a_failing_run_says_the_token_nowhere(
    form: LogFormat, published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_LOG", form)
    async with stand_in(discord_that_echoes_the_token()) as address:
        ended = await run_footnote(address, published)
    assert ended.code == 1
    assert "Discord refused the bot" in ended.output
    assert "no Bot [token], no [token]" in ended.output
    assert TOKEN not in ended.output
    assert OTHER_TOKEN not in ended.output
    files = [file for file in published.data.rglob("*") if file.is_file()]
    assert files
    assert not any(TOKEN.encode() in file.read_bytes() for file in files)
