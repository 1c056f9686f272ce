"""Reading the article in Discord: `/article` and `/summary`."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from discord import app_commands, ui
from discord.utils import escape_markdown

from bot.discord.client import Interaction, wording_of
from bot.discord.errors import GoneError
from bot.discord.feature import Feature
from bot.discord.ui.choices import article_here, article_key, article_with_key, takes_article
from bot.discord.ui.lasting import LastingButton
from bot.discord.ui.pages import Entry, page_foot, page_of, page_texts, paged, show, show_instead
from bot.discord.views import TEXT_LIMIT, citation_text, layout, place_text
from bot.knowledge.article import Article, Sentence
from bot.knowledge.summary_file import SummaryLine
from bot.publishing.edition import Edition
from bot.publishing.store import STYLES, Style
from bot.routing.library import Library
from bot.wording import Wording

_ACROSS = 3
"""Buttons of a summary in one row: more would break over two on a phone."""

_MARGIN = 100
"""Characters of a page of the article for its place, and for what else is put between texts."""


@app_commands.command(name="article")
@takes_article
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
    title = f"### {escape_markdown(article.title)}\n{escape_markdown(article.publisher)}"
    owner = escape_markdown(article.copyright)
    entries = [
        Entry(
            place_text(sentence, wording), f"**{sentence.number}** {escape_markdown(sentence.text)}"
        )
        for sentence in article.sentences[1:]
    ]
    # One text holds them all, so it matters not how many they are.
    room = TEXT_LIMIT - len(title) - len(owner) - _MARGIN
    pages = paged(entries, room, most=len(entries))
    paragraphs = [
        f"-# {heading}\n{' '.join(entry.text for entry in group)}"
        for heading, group in groupby(page_of(pages, page, wording), key=lambda e: e.heading)
    ]
    prefix = f"v1:article:{article_key(article)}"
    foot, rows = page_foot(ArticlePage, prefix, page, len(pages), wording)
    below = "\n".join([*([f"-# {owner}"] if owner else []), *foot])
    texts = [title, "\n".join(paragraphs), *([below] if below else [])]
    return layout(texts, wording, rows)


@app_commands.command()
@app_commands.describe(style="How to sum it up")
@takes_article
async def summary(interaction: Interaction, style: Style = "brief", article: str = "") -> None:
    """Sum up the article in its own sentences."""
    edition, wording = interaction.client.edition, wording_of(interaction)
    found = await article_here(interaction, edition, article)
    await show(interaction, summary_view(edition, found, style, 0, wording), ephemeral=True)


class SummaryButton(LastingButton, template=r"v1:summary:\w+:\w+(:\d{1,6})?"):
    """Shows another style or page; carries the article's key, the style, and the page if any."""

    async def clicked(self, interaction: Interaction) -> None:
        """Show it in place of the one before."""
        await show_instead(interaction, _summary_of(interaction, self.parts))


class ShareSummaryButton(LastingButton, template=r"v1:share-summary:\w+:\w+:\d{1,6}"):
    """Shows everybody the page that one member sees; carries the same as a button to it."""

    async def clicked(self, interaction: Interaction) -> None:
        """Post the page."""
        await show(interaction, _summary_of(interaction, self.parts, shared=True))
        edition, wording = interaction.client.edition, wording_of(interaction)
        found = article_with_key(edition, self.parts[0], wording)
        interaction.client.last_seen.note(interaction.channel_id or 0, found.slug)


def _summary_of(
    interaction: Interaction, parts: Sequence[str], *, shared: bool = False
) -> ui.LayoutView:
    """The page that a custom id names. Raises GoneError, StoreError, QuoteGuardError."""
    edition, wording = interaction.client.edition, wording_of(interaction)
    key, chosen, *page = parts
    found = article_with_key(edition, key, wording)
    style = next((style for style in STYLES if style == chosen), None)
    if style is None:
        raise GoneError(wording("pages.gone"))
    return summary_view(edition, found, style, int("".join(page) or 0), wording, shared=shared)


def summary_view(  # noqa: PLR0913 (what a page depends on)
    edition: Edition,
    article: Article,
    style: Style,
    page: int,
    wording: Wording,
    *,
    shared: bool = False,
) -> ui.LayoutView:
    """A page of a summary: cited sentences under their labels, and buttons for the other styles.

    Raises GoneError, StoreError, QuoteGuardError.
    """
    lines: Sequence[SummaryLine] = edition.store.summary(article.slug, style)
    if style == "sides":
        lines = _once(lines)  # Two sides may claim the same.
    entries = _summary_entries(lines, edition.library, wording)
    texts, count = page_texts(entries, page, wording)
    title = f"### {escape_markdown(article.title)}"
    name = f"{article_key(article)}:{style}"
    buttons = _style_buttons(edition, article, style, wording)
    if not shared:
        share = f"v1:share-summary:{name}:{page}"
        buttons.append(ShareSummaryButton(wording("button.share"), share))
    rows = [ui.ActionRow[Any](*buttons[n : n + _ACROSS]) for n in range(0, len(buttons), _ACROSS)]
    foot, turning = page_foot(SummaryButton, f"v1:summary:{name}", page, count, wording)
    return layout([title, *texts, *foot], wording, [*rows, *turning])


def _summary_entries(
    lines: Sequence[SummaryLine], library: Library, wording: Wording
) -> list[Entry]:
    return [
        Entry(
            f"**{escape_markdown(line.label)}**" if line.label else "",
            citation_text(number, line.citation, library, wording),
        )
        for number, line in enumerate(lines, start=1)
    ]


def _once(lines: Iterable[SummaryLine]) -> list[SummaryLine]:
    """The lines with each sentence once, where it came first."""
    first: dict[Sentence, SummaryLine] = {}
    for line in lines:
        first.setdefault(line.citation.sentence, line)
    return list(first.values())


def _style_buttons(
    edition: Edition, article: Article, shown: Style, wording: Wording
) -> list[LastingButton]:
    """A button for each style that the article has a summary in."""
    prefix = f"v1:summary:{article_key(article)}"
    buttons: list[LastingButton] = []
    for style in STYLES:
        if style == shown or edition.store.summary(article.slug, style):
            buttons.append(SummaryButton(wording(f"summary.{style}"), f"{prefix}:{style}"))
            buttons[-1].item.disabled = style == shown
    return buttons


FEATURE = Feature(
    commands=(read_article, summary), buttons=(ArticlePage, SummaryButton, ShareSummaryButton)
)
