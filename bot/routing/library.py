"""The one way in: an utterance goes in, a Reply comes out.

A library holds articles, each with a router of its own, and finds the one that a question is
about. It is pure: once made, it reads no file, clock or environment, except what was built of an
article and is in a cache.
"""

from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from types import MappingProxyType

import numpy as np

from bot.errors import Fault, FootnoteError
from bot.knowledge.article import Article
from bot.knowledge.facts import Fact, article_slug
from bot.knowledge.loading import Collection
from bot.language.text import poses_as_prompt, words
from bot.language.utterance import Utterance, read_utterance
from bot.routing.articles import RANKED, ArticleIndex
from bot.routing.confidence import Calibration
from bot.routing.encoder import Encoder
from bot.routing.general import GeneralQuestions
from bot.routing.own_words import in_other_language, small_talk
from bot.routing.reply import Refusal, Reply, Suggestion, declined, joined, lead
from bot.routing.router import Router

_WARM_UP = "is everyone redy"
"""A question with a misspelt word, so that the dictionary is loaded for it too."""

NO_ROUTERS: Mapping[str, Router] = MappingProxyType({})

TIE = 0.02
"""Two articles whose answers are as sure as each other to within this are both offered."""


class ScopeError(FootnoteError):
    """No article to ask; the message says what to do."""


