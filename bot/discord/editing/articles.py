"""Looking after the articles in Discord: the group `/articles`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import Any

import discord
from discord import app_commands, ui
from discord.utils import escape_markdown

from bot.discord.client import Interaction, wording_of
from bot.discord.editing.audit import audit
from bot.discord.editing.edits import Outcome, publish, tell_outcome, worse_replies
from bot.discord.editing.reloading import left_out_lines
from bot.discord.editing.rights import (
    EditorButton,
    EditorForm,
    EditorGroup,
    check_change,
    of_servers,
)
from bot.discord.errors import tell_failure
from bot.discord.feature import Feature
from bot.discord.ui.choices import article_named, suggest_articles
from bot.discord.ui.pages import Entry, page_foot, page_texts, show, show_instead
from bot.discord.views import layout
from bot.editing.intake import ArticleDetails, check_size, new_article
from bot.errors import FootnoteError
from bot.knowledge.file_names import ARTICLE_FILE
from bot.knowledge.loading import Knowledge
from bot.publishing.folder import Snapshot
from bot.publishing.rewrite import Rewrite, read_settled
from bot.wording import Wording

TYPED = 4000
"""Characters of a text that is typed into a form: Discord's limit."""

_PASTED = "message"
"""What Discord calls a long text that was pasted; the headline says more."""


@of_servers
class ArticlesGroup(
    EditorGroup,
    name="articles",
    description="Manage the articles",
    default_permissions=discord.Permissions(manage_guild=True),
):
    """Commands for those who may edit the facts."""

    @app_commands.command()
    @app_commands.check(check_change)
    @app_commands.describe(
        file="A text file, Markdown or a saved page; leave it out to type the text",
        name="What to call its folder, in letters and hyphens",
        title="Its headline, if that is not the first line",
        publisher="Who published it",
        url="Where it stands",
        date="The day it was published, such as 2016-02-11",
    )
    async def add(  # noqa: PLR0913 (Discord's options)
        self,
        interaction: Interaction,
        file: discord.Attachment | None = None,
        *,
        name: str = "",
        title: str = "",
        publisher: str = "",
        url: str = "",
        date: str = "",
    ) -> None:
        """Add an article."""
        details = ArticleDetails(name, title, publisher, url, date)
        if file is None:
            await interaction.response.send_modal(ArticleForm(details, wording_of(interaction)))
            return
        check_size(file.size)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await _add(interaction, await file.read(), _called(file.filename), details)

    @app_commands.command(name="list")
    async def list_articles(self, interaction: Interaction) -> None:
        """List the articles."""
        await show(interaction, articles_view(interaction, 0), ephemeral=True)

    @app_commands.command()
    @app_commands.check(check_change)
    @app_commands.describe(article="Which article")
    @app_commands.autocomplete(article=suggest_articles)
    async def remove(self, interaction: Interaction, article: str) -> None:
        """Remove an article."""
        bot, wording = interaction.client, wording_of(interaction)
        found = article_named(bot.edition, article, wording)
        if len(bot.edition.knowledge.parts) == 1:
            raise FootnoteError(wording("articles.last"))
        await interaction.response.defer(ephemeral=True, thinking=True)
        said = wording("articles.removed", title=escape_markdown(found.title))

        def change(before: Snapshot) -> _Change:
            after = before.with_articles_of(None, {found.slug})
            return _Change(after, f"/articles remove {found.slug}", said)

        await _publish(interaction, change)


