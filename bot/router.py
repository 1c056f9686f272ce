"""The one way in: an utterance goes in, a Reply comes out.

`Router` is pure: after it is made it reads no file, clock or environment.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from itertools import zip_longest

import numpy as np

from bot.article import guard_quote
from bot.facts import CITATION_LIMIT, Citation, cited_with_other_side, without_repeats
from bot.knowledge import Knowledge
from bot.matching import Scores
from bot.ranking import Ranker, Ranking
from bot.reply import Reply, Suggestion, Why
from bot.text import question_parts

PARTS = 3
"""How many questions of one utterance are answered at the most."""

SUGGESTIONS = 3
"""How many facts a reply suggests at the most."""

NOT_SAID = "The article does not say."
NOTHING_ASKED = "Ask a question about the article, in your own words."


@dataclass(frozen=True)
class Calibration:
    """The weights of the evidence, the curve of the confidence, and the thresholds.

    The confidence is the logistic function of the weighed features of the best fact; the router
    answers from `answer` on and suggests from `suggest` on (both 0..1).
    """

    rank: Mapping[str, float]
    confidence: Mapping[str, float]
    answer: float
    suggest: float


def shipped_calibration() -> Calibration:
    """The calibration that ships with the program, from `calibration.toml` beside this file."""
    text = resources.files("bot").joinpath("calibration.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return Calibration(data["rank"], data["confidence"], **data["threshold"])


@dataclass(frozen=True)
class Match:
    """The outcome of a ranking: positions in the table, and the features of the confidence."""

    fact: int
    runner_up: int
    unsaid: int | None
    scores: Scores
    features: Mapping[str, float]


class Router:
    """Answers utterances from a fact table."""

    def __init__(self, knowledge: Knowledge, calibration: Calibration | None = None) -> None:
        self.knowledge = knowledge
        self.calibration = calibration or shipped_calibration()
        self._articles = {article.slug: article for article in knowledge.articles}
        self._facts = {fact.id: fact for fact in knowledge.facts}
        self._ranker = Ranker(knowledge.entries, knowledge.lexicon)
        self._cited = [{c.sentence for c in fact.citations} for fact in knowledge.facts]

    def ask(self, utterance: str) -> Reply:
        """Route an utterance, whatever it holds, to a reply.

        Where it strings several questions together and each has its own answer, the reply joins
        them.
        """
        questions = question_parts(utterance)
        if len(questions) == 1:
            return self._ask_one(utterance)
        parts = [self._ask_one(question) for question in questions[:PARTS]]
        if all(part.status == "answered" for part in parts):
            return _joined(utterance, parts)
        return self._ask_one(utterance)

    def _ask_one(self, utterance: str) -> Reply:
        ranking = self._ranker.rank(utterance)
        if not ranking.terms:
            return Reply(utterance, "declined", NOTHING_ASKED, (), None, 0.0, (), None)
        match = self.match(ranking)
        confidence = self.confidence(match)
        why = self._why(ranking, match)
        if confidence >= self.calibration.answer:
            fact = self.knowledge.facts[match.fact]
            citations = self._guarded(cited_with_other_side(fact, self._facts))
            return Reply(
                utterance, "answered", fact.answer, citations, fact.id, confidence, (), why
            )
        near = self._suggestions(match)
        if match.unsaid is not None:
            answer = self.knowledge.unsaid[match.unsaid].answer
            return Reply(utterance, "declined", answer, (), None, confidence, near, why)
        if confidence >= self.calibration.suggest:
            return Reply(utterance, "suggested", None, (), None, confidence, near, why)
        return Reply(utterance, "declined", NOT_SAID, (), None, confidence, near, why)

    def match(self, ranking: Ranking) -> Match:
        """Find the best fact, the next one that would cite other sentences, and the best trap."""
        weights = self.calibration.rank
        scores = (
            weights["phrasing"] * ranking.phrasing
            + weights["explained"] * ranking.explained
            + weights["sentences"] * ranking.sentences
        )
        facts, unsaid = scores[: len(self._cited)], scores[len(self._cited) :]
        order = np.argsort(-facts, kind="stable")
        best = int(order[0])
        others = (int(n) for n in order[1:] if self._cited[n].isdisjoint(self._cited[best]))
        runner_up = next(others, best)
        trap = float(unsaid.max(initial=0.0))
        return Match(
            fact=best,
            runner_up=runner_up,
            unsaid=int(unsaid.argmax()) if trap > facts[best] else None,
            scores=scores,
            features={
                "bias": 1.0,
                "score": float(ranking.phrasing[best]),
                "explained": float(ranking.explained[best]),
                "sentences": float(ranking.sentences[best]),
                "foreign": self._ranker.foreign(ranking, best),
                "over_unsaid": float(
                    ranking.phrasing[best] - ranking.phrasing[len(facts) :].max(initial=0.0)
                ),
                "leaning": ranking.leaning,
                "margin": float(facts[best] - facts[runner_up]),
            },
        )

    def confidence(self, match: Match) -> float:
        """How sure the best fact is right, 0..1."""
        weights = self.calibration.confidence
        total = sum(weights[name] * value for name, value in match.features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def _guarded(self, citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
        for citation in citations:
            guard_quote(self._articles[citation.sentence.article], citation.sentence)
        return citations

    def _suggestions(self, match: Match) -> tuple[Suggestion, ...]:
        """The nearest facts, at most one for the same sentences."""
        chosen: list[int] = []
        for n in np.argsort(-match.scores[: len(self._cited)], kind="stable"):
            if match.scores[n] <= 0 or len(chosen) == SUGGESTIONS:
                break
            if all(self._cited[n] != self._cited[other] for other in chosen):
                chosen.append(int(n))
        facts = [self.knowledge.facts[n] for n in chosen]
        return tuple(Suggestion(fact.id, fact.question) for fact in facts)

    def _why(self, ranking: Ranking, match: Match) -> Why:
        entry = match.fact if match.unsaid is None else len(self._cited) + match.unsaid
        return Why(
            phrasing=self._ranker.nearest_phrasing(ranking, entry),
            score=float(match.scores[entry]),
            runner_up=self.knowledge.facts[match.runner_up].question,
            margin=match.features["margin"],
            threshold=self.calibration.answer,
            unexplained=self._ranker.unexplained(ranking.terms, entry),
        )


def _joined(utterance: str, parts: list[Reply]) -> Reply:
    """One reply of several answers; their first citations come first where not all have room."""
    rounds = zip_longest(*(part.citations for part in parts))
    citations = without_repeats(c for group in rounds for c in group if c is not None)
    least = min(parts, key=lambda part: part.confidence)
    answers = dict.fromkeys(part.answer for part in parts if part.answer)
    return replace(
        least,
        question=utterance,
        answer=" ".join(answers),
        citations=citations[:CITATION_LIMIT],
        fact=parts[0].fact,
    )
