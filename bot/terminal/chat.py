"""`footnote chat`: questions and answers in the terminal."""

from contextlib import suppress

import click

from bot.config import Settings
from bot.knowledge.article import Article
from bot.language.follow_ups import asks_who_says, leans_on_answer
from bot.publishing.edition import Edition
from bot.publishing.store import STYLES
from bot.routing.reply import Reply, reply_to_text, sources
from bot.terminal.asking import why_of
from bot.terminal.reading import summaries
from bot.terminal.screen import say, show
from bot.terminal.sources import article_option, as_it_stands, chosen
from bot.wording import DEFAULT, wordings

HELP = "Ask about the article. /summary for a summary, /why for the last answer, /quit to go."
_LEAVE = {"/quit", "/exit", "quit", "exit"}
_LISTED = 5
"""Articles that are named at the start; of more, how many they are."""


@click.command()
@article_option
@click.pass_obj
def chat(settings: Settings, slugs: tuple[str, ...]) -> None:
    """Ask questions in the terminal."""
    with as_it_stands(settings, slugs) as edition:
        _Chat(edition, slugs).run()


class _Chat:
    """A conversation about some articles; it keeps the last reply for `/why`."""

    def __init__(self, edition: Edition, slugs: tuple[str, ...]) -> None:
        self._edition = edition
        self._articles = chosen(edition.library, slugs)
        self._scope = slugs or None
        self._sources = sources(edition.knowledge.articles)
        self._last: Reply | None = None

    def run(self) -> None:
        """Talk until the input ends or somebody takes leave."""
        show(f"{_greeting(self._articles)}\n{HELP}\n")
        _prepare_input()
        while True:
            try:
                line = click.prompt("you", prompt_suffix="> ", default="", show_default=False)
            except (EOFError, click.Abort):
                say()
                return
            line = line.strip()
            if line.lower() in _LEAVE:
                return
            if line:
                show(f"{self._said(line)}\n")

    def _said(self, line: str) -> str:
        if line.startswith("/") or line.lower() == "help":
            return self._command(line)
        library = self._edition.library
        if self._last and self._last.fact:
            line = library.following(line, self._last.fact)
            if leans_on_answer(line):
                return self._followed_up(self._last, who=asks_who_says(line))
        self._last = library.ask(line, self._scope)
        return reply_to_text(self._last, self._sources)

    def _followed_up(self, answer: Reply, *, who: bool) -> str:
        """Who says so, or that the sentences above are all that there is."""
        wording = wordings()[DEFAULT]
        if not who:
            return wording("answer.follow_up")
        speakers = self._edition.library.speakers(answer)
        return wording("answer.who_says", speakers="; ".join(speakers))

    def _command(self, line: str) -> str:
        command, _, argument = line.lower().partition(" ")
        if command == "/why":
            return why_of(self._last) if self._last else "Nothing was asked yet."
        if command == "/summary":
            style = argument.strip() or "brief"
            if style in STYLES:
                return summaries(self._edition, self._articles, style)
            return f"There is no style “{style}”; there are {', '.join(STYLES)}."
        return HELP


def _greeting(articles: tuple[Article, ...]) -> str:
    if len(articles) > _LISTED:
        return f"{len(articles)} articles. `footnote articles` lists them."
    return "\n".join(
        text for article in articles for text in (article.title, article.copyright) if text
    )


def _prepare_input() -> None:
    """Give the line its editing and history."""
    # Windows has no readline; its console edits lines itself.
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415
