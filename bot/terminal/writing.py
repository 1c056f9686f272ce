"""Commands for editors: a new article, and checking what they wrote."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import click

from bot.config import Settings, shipped_knowledge
from bot.editing.coverage import Probe, coverage, probe
from bot.editing.drafts import with_drafts, with_numbers_filled, with_speakers
from bot.editing.intake import PAGE_LIMIT, ArticleDetails, NewArticle, new_article
from bot.editing.lint import lint
from bot.errors import KnowledgeError
from bot.knowledge.article import Article, load_article
from bot.knowledge.fact_file import DRAFT_MARK
from bot.knowledge.file_names import (
    ABOUT_FILE,
    ARTICLE_FILE,
    FACTS_FILE,
    GENERAL_FILES,
    NAMES_FILE,
    SYNONYMS_FILE,
)
from bot.knowledge.loading import Knowledge, load_article_folder, load_knowledge
from bot.knowledge.word_file import WordLists, read_word_file
from bot.language.lexicon import Lexicon
from bot.publishing.folder import Snapshot, write_files
from bot.publishing.rewrite import read_settled
from bot.routing.library import Library, UnknownArticleError
from bot.routing.reply import Reply
from bot.terminal.reading import contents_text, count
from bot.terminal.screen import progress, say, show
from bot.terminal.sources import chosen, library_as_it_stands


@click.command()
@click.argument("source", type=click.File("rb"))
@click.option("--slug", default="", help="What to call it: the name of its folder.")
@click.option("--title", default="", help="Its headline, if that is not the first line.")
@click.option("--publisher", default="", help="Who published it.")
@click.option("--url", default="", help="Where it stands.")
@click.option("--date", default="", help="When it was published: 2016-02-11.")
@click.option("--language", default="", help="The code of its language: en.")
@click.pass_obj
def new(settings: Settings, /, source: BinaryIO, **details: str) -> None:
    """Make an article of SOURCE: a .txt or .md file, a saved .html page, or - for what is typed."""
    name = "" if source is sys.stdin.buffer else Path(source.name).name
    taken = {entry.name for entry in settings.knowledge.iterdir()}
    article = new_article(source.read(PAGE_LIMIT + 1), name, ArticleDetails(**details), taken)
    part = _written(settings, article)
    say(
        f"{article.slug}: {contents_text(part)}: ready to ask.\n\n"
        f'  footnote ask --article {article.slug} "…"   shows the sentences that come nearest\n'
        f"  footnote draft {article.slug}   writes a fact to finish for each sentence\n\n"
        f"Its files are in {settings.knowledge / article.slug}. /facts reload publishes them while "
        "the bot runs."
    )


def _written(settings: Settings, article: NewArticle) -> Knowledge:
    """Write a new article into the knowledge folder, once it is known to be sound.

    A folder that lacks the general words gets those that came with the program. Raises
    KnowledgeError or FolderError; nothing is written then.
    """
    files = {f"{article.slug}/{name}": text.encode() for name, text in article.files.items()}
    if not (settings.knowledge / SYNONYMS_FILE).exists():
        files |= {name: (shipped_knowledge() / name).read_bytes() for name in GENERAL_FILES}
    with Snapshot(settings.knowledge, files).copied() as folder:
        part = load_article_folder(folder / article.slug, Lexicon.build({}, (), ()))
    write_files(settings.knowledge, {}, files)
    return part


@click.command()
@click.argument("slug", metavar="ARTICLE")
@click.pass_obj
def draft(settings: Settings, slug: str) -> None:
    """Write a fact to finish for each sentence that no fact of ARTICLE cites.

    A sentence that is cited by its number ("> [7]") is written in, too.
    """
    article, names = _article(settings, slug)
    file, about = f"{slug}/{FACTS_FILE}", f"{slug}/{ABOUT_FILE}"
    before = _text(settings, about)
    filled = with_numbers_filled(_text(settings, file), article, names)
    _rewrite(settings, {file: filled.text, about: with_speakers(before, filled.speakers)})
    with read_settled(settings).copied() as folder:
        part = load_article_folder(folder / slug, read_word_file(folder / SYNONYMS_FILE).lexicon())
    drafts = with_drafts(filled.text, part, names)
    after = with_speakers(_text(settings, about), drafts.speakers)
    _rewrite(settings, {file: drafts.text, about: after})
    if filled.count:
        say(f"{count(filled.count, 'sentence')} written in by number.")
    if after != before:
        new = "; ".join([*filled.speakers, *drafts.speakers])
        say(f"New under [speakers] in {settings.knowledge / about}, on no side yet: {new}.")
    if not drafts.count:
        say("Every sentence has a fact, or one to finish.")
        return
    say(
        f"{count(drafts.count, 'fact')} to finish in {settings.knowledge / file}.\n\n"
        f"Each needs its question, an answer in a paragraph, and other ways to ask. Then take its "
        f"mark “{DRAFT_MARK}” away: until then it is not read. Delete what nobody would ask.\n"
        "`footnote check` says what is missing."
    )


def _article(settings: Settings, slug: str) -> tuple[Article, WordLists]:
    """An article and its names. Raises KnowledgeError or UnknownArticleError."""
    snapshot = read_settled(settings)
    if f"{slug}/{ARTICLE_FILE}" not in snapshot.files:
        known = sorted({name.partition("/")[0] for name in snapshot.files if "/" in name})
        raise UnknownArticleError(slug, known)
    with snapshot.copied() as folder:
        names = folder / slug / NAMES_FILE
        lists = read_word_file(names) if names.exists() else WordLists({}, {}, {})
        return load_article(folder / slug), lists


def _text(settings: Settings, name: str) -> str:
    """The text of a knowledge file, "" if there is none."""
    snapshot = read_settled(settings)
    return snapshot.text(name) if name in snapshot.files else ""


def _rewrite(settings: Settings, texts: Mapping[str, str]) -> None:
    """Write texts into the knowledge folder, each by its name; "" makes no file."""
    old = read_settled(settings).files
    new = {name: text.encode() for name, text in texts.items() if text}
    write_files(settings.knowledge, {name: old[name] for name in new if name in old}, new)


@click.command(name="coverage")
@click.argument("slugs", metavar="[ARTICLE]...", nargs=-1)
@click.pass_obj
def show_coverage(settings: Settings, slugs: tuple[str, ...]) -> None:
    """Say how much of ARTICLE its facts cite, and which are asked for in too few ways.

    Without an ARTICLE it tells of all.
    """
    library = library_as_it_stands(settings, slugs)
    for article in chosen(library, slugs):
        router = library.router(article.slug)
        counted = coverage(router.knowledge)
        say(
            f"{article.slug}: {counted.cited} of {count(counted.sentences, 'sentence')} cited, "
            f"{count(counted.open_questions, 'open question')}"
        )
        facts = progress(router.knowledge.facts, "Asking")
        for found in [probe(fact, router) for fact in facts]:
            if found.thin:
                show(thin_text(found))


def thin_text(found: Probe) -> str:
    """A fact with too few phrasings, where it stands, and which short questions go astray."""
    head = (
        f"  {FACTS_FILE}:{found.fact.line}: “{found.fact.question}” has too few ways to ask: "
        f"{len(found.astray)} of {found.asked} short questions go astray"
    )
    strays = (f"      “{asked}” → {_gist(reply)}" for asked, reply in found.astray.items())
    return "\n".join([head, *strays])


def _gist(reply: Reply) -> str:
    """What somebody gets instead of a fact."""
    if reply.status == "answered":
        return reply.question
    if reply.status == "nearest":
        return f"near by: {reply.citations[0].sentence.text}"
    return reply.answer or ", ".join(suggestion.question for suggestion in reply.suggestions)


@click.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Check the knowledge folder; list every fault and warning with file and line."""
    try:
        with read_settled(settings).whole().copied() as folder:
            knowledge = load_knowledge(folder)
            found = lint(
                folder,
                Library(knowledge, encoder=settings.encoder),
                lambda asked: progress(asked, "Checking"),
            )
            warnings = [warning.moved(folder, settings.knowledge) for warning in found]
    except KnowledgeError as error:
        say(str(error))
        say(f"Faults: {len(error.faults)}.")
        sys.exit(1)
    for warning in warnings:
        say(str(warning))
    phrasings = sum(len(entry.phrasings) for entry in knowledge.entries)
    say(
        f"Articles: {len(knowledge.articles)}, facts: {len(knowledge.facts)}, "
        f"open questions: {len(knowledge.open_questions)}, phrasings: {phrasings}. No fault, "
        f"warnings: {len(warnings)}."
    )
