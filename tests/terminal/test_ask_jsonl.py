"""`footnote ask --jsonl`: the contract for programs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from places import SMALL_KNOWLEDGE

from bot.knowledge.loading import load_knowledge
from bot.routing.library import Library
from bot.terminal.asking import replies

Cli = Callable[..., Result]

CAPACITY = "How many passengers does the ferry carry?"


def rows(cli: Cli, *lines: object, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    stdin = "".join(f"{json.dumps(line)}\n" for line in lines)
    result = cli("ask", "--jsonl", *options, stdin=stdin)
    assert result.exit_code == 0
    return [json.loads(line) for line in result.output.splitlines()]


def test_a_question_may_hold_line_breaks(cli: Cli) -> None:
    question = "How many passengers\ndoes the ferry carry?"
    (row,) = rows(cli, {"question": question})
    assert (row["question"], row["status"]) == (question, "answered")


def test_each_object_is_what_json_prints_for_the_same_question(cli: Cli) -> None:
    plain = json.loads(cli("ask", "--json", CAPACITY).output)
    assert rows(cli, {"question": CAPACITY}) == [plain]


@pytest.mark.parametrize("article", ["river-dam", ["river-dam"]])
def test_an_article_is_asked_alone(cli: Cli, two_articles: Path, article: object) -> None:
    assert two_articles.exists()
    both, alone = rows(cli, {"question": CAPACITY}, {"question": CAPACITY, "article": article})
    assert both["citations"][0]["article"] == "ferry"
    assert {citation["article"] for citation in alone["citations"]} <= {"river-dam"}
    assert alone["status"] != "answered"


def test_the_option_chooses_for_lines_that_name_no_article(cli: Cli, two_articles: Path) -> None:
    assert two_articles.exists()
    lines = {"question": CAPACITY}, {"question": CAPACITY, "article": "ferry"}
    first, second = rows(cli, *lines, options=("--article", "river-dam"))
    assert (first["status"] == "answered", second["status"]) == (False, "answered")


def test_nearest_shows_sentences_and_asserts_nothing(cli: Cli, two_articles: Path) -> None:
    (two_articles / "river-dam" / "facts.md").unlink()
    (row,) = rows(cli, {"question": "How high is the Quilcata dam?", "article": "river-dam"})
    assert (row["status"], row["answer"], row["fact"]) == ("nearest", None, None)
    assert "64 metres high" in row["citations"][0]["text"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("no object", 'must be a JSON object with a text "question"'),
        ({"article": "ferry"}, 'must be a JSON object with a text "question"'),
        ({"question": 3}, 'must be a JSON object with a text "question"'),
        ({"question": "who?", "articles": "ferry"}, "unknown key “articles”"),
        ({"question": "who?", "article": 3}, '"article" must be a slug'),
        ({"question": "who?", "article": []}, '"article" must be a slug'),
        ({"question": "who?", "article": "atlantis"}, "no article “atlantis”; there are: ferry."),
    ],
)
def test_a_bad_line_gets_an_error_in_its_place(cli: Cli, line: object, said: str) -> None:
    first, bad, last = rows(cli, {"question": CAPACITY}, line, {"question": CAPACITY})
    assert list(bad) == ["line", "error"]
    assert bad["line"] == 2
    assert said in bad["error"]
    assert first == last


@pytest.mark.parametrize("line", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"1" * 10_000])
def test_what_is_no_json_is_an_error_too(cli: Cli, line: bytes) -> None:
    result = cli("ask", "--jsonl", stdin=line + b"\n")
    assert json.loads(result.output)["line"] == 1
    assert result.exit_code == 0


def test_jsonl_takes_no_question_as_a_word(cli: Cli) -> None:
    result = cli("ask", "--jsonl", "who?")
    assert "--jsonl reads its questions from standard input" in result.output
    assert result.exit_code == 2


LIBRARY = Library(load_knowledge(SMALL_KNOWLEDGE))


@given(st.text())
def test_any_question_is_answered_with_itself(question: str) -> None:
    (row,) = replies(LIBRARY, [json.dumps({"question": question})], None)
    assert row["question"] == question
