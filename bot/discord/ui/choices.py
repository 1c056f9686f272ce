"""What autocompletes offer, and what a member chose or typed out."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from discord import app_commands

from bot.discord.channels import bound_articles
from bot.discord.client import Interaction, wording_of
from bot.discord.errors import GoneError
from bot.errors import FootnoteError
from bot.knowledge.article import Article
from bot.knowledge.facts import fact_key, text_key
from bot.publishing.edition import Edition
from bot.wording import Wording

Command = TypeVar("Command", bound=Callable[..., object])

READ_LIMIT = 500
"""Characters of a question that are read; the answer says if there were more."""

CHOICES = 25
"""Choices of an autocomplete or a menu: Discord's limit."""

_CHOSEN = re.compile(r"fact:([0-9a-f]{10})")


async def suggest_facts(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The known questions nearest to what is typed so far; first those that have it in them."""
    edition = interaction.client.edition
    # What else is in the command may be half typed, too.
    with suppress(FootnoteError):
        scope = await scope_of(interaction, edition, interaction.namespace.article or "")
        near = edition.library.suggest(typed[:READ_LIMIT], CHOICES, scope)
        return [
            app_commands.Choice(name=s.question, value=f"fact:{fact_key(s.fact)}") for s in near
        ]
    return []


def chosen_key(choice: str) -> str | None:
    """The key of the fact that an autocomplete's choice names; None for what was typed out."""
    chosen = _CHOSEN.fullmatch(choice)
    return chosen[1] if chosen else None


async def suggest_articles(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The articles whose title or slug holds what is typed so far; first the one seen last."""
    bot, wanted = interaction.client, typed.strip().casefold()
    seen = bot.last_seen.article(interaction.channel_id or 0)
    found = [
        app_commands.Choice(name=article.title[:100], value=article.slug)
        for article in bot.edition.knowledge.articles
        if wanted in article.title.casefold() or wanted in article.slug.casefold()
    ]
    return sorted(found, key=lambda choice: choice.value != seen)[:CHOICES]


def takes_article(command: Command) -> Command:
    """Describe and complete a command's `article`: one of several, or else the one meant here."""
    described = app_commands.describe(article="Which article, if there are several")
    return described(app_commands.autocomplete(article=suggest_articles)(command))


async def scope_of(
    interaction: Interaction, edition: Edition, article: str = ""
) -> tuple[str, ...] | None:
    """The slugs of the articles to ask: the one asked for, else those of the channel or server.

    None stands for all. Raises GoneError or ScopeError if there is none of them.
    """
    wording = wording_of(interaction)
    if article:
        return (article_named(edition, article, wording).slug,)
    place = interaction.guild, interaction.channel
    return await bound_articles(interaction.client, edition, *place, wording)


async def article_here(interaction: Interaction, edition: Edition, name: str = "") -> Article:
    """The article of that name; for "" the one that members saw here last, or else the first.

    Raises GoneError or ScopeError if there is none.
    """
    if name:
        return article_named(edition, name, wording_of(interaction))
    scope = await scope_of(interaction, edition)
    articles = [a for a in edition.knowledge.articles if scope is None or a.slug in scope]
    seen = interaction.client.last_seen.article(interaction.channel_id or 0)
    return next((article for article in articles if article.slug == seen), articles[0])


def article_named(edition: Edition, name: str, wording: Wording) -> Article:
    """The article of that slug or title. Raises GoneError if there is none, or it is left out."""
    articles = edition.knowledge.articles
    wanted = name.strip().casefold()
    for article in articles:
        if wanted in (article.slug.casefold(), article.title.casefold()):
            return article
    if edition.knowledge.faults_of(name.strip()) or edition.knowledge.faults_of(wanted):
        raise GoneError(wording("reading.left_out"))
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