class UnknownArticleError(ScopeError):
    """No article has the name `slug`; the message says which there are."""

    def __init__(self, slug: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no article “{slug}”; there are: {', '.join(known)}.")


class FaultyArticleError(ScopeError):
    """The article `slug` is left out for its faults; the message lists them."""

    def __init__(self, slug: str, faults: Iterable[Fault]) -> None:
        listed = "\n".join(map(str, faults))
        super().__init__(f"The article “{slug}” is left out until this is fixed:\n{listed}")


@dataclass(frozen=True)
class _Candidate:
    """The reply of an article, and how much of the question that knows (0..1)."""

    reply: Reply
    known: float

    @property
    def standing(self) -> tuple[bool, bool, float]:
        """By what the best reply is chosen: an answer comes first, then anything that it says."""
        reply = self.reply
        says = reply.refusal is not Refusal.NOT_SAID
        return reply.status == "answered", says, self.known * (1 + reply.confidence)

    def is_out_of_reach(self, known: float) -> bool:
        """Whether this is an answer that no article which knows so much could come near."""
        return self.reply.status == "answered" and 2 * known < self.standing[-1] - TIE


class Library:
    """Answers utterances from a collection of articles."""

    def __init__(
        self,
        collection: Collection,
        calibration: Calibration | None = None,
        routers: Mapping[str, Router] = NO_ROUTERS,
        general: GeneralQuestions | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        """Take the articles; the routers (by slug) and general questions if they are made."""
        self.collection = collection
        self.general = general or GeneralQuestions.of(collection.general, collection.lexicon)
        self.routers = {
            part.article.slug: routers.get(part.article.slug)
            or Router(part, calibration, encoder=encoder)
            for part in collection.parts
        }

    @cached_property
    def _index(self) -> ArticleIndex:
        words = {slug: router.telling for slug, router in self.routers.items()}
        return ArticleIndex(words, self.collection.lexicon)

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """The facts of all articles by id."""
        return {fact.id: fact for fact in self.collection.facts}

    def article(self, slug: str) -> Article:
        """An article by its slug. Raises ScopeError if there is none, or it is left out."""
        return self.router(slug).knowledge.article

    def router(self, slug: str) -> Router:
        """The router of one article. Raises ScopeError if there is none, or it is left out."""
        if slug in self.routers:
            return self.routers[slug]
        if faults := self.collection.faults_of(slug):
            raise FaultyArticleError(slug, faults)
        raise UnknownArticleError(slug, self.routers)

    def warm_up(self) -> None:
        """Load what the first answers need, for as many articles as one question is put to."""
        for router in islice(self.routers.values(), RANKED):
            router.ask(_WARM_UP, self.general)

    def ask(self, utterance: str, scope: Some[str] | None = None) -> Reply:
        """Route an utterance, whatever it holds, to a reply of one of the articles in `scope`.

        None stands for all of them. If it strings several questions together and each has its own
        answer, the reply joins them. Raises ScopeError if the scope is empty or names an article
        that there isn't or that is left out.
        """
        routers = self._within(scope)
        said = read_utterance(utterance, lambda text: self._named_in(text, routers))
        uncut = said.questions == (said.own,) and not said.small_talk
        if not uncut and any(r.is_whole(said.own) for r in self._knowing(said.own, routers)):
            said = replace(said, questions=(said.own,), small_talk=())
        said = self._without_asides(said)
        if self._is_to_bot(said.own):
            reply = declined(utterance, Refusal.TO_THE_BOT)
        else:
            reply = self._reply(said, routers)
        return replace(reply, question=utterance, asked=said.questions, cut=said.cut)

    def _named_in(self, text: str, routers: Sequence[Router]) -> int:
        """How many things that one of the articles is about a text names, at most."""
        return max((r.named_in(text) for r in self._knowing(text, routers)), default=0)

    def _knowing(self, text: str, routers: Sequence[Router]) -> Sequence[Router]:
        """The articles that know anything of a text; of many, those that know most."""
        if len(routers) <= RANKED:
            return routers
        chosen = self._index.choose(text, {router.knowledge.article.slug for router in routers})
        return [self.routers[slug] for slug, _ in chosen]

    def _reply(self, said: Utterance, routers: Sequence[Router]) -> Reply:
        reply = declined(said.own, Refusal.NOTHING_ASKED)
        if said.questions:
            reply = self._ask_all(said.questions, routers)
        if reply.status == "answered" and not said.small_talk:
            return reply
        articles = [router.knowledge.article for router in routers]
        own = small_talk(said.small_talk, articles) or in_other_language(said.own, articles)
        if own and reply.status == "declined" and not (said.small_talk and said.questions):
            refusal = Refusal.SMALL_TALK if said.small_talk else Refusal.OTHER_LANGUAGE
            return declined(said.own, refusal, own)
        return replace(reply, own=(*own, *lead(reply))) if own else reply

    def _ask_all(self, questions: Sequence[str], routers: Sequence[Router]) -> Reply:
        parts = [self._ask_one(question, routers) for question in questions]
        if len(parts) == 1:
            return parts[0]
        if all(part.status == "answered" for part in parts):
            return joined(parts)
        return self._ask_one(" ".join(questions), routers)

    def _without_asides(self, said: Utterance) -> Utterance:
        """An utterance without what it asks the bot itself, if it asks something else too."""
        if len(said.questions) < 2 or poses_as_prompt(said.own):
            return said
        asides = [question for question in said.questions if self._is_to_bot(question)]
        if len(asides) == len(said.questions):
            return said
        own = said.own
        for aside in asides:
            own = own.replace(aside, "")
        questions = tuple(question for question in said.questions if question not in asides)
        return replace(said, questions=questions, own=own)

    def _is_to_bot(self, text: str) -> bool:
        """Whether a text wants something of the bot itself."""
        return poses_as_prompt(text) or self.collection.lexicon.is_to_bot(words(text))

    def _within(self, scope: Some[str] | None) -> list[Router]:
        if scope is None:
            return list(self.routers.values())
        if not scope:
            raise ScopeError("No article is chosen here. An editor can choose one in /settings.")
        return [self.router(slug) for slug in sorted(scope)]

    def _ask_one(self, question: str, routers: Sequence[Router]) -> Reply:
        if len(routers) == 1:
            return routers[0].ask(question, self.general)
        slugs = {router.knowledge.article.slug for router in routers}
        chosen = self._index.choose(question, slugs)
        if not chosen:
            return _unknown(routers[0].ask(question, self.general))
        first, *others = self._candidates(question, chosen)
        if first.reply.refusal is Refusal.NOT_SAID:
            return replace(declined(question, Refusal.NO_ARTICLE), why=first.reply.why)
        rivals = [other.reply for other in others if _as_sure(other, first)]
        return self._which(question, [first.reply, *rivals]) if rivals else first.reply

    def _candidates(self, question: str, chosen: Iterable[tuple[str, float]]) -> list[_Candidate]:
        """What articles reply, the best first, by the share of the question that each knows.

        It stops once there is an answer that none of the rest could come near.
        """
        candidates: list[_Candidate] = []
        for slug, known in chosen:
            if candidates and candidates[0].is_out_of_reach(known):
                break
            candidates.append(_Candidate(self.routers[slug].ask(question, self.general), known))
            candidates.sort(key=lambda candidate: candidate.standing, reverse=True)
        return candidates

    def _which(self, question: str, replies: Iterable[Reply]) -> Reply:
        """Ask which article is meant."""
        choices = (
            Suggestion(reply.facts[0], reply.question, self.article(reply.article).title)
            for reply in replies
        )
        return Reply(question, "suggested", suggestions=tuple(choices))

    def following(self, text: str, fact_id: str) -> str:
        """A follow-up to the answer of a fact, with the person that its "he" or "she" stands for.

        That is whom the fact's question names, or else who is quoted; if several are, nobody.
        """
        return self.routers[article_slug(fact_id)].following(text, self.facts[fact_id])

    def answer(self, fact_id: str) -> Reply:
        """The reply that gives a fact as such, when somebody chose it. Raises KeyError."""
        return self.routers[article_slug(self.facts[fact_id].id)].answer(fact_id)

    def speakers(self, reply: Reply) -> tuple[str, ...]:
        """Who says what a reply cites: the publisher, or else the title, for the article itself."""
        cited = reply.citations
        articles = (self.article(citation.sentence.article) for citation in cited)
        own = (article.publisher or article.title for article in articles)
        names = (c.speaker or name for c, name in zip(cited, own, strict=True))
        return tuple(dict.fromkeys(names))

    def suggest(
        self, utterance: str, limit: int, scope: Some[str] | None = None
    ) -> tuple[Suggestion, ...]:
        """The facts nearest to an utterance that may be half typed, the nearest first.

        Those whose questions have it in them come before all others.
        """
        routers = self._offering(utterance, self._within(scope))
        facts = [fact for router in routers for fact in router.knowledge.facts]
        if not facts:
            return ()
        scores = np.concatenate([router.nearness(utterance) for router in routers])
        order = np.argsort(-scores, kind="stable")[:limit]
        return tuple(Suggestion(facts[n].id, facts[n].question) for n in order)

    def _offering(self, begun: str, routers: Sequence[Router]) -> list[Router]:
        """The articles with facts that may be meant; of many, those that know what is typed."""
        offering = [router for router in routers if router.knowledge.facts]
        if len(offering) <= RANKED:
            return offering
        slugs = {router.knowledge.article.slug for router in offering}
        near = [self.routers[slug] for slug, _ in self._index.choose(begun, slugs)]
        holding = [router for router in offering if router.has_begun(begun)]
        some = holding[: RANKED // 2]
        return list(dict.fromkeys([*some, *near, *holding, *offering]))[:RANKED]


def _unknown(reply: Reply) -> Reply:
    """The reply if no article knows a word, by what one of them replies."""
    if reply.refusal is Refusal.NOTHING_ASKED:
        return reply
    return declined(reply.question, Refusal.NO_ARTICLE)


def _as_sure(other: _Candidate, first: _Candidate) -> bool:
    if {other.reply.status, first.reply.status} != {"answered"}:
        return False
    return first.standing[-1] - other.standing[-1] < TIE
