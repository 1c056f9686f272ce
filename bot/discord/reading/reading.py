"""Reading the article in Discord: `/article` and `/summary`."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from discord import app_commands, ui
from discord.utils import escape_markdown

from bot.discord.client import Interaction, wording_of
from bot.discord.errors import GoneError
from bot.discord.feature import Feature
from bot.discord.ui.choices import article_here, article_key, article_with_key, suggest_articles
from bot.discord.ui.lasting import LastingButton
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
from bot.knowledge.summary_file import SummaryLine
from bot.publishing.edition import Edition
from bot.publishing.store import STYLES, Style
from bot.wording import Wording


@app_commands.command(name="article")
@app_commands.describe(article="Which article, where there are several")
@app_commands.autocomplete(article=suggest_articles)
async def read_article(interaction: Interaction, article: str = "") -> None:
    """Read the article, its sentences numbered."""
    wording = wording_of(interaction)
    found = await article_here(interaction, interaction.client.edition, article)
    await show(interaction, article_view(found, 0, wording), ephemeral=True)


class ArticlePage(LastingButton, template=r"v1:article:\w+:\d{1,6}"):
    """Turns the pages of an article."""

    async def clicked(self, interaction: Interaction) -> None:
        """Show the page in place of the one before."""
        wording = wording_of(interaction)
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
async def summary(interaction: Interaction, style: Style = "brief", article: str = "") -> None:
    """Sum up the article in its own sentences."""
    edition, wording = interaction.client.edition, wording_of(interaction)
    found = await article_here(interaction, edition, article)
    await show(interaction, styled_summary(edition, found, style, wording))
    interaction.client.last_seen.note(interaction.channel_id or 0, found.slug)


class SummaryStyle(LastingButton, template=r"v1:summary:\w+:\w+"):
    """Switches a summary to another style."""

    async def clicked(self, interaction: Interaction) -> None:
        """Show the other summary in place of the one before."""
        edition, wording = interaction.client.edition, wording_of(interaction)
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


FEATURE = Feature(commands=(read_article, summary), buttons=(ArticlePage, SummaryStyle))
