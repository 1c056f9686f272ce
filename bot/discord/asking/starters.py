"""Questions to begin with, for who mentions the bot and asks nothing."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest

from bot.knowledge.facts import Fact
from bot.knowledge.loading import Knowledge
from bot.routing.reply import Suggestion

_COUNT = 3


def starters(parts: Sequence[Knowledge]) -> tuple[Suggestion, ...]:
    """Three questions, of as many articles as there are, about what sums these up."""
    turns = zip_longest(*(_telling_first(part) for part in parts[:_COUNT]))
    facts = (fact for fact in chain.from_iterable(turns) if fact)
    return tuple(Suggestion(fact.id, fact.question) for fact in islice(facts, _COUNT))


def _telling_first(part: Knowledge) -> Iterator[Fact]:
    """The facts of an article, first one for each sentence of its brief summary."""
    first: dict[object, Fact] = {}
    for fact in part.facts:
        first.setdefault(fact.citations[0].sentence, fact)
    brief = [line.citation.sentence for line in part.summary.lines if line.style == "brief"]
    telling = [first[sentence] for sentence in brief if sentence in first]
    yield from telling
    yield from (fact for fact in part.facts if fact not in telling)
