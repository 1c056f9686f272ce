"""Fit `bot/routing/calibration.toml` again: python tests/calibrate.py

The chance that a fact answers a question is a logistic curve over the features of a `Match`. It is
fitted on labelled questions about several articles, each with its whole table, with a small one
made of it, and without its open questions, so that one set of constants serves every table. Each
article is tried with the constants that the others give, and without each of the features.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from places import KNOWLEDGE, ROOT, TESTS

from bot.evaluation.measure import Question, auroc, normal, read_questions
from bot.knowledge.facts import cited_with_other_side
from bot.knowledge.file_names import OPEN_QUESTIONS_FILE, SYNONYMS_FILE
from bot.knowledge.loading import Knowledge, load_article_folder
from bot.knowledge.open_question_file import load_open_question_file
from bot.knowledge.word_file import read_word_file
from bot.language.text import words
from bot.routing.general import GeneralQuestions
from bot.routing.router import Router

CALIBRATION = ROOT / "bot" / "routing" / "calibration.toml"

HELD_OUT = {"ab.jsonl", "ac.jsonl", "ad.jsonl", "questions-3.jsonl"}
"""The sets that tell what the constants are worth on questions that they were not fitted on."""


def _sets(folder: Path) -> Sequence[Path]:
    return sorted(file for file in folder.glob("*.jsonl") if file.name not in HELD_OUT)


SOURCES: Mapping[Path, Sequence[Path]] = {
    KNOWLEDGE / "russia-syria-strategy": _sets(TESTS / "questions"),
    **{
        TESTS / "articles" / slug: _sets(TESTS / "articles" / slug)
        for slug in ("harbour-strike", "river-dam")
    },
}
"""The folders of articles, and the sets of questions about each."""

SMALL = 4
"""Phrasings of an entry in a small table, which keeps every second open question."""

STRANGE = 5
"""For so many questions about an article there is one about another."""

NONE: frozenset[str] = frozenset()

GENERAL = read_word_file(KNOWLEDGE / SYNONYMS_FILE).lexicon()

OPEN_QUESTIONS = GeneralQuestions.of(
    load_open_question_file(KNOWLEDGE / OPEN_QUESTIONS_FILE), GENERAL
)

L2 = 1.0
"""How strongly the coefficients are held small; the sets are too large for it to matter."""


@dataclass(frozen=True)
class Row:
    """A question of an article: the features of the best fact and whether that is right."""

    article: str
    question: Question
    features: Mapping[str, float]
    right: bool


def small(knowledge: Knowledge) -> Knowledge:
    """What an editor has after an hour."""
    return replace(
        knowledge,
        facts=tuple(replace(fact, phrasings=fact.phrasings[:SMALL]) for fact in knowledge.facts),
        open_questions=tuple(
            replace(e, phrasings=e.phrasings[:SMALL]) for e in knowledge.open_questions[::2]
        ),
    )


def rows(folder: Path) -> Iterator[Row]:
    """The questions of an article and some of others, asked of each of its tables."""
    knowledge = load_article_folder(folder, GENERAL)
    others = [question for other in SOURCES if other != folder for question in asked(other)]
    strange = [replace(q, accept=NONE, must=NONE, kind="strange") for q in others]
    questions = asked(folder)
    questions += strange[:: max(1, STRANGE * len(strange) // len(questions))]
    for table in (knowledge, small(knowledge), replace(knowledge, open_questions=())):
        router = Router(table)
        facts = {fact.id: fact for fact in table.facts}
        for question in questions:
            match = router.match(question.text, OPEN_QUESTIONS)
            if match.fact is not None and not GENERAL.is_to_bot(words(question.text)):
                cited = cited_with_other_side(table.facts[match.fact], facts)
                sentences = {normal(citation.sentence.text) for citation in cited}
                right = not sentences.isdisjoint(question.accept | question.must)
                yield Row(folder.name, question, match.features, right)


def asked(folder: Path) -> list[Question]:
    return [question for file in SOURCES[folder] for question in read_questions(file)]


def fit(found: Sequence[Row], without: str = "") -> NDArray[np.float64]:
    """Logistic regression by Newton's method; the first feature, the bias, is not held small.

    Each article counts as much as any other.
    """
    features = values(found, without)
    right = np.array([row.right for row in found])
    counts = Counter(row.article for row in found)
    weights = np.array([len(found) / len(counts) / counts[row.article] for row in found])
    coefficients = np.zeros(features.shape[1])
    penalty = L2 * np.eye(features.shape[1])
    penalty[0, 0] = 1e-6
    for _ in range(40):
        chance = 1 / (1 + np.exp(-features @ coefficients))
        curvature = (features.T * (weights * chance * (1 - chance))) @ features + penalty
        slope = features.T @ (weights * (right - chance)) - penalty @ coefficients
        coefficients += np.linalg.solve(curvature, slope)
    return coefficients


def values(found: Sequence[Row], without: str = "") -> NDArray[np.float64]:
    names = [name for name in found[0].features if name != without]
    return np.array([[row.features[name] for name in names] for row in found])


def held_out(
    found: Sequence[Row], without: str = ""
) -> Iterator[tuple[list[Row], NDArray[np.float64]]]:
    """The rows of each article, and how sure they are with the constants that the others give."""
    for article in dict.fromkeys(row.article for row in found):
        own = [row for row in found if row.article == article]
        others = [row for row in found if row.article != article]
        odds = values(own, without) @ fit(others or own, without)
        yield own, 1 / (1 + np.exp(-odds))


def write(names: Sequence[str], coefficients: NDArray[np.float64]) -> None:
    """Put the coefficients into [sure] of the calibration file; the rest of it stays."""
    head, _, tail = re.split(r"(?s)(?<=\n)(\[sure\]\n.*?)(?=\n\[)", CALIBRATION.read_text("utf-8"))
    lines = [f"{name} = {value:.2f}" for name, value in zip(names, coefficients, strict=True)]
    CALIBRATION.write_text(head + "\n".join(["[sure]", *lines, ""]) + tail, "utf-8")


def worth(found: Sequence[Row]) -> None:
    """Print how well right answers are told from near-misses, and without each of the features."""
    for name in ("", *list(found[0].features)[1:]):
        print(f"AUROC {f'without {name}' if name else 'of each article':24}", end="")
        for own, sure in held_out(found, name):
            right = np.array([row.right for row in own])
            near_miss = np.array([row.question.kind == "near-miss" for row in own])
            print(f"  {auroc(sure[right], sure[near_miss]):.3f}", end="")
        print()


def report(part: Sequence[Row], sure: NDArray[np.float64]) -> None:
    answerable = np.array([row.question.answerable for row in part])
    near_miss = np.array([row.question.kind == "near-miss" for row in part])
    right = np.array([row.right for row in part])
    separated = auroc(sure[answerable], sure[~answerable])
    print(
        f"{part[0].article}: {len(part)} rows, best fact right {right[answerable].mean():.1%}, ",
        end="",
    )
    print(f"AUROC {separated:.3f}")
    for threshold in np.arange(0.3, 0.95, 0.05):
        dared = sure >= threshold
        print(
            f"  from {threshold:.2f}: right {(dared & right)[answerable].mean():.1%}, "
            f"wrong {(dared & ~right)[answerable].mean():.1%}, "
            f"near-misses answered {dared[near_miss].mean():.1%}, "
            f"of assertions right {right[dared].mean():.1%}"
        )


def main() -> None:
    found = [row for folder in SOURCES for row in rows(folder)]
    write(list(found[0].features), fit(found))
    for own, sure in held_out(found):
        report(own, sure)
    worth(found)


if __name__ == "__main__":
    main()
