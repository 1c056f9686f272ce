"""Who the article quotes, in Discord: `/sources`."""

from discord import app_commands, ui
from discord.utils import escape_markdown

from bot.discord.client import Interaction, wording_of
from bot.discord.feature import Feature
from bot.discord.ui.choices import article_here, article_key, article_with_key, takes_article
from bot.discord.ui.lasting import LastingButton
from bot.discord.ui.pages import Entry, page_foot, page_texts, show, show_instead
from bot.discord.views import layout, place_text
from bot.knowledge.article import Article
from bot.publishing.edition import Edition
from bot.publishing.store import Statement
from bot.wording import Wording


@app_commands.command()
@takes_article
async def sources(interaction: Interaction, article: str = "") -> None:
    """Who is quoted saying what, side by side."""
    edition, wording = interaction.client.edition, wording_of(interaction)
    found = await article_here(interaction, edition, article)
    await show(interaction, sources_view(edition, found, 0, wording))
    interaction.client.last_seen.note(interaction.channel_id or 0, found.slug)


class SourcesPage(LastingButton, template=r"v1:sources:\w+:\d{1,6}"):
    """Turns the pages of the sources."""

    async def clicked(self, interaction: Interaction) -> None:
        """Show the page in place of the one before."""
        edition, wording = interaction.client.edition, wording_of(interaction)
        key, page = self.parts
        found = article_with_key(edition, key, wording)
        await show_instead(interaction, sources_view(edition, found, int(page), wording))


def sources_view(edition: Edition, article: Article, page: int, wording: Wording) -> ui.LayoutView:
    """A page of who is quoted saying what. Raises GoneError, StoreError, QuoteGuardError."""
    entries = [_statement_entry(s, wording) for s in edition.store.statements(article.slug)]
    texts, count = page_texts(entries, page, wording)
    names = ", ".join(filter(None, (article.title, article.publisher)))
    title = f"### {wording('sources.heading')}\n{escape_markdown(names)}"
    prefix = f"v1:sources:{article_key(article)}"
    foot, rows = page_foot(SourcesPage, prefix, page, count, wording)
    return layout([title, *(texts or [wording("sources.nobody")]), *foot], wording, rows)


def _statement_entry(statement: Statement, wording: Wording) -> Entry:
    sentence = statement.citation.sentence
    speaker, side = statement.citation.speaker or "", statement.side
    key = "sources.speaker" if side in ("", speaker) else "sources.side"
    heading = wording(key, speaker=escape_markdown(speaker), side=escape_markdown(side))
    text = f"> {escape_markdown(sentence.text)}\n> -# {place_text(sentence, wording)}"
    return Entry(heading, text)


FEATURE = Feature(commands=(sources,), buttons=(SourcesPage,))
