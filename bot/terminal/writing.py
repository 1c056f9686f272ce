"""Commands for who writes knowledge."""

import sys

import click

from bot.config import Settings
from bot.editing.lint import lint
from bot.errors import KnowledgeError
from bot.knowledge.loading import load_knowledge
from bot.publishing.rewrite import read_settled
from bot.routing.library import Library


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
        click.echo(str(error))
        click.echo(f"Faults: {len(error.faults)}.")
        sys.exit(1)
    for warning in warnings:
        click.echo(str(warning))
    phrasings = sum(len(entry.phrasings) for entry in knowledge.entries)
    click.echo(
        f"Articles: {len(knowledge.articles)}, facts: {len(knowledge.facts)}, questions left "
        f"open: {len(knowledge.unsaid)}, phrasings: {phrasings}. No fault, "
        f"warnings: {len(warnings)}."
    )
