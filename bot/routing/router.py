"""The one way in: an utterance goes in, a Reply comes out.

`Router` is pure: after it is made it reads no file, clock or environment.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.knowledge.article import guard_quote
from bot.knowledge.facts import CITATION_LIMIT, Citation, cited_with_other_side, without_repeats
from bot.knowledge.loading import Knowledge
from bot.language.text import poses_as_prompt, question_parts, words
from bot.routing.confidence import Calibration, Match, match, shipped_calibration
from bot.routing.ranking import Ranker, Ranking
from bot.routing.reply import Reply, Suggestion, Why

PARTS = 3
"""How many questions of one utterance are answered at the most."""

SUGGESTIONS = 3
"""How many facts a reply suggests at the most."""

NOT_SAID = "The article does not say."
TO_THE_BOT = "I quote the article: I have no opinion and take no orders. Ask what it says."
NOTHING_ASKED = "Ask a question about the article, in your own words."


class Router:
    """Answers utterances from a fact table."""

    def __init__(self, knowledge: Knowledge, calibration: Calibration | None = None) -> None:
        self.knowledge = knowledge
        self.calibration = calibration or shipped_calibration()
        self._articles = {article.slug: article for article in knowledge.articles}
        self._facts = {fact.id: fact for fact in knowledge.facts}
        sentences = [sentence for article in knowledge.articles for sentence in article.sentences]
        self._ranker = Ranker(knowledge.facts, knowledge.unsaid, sentences, knowledge.lexicon)

    def ask(self, utterance: str) -> Reply:
        """Route an utterance, whatever it holds, to a reply.

        Where it strings several questions together and each has its own answer, the reply joins
        them.
        """
        questions = question_parts(utterance)
        if len(questions) == 1 or self._is_whole(utterance):
            return self._ask_one(utterance)
        parts = [self._ask_one(question) for question in questions[:PARTS]]
        if all(part.status == "answered" for part in parts):
            return joined(utterance, parts)
        return self._ask_one(utterance)

    def _is_whole(self, utterance: str) -> bool:
        """Whether an utterance must not be cut into several questions."""
        terms = self._ranker.read(words(utterance))
        return self.is_to_bot(utterance) or self._ranker.is_word_for_word(terms)

    def is_to_bot(self, utterance: str) -> bool:
        """Whether an utterance wants something of the bot itself."""
        return self.knowledge.lexicon.is_to_bot(words(utterance)) or poses_as_prompt(utterance)

    def _rank(self, utterance: str) -> Ranking:
        return self._ranker.rank(self._ranker.read(words(utterance)))

    def _ask_one(self, utterance: str) -> Reply:
        ranking = self._rank(utterance)
        if not ranking.terms:
            return Reply(utterance, "declined", NOTHING_ASKED, (), None, 0.0, (), None)
        found = match(ranking, self._ranker.cited, self.calibration)
        confidence = found.sure
        why = self._why(ranking, found)
        to_bot = self.is_to_bot(utterance)
        if found.fact is not None and confidence >= self.calibration.answer and not to_bot:
            fact = self.knowledge.facts[found.fact]
            citations = self._guarded(cited_with_other_side(fact, self._facts))
            return Reply(
                utterance, "answered", fact.answer, citations, fact.id, confidence, (), why
            )
        near = self._suggestions(found)
        if to_bot:
            return Reply(utterance, "declined", TO_THE_BOT, (), None, confidence, near, why)
        if found.unsaid is not None:
            answer = self.knowledge.entries[found.unsaid].answer
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
        scores = self._rank(utterance).phrasing[: len(facts)]
        order = np.argsort(-scores, kind="stable")[:limit]
        return tuple(Suggestion(facts[n].id, facts[n].question) for n in order)

    def match(self, utterance: str) -> Match:
        """Find the best fact, how sure it is, and the sentences that come nearest."""
        return match(self._rank(utterance), self._ranker.cited, self.calibration)

    def _guarded(self, citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
        for citation in citations:
            guard_quote(self._articles[citation.sentence.article], citation.sentence)
        return citations

    def _suggestions(self, found: Match) -> tuple[Suggestion, ...]:
        """The nearest facts, at most one for the same sentences."""
        chosen: list[int] = []
        cited = self._ranker.cited
        for n in np.argsort(-found.scores[: len(cited)], kind="stable").tolist():
            if found.scores[n] < self.calibration.suit or len(chosen) == SUGGESTIONS:
                break
            if all(cited[n] != cited[other] for other in chosen):
                chosen.append(n)
        facts = [self.knowledge.facts[n] for n in chosen]
        return tuple(Suggestion(fact.id, fact.question) for fact in facts)

    def _why(self, ranking: Ranking, found: Match) -> Why | None:
        entry = found.fact if found.unsaid is None else found.unsaid
        if entry is None or found.runner_up is None:
            return None
        return Why(
            phrasing=self._ranker.nearest_phrasing(ranking, entry),
            score=float(found.scores[entry]),
            runner_up=self.knowledge.facts[found.runner_up].question,
            margin=found.margin,
            threshold=self.calibration.answer,
            unexplained=self._ranker.unexplained(ranking.terms, entry),
        )


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
