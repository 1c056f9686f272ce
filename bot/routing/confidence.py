"""From the evidence to a decision: the best fact, how sure it is, and the nearest sentences."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain

import numpy as np

from bot.knowledge.about import Strictness
from bot.routing.general import NOTHING_LEFT, LeftOpen
from bot.routing.ranking import Ranking
from bot.routing.vectors import Scores

SHOWN = 3
"""Sentences that a reply shows as the nearest at most."""


@dataclass(frozen=True)
class Calibration:
    """The weights of the evidence, the curves of the two chances of a `Match`, the thresholds.

    A router answers if `sure` is at least `answer`. Else it shows the nearest sentences if `sure`
    and `near` together are at least `worth`, or, without any fact, `near` alone `show`; but if two
    facts are less than `tie` apart it asks which is meant. A refusal names an open question, of the
    article or a general one, whose nearest phrasing is at least `speaks` alike, and suggests facts
    whose score is at least `suit`. All thresholds are 0..1.
    """

    rank: Mapping[str, float]
    sure: Mapping[str, float]
    near: Mapping[str, float]
    answer: float
    worth: float
    show: float
    tie: float
    speaks: float
    suit: float


@cache
def shipped_calibration(strictness: Strictness = "normal") -> Calibration:
    """The calibration that ships with the program, from `calibration.toml` beside this file."""
    text = resources.files("bot.routing").joinpath("calibration.toml").read_text("utf-8")
    data = tomllib.loads(text)
    curves = {name: data[name] for name in ("rank", "sure", "near")}
    return Calibration(**curves, answer=data["answer"][strictness], **data["threshold"])


@dataclass(frozen=True)
class Match:
    """What a ranking comes to; positions are those in the table and in the article.

    `fact` is the best fact and `runner_up` the next one that cites other sentences, None if the
    table has no fact; `margin` is how far it lies behind. `open_question` is the nearest open
    question (a position among all entries) if its phrasings are nearer than the fact's;
    `general` is the nearest general one if it is nearer than all others. `scores` has a value
    for each entry. `sure` (0..1) is the chance that the fact answers the question, `near`
    (0..1) the chance that the nearest sentences, `shown`, hold the answer if the article has
    it. `features` are what `sure` was worked out from.
    """

    fact: int | None
    runner_up: int | None
    open_question: int | None
    general: LeftOpen | None
    scores: Scores
    shown: tuple[int, ...]
    margin: float
    features: Mapping[str, float]
    sure: float
    near: float


_OWN_WORDS = 0.4
"""How alike (0..1) the nearest phrasing of a fact is to what asks for it in words like its own."""

_ALONE = 0.6
"""How alike (0..1) a general open question must be if there is no fact that may be nearer: "What
did she say?" is half alike to "What languages does she speak?"."""

_LEAST_OPEN, _LEAST_ALIKE, _LEAST_KERNEL, _ASKS = 0.13, 0.17, 0.06, 0.3
"""The score, likeness and kernel of the nearest open question at the least, and the share of its
phrasings that ask alike: what nobody wrote down counts as left open too. They are the medians of
whole tables where a fact answers."""


def match(
    ranking: Ranking,
    cited: Sequence[Sequence[int]],
    calibration: Calibration,
    left_open: LeftOpen = NOTHING_LEFT,
) -> Match:
    """Weigh a ranking. `cited` are the positions of the sentences that each fact cites."""
    facts = len(cited)
    scores = _scores(ranking, calibration.rank)
    close = _weighed(calibration.near, nearness(ranking))
    near = _chance(close)
    open_question = _nearest_open_question(ranking.phrasing, facts)
    order = _best_first(scores[:facts])
    shown = _shown(ranking.sentences.scores, order, cited)
    if not cited:
        general = _general(left_open, ranking.nearest.max(initial=_ALONE))
        return Match(None, None, None, general, scores, shown, 0.0, {}, 0.0, near)
    best = order[0]
    rivals = (n for n in order if set(cited[n]).isdisjoint(cited[best]))
    runner_up = next(rivals, best)
    least = max(ranking.nearest[best], ranking.nearest[facts:].max(initial=calibration.speaks))
    # Near-misses have near sentences too, so only their absence counts.
    features = sureness(ranking, scores, best, left_open) | {"near": max(-1.0, min(0.0, close))}
    passed_over = _passed_over(ranking, best)
    return Match(
        fact=best,
        runner_up=runner_up,
        open_question=open_question
        if _speaks(ranking, best, open_question, calibration.speaks)
        else None,
        general=_general(left_open, least),
        scores=scores,
        shown=shown,
        margin=float(scores[best] - scores[runner_up]),
        features=features,
        sure=0.0 if passed_over else _chance(_weighed(calibration.sure, features)),
        near=near,
    )


