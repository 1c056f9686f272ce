"""The command line, as somebody at a terminal uses it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from places import ROOT, SMALL_KNOWLEDGE

from bot.publishing.store import STYLES
from bot.terminal.cli import footnote

Cli = Callable[..., Result]

CHAT = """\
New Ferry Reaches The Islands
© The Harbour Post. All rights reserved.
Ask about the article. /summary for a summary, /why for the last answer, /quit to go.

you> /why
Nothing was asked yet.

you> How many passengers does the ferry carry?
According to the harbour master it carries 120 passengers.

[1] The harbour master said it carries 120 passengers.
    — the harbour master · sentence 2 (paragraph 1)
[2] Islanders said the ferry is too small.
    — the islanders (the other side) · sentence 3 (paragraph 2)

you>   what is the fare
The article does not say what a ticket costs.

you>
you> ???
Ask a question about the article, in your own words.

you> /why
There was no question in it.

you> /summary
New Ferry Reaches The Islands

[1] The new ferry left the mainland on Monday.
    — the article · sentence 1 (paragraph 1)

you> /summary Sides
New Ferry Reaches The Islands

the harbour
[1] The harbour master said it carries 120 passengers.
    — the harbour master · sentence 2 (paragraph 1)

the islands
[2] Islanders said the ferry is too small.
    — the islanders · sentence 3 (paragraph 2)
[3] They want a second one by May.
    — the islanders · sentence 4 (paragraph 2)

you> /summary haiku
There is no style “haiku”; there are brief, full, sides, numbers, timeline.

you> /dance
Ask about the article. /summary for a summary, /why for the last answer, /quit to go.

you> help
Ask about the article. /summary for a summary, /why for the last answer, /quit to go.

