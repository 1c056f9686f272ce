"""Reading the article in Discord: `/article` and `/summary`."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

import discord
from discord import app_commands, ui
from discord.utils import escape_markdown

from bot.discord.ui.buttons import Clicked, LastingButton
from bot.discord.ui.menus import GoneError
from bot.discord.ui.pages import (
    Entry,
    Row,
    entry_texts,
    page_of,
    page_place,
    page_rows,
    paged,
    show,
    show_instead,
)
from bot.discord.views import citation_text, layout
from bot.knowledge.article import Article
from bot.knowledge.facts import text_key
from bot.knowledge.summary_file import SummaryLine
from bot.publishing.edition import Edition
from bot.publishing.store import STYLES, Style
from bot.wording import Wording, wording_for

if TYPE_CHECKING:
    from bot.discord.bot import FootnoteBot

Asked: TypeAlias = "discord.Interaction[FootnoteBot]"


def article_key(article: Article) -> str:
    """Ten hex digits for an article, where its slug would be too long (a custom id)."""
    return text_key(article.slug)


def article_with_key(edition: Edition, key: str, wording: Wording) -> Article:
    """The article that a button belongs to. Raises GoneError where it has been taken away."""
    for article in edition.knowledge.articles:
        if article_key(article) == key:
            return article
    raise GoneError(wording("reading.article_gone"))


def article_named(edition: Edition, name: str, wording: Wording) -> Article:
    """The article of that slug or title, the first one for "". Raises GoneError where none is."""
    articles = edition.knowledge.articles
    wanted = name.strip().casefold()
    if not wanted:
        return articles[0]
    for article in articles:
        if wanted in (article.slug.casefold(), article.title.casefold()):
            return article
    raise GoneError(wording("reading.no_article", titles="; ".join(a.title for a in articles)))


async def suggest_articles(interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
    """The articles whose title or slug holds what was typed so far, for autocomplete."""
    wanted = current.strip().casefold()
    return [
        app_commands.Choice(name=article.title[:100], value=article.slug)
        for article in interaction.client.edition.knowledge.articles
        if wanted in article.title.casefold() or wanted in article.slug.casefold()
    ][:25]


@app_commands.command(name="article")
@app_commands.describe(article="Which article, where there are several")
@app_commands.autocomplete(article=suggest_articles)
async def read_article(interaction: Asked, article: str = "") -> None:
    """Read the article, its sentences numbered."""
    wording = wording_for(interaction.locale.value)
    found = article_named(interaction.client.edition, article, wording)
    await show(interaction, article_view(found, 0, wording), ephemeral=True)


class ArticlePage(LastingButton, template=r"v1:article:\w+:\d{1,6}"):
    """Turns the pages of an article."""

    async def clicked(self, interaction: Clicked) -> None:
        """Show the page in place of the one before."""
        wording = wording_for(interaction.locale.value)
        key, page = self.parts
        found = article_with_key(interaction.client.edition, key, wording)
        await show_instead(interaction, article_view(found, int(page), wording))


def article_view(article: Article, page: int, wording: Wording) -> ui.LayoutView:
    """A page of an article: its title, its paragraphs with numbered sentences, its copyright."""
    pages = paged(
        [
            Entry(
                wording("reading.paragraph", number=sentence.paragraph),
                f"**{sentence.number}** {escape_markdown(sentence.text)}",
            )
            for sentence in article.sentences[1:]
        ]
    )
    title = f"### {escape_markdown(article.title)}\n{escape_markdown(article.publisher)}"
    place = page_place(page, len(pages), wording)
    texts = [
        title,
        *entry_texts(page_of(pages, page, wording)),
        f"-# {escape_markdown(article.copyright)}\n-# {place}",
    ]
    prefix = f"v1:article:{article_key(article)}"
    return layout(texts, wording, page_rows(ArticlePage, prefix, page, len(pages), wording))


@app_commands.command()
@app_commands.describe(style="How to sum it up", article="Which article, where there are several")
@app_commands.autocomplete(article=suggest_articles)
async def summary(interaction: Asked, style: Style = "brief", article: str = "") -> None:
    """Sum up the article in its own sentences."""
    edition, wording = interaction.client.edition, wording_for(interaction.locale.value)
    found = article_named(edition, article, wording)
    await show(interaction, styled_summary(edition, found, style, wording))


class SummaryStyle(LastingButton, template=r"v1:summary:\w+:\w+"):
    """Switches a summary to another style."""

    async def clicked(self, interaction: Clicked) -> None:
        """Show the other summary in place of the one before."""
        edition, wording = interaction.client.edition, wording_for(interaction.locale.value)
        key, chosen = self.parts
        found = article_with_key(edition, key, wording)
        style = next((style for style in STYLES if style == chosen), None)
        if style is None:
            raise GoneError(wording("pages.gone"))
        await show_instead(interaction, styled_summary(edition, found, style, wording))


def styled_summary(
    edition: Edition, article: Article, style: Style, wording: Wording
) -> ui.LayoutView:
    """A summary with buttons for the other styles. Raises StoreError, QuoteGuardError."""
    lines = edition.store.summary(article.slug, style)
    return summary_view(article.title, lines, wording, [_style_row(article, style, wording)])


def summary_view(
    title: str, lines: Sequence[SummaryLine], wording: Wording, rows: Sequence[Row] = ()
) -> ui.LayoutView:
    """A summary: the headline, then cited sentences under their labels."""
    texts = [f"### {escape_markdown(title)}"]
    number = 0
    for label, group in groupby(lines, key=lambda line: line.label):
        heading = f"**{escape_markdown(label)}**\n" if label else ""
        for line in group:
            number += 1
            texts.append(heading + citation_text(number, line.citation, wording))
            heading = ""
    return layout(texts, wording, rows)


def _style_row(article: Article, shown: Style, wording: Wording) -> Row:
    prefix = f"v1:summary:{article_key(article)}"
    buttons = [SummaryStyle(wording(f"summary.{style}"), f"{prefix}:{style}") for style in STYLES]
    buttons[STYLES.index(shown)].item.disabled = True
    return ui.ActionRow[Any](*buttons)
