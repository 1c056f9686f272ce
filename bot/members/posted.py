"""An answer that stands in a channel: what it showed of its facts, and whether that has changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot.knowledge.facts import Citation, text_key
from bot.language.text import question_parts
from bot.routing.reply import Reply
from bot.routing.router import PARTS, Router, joined

Digests: TypeAlias = Mapping[str, str]
"""Ten hex digits for what a reader sees of a fact, by its id."""

Correction: TypeAlias = Literal["changed", "restored", "withdrawn"]

WITHDRAWN = ""
"""In place of a digest: the fact is gone."""


@dataclass(frozen=True)
class Posted:
    """A message with an answer, by Discord's ids; nothing of who asked, nor what.

    `facts` are the ids of the facts that it gave; `posted` their digests when it was posted and
    `shown` those that it shows now. `plain` is whether it has no layout, which can't be changed.
    """

    guild: int
    channel: int
    message: int
    facts: tuple[str, ...]
    posted: tuple[str, ...]
    shown: tuple[str, ...]
    plain: bool
    at: datetime


def digests_of(router: Router) -> Digests:
    """The digests of all facts."""
    return {fact.id: _digest(router.answer(fact.id)) for fact in router.knowledge.facts}


def _digest(reply: Reply) -> str:
    """What a reader sees of an answer: its words, and each sentence with who says so and where."""
    return text_key(json.dumps([reply.answer, *map(_seen, reply.citations)]))


def _seen(citation: Citation) -> list[object]:
    sentence = citation.sentence
    place = [sentence.article, sentence.paragraph, sentence.number]
    return [*place, sentence.text, citation.speaker, citation.disputes]


def facts_in(reply: Reply, router: Router) -> tuple[str, ...]:
    """The facts that a reply of this router gives; it names but the first of several."""
    if reply.fact is None:
        return ()
    if router.answer(reply.fact).answer == reply.answer:
        return (reply.fact,)
    parts = (router.ask(part).fact for part in question_parts(reply.question)[:PARTS])
    return tuple(dict.fromkeys(fact for fact in parts if fact))


def reply_with(facts: Sequence[str], router: Router) -> Reply | None:
    """A reply that gives those of the facts that there are; None where there is none."""
    known = {fact.id for fact in router.knowledge.facts}
    replies = [router.answer(fact) for fact in facts if fact in known]
    if len(replies) < 2:
        return next(iter(replies), None)
    return joined(replies[0].question, replies)


def brought_up(posted: Posted, digests: Digests) -> Posted:
    """An answer as its message should show it now.

    A fact whose question was reworded has another id; it is known by what it shows.
    """
    by_digest = {digest: fact for fact, digest in digests.items()}
    facts = tuple(
        fact if fact in digests else by_digest.get(shown, fact)
        for fact, shown in zip(posted.facts, posted.shown, strict=True)
    )
    return replace(posted, facts=facts, shown=tuple(digests.get(fact, WITHDRAWN) for fact in facts))


def correction_of(before: Posted, after: Posted) -> Correction | None:
    """What a reader has to be told; None where the message shows what it should."""
    if after.shown == before.shown:
        return None
    if not any(after.shown):
        return "withdrawn"
    return "restored" if after.shown == after.posted else "changed"
