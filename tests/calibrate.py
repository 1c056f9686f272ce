"""Fit `bot/calibration.toml`: python tests/calibrate.py tests/questions/a.jsonl …

The confidence is a logistic curve over the features of `Router.match`. It is fitted on labelled
questions of several authors and, since those are few, on the fact table itself: each fifth of its
phrasings is routed by a router that never saw it. A labelled question counts `WEIGHT` times.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from places import ROOT

from bot.evaluation.measure import auroc, normal, read_questions
from bot.knowledge.facts import Fact, Unsaid, cited_with_other_side
from bot.knowledge.loading import Knowledge, load_knowledge
from bot.routing.router import Router

FOLDS = 5
WEIGHT = 10.0
L2 = 1.0
CALIBRATION = ROOT / "bot" / "calibration.toml"

Row = tuple[dict[str, float], bool, bool]
"""The features of a question, whether the best fact is right, whether the article answers it."""


def fold_rows(knowledge: Knowledge) -> Iterator[Row]:
    """Route each phrasing without the fifth of all phrasings that it belongs to."""
    for fold in range(FOLDS):
        facts = tuple(without(fact, fold) for fact in knowledge.facts)
        unsaid = tuple(without(entry, fold) for entry in knowledge.unsaid)
        router = Router(replace(knowledge, facts=facts, unsaid=unsaid))
        for entry in knowledge.entries:
            for phrasing in entry.phrasings[fold::FOLDS]:
                yield row(router, phrasing, sentences(entry))


Entry = TypeVar("Entry", Fact, Unsaid)


def without(entry: Entry, fold: int) -> Entry:
    kept = tuple(p for n, p in enumerate(entry.phrasings) if n % FOLDS != fold)
    return replace(entry, phrasings=kept)


def sentences(entry: Fact | Unsaid) -> frozenset[str]:
    """The sentences that an entry cites, folded as labels are."""
    citations = entry.citations if isinstance(entry, Fact) else ()
    return frozenset(normal(citation.sentence.text) for citation in citations)


def question_rows(router: Router, files: Iterable[Path]) -> Iterator[Row]:
    for file in files:
        for question in read_questions(file):
            yield row(router, question.text, question.accept or question.must)


def row(router: Router, question: str, right: frozenset[str]) -> Row:
    match = router.match(question)
    facts = router.knowledge.facts
    cited = cited_with_other_side(facts[match.fact], {fact.id: fact for fact in facts})
    hit = any(normal(citation.sentence.text) in right for citation in cited)
    return dict(match.features), hit, bool(right)


def fit(
    features: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Logistic regression by Newton's method; the first feature, the bias, is not held small."""
    coefficients = np.zeros(features.shape[1])
    penalty = L2 * np.eye(features.shape[1])
    penalty[0, 0] = 1e-6
    for _ in range(40):
        chance = 1 / (1 + np.exp(-features @ coefficients))
        curvature = (features.T * (weights * chance * (1 - chance))) @ features + penalty
        slope = features.T @ (weights * (right - chance)) - penalty @ coefficients
        coefficients += np.linalg.solve(curvature, slope)
    return coefficients


def write(names: list[str], coefficients: NDArray[np.float64]) -> None:
    """Put the coefficients into the calibration file; the rest of it stays."""
    text = CALIBRATION.read_text("utf-8")
    for name, value in zip(names, coefficients, strict=True):
        text = re.sub(rf"(?m)^({name} = ).*$", rf"\g<1>{value:.2f}", text)
    CALIBRATION.write_text(text, "utf-8")


def main(files: list[Path]) -> None:
    knowledge = load_knowledge(ROOT / "knowledge")
    asked = list(question_rows(Router(knowledge), files))
    folded = list(fold_rows(knowledge))
    rows = [*folded, *asked]
    names = list(rows[0][0])
    features = np.array([[row[0][name] for name in names] for row in rows])
    right = np.array([row[1] for row in rows])
    weights = np.array([1.0] * len(folded) + [WEIGHT] * len(asked))
    coefficients = fit(features, right, weights)
    write(names, coefficients)
    confidence = 1 / (1 + np.exp(-features @ coefficients))
    for label, part in (("table", slice(len(folded))), ("questions", slice(len(folded), None))):
        answerable = np.array([row[2] for row in rows[part]])
        separated = auroc(confidence[part][answerable], confidence[part][~answerable])
        print(f"{label}: {len(answerable)} rows, AUROC {separated:.3f}")
        for threshold in (0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
            dared = confidence[part] >= threshold
            good = (dared & right[part])[answerable].mean()
            bad = (dared & ~right[part])[answerable].mean()
            print(
                f"  from {threshold:.2f}: right {good:.1%}, wrong {bad:.1%}, "
                f"unanswerable answered {dared[~answerable].mean():.1%}"
            )


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
