"""From a question to the reply of one article.

`Router` is pure: once made, it reads no file, clock or environment, except what was built of its
article and is in a cache.
"""

from collections import deque
from dataclasses import replace
from functools import cached_property
from weakref import ReferenceType, ref

import numpy as np

from bot.knowledge.article import guard_quote
from bot.knowledge.facts import Citation, Fact, cited_with_other_side
from bot.knowledge.loading import Knowledge
from bot.language.follow_ups import with_person
from bot.language.text import fold, words
from bot.routing.articles import Telling
from bot.routing.built import Built, Cached, build
from bot.routing.confidence import Calibration, Match, match, shipped_calibration
from bot.routing.encoder import Encoder
from bot.routing.general import NOTHING_LEFT, GeneralQuestions
from bot.routing.ranking import Ranker, Ranking
from bot.routing.reply import Refusal, Reply, Suggestion, Why, declined
from bot.routing.vectors import Scores

SUGGESTIONS = 3
"""How many facts a reply suggests at most."""


LOADED = 200
"""Articles that stay in memory whole, of those that are in a cache."""

_loaded: "deque[ReferenceType[Router]]" = deque()


def _make_room_for(router: "Router") -> None:
    """Unload the articles that were loaded first, if there are too many."""
    _loaded.append(ref(router))
    while len(_loaded) > LOADED:
        if oldest := _loaded.popleft()():
            oldest.unload()


