"""Browsing the questions that the article answers, and choosing one: `/browse`."""

from collections.abc import Container, Iterable
from typing import Any

import discord
from discord import app_commands, ui
from discord.utils import escape_markdown

from bot.discord.asking.replies import answer_alone
from bot.discord.client import Interaction, wording_of
from bot.discord.errors import GoneError
from bot.discord.feature import Feature
from bot.discord.ui.choices import (
    CHOICES,
    article_here,
    article_key,
    article_with_key,
    takes_article,
)
from bot.discord.ui.lasting import LastingButton, LastingMenu
from bot.discord.ui.pages import Row, page_foot, show, show_instead
from bot.discord.views import layout
from bot.knowledge.article import Article
from bot.knowledge.facts import fact_key
from bot.publishing.edition import Edition
from bot.routing.reply import Suggestion
from bot.wording import Wording


@app_commands.command()
@app_commands.describe(search="Only questions with these words")
@takes_article
async def browse(interaction: Interaction, search: str = "", article: str = "") -> None:
    """Look through the questions that it answers."""
    edition, wording = interaction.client.edition, wording_of(interaction)
    found = await article_here(interaction, edition, article)
    if search.strip():
        view = found_view(edition, search, found if article else None, wording)
    else:
        view = browse_view(edition, found, 0, wording)
    await show(interaction, view, ephemeral=True)


class BrowsePage(LastingButton, template=r"v1:browse:\w+:\d{1,6}"):
    """Turns the pages of the fact table."""

    async def clicked(self, interaction: Interaction) -> None:
        """Show the page in place of the one before."""
        edition, wording = interaction.client.edition, wording_of(interaction)
        key, page = self.parts
        found = article_with_key(edition, key, wording)
        await show_instead(interaction, browse_view(edition, found, int(page), wording))


class QuestionMenu(LastingMenu, template="v1:question"):
    """A menu of questions; a choice answers it, for the member alone."""

    async def chosen(self, interaction: Interaction, value: str) -> None:
        """Answer the question whose key it is."""
        await answer_alone(interaction, value)


def browse_view(edition: Edition, article: Article, page: int, wording: Wording) -> ui.LayoutView:
    """A page of the questions of an article. Raises GoneError, StoreError."""
    count = -(-edition.store.count(article.slug) // CHOICES)
    hits = edition.store.browse(article.slug, page * CHOICES, CHOICES)
    title = f"### {wording('browse.questions', title=escape_markdown(article.title))}"
    if not count:
        return layout([title, wording("browse.no_questions")], wording)
    listed = [Suggestion(hit.fact, hit.question) for hit in hits]
    if not listed:
        raise GoneError(wording("pages.gone"))
    prefix = f"v1:browse:{article_key(article)}"
    foot, turning = page_foot(BrowsePage, prefix, page, count, wording)
    texts = [title, _list_text(listed), *foot]
    return layout(texts, wording, [_menu_row(listed, wording), *turning])


def found_view(
    edition: Edition, search: str, article: Article | None, wording: Wording
) -> ui.LayoutView:
    """What a search found by its words, best first, and what is only near. Raises StoreError."""
    hits = edition.store.search(search, article.slug if article else "", CHOICES)
    found = [Suggestion(hit.fact, hit.question) for hit in hits]
    near = _near(edition, search, article, {hit.fact for hit in hits})[: CHOICES - len(found)]
    key = "browse.found" if len(found) < CHOICES else "browse.found_many"
    texts = (
        [f"### {wording(key, count=len(found))}", _list_text(found)]
        if found
        else [wording("browse.nothing_found")]
    )
    if near:
        texts += [f"### {wording('browse.near')}", _list_text(near)]
    offered = [*found, *near]
    return layout(texts, wording, [_menu_row(offered, wording)] if offered else [])


def _near(
    edition: Edition, search: str, article: Article | None, but: Container[str]
) -> list[Suggestion]:
    """What the bot would answer or suggest if it were asked the words of a search."""
    reply = edition.library.ask(search, {article.slug} if article else None)
    facts = [edition.library.facts[fact] for fact in reply.facts]
    near = [*(Suggestion(fact.id, fact.question) for fact in facts), *reply.suggestions]
    return [suggestion for suggestion in near if suggestion.fact not in but]


def _list_text(questions: Iterable[Suggestion]) -> str:
    return "\n".join(f"- {escape_markdown(each.question)}" for each in questions)


def _menu_row(questions: Iterable[Suggestion], wording: Wording) -> Row:
    options = [
        discord.SelectOption(label=each.question, value=fact_key(each.fact)) for each in questions
    ]
    placeholder = wording("browse.choose")
    menu = ui.Select[Any](custom_id="v1:question", placeholder=placeholder, options=options)
    return ui.ActionRow[Any](QuestionMenu(menu))


FEATURE = Feature(commands=(browse,), buttons=(BrowsePage, QuestionMenu))
