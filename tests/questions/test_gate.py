"""The gate: no change may answer the question sets worse than this.

The floors stand a little below what was measured last, as README.md beside this file tells.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from places import KNOWLEDGE, TESTS

from bot.evaluation.measure import Outcome, evaluate, figures, read_questions
from bot.knowledge.loading import load_knowledge
from bot.routing.encoder import Encoder, encoder_named
from bot.routing.library import Library

# Coverage would double what thousands of questions take; other tests run the same lines.
pytestmark = pytest.mark.no_cover


@dataclass(frozen=True)
class Article:
    """An article, the sets of questions about it, and the floors, shares from 0 to 1.

    Of the answerable questions at least `right` are answered with a correct sentence, at most
    `wrong` without one, and at least `shown` are shown one at all. `refused` says of how many of
    the others, by kind, no fact is asserted.
    """

    folder: Path
    sets: Path
    right: float
    wrong: float
    shown: float
    refused: Mapping[str, float]


OTHERS = {"off-topic": 0.97, "opinion": 0.94, "injection": 0.95}
ARTICLES = (
    Article(
        KNOWLEDGE / "russia-syria-strategy",
        TESTS / "questions",
        right=0.77,
        wrong=0.03,
        shown=0.91,
        refused={"near-miss": 0.87, **OTHERS},
    ),
    Article(
        TESTS / "articles" / "harbour-strike",
        TESTS / "articles" / "harbour-strike",
        right=0.77,
        wrong=0.02,
        shown=0.91,
        refused={"near-miss": 0.86, **OTHERS},
    ),
    Article(
        TESTS / "articles" / "river-dam",
        TESTS / "articles" / "river-dam",
        right=0.75,
        wrong=0.01,
        shown=0.89,
        refused={"near-miss": 0.82, **OTHERS},
    ),
)


def answered(article: Article, knowledge: Path, encoder: Encoder | None = None) -> list[Outcome]:
    """Every labelled question about an article, asked if there is no other."""
    for file in KNOWLEDGE.glob("*.md"):
        shutil.copy(file, knowledge)
    shutil.copytree(article.folder, knowledge / article.folder.name, dirs_exist_ok=True)
    library = Library(load_knowledge(knowledge), encoder=encoder)
    questions = [q for file in sorted(article.sets.glob("*.jsonl")) for q in read_questions(file)]
    return evaluate(library.ask, questions)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.folder.name)
def test_the_sets_are_answered_as_well_as_before(article: Article, tmp_path: Path) -> None:
    outcomes = answered(article, tmp_path)
    found = figures(outcomes)
    refused = {
        kind: figures([each for each in outcomes if each.question.kind == kind]).refused
        for kind in article.refused
    }
    assert found.right >= article.right
    assert found.wrong <= article.wrong
    assert found.shown >= article.shown
    assert {kind for kind in refused if refused[kind] < article.refused[kind]} == set()


def test_with_an_encoder_more_is_right_and_more_is_shown(tmp_path: Path) -> None:
    harbour = ARTICLES[1]
    without = figures(answered(harbour, tmp_path))
    found = figures(answered(harbour, tmp_path, encoder_named("use")))
    assert found.right > without.right
    assert found.shown > without.shown
    assert found.wrong <= 0.03
