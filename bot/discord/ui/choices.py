"""What autocompletes offer, and what a member chose or typed out."""

import re

from discord import app_commands

from bot.discord.client import Interaction
from bot.discord.errors import GoneError
from bot.knowledge.article import Article
from bot.knowledge.facts import fact_key, text_key
from bot.language.text import fold
from bot.publishing.edition import Edition
from bot.wording import Wording

READ_LIMIT = 500
"""Characters of a question that are read; the answer says if there were more."""

CHOICES = 25
"""Choices of an autocomplete: Discord's limit. A choice has as many characters as a question."""

_CHOSEN = re.compile(r"fact:([0-9a-f]{10})")


async def suggest_facts(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The known questions nearest to what is typed so far; first those that have it in them."""
    edition = interaction.client.edition
    begun = fold(typed[:READ_LIMIT])
    near = edition.library.suggest(begun, len(edition.knowledge.facts))
    offered = sorted(near, key=lambda suggestion: begun not in fold(suggestion.question))
    return [
        app_commands.Choice(name=s.question, value=f"fact:{fact_key(s.fact)}")
        for s in offered[:CHOICES]
    ]


def chosen_key(choice: str) -> str | None:
    """The key of the fact that an autocomplete's choice names; None for what was typed out."""
    chosen = _CHOSEN.fullmatch(choice)
    return chosen[1] if chosen else None


async def suggest_articles(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The articles whose title or slug holds what is typed so far."""
    wanted = typed.strip().casefold()
    return [
        app_commands.Choice(name=article.title[:100], value=article.slug)
        for article in interaction.client.edition.knowledge.articles
        if wanted in article.title.casefold() or wanted in article.slug.casefold()
    ][:CHOICES]


def article_named(edition: Edition, name: str, wording: Wording) -> Article:
    """The article of that slug or title, the first one for "". Raises GoneError if none is."""
    articles = edition.knowledge.articles
    wanted = name.strip().casefold()
    if not wanted:
        return articles[0]
    for article in articles:
        if wanted in (article.slug.casefold(), article.title.casefold()):
            return article
    raise GoneError(wording("reading.no_article", titles="; ".join(a.title for a in articles)))


def article_key(article: Article) -> str:
    """Ten hex digits for an article, for a custom id that its slug would be too long for."""
    return text_key(article.slug)


def article_with_key(edition: Edition, key: str, wording: Wording) -> Article:
    """The article that a button belongs to. Raises GoneError if it has been taken away."""
    for article in edition.knowledge.articles:
        if article_key(article) == key:
            return article
    raise GoneError(wording("reading.article_gone"))