you> Quit
"""


def test_the_chat_shows_this_screen(cli: Cli) -> None:
    typed = [line[5:] for line in CHAT.splitlines() if line.startswith("you>")]
    result = cli("chat", stdin="\n".join(typed))
    assert result.output.replace("you> \n", "you>\n") == CHAT
    assert result.exit_code == 0


def test_the_chat_says_what_decided_the_last_answer(cli: Cli) -> None:
    result = cli("chat", stdin="ferry capacity\n/why\n")
    assert "matched phrasing  ferry capacity\n" in result.output


def test_the_chat_reads_what_follows_an_answer_up_with_it(cli: Cli) -> None:
    result = cli("chat", stdin="ferry capacity\nwho said so?\nand why?\n")
    assert "Who says so: the harbour master; the islanders.\n" in result.output
    assert "The article's sentences above are all that I can say to that." in result.output


def test_the_chat_answers_a_new_question_that_asks_for_a_link_too(cli: Cli) -> None:
    result = cli("chat", stdin="ferry capacity\nWhen did the ferry leave? Do you have a link?\n")
    assert "the ferry left on Monday" in result.output


def test_the_chat_knows_who_he_is_and_that_a_greeting_follows_nothing_up(
    cli: Cli, small: Path
) -> None:
    edit(
        small / "ferry" / "names.md",
        "# Names\n",
        "# Names\n\n- **harbour master** (person): captain of the port\n",
    )
    result = cli("chat", stdin="ferry capacity\nwho is he?\nhow are you?\n")
    assert result.output.count("[1] The harbour master said it carries 120 passengers.") == 2
    assert "\nHello! Ask me what the article says.\n" in result.output


def test_the_chat_ends_with_its_input(cli: Cli) -> None:
    result = cli("chat", stdin="When did the new ferry leave?")
    assert "the ferry left on Monday" in result.output
    assert result.output.endswith("you> \n")
    assert result.exit_code == 0


def test_without_a_token_the_chat_opens_and_says_why(cli: Cli) -> None:
    result = cli(stdin="/quit\n")
    assert result.output.startswith(
        "No DISCORD_TOKEN is set, so this is the chat in the terminal.\n"
        "New Ferry Reaches The Islands\n"
    )
    assert result.exit_code == 0


def test_ask_prints_the_answer_and_who_says_so(cli: Cli) -> None:
    assert cli("ask", "What do the islanders want by May?").output == (
        "The islanders want a second ferry by May.\n"
        "\n"
        "[1] They want a second one by May.\n"
        "    — the islanders · sentence 4 (paragraph 2)\n"
    )


def test_a_question_needs_no_quotes(cli: Cli) -> None:
    question = "What do the islanders want by May?"
    assert cli("ask", *question.split()).output == cli("ask", question).output


def test_why_says_everything_that_decided(cli: Cli) -> None:
    output = cli("ask", "--why", "second gerry by may, zebra").output
    labels = (
        "matched phrasing, score, runner-up, margin, confidence, unexplained words, misspelt words"
    )
    reasons = output.splitlines()[-7:]
    assert [line[:18].rstrip() for line in reasons] == labels.split(", ")
    assert reasons[0].endswith("second ferry by may")
    assert reasons[-2].endswith("zebra")
    assert reasons[-1].endswith("gerry as ferry")


def test_why_of_no_question_says_that_there_was_none(cli: Cli) -> None:
    assert cli("ask", "--why", "...").output == (
        "Ask a question about the article, in your own words.\n\nThere was no question in it.\n"
    )


def test_ask_without_a_question_says_what_to_give(cli: Cli) -> None:
    result = cli("ask")
    assert "Give a question, or --json and questions on standard input." in result.output
    assert result.exit_code == 2


AWKWARD = (
    b"When did the new ferry leave?",
    b"",
    b"   ",
    b"ferry " * 17_000,
    b"when did the \xff\xfe ferry leave",
    b"\x00\x01\x1b[31m\x7f",
    "What’s the ferry’s capacity? \N{RIGHT-TO-LEFT OVERRIDE}\N{PILE OF POO}".encode(),
    b'{"question": "\\n"}',
    b"crlf\r",
    b"no final newline",
)


def awkward_questions() -> list[str]:
    return [line.decode("utf-8", "replace").rstrip("\r") for line in AWKWARD]


def is_reply(row: dict[str, Any]) -> bool:
    """Whether a row has the shape that the README promises."""
    return (
        list(row) == "question status answer citations fact confidence suggestions".split()
        and row["status"] in {"answered", "nearest", "suggested", "declined"}
        and 0 <= row["confidence"] <= 1
        and (row["answer"] is None) == (row["status"] in {"nearest", "suggested"})
        and (row["fact"] is not None) == (row["status"] == "answered")
        and bool(row["citations"]) == (row["status"] in {"answered", "nearest"})
        and all(isinstance(suggestion, str) for suggestion in row["suggestions"])
    )


def test_json_answers_every_line_in_order_whatever_it_holds(cli: Cli) -> None:
    result = cli("ask", "--json", stdin=b"\n".join(AWKWARD))
    rows = [json.loads(line) for line in result.output.split("\n")[:-1]]
    assert [row["question"] for row in rows] == awkward_questions()
    assert all(is_reply(row) for row in rows)
    assert result.exit_code == 0


def test_json_holds_the_citation_to_the_letter(cli: Cli) -> None:
    row = json.loads(cli("ask", "--json", "What do the islanders want by May?").output)
    assert row | {"confidence": 0} == {
        "question": "What do the islanders want by May?",
        "status": "answered",
        "answer": "The islanders want a second ferry by May.",
        "citations": [
            {
                "article": "ferry",
                "sentence": 4,
                "paragraph": 2,
                "text": "They want a second one by May.",
                "speaker": "the islanders",
            }
        ],
        "fact": "ferry#what-do-the-islanders-want-by-may",
        "confidence": 0,
        "suggestions": [],
    }


def test_json_says_null_if_the_article_itself_speaks(cli: Cli) -> None:
    row = json.loads(cli("ask", "--json", "When did the new ferry leave?").output)
    assert [citation["speaker"] for citation in row["citations"]] == [None]


def test_json_of_no_lines_is_no_lines(cli: Cli) -> None:
    assert cli("ask", "--json").output == ""


def run_footnote(
    environment: dict[str, str], *arguments: str, stdin: bytes = b"", **more: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)} | more,
        check=False,
    )


def test_json_keeps_the_contract_as_a_process(environment: dict[str, str]) -> None:
    """Its output is plain ASCII, so that no terminal or locale can garble it."""
    done = run_footnote(
        environment, "ask", "--json", stdin=b"\n".join(AWKWARD), PYTHONIOENCODING="ascii"
    )
    rows = [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]
    assert [row["question"] for row in rows] == awkward_questions()
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_chat_survives_bytes_that_are_no_text(environment: dict[str, str]) -> None:
    done = run_footnote(
        environment, "chat", stdin=b"\xff\xfe\nferry capacity\n", PYTHONIOENCODING="utf-8:strict"
    )
    assert b"it carries 120 passengers" in done.stdout
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("style", STYLES)
def test_a_summary_of_each_style_quotes_the_article(cli: Cli, small: Path, style: str) -> None:
    result = cli("summary", "--style", style)
    title, *rest = result.output.splitlines()
    quotes = [line[4:] for line in rest if line.startswith("[")]
    assert title == "New Ferry Reaches The Islands"
    assert quotes
    assert all(quote in (small / "ferry" / "article.txt").read_text("utf-8") for quote in quotes)
    assert result.exit_code == 0


def test_a_style_is_taken_with_a_capital(cli: Cli) -> None:
    assert cli("summary", "--style", "Brief").output == cli("summary").output


def test_an_unknown_style_is_refused_with_those_there_are(cli: Cli) -> None:
    result = cli("summary", "--style", "haiku")
    assert all(style in result.output for style in STYLES)
    assert result.exit_code == 2


def test_check_counts_what_is_sound(cli: Cli) -> None:
    result = cli("check")
    warning, counts = result.output.splitlines()
    assert "no fact cites “New Ferry Reaches The Islands”" in warning
    assert counts == (
        "Articles: 1, facts: 4, open questions: 1, phrasings: 10. No fault, warnings: 1."
    )
    assert result.exit_code == 0


@pytest.mark.parametrize("make", [os.mkfifo, lambda file: file.symlink_to("/dev/zero")])
def test_check_reads_no_pipe_and_no_device(
    cli: Cli, small: Path, make: Callable[[Path], None]
) -> None:
    facts = small / "ferry" / "facts.md"
    facts.unlink()
    make(facts)
    result = cli("check")
    fault, count = result.output.splitlines()
    assert fault.startswith(f"{facts}: can't be read: it is ")
    assert (count, result.exit_code) == ("Faults: 1.", 1)


def test_check_tells_of_a_name_that_is_not_utf_8(cli: Cli, small: Path) -> None:
    (small / os.fsdecode(b"caf\xe9")).mkdir()
    result = cli("check")
    assert "holds a name that is not UTF-8 text: 'caf\\udce9'; rename it." in result.output
    assert result.exit_code == 1


def test_check_tells_of_toml_that_is_nested_too_deeply(cli: Cli, small: Path) -> None:
    about = small / "ferry" / "article.toml"
    about.write_text(f"publisher = {'[' * 100_000}", "utf-8")
    result = cli("check")
    assert result.output.startswith(f"{about}: is nested too deeply")
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["ask", "How many passengers does the ferry carry?"], "it carries 120 passengers."),
        (["check"], "No fault"),
        (["history"], "it belongs to another user"),
        (["reload"], "it belongs to another user"),
        (["rollback"], "it belongs to another user"),
    ],
)
def test_a_data_folder_that_is_somebody_else_s_is_no_traceback(
    environment: dict[str, str],
    command: list[str],
    said: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir("/")
    environment |= {"FOOTNOTE_KNOWLEDGE": str(SMALL_KNOWLEDGE)}
    # What a command imports late is loaded now: Python itself may stand where others can't read.
    CliRunner(env=environment).invoke(footnote, command)
    environment["FOOTNOTE_DATA"] = str(request.getfixturevalue("somebody_else_s"))
    result = CliRunner(env=environment).invoke(footnote, command)
    assert said in result.output
    assert isinstance(result.exception, SystemExit | None)


def test_check_lists_every_fault_of_every_file_with_its_line(cli: Cli, small: Path) -> None:
    facts, summary = small / "ferry" / "facts.md", small / "ferry" / "summary.md"
    edit(facts, "left the mainland on Monday", "sank on Monday")
    edit(facts, "— the islanders", "— the gulls")
    edit(summary, "## Brief", "## Haiku")
    edit(small / "synonyms.md", "**start**", "start")
    result = cli("check")
    *faults, count = result.output.splitlines()
    places = [fault.split(": ")[0] for fault in faults]
    assert places == [
        f"{facts}:{line_of(facts, 'sank on Monday')}",
        f"{facts}:{line_of(facts, '— the gulls')}",
        f"{summary}:{line_of(summary, '## Haiku')}",
        f"{small / 'synonyms.md'}:{line_of(small / 'synonyms.md', 'start')}",
    ]
    assert count == "Faults: 4."
    assert result.exit_code == 1


def edit(file: Path, old: str, new: str) -> None:
    """Replace the first `old`, which must be there."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def line_of(file: Path, text: str) -> int:
    lines = file.read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, start=1) if text in line)


