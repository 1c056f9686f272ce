"""`footnote quote`: the verdict as text and as JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.terminal.cli import footnote


def quote(small: Path, *arguments: str, stdin: str | bytes = "") -> Result:
    env = {"FOOTNOTE_KNOWLEDGE": str(small), "FOOTNOTE_DATA": str(small), "DISCORD_TOKEN": ""}
    return CliRunner(env=env).invoke(footnote, ["quote", *arguments], input=stdin)


def test_a_verbatim_quotation_comes_with_who_says_it_and_where(small: Path) -> None:
    assert quote(small, "“it carries 120 passengers” – the captain").output == (
        "Word for word:\n"
        "    it carries 120 passengers\n"
        "\n"
        "[1] The harbour master said it carries 120 passengers.\n"
        "    — the harbour master · sentence 2 (paragraph 1)\n"
    )


def test_an_altered_one_is_compared(small: Path) -> None:
    verdict, words, legend, *_ = quote(small, "Islanders said the ferry is too big").output.split(
        "\n"
    )
    assert (verdict, words) == ("Altered:", "    Islanders said the ferry is too [-small-] {+big+}")
    assert legend.startswith("    [-the article's words-]")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ISLANDERS SAID the ferry", "Word for word, apart from capitals:"),
        ("we sail to the moon", "Not in the article:\n    we sail to the moon"),
        ("the ferry is too small" + " " * 5000, "    Only the first 4000 characters were checked."),
        ("", "Not in the article:"),
    ],
)
def test_the_rest_is_told(small: Path, text: str, told: str) -> None:
    assert told in quote(small, text).output


@pytest.mark.parametrize(
    ("text", "verdict", "sentence", "differences"),
    [
        ("Islanders said", "verbatim", "Islanders said the ferry is too small.", []),
        (
            "islanders said the ferry is too big",
            "altered",
            "Islanders said the ferry is too small.",
            [("capitals", "Islanders", "islanders"), ("words", "small", "big")],
        ),
        ("we sail to the moon", "absent", None, []),
        (
            "“Islanders said the ferry” and “We sail to the moon”",
            "absent",
            "Islanders said the ferry is too small.",
            [],
        ),
    ],
)
def test_json_is_one_object(
    small: Path,
    text: str,
    verdict: str,
    sentence: str | None,
    differences: list[tuple[str, str, str]],
) -> None:
    for result in (quote(small, text, "--json"), quote(small, "--json", stdin=text)):
        assert json.loads(result.output) == {
            "verdict": verdict,
            "sentence": sentence,
            "differences": [
                {"kind": kind, "article": article, "quotation": quotation}
                for kind, article, quotation in differences
            ],
        }


def test_bytes_that_are_no_text_crash_nothing(small: Path) -> None:
    assert quote(small, stdin=b"> Islanders said\n\xff\xfe").output.startswith("Word for word")


def test_an_article_may_be_named(small: Path) -> None:
    assert quote(small, "Islanders said", "--article", "ferry").exit_code == 0
    result = quote(small, "Islanders said", "--article", "boat")
    assert result.exit_code == 1
    assert "There is no article “boat”; there are: ferry." in result.output