class Router:
    """Answers questions from one article; without a fact it shows the nearest sentences."""

    def __init__(
        self,
        knowledge: Knowledge,
        calibration: Calibration | None = None,
        cached: Cached | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        """Take an article, a calibration if not its own, and what was built of it if cached.

        With an encoder, what was built must be built with the same one.
        """
        self.knowledge = knowledge
        self._cached, self._encoder = cached, encoder
        self.calibration = calibration or shipped_calibration(knowledge.article.about.strictness)
        self._article = knowledge.article
        self._facts = {fact.id: fact for fact in knowledge.facts}
        self._speakers = {
            citation.sentence: citation for fact in knowledge.facts for citation in fact.citations
        }

    @property
    def telling(self) -> Telling:
        """The words to find the article by."""
        return self._cached.telling if self._cached else self.built.telling

    @cached_property
    def built(self) -> Built:
        """What was built of it, loaded or built when it is first needed."""
        if self._cached:
            _make_room_for(self)
        loaded = self._cached.load() if self._cached else None
        return loaded or build(self.knowledge, self._encoder)

    @cached_property
    def _ranker(self) -> Ranker:
        return Ranker(self.knowledge, self.built, self._encoder)

    def unload(self, cached: Cached | None = None) -> None:
        """Keep in memory only what has to be known of every article, and load the rest again."""
        self._cached = cached or self._cached
        for name in ("built", "_ranker"):
            self.__dict__.pop(name, None)

    def is_whole(self, utterance: str) -> bool:
        """Whether the fact table has an utterance word for word, so that it must not be cut."""
        terms = self._ranker.read(words(utterance))
        return self._ranker.is_word_for_word(terms)

    def named_in(self, text: str) -> int:
        """How many things that the article is about a text names."""
        keys = {term.key for term in self._ranker.read(words(text))}
        return len(keys & self.built.subjects)

    def following(self, text: str, fact: Fact) -> str:
        """See `Library.following`."""
        speakers = (citation.speaker or "" for citation in fact.citations)
        for named in (text, fact.question, "; ".join(dict.fromkeys(speakers))):
            if people := self._people_in(named):
                alone = named != text and len(people) == 1
                return with_person(text, people.pop()) if alone else text
        return text

    def _people_in(self, text: str) -> set[str]:
        names = (self.built.names.get(term.key) for term in self._ranker.read(words(text)))
        return {name.written for name in names if name and name.kind == "person"}

    def ask(self, question: str, general: GeneralQuestions | None = None) -> Reply:
        """Route one question, whatever it holds, to a reply.

        `general` are the open questions of all articles.
        """
        ranking = self._rank(question)
        if not ranking.terms:
            return declined(question, Refusal.NOTHING_ASKED)
        found = self._match(ranking, general)
        return replace(
            self._reply(question, found),
            confidence=found.sure if found.fact is not None else found.near,
            why=self._why(ranking, found),
            article=self._article.slug,
        )

    def _rank(self, utterance: str) -> Ranking:
        return self._ranker.rank(words(utterance))

    def _reply(self, question: str, found: Match) -> Reply:
        """An answer if it is sure, else what an open question says, else what comes near."""
        if found.fact is not None and found.sure >= self.calibration.answer:
            return self.answer(self.knowledge.facts[found.fact].id)
        near = self._suggestions(found)
        if answer := self._not_said(found):
            refusal = Refusal.OPEN
            return Reply(question, "declined", answer, suggestions=near, refusal=refusal)
        if not self._is_worth_showing(found):
            return replace(declined(question, Refusal.NOT_SAID), suggestions=near)
        if len(near) > 1 and found.margin < self.calibration.tie:
            return Reply(question, "suggested", suggestions=near)
        return Reply(question, "nearest", citations=self._shown(found), suggestions=near)

    def _is_worth_showing(self, found: Match) -> bool:
        """Whether the nearest sentences hold the answer often enough."""
        if found.fact is None:
            return found.near >= self.calibration.show
        return found.sure + found.near >= self.calibration.worth

    def _not_said(self, found: Match) -> str | None:
        """What the nearest open question says, if one is near enough."""
        if found.general:
            return found.general.answer
        return (
            None
            if found.open_question is None
            else self.knowledge.entries[found.open_question].answer
        )

    def answer(self, fact_id: str) -> Reply:
        """The reply that gives a fact as such, when somebody chose it. Raises KeyError."""
        fact = self._facts[fact_id]
        citations = self._guarded(cited_with_other_side(fact, self._facts))
        return Reply(
            fact.question,
            "answered",
            fact.answer,
            citations,
            (fact.id,),
            confidence=1.0,
            article=self._article.slug,
        )

    def nearness(self, begun: str) -> Scores:
        """How near (0..1) each fact is to what is typed; 1 more if its question has that in it."""
        folded = fold(begun)
        nearness = self._ranker.alike(self._ranker.read(words(begun)))[: len(self._facts)]
        nearness[[folded in question for question in self._questions]] += 1
        return nearness

    def has_begun(self, begun: str) -> bool:
        """Whether the question of a fact has in it what is typed."""
        folded = fold(begun)
        return any(folded in question for question in self._questions)

    @cached_property
    def _questions(self) -> list[str]:
        return [fold(fact.question) for fact in self.knowledge.facts]

    def match(self, utterance: str, general: GeneralQuestions | None = None) -> Match:
        """Find the best fact, how sure it is, and the sentences that come nearest."""
        return self._match(self._rank(utterance), general)

    def _match(self, ranking: Ranking, general: GeneralQuestions | None) -> Match:
        left_open = NOTHING_LEFT
        if general and self._article.about.open_questions:
            signed = bool(self._article.bylines)
            left_open = general.nearest(ranking.terms, self.built.names, signed=signed)
        return match(ranking, self._ranker.cited, self.calibration, left_open)

    def _shown(self, found: Match) -> tuple[Citation, ...]:
        """The nearest sentences, with who says them if a fact tells."""
        sentences = [self._article.sentences[place] for place in found.shown]
        return self._guarded(tuple(self._speakers.get(s, Citation(s, None)) for s in sentences))

    def _guarded(self, citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
        for citation in citations:
            guard_quote(self._article, citation.sentence)
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
        entry = found.fact if found.open_question is None else found.open_question
        if entry is None or found.runner_up is None:
            return None
        left_open, nearest = found.general, self._ranker.nearest_phrasing(ranking, entry)
        return Why(
            phrasing=left_open.phrasing if left_open else nearest,
            score=left_open.likeness if left_open else float(found.scores[entry]),
            runner_up=self.knowledge.facts[found.runner_up].question,
            margin=found.margin,
            threshold=self.calibration.answer,
            unexplained=self._ranker.unexplained(ranking.terms, entry),
            misspelt=ranking.misspelt,
        )
