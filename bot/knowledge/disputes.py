"""Facts that put the other side: how a fact file links them, in one direction or in both."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.knowledge.facts import Fact, anchor_of, article_slug, question_slug
from bot.knowledge.markdown import Block

DISPUTED_BY = "Disputed by:"
DISPUTES = "Disputes:"
"""Starts a paragraph with the heading of another fact: each of the two brings the other along."""

FACT_LINK = re.compile(r"\[[^\[\]]*\]\(#([^()\s]+)\)")


def is_link(block: Block) -> bool:
    """Whether a block names facts that put the other side."""
    return block.kind == "paragraph" and block.text.startswith((DISPUTED_BY, DISPUTES))


def disputed(block: Block) -> str:
    """The anchor of the fact whose heading a block gives after `Disputes:`, "" if it doesn't."""
    if not is_link(block) or not block.text.startswith(DISPUTES):
        return ""
    link = FACT_LINK.search(block.text)
    return link[1] if link else question_slug(block.text.removeprefix(DISPUTES))


def both_ways(facts: Sequence[Fact], blocks: Mapping[str, Iterable[Block]]) -> tuple[Fact, ...]:
    """The facts with those that they dispute, and that dispute them in turn.

    `blocks` are those of each entry, by its anchor.
    """
    others: defaultdict[str, list[str]] = defaultdict(list)
    for anchor, under in blocks.items():
        for other in filter(None, map(disputed, under)):
            others[anchor].append(other)
            others[other].append(anchor)
    return tuple(_also_disputed_by(fact, others[anchor_of(fact.id)]) for fact in facts)


def _also_disputed_by(fact: Fact, anchors: Iterable[str]) -> Fact:
    article = article_slug(fact.id)
    ids = [*fact.disputed_by, *(f"{article}#{anchor}" for anchor in anchors)]
    return replace(fact, disputed_by=tuple(dict.fromkeys(ids)))
