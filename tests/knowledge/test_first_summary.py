"""Summaries of an article that no editor has summarised."""

from pathlib import Path

import pytest
from places import TESTS

from bot.knowledge.loading import Knowledge, load_article_folder
from bot.language.lexicon import Lexicon

TEXT = """\
The keeper leaves
Anna Berg kept the light for 27 years. The light was built in 1884. It stands on Skarv.
She leaves on 3 May. Nobody knows why. On Monday 1,900 people came.
"""


def part(folder: Path) -> Knowledge:
    return load_article_folder(folder, Lexicon.build({}, (), ()))


@pytest.mark.parametrize(
    ("style", "numbers"), [("brief", [1, 2, 3]), ("numbers", [1, 6]), ("timeline", [2, 4, 6])]
)
def test_it_is_made_of_first_sentences_figures_and_dates(
    tmp_path: Path, style: str, numbers: list[int]
) -> None:
    (tmp_path / "article.txt").write_text(TEXT, "utf-8")
    lines = [line for line in part(tmp_path).summary.lines if line.style == style]
    assert [line.citation.sentence.number for line in lines] == numbers


def test_a_byline_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text(TEXT.replace("\n", "\nBy Ada Byron\n", 1), "utf-8")
    assert "By Ada Byron" not in [
        line.citation.sentence.text for line in part(tmp_path).summary.lines
    ]


def test_months_and_days_are_those_of_the_article_s_language() -> None:
    german = load_article_folder(
        TESTS / "languages" / "leuchtturm", Lexicon.build({}, (), ()).of("en")
    )
    timeline = [line for line in german.summary.lines if line.style == "timeline"]
    assert [line.citation.sentence.number for line in timeline] == [2, 3]


def test_what_an_editor_has_summarised_stays(small: Path) -> None:
    styles = [line.style for line in part(small / "ferry").summary.lines]
    assert styles == ["brief", "full", "full", "full", "numbers", "timeline", "timeline"]


def test_a_speaker_is_who_a_fact_says() -> None:
    dam = part(TESTS / "articles" / "river-dam")
    speakers = {line.citation.speaker for line in dam.summary.lines}
    assert len(speakers) > 1
