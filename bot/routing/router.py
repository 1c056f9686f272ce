"""The one way in: an utterance goes in, a Reply comes out.

`Router` is pure: after it is made it reads no file, clock or environment.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources

import numpy as np

from bot.knowledge.article import guard_quote
from bot.knowledge.facts import CITATION_LIMIT, Citation, cited_with_other_side, without_repeats
from bot.knowledge.loading import Knowledge
from bot.language.text import question_parts
from bot.routing.index import Scores
from bot.routing.ranking import Ranker, Ranking
from bot.routing.reply import Reply, Suggestion, Why

PARTS = 3
"""How many questions of one utterance are answered at the most."""

SUGGESTIONS = 3
"""How many facts a reply suggests at the most."""

NOT_SAID = "The article does not say."
TO_THE_BOT = "I quote the article: I have no opinion and take no orders. Ask what it says."
NOTHING_ASKED = "Ask a question about the article, in your own words."


@dataclass(frozen=True)
class Calibration:
    """The weights of the evidence, the curve of the confidence, and the thresholds.

    The confidence is the logistic function of the weighed features of the best fact; the router
    answers from `answer` on and suggests from `suggest` on (both 0..1). It never answers where an
    open question is nearer than every fact by `open` (0..1) or more, nor an utterance that wants
    something of the bot itself, nor one that names nothing of the article and of whose telling
    words the fact explains less than `stray` (0..1). A refusal names an open question whose
    phrasings come as near as `speaks` (0..1), and suggests facts whose score is at least `near`
    (0..1).
    """

    rank: Mapping[str, float]
    confidence: Mapping[str, float]
    answer: float
    suggest: float
    open: float
    stray: float
    speaks: float
    near: float


def shipped_calibration() -> Calibration:
    """The calibration that ships with the program, from `calibration.toml` beside this file."""
    text = resources.files("bot.routing").joinpath("calibration.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return Calibration(data["rank"], data["confidence"], **data["threshold"])


@dataclass(frozen=True)
class Match:
    """The outcome of a ranking: positions in the table, and the features of the confidence.

    `unsaid` is the nearest open question where it is nearer than the fact and near enough to speak
    of; `refused` is whether no
    confidence may make up for what speaks against an answer.
    """

    fact: int
    runner_up: int
    unsaid: int | None
    refused: bool
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
        if len(questions) == 1 or self._ranker.is_whole(utterance):
            return self._ask_one(utterance)
        parts = [self._ask_one(question) for question in questions[:PARTS]]
        if all(part.status == "answered" for part in parts):
            return joined(utterance, parts)
        return self._ask_one(utterance)

    def _ask_one(self, utterance: str) -> Reply:
        ranking = self._ranker.rank(utterance)
        if not ranking.terms:
            return Reply(utterance, "declined", NOTHING_ASKED, (), None, 0.0, (), None)
        match = self._match(ranking)
        confidence = self.confidence(match)
        why = self._why(ranking, match)
        if confidence >= self.calibration.answer and not match.refused:
            fact = self.knowledge.facts[match.fact]
            citations = self._guarded(cited_with_other_side(fact, self._facts))
            return Reply(
                utterance, "answered", fact.answer, citations, fact.id, confidence, (), why
            )
        near = self._suggestions(match)
        if ranking.to_bot:
            return Reply(utterance, "declined", TO_THE_BOT, (), None, confidence, near, why)
        if match.unsaid is not None:
            answer = self.knowledge.unsaid[match.unsaid].answer
            return Reply(utterance, "declined", answer, (), None, confidence, near, why)
        if near and confidence >= self.calibration.suggest:
            return Reply(utterance, "suggested", None, (), None, confidence, near, why)
        return Reply(utterance, "declined", NOT_SAID, (), None, confidence, near, why)

    def answer(self, fact_id: str) -> Reply:
        """The reply that gives a fact as such, when somebody chose it. Raises KeyError."""
        fact = self._facts[fact_id]
        citations = self._guarded(cited_with_other_side(fact, self._facts))
        return Reply(fact.question, "answered", fact.answer, citations, fact.id, 1.0, (), None)

    def nearest(self, utterance: str, limit: int) -> tuple[Suggestion, ...]:
        """The facts nearest to an utterance that may be half typed, the nearest first."""
        facts = self.knowledge.facts
        scores = self._ranker.rank(utterance).phrasing[: len(facts)]
        order = np.argsort(-scores, kind="stable")[:limit]
        return tuple(Suggestion(facts[n].id, facts[n].question) for n in order)

    def match(self, utterance: str) -> Match:
        """Find the best fact, the next one that would cite other sentences, and the features."""
        return self._match(self._ranker.rank(utterance))

    def _match(self, ranking: Ranking) -> Match:
        weights = self.calibration.rank
        scores = (
            weights["phrasing"] * ranking.phrasing
            + weights["explained"] * ranking.explained
            + weights["sentences"] * ranking.sentences
        ) / sum(weights.values())
        facts = scores[: len(self._cited)]
        order = np.argsort(-facts, kind="stable")
        best = int(order[0])
        others = (int(n) for n in order[1:] if self._cited[n].isdisjoint(self._cited[best]))
        runner_up = next(others, best)
        # Only the phrasings of an open question speak for it: it has no sentences.
        unsaid = _nearest_unsaid(ranking.phrasing, len(facts))
        over_unsaid = _over(ranking.phrasing, best, unsaid)
        return Match(
            fact=best,
            runner_up=runner_up,
            unsaid=unsaid - len(facts)
            if unsaid is not None
            and over_unsaid < 0
            and ranking.phrasing[unsaid] >= self.calibration.speaks
            else None,
            refused=ranking.to_bot
            or over_unsaid < -self.calibration.open
            or (not ranking.on_subject and ranking.explained[best] < self.calibration.stray),
            scores=scores,
            features={
                "bias": 1.0,
                "over_unsaid": over_unsaid,
                "over_explained": _over(ranking.explained, best, unsaid),
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
            if match.scores[n] < self.calibration.near or len(chosen) == SUGGESTIONS:
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


def _nearest_unsaid(phrasing: Scores, facts: int) -> int | None:
    """The place of the nearest open question, which all stand behind the facts."""
    return facts + int(phrasing[facts:].argmax()) if len(phrasing) > facts else None


def _over(evidence: Scores, fact: int, unsaid: int | None) -> float:
    """How much more of some evidence there is for a fact than for an open question, -1..1."""
    return float(evidence[fact] - (0.0 if unsaid is None else evidence[unsaid]))


def joined(utterance: str, parts: Sequence[Reply]) -> Reply:
    """One reply of several answers; where not all citations have room, those that matter most.

    What comes first is what an answer rests on; next, what disputes it must not be lost.
    """
    citations = without_repeats(c for part in parts for c in part.citations)
    leading = [part.citations[0] for part in parts]
    disputing = [citation for citation in citations if citation.disputes]
    kept = without_repeats([*leading, *disputing, *citations])[:CITATION_LIMIT]
    sentences = {citation.sentence for citation in kept}
    least = min(parts, key=lambda part: part.confidence)
    answers = dict.fromkeys(part.answer for part in parts if part.answer)
    return replace(
        least,
        question=utterance,
        answer=" ".join(answers),
        citations=tuple(c for c in citations if c.sentence in sentences),
        fact=parts[0].fact,
    )