class ArticleForm(EditorForm):
    """The text of an article, and what is known about it."""

    def __init__(self, details: ArticleDetails, wording: Wording) -> None:
        super().__init__(wording("articles.form"))
        self._slug = details.slug
        self._inputs = {
            "text": ui.TextInput[Any](style=discord.TextStyle.paragraph, max_length=TYPED),
            "title": ui.TextInput[Any](default=details.title, required=False, max_length=200),
            "publisher": ui.TextInput[Any](
                default=details.publisher, required=False, max_length=100
            ),
            "url": ui.TextInput[Any](default=details.url, required=False, max_length=500),
            "date": ui.TextInput[Any](default=details.date, required=False, max_length=10),
        }
        for name, field in self._inputs.items():
            field.custom_id = name
            hint = wording(f"articles.{name}_hint")
            label = wording(f"articles.{name}")
            self.add_item(ui.Label(text=label, description=hint, component=field))

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Add the article."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        text, *about = (field.value for field in self._inputs.values())
        await _add(interaction, text.encode(), "", ArticleDetails(self._slug, *about))

    async def on_error(  # type: ignore[override]
        self, interaction: Interaction, error: Exception, /
    ) -> None:
        """Tell what failed, and give back the text, as a file to add once more."""
        await tell_failure(interaction, error)
        typed = discord.File(BytesIO(self._inputs["text"].value.encode()), ARTICLE_FILE)
        await interaction.followup.send(file=typed, ephemeral=True)


def _called(filename: str) -> str:
    """The name of a file, as an article is called after it."""
    path = PurePath(filename)
    return f"-{path.suffix}" if path.stem == _PASTED else path.name


async def _add(
    interaction: Interaction, content: bytes, name: str, details: ArticleDetails
) -> None:
    """Add an article, and say that it can be asked. Raises IntakeError or what publishing does."""
    wording = wording_of(interaction)

    def change(before: Snapshot) -> _Change:
        taken = {entry.name for entry in before.folder.iterdir()}
        new = new_article(content, name, details, taken)
        files = {f"{new.slug}/{file}": text.encode() for file, text in new.files.items()}
        after = before.with_articles_of(Snapshot(before.folder, files), {new.slug})
        title = new.files[ARTICLE_FILE].partition("\n")[0]
        said = wording("articles.added", title=escape_markdown(title), slug=new.slug)
        return _Change(after, f"/articles add {new.slug}: “{title}”", said)

    await _publish(interaction, change)


@dataclass(frozen=True)
class _Change:
    """What the folder is to hold, the change for the audit list, and what the editor is told."""

    after: Snapshot
    command: str
    said: str


async def _publish(interaction: Interaction, change: Callable[[Snapshot], _Change]) -> None:
    """Publish a change of the articles, note it in the audit list, and say so."""
    bot = interaction.client
    async with bot.editing:
        found = await asyncio.to_thread(read_settled, bot.settings)
        made = await asyncio.to_thread(change, found)
        rewrite = Rewrite(found, made.after)
        lines = worse_replies(await publish(interaction, rewrite), wording_of(interaction))
        await audit(interaction, made.command)
    await tell_outcome(interaction, Outcome((made.said, *lines), published=rewrite))


class ArticlesPage(EditorButton, template=r"v1:articles:\d{1,6}"):
    """Turns the pages of the list of articles."""

    async def act(self, interaction: Interaction) -> None:
        """Show the page in place of the one before."""
        await show_instead(interaction, articles_view(interaction, int(self.parts[0])))


def articles_view(interaction: Interaction, page: int) -> ui.LayoutView:
    """A page of the articles, in order, and on the first what is wrong with those left out."""
    bot, wording = interaction.client, wording_of(interaction)
    entries = [_entry(part, wording) for part in bot.edition.knowledge.parts]
    texts, count = page_texts(entries, page, wording)
    if page == 0:
        texts += left_out_lines(bot.edition, bot.settings.knowledge, wording)
    foot, rows = page_foot(ArticlesPage, "v1:articles", page, count, wording)
    return layout([*texts, *foot], wording, rows)


def _entry(part: Knowledge, wording: Wording) -> Entry:
    article = part.article
    about = filter(None, (article.publisher, article.about.date))
    heading = f"**{escape_markdown(article.title)}**"
    counts = wording(
        "articles.counts",
        slug=article.slug,
        sentences=len(article.sentences) - 1,
        facts=len(part.facts),
        open_questions=len(part.open_questions),
    )
    return Entry("", "\n".join([heading, *map(escape_markdown, about), counts]))


FEATURE = Feature(commands=(ArticlesGroup(),), buttons=(ArticlesPage,))
