"""Commands for editors: a new article, and checking what they wrote."""

import sys
from pathlib import Path
from typing import BinaryIO

import click

from bot.config import Settings
from bot.editing.intake import PAGE_LIMIT, Given, NewArticle, new_article
from bot.editing.lint import lint
from bot.errors import KnowledgeError
from bot.knowledge.loading import Knowledge, load_article_folder, load_knowledge
from bot.language.lexicon import Lexicon
from bot.publishing.folder import Snapshot, write_files
from bot.publishing.rewrite import read_settled
from bot.routing.library import Library
from bot.terminal.reading import holds
from bot.terminal.screen import say


@click.command()
@click.argument("source", type=click.File("rb"))
@click.option("--slug", default="", help="What to call it: the name of its folder.")
@click.option("--title", default="", help="Its headline, if that is not the first line.")
@click.option("--publisher", default="", help="Who published it.")
@click.option("--url", default="", help="Where it stands.")
@click.option("--date", default="", help="When it was published: 2016-02-11.")
@click.option("--language", default="", help="The code of its language: en.")
@click.pass_obj
def new(settings: Settings, /, source: BinaryIO, **given: str) -> None:
    """Make an article of SOURCE: a .txt or .md file, a saved .html page, or - for what is typed."""
    name = "" if source is sys.stdin.buffer else Path(source.name).name
    taken = {entry.name for entry in settings.knowledge.iterdir()}
    article = new_article(source.read(PAGE_LIMIT + 1), name, Given(**given), taken)
    part = _written(settings, article)
    say(
        f"{article.slug}: {holds(part)}: ready to ask.\n\n"
        f'  footnote ask --article {article.slug} "…"   shows the sentences that come nearest\n'
        f"  footnote draft {article.slug}   writes a fact to finish for each sentence\n\n"
        f"Its files are in {settings.knowledge / article.slug}. /facts reload publishes them while "
        "the bot runs."
    )


def _written(settings: Settings, article: NewArticle) -> Knowledge:
    """Write a new article into the knowledge folder, once it is known to be sound.

    Raises KnowledgeError or FolderError; nothing is written then.
    """
    files = {f"{article.slug}/{name}": text.encode() for name, text in article.files.items()}
    with Snapshot(settings.knowledge, files).copied() as folder:
        part = load_article_folder(folder / article.slug, Lexicon.build({}, (), ()))
    write_files(settings.knowledge, {}, files)
    return part


@click.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Check the knowledge folder; list every fault and warning with file and line."""
    try:
        with read_settled(settings).whole().copied() as folder:
            knowledge = load_knowledge(folder)
            found = lint(folder, Library(knowledge))
            warnings = [warning.moved(folder, settings.knowledge) for warning in found]
    except KnowledgeError as error:
        say(str(error))
        say(f"Faults: {len(error.faults)}.")
        sys.exit(1)
    for warning in warnings:
        say(str(warning))
    phrasings = sum(len(entry.phrasings) for entry in knowledge.entries)
    say(
        f"Articles: {len(knowledge.articles)}, facts: {len(knowledge.facts)}, questions left "
        f"open: {len(knowledge.unsaid)}, phrasings: {phrasings}. No fault, "
        f"warnings: {len(warnings)}."
    )