def test_facts_lists_the_table_in_its_order(cli: Cli) -> None:
    lines = cli("facts").output.splitlines()
    assert lines[:3] == [
        "When did the new ferry leave?",
        "    The article says that the ferry left on Monday.",
        "    ferry#when-did-the-new-ferry-leave",
    ]
    assert lines[3::3] == [
        "How many passengers does the ferry carry?",
        "What do the islanders say about the ferry?",
        "What do the islanders want by May?",
    ]


def test_facts_finds_by_question_answer_or_phrasing(cli: Cli) -> None:
    assert cli("facts", "capacity").output.splitlines()[::3] == [
        "How many passengers does the ferry carry?"
    ]
    assert cli("facts", "second").output.splitlines()[::3] == ["What do the islanders want by May?"]


@pytest.mark.parametrize("search", ["zebra", '"', "NEAR(", "*", "ticket"])
def test_facts_says_when_nothing_matches(cli: Cli, search: str) -> None:
    """Not even an open question, which is no fact, or what SQLite takes for an operator."""
    result = cli("facts", search)
    assert result.output == "No fact matches.\n"
    assert result.exit_code == 0


def test_a_fault_of_the_settings_is_a_sentence(cli: Cli, environment: dict[str, str]) -> None:
    environment["FOOTNOTE_KNOWLEDGE"] = "/no/such/folder"
    result = cli("ask", "who?")
    assert result.output == (
        "Error: FOOTNOTE_KNOWLEDGE: /no/such/folder is not a folder; name the knowledge folder.\n"
    )
    assert result.exit_code == 1


