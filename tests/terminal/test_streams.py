"""The command line as a process, whose streams lead nowhere, to a full disk, or have no end."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from places import ROOT

from bot.terminal.cli import footnote
from bot.terminal.streams import LIMIT, beginning_of, lines_of

QUESTION = "What do the islanders want by May?"
FULL = "Error: The output can't be used: the disk is full. Free some space, then try again.\n"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(small: Path, tmp_path: Path) -> Run:
    """Give a line to the shell in which `footnote` is the program."""
    environment = {
        "FOOTNOTE_KNOWLEDGE": str(small),
        "FOOTNOTE_DATA": str(tmp_path / "data"),
        "PYTHONPATH": str(ROOT),
        "DISCORD_TOKEN": "",
    }

    def given(line: str, **more: str) -> subprocess.CompletedProcess[str]:
        program = f'footnote() {{ "{sys.executable}" -m bot "$@"; }}; {line}'
        return subprocess.run(
            ["/bin/sh", "-c", program],
            capture_output=True,
            text=True,
            env=os.environ | environment | more,
            check=False,
        )

    return given


needs_shell = pytest.mark.skipif(os.name != "posix", reason="needs a shell")
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@needs_full
@pytest.mark.parametrize("command", [f"ask '{QUESTION}'", "check", "chat", "--help"])
def test_a_full_output_ends_with_a_sentence(run: Run, command: str) -> None:
    done = run(f"echo hi | footnote {command} >/dev/full")
    assert (done.returncode, done.stderr) == (1, FULL)


@needs_full
def test_if_not_even_that_can_be_said_the_exit_code_tells(run: Run) -> None:
    assert run(f"footnote ask '{QUESTION}' >/dev/full 2>&1").returncode == 1


@needs_shell
@pytest.mark.parametrize("command", ["chat", "ask --json", "quote"])
def test_a_closed_input_is_an_empty_one(run: Run, command: str) -> None:
    done = run(f"footnote {command} <&-")
    assert (done.returncode, done.stderr) == (0, "")


@needs_shell
def test_a_closed_output_harms_nothing(run: Run) -> None:
    done = run(f"footnote ask '{QUESTION}' >&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_shell
@pytest.mark.parametrize("page", ["cp437", "cp866"])
def test_a_code_page_that_lacks_a_letter_shows_a_question_mark(run: Run, page: str) -> None:
    done = run("echo hi | footnote chat", PYTHONIOENCODING=page, PYTHONUTF8="0")
    assert "\n? The Harbour Post. All rights reserved.\n" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


def test_a_line_without_an_end_is_read_to_the_limit() -> None:
    long = b"a" * (3 * LIMIT + 5)
    assert list(lines_of(BytesIO(long + b"\nnext\r\n\xff"))) == ["a" * LIMIT, "next", "\ufffd"]
    assert beginning_of(BytesIO(b"one\r\ntwo\n" + long)) == "one\ntwo\n" + "a" * (LIMIT - 9)


def test_a_line_that_just_fits_loses_nothing() -> None:
    lines = b"a" * (LIMIT - 1) + b"\n" + b"b" * LIMIT + b"\nc"
    assert [line[-1] for line in lines_of(BytesIO(lines))] == ["a", "b", "c"]


@pytest.mark.parametrize("command", [["quote"], ["ask", "--why"]])
def test_a_terminal_is_told_nothing_in_its_own_language(small: Path, command: list[str]) -> None:
    """ESC and the like make some of them write a clipboard, or hide what follows."""
    typed = f"> {QUESTION} \x1b]52;c;aGk=\x07\x9b31m\r"
    environment = {"FOOTNOTE_KNOWLEDGE": str(small)}
    result = CliRunner(env=environment).invoke(footnote, [*command, typed])
    assert result.exit_code == 0
    assert all(character.isprintable() or character == "\n" for character in result.output)


def test_nor_in_an_error(small: Path) -> None:
    environment = {"FOOTNOTE_KNOWLEDGE": str(small), "FOOTNOTE_\x1b[2J": "1"}
    result = CliRunner(env=environment).invoke(footnote, ["check"])
    assert r"FOOTNOTE_\x1b[2J is not a setting" in result.output


def test_json_says_as_much_in_its_own_way(small: Path) -> None:
    result = CliRunner(env={"FOOTNOTE_KNOWLEDGE": str(small)}).invoke(
        footnote, ["ask", "--json", "hi \x1b[2J"]
    )
    assert json.loads(result.output)["question"] == "hi \x1b[2J"
