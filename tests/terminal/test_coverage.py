"""`footnote coverage`: what of an article its facts cite, and which need more ways to ask."""

from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from places import KNOWLEDGE

Cli = Callable[..., Result]


def test_it_counts_cited_sentences_and_open_questions(cli: Cli) -> None:
    assert cli("coverage").output == "ferry: 4 of 4 sentences cited, 1 open question\n"


def test_it_shows_which_short_questions_of_a_fact_go_astray(cli: Cli, small: Path) -> None:
    (small / "synonyms.md").write_bytes((KNOWLEDGE / "synonyms.md").read_bytes())
    facts = small / "ferry" / "facts.md"
    asked = "What do islanders think of the ferry, in short?"
    text = facts.read_text("utf-8").replace("What do the islanders want by May?", asked)
    facts.write_text(text.replace("- second ferry by may\n- what do they want\n", ""), "utf-8")
    line = text[: text.index(asked)].count("\n") + 1
    assert cli("coverage", "ferry").output.splitlines()[1:3] == [
        f"  facts.md:{line}: “{asked}” has too few ways to ask: 4 of 4 short questions go astray",
        "      “islanders think ferry” → What do the islanders say about the ferry?",
    ]


def test_a_sentence_without_a_fact_is_not_counted(cli: Cli, small: Path) -> None:
    facts = small / "ferry" / "facts.md"
    text = facts.read_text("utf-8")
    last = text.index("### What do the islanders want")
    facts.write_text(text[:last] + text[text.index("## What the article") :], "utf-8")
    assert cli("coverage").output.startswith("ferry: 3 of 4 sentences cited")


def test_check_says_nothing_of_sentences_if_there_is_no_fact_yet(cli: Cli, small: Path) -> None:
    (small / "ferry" / "facts.md").unlink()
    assert "no fact cites" not in cli("check").output