def test_a_broken_table_is_no_traceback_either(cli: Cli, small: Path) -> None:
    edit(small / "ferry" / "facts.md", "left the mainland on Monday", "sank on Monday")
    result = cli("ask", "who?")
    assert result.output.startswith(f"Error: {small / 'ferry' / 'facts.md'}:")
    assert result.exit_code == 1


def test_run_without_a_token_says_where_to_put_it(cli: Cli) -> None:
    result = cli("run")
    assert result.output == "Error: DISCORD_TOKEN is not set; put the bot's token into .env.\n"
    assert result.exit_code == 1


def test_what_can_be_no_token_is_refused_before_anything_is_tried(
    cli: Cli, environment: dict[str, str]
) -> None:
    environment["DISCORD_TOKEN"] = "0123456789abcdef"
    result = cli()
    assert result.output.startswith("Error: DISCORD_TOKEN is not a bot's token, which has three")
    assert "0123456789abcdef" not in result.output
    assert result.exit_code == 1


def test_the_file_dotenv_in_the_current_folder_is_read(
    cli: Cli, environment: dict[str, str], tmp_path: Path
) -> None:
    del environment["FOOTNOTE_KNOWLEDGE"]
    (tmp_path / ".env").write_text("FOOTNOTE_KNOWLEDGE=/from/dotenv\n", "utf-8")
    assert "/from/dotenv is not a folder" in cli("facts").output


def test_every_command_says_what_it_does(cli: Cli) -> None:
    listed = cli("--help").output.partition("Commands:\n")[2].splitlines()
    assert {line.split()[0] for line in listed} >= set("ask chat check facts run summary".split())
    assert all(len(line.split()) > 2 for line in listed)
