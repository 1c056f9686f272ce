"""Unanswered questions of a server, and what of the facts comes near to one."""

import asyncio

from discord.utils import utcnow

from bot.discord.client import Interaction, wording_of
from bot.discord.errors import GoneError
from bot.discord.ui.choices import CHOICES, scope_of
from bot.knowledge.article import Article
from bot.knowledge.facts import QUESTION_LIMIT, Fact, article_slug, fact_key
from bot.members.misses import Miss, MissCluster, merge_misses
from bot.publishing.edition import Edition
from bot.routing.reply import Reply


async def all_clusters(interaction: Interaction) -> tuple[MissCluster, ...]:
    """The misses of this server, those that ask the same merged; it takes a while if many are kept.

    The most asked come first.
    """
    misses, knowledge = await _misses(interaction), interaction.client.edition.knowledge
    return await asyncio.to_thread(merge_misses, misses, knowledge)


async def find_miss(interaction: Interaction, id_: int) -> Miss:
    """The miss of an id. Raises GoneError if somebody dealt with it or it expired."""
    for miss in await _misses(interaction):
        if miss.id == id_:
            return miss
    raise GoneError(wording_of(interaction)("misses.gone"))


async def dismiss(interaction: Interaction, miss: int) -> int:
    """Take a miss and all that ask the same off the list; how often they were asked.

    Raises GoneError if somebody dealt with it or it expired.
    """
    found = next((c for c in await all_clusters(interaction) if holds(c, miss)), None)
    if found is None:
        raise GoneError(wording_of(interaction)("misses.gone"))
    ids, guild = [each.id for each in found.misses], interaction.guild_id or 0
    await asyncio.to_thread(interaction.client.members.dismiss_misses, guild, ids)
    return found.times


def holds(cluster: MissCluster, miss: int) -> bool:
    """Whether a miss is among those of a cluster."""
    return any(each.id == miss for each in cluster.misses)


def nearest_facts(miss: Miss, edition: Edition) -> list[Fact]:
    """The facts that may be meant, the most likely first; none for counts that name none."""
    stored = edition.facts_by_key.get(fact_key(miss.nearest))
    near = edition.library.suggest(miss.question, CHOICES) if miss.question else ()
    found = [stored, *(edition.facts_by_key.get(fact_key(s.fact)) for s in near)]
    return [*dict.fromkeys(fact for fact in found if fact)][:CHOICES]


async def said_here(interaction: Interaction, question: str) -> Reply:
    """What the bot says to a question in this channel. Raises ScopeError."""
    edition = interaction.client.edition
    scope = await scope_of(interaction, edition)
    # A list asks ten at once.
    return await asyncio.to_thread(edition.library.ask, question, scope)


def article_for(miss: Miss, reply: Reply, edition: Edition) -> Article:
    """The article that a miss is about: the one that replies, or that of the nearest fact."""
    facts = nearest_facts(miss, edition)
    near = article_slug(facts[0].id) if facts else edition.knowledge.articles[0].slug
    return edition.library.article(reply.article or near)


def as_heading(asked: str) -> list[str]:
    """A question as a heading and, if it is too long for one, itself as a phrasing."""
    question = f"{asked[:1].upper()}{asked[1:]}?"
    if len(question) <= QUESTION_LIMIT:
        return [question]
    return [f"{question[: QUESTION_LIMIT - 2].rsplit(' ', 1)[0]} …", asked]


async def _misses(interaction: Interaction) -> tuple[Miss, ...]:
    guild = interaction.guild_id or 0
    return await asyncio.to_thread(interaction.client.members.misses, guild, utcnow())