def _passed_over(ranking: Ranking, fact: int) -> bool:
    """Whether a sentence that no fact cites comes nearer than what a fact cites.

    Then that is what is asked for, unless the fact is asked in words like its own; and so it is if
    it names a person whom the fact doesn't.
    """
    unlike = ranking.nearest[fact] < _OWN_WORDS
    return bool(ranking.strange[fact] or (unlike and ranking.uncited > ranking.cited[fact]))


def sureness(ranking: Ranking, scores: Scores, best: int, left_open: LeftOpen) -> dict[str, float]:
    """What tells whether the best fact answers the question, besides the nearest sentences.

    How much more there is for it than for any open question, in all (`over`), by the nearest
    phrasing (`alike`) and by what tells entries apart (`kernel`); how far its nearest phrasing is
    behind the nearest general open question, if it is (`over_general`); and how many more of its
    phrasings ask with the same word than of the nearest open question's (`asks`): that a fact asks
    alike tells less than that it doesn't.
    """
    facts = len(ranking.cited)
    open_question = _nearest_open_question(ranking.phrasing, facts)
    asked = _ASKS
    if open_question is not None and np.ptp(ranking.asks):
        asked = float(ranking.asks[open_question])
    return {
        "bias": 1.0,
        "over": _over(scores, best, facts, _LEAST_OPEN),
        "alike": _over(ranking.nearest, best, facts, _LEAST_ALIKE),
        "kernel": _over(ranking.kernel, best, facts, _LEAST_KERNEL),
        "over_general": min(0.0, float(ranking.nearest[best]) - left_open.likeness),
        "asks": min(_ASKS, float(ranking.asks[best]) - asked),
    }


def nearness(ranking: Ranking) -> dict[str, float]:
    """What tells whether the sentences with the highest scores hold the answer.

    A long article has words of any question, and so has to have more of them.
    """
    sentences = ranking.sentences
    return {
        "bias": 1.0,
        "best": float(sentences.scores.max()),
        "known": min(sentences.known, 4) / 4,
        "length": math.log(1 + len(sentences.scores)) / 5,
    }


def _scores(ranking: Ranking, weights: Mapping[str, float]) -> Scores:
    """The weighed mean of the evidence for each entry; open questions cite no sentences."""
    total: Scores = weights["phrasing"] * ranking.phrasing + weights["ratio"] * ranking.ratio
    total += weights["kernel"] * ranking.kernel
    total[: len(ranking.cited)] += weights["cited"] * ranking.cited
    return total / sum(weights.values())


def _best_first(scores: Scores) -> list[int]:
    places: list[int] = np.argsort(-scores, kind="stable").tolist()
    return places


def _nearest_open_question(phrasing: Scores, facts: int) -> int | None:
    """The place of the nearest open question; they all stand behind the facts."""
    return facts + int(phrasing[facts:].argmax()) if len(phrasing) > facts else None


def _speaks(ranking: Ranking, fact: int, open_question: int | None, least: float) -> bool:
    """Whether an open question is near enough to be named, and nearer than the fact."""
    if open_question is None or ranking.nearest[open_question] < least:
        return False
    return bool(ranking.phrasing[open_question] >= ranking.phrasing[fact])


def _general(left_open: LeftOpen, least: float) -> LeftOpen | None:
    """A general open question, if it is alike enough to be named, and nearer than all others."""
    return left_open if left_open.likeness >= least else None


def _over(evidence: Scores, fact: int, facts: int, least: float) -> float:
    """How much more of some evidence there is for a fact than for any open question, -1..1.

    For an open question that nobody wrote down there is `least`.
    """
    return float(evidence[fact] - evidence[facts:].max(initial=least))


def _shown(near: Scores, facts: Sequence[int], cited: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The nearest sentence if no fact cites it, then that of each of the best facts."""
    leading = (max(cited[fact], key=near.item) for fact in facts)
    nearest = _best_first(near)
    uncited = set(nearest[:1]).difference(*cited)
    shown: list[int] = []
    for place in chain(uncited, leading, nearest):
        if place not in shown:
            shown.append(place)
        if len(shown) == SHOWN:
            break
    return tuple(shown)


def _weighed(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return sum(weights[name] * value for name, value in features.items())


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))
