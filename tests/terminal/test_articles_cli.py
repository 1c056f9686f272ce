"""The command line with more than one article."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from bot.terminal.screen import wrapped

Cli = Callable[..., Result]

CAPACITY = "How many passengers does the ferry carry?"
FERRY = "New Ferry Reaches The Islands, The Harbour Post"


def test_an_attribution_names_the_article(cli: Cli, two_articles: Path) -> None:
    assert two_articles.exists()
    said = f"    — the harbour master · sentence 2 (paragraph 1) · {FERRY}\n"
    assert said in cli("ask", CAPACITY).output
    assert said in cli("chat", stdin=CAPACITY).output
    assert said in cli("quote", "it carries 120 passengers").output


def test_the_articles_are_listed_by_folder_and_title(cli: Cli, two_articles: Path) -> None:
    assert two_articles.exists()
    assert cli("articles").output.splitlines()[:4] == [
        "ferry",
        f"    {FERRY}",
        "    4 sentences, 4 facts",
        "river-dam",
    ]


@pytest.mark.parametrize("command", ["ask", "chat", "facts", "summary", "quote"])
def test_an_article_that_is_not_there_is_a_sentence(cli: Cli, command: str) -> None:
    result = cli(
        command, "--article", "atlantis", *(["who?"] if command in {"ask", "quote"} else [])
    )
    assert result.output == "Error: There is no article “atlantis”; there are: ferry.\n"
    assert result.exit_code == 1


def test_a_command_keeps_to_the_articles_it_is_given(cli: Cli, two_articles: Path) -> None:
    assert two_articles.exists()
    alone = ("--article", "river-dam")
    assert "ferry#" not in cli("facts", *alone).output
    assert "ferry#" in cli("facts", *alone, "--article", "ferry").output
    assert "New Ferry" not in cli("summary", *alone).output
    assert "120 passengers" not in cli("ask", *alone, CAPACITY).output
    chat = cli("chat", *alone, stdin=CAPACITY).output
    assert "New Ferry" not in chat
    assert "120 passengers" not in chat


def test_an_article_with_a_fault_leaves_the_others_answering(cli: Cli, two_articles: Path) -> None:
    names = two_articles / "river-dam" / "names.md"
    names.write_text("- no name", "utf-8")
    result = cli("ask", CAPACITY)
    assert "it carries 120 passengers" in result.stdout
    assert result.stderr.startswith(f"{names}:1: ")
    assert result.exit_code == 0


@pytest.mark.parametrize("command", ["ask", "chat", "facts", "summary", "quote"])
def test_an_article_with_a_fault_is_said_to_be_left_out_until_it_is_fixed(
    cli: Cli, two_articles: Path, command: str
) -> None:
    names = two_articles / "river-dam" / "names.md"
    names.write_text("- no name", "utf-8")
    asked = ["who?"] if command in {"ask", "quote"} else []
    first, *faults = cli(command, "--article", "river-dam", *asked).output.splitlines()
    assert first == "Error: The article “river-dam” is left out until this is fixed:"
    assert faults == cli("check").output.splitlines()[:1]
    assert faults[0].startswith(f"{names}:1: ")


def test_an_article_with_a_fault_is_not_told_to_who_asks_another(
    cli: Cli, two_articles: Path
) -> None:
    (two_articles / "river-dam" / "names.md").write_text("- no name", "utf-8")
    assert cli("ask", "--article", "ferry", CAPACITY).stderr == ""


def test_an_answer_wraps_under_its_first_word() -> None:
    text = "Yes.\n\n[1] The harbour master said so.\n    — the harbour master\n  - what else?"
    assert wrapped(text, 20).splitlines() == [
        "Yes.",
        "",
        "[1] The harbour",
        "    master said so.",
        "    — the harbour",
        "    master",
        "  - what else?",
    ]


def test_a_style_that_an_article_has_no_summary_of_is_said_with_those_it_has(
    cli: Cli, small: Path
) -> None:
    (small / "ferry" / "summary.md").unlink()
    (small / "ferry" / "facts.md").unlink()
    assert cli("summary", "--style", "sides").output == (
        "New Ferry Reaches The Islands\n\n"
        "There is no summary “sides” of it; there are: brief, numbers, timeline.\n"
    )
