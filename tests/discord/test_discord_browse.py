"""Browsing questions and sources in Discord, as members do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from discord import ui
from server import (
    Server,
    buttons,
    lines_of,
    options,
    restart_with,
    shown,
    turned,
)

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.discord.ui.choices import article_key
from bot.knowledge.article import Article
from bot.wording import wording_for

ARTICLE_GONE = "This article is gone. Please use the command again."
QUESTION_GONE = "The facts have changed since, and this one is gone. Please ask again."


@pytest.fixture
def settings(folder: Path, tmp_path: Path) -> Settings:
    """The shipped article: these tests want many facts and a long text."""
    return Settings(folder, tmp_path / "data")


@pytest.fixture
def article(server: Server) -> Article:
    return server.bot.edition.knowledge.articles[0]


class TestBrowse:
    async def test_the_pages_hold_every_question_once_in_the_table_s_order(
        self, server: Server
    ) -> None:
        result = await server.alice.slash(server.channel, "browse")
        assert result.ephemeral
        assert len(options(result)) == 25
        lines = lines_of(await turned(server, result))
        listed = [line[2:] for line in lines if line.startswith("- ")]
        assert listed == [fact.question for fact in server.bot.edition.knowledge.facts]

    async def test_the_menu_offers_what_the_page_lists(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "browse")
        await server.alice.click(result.response, label="Next")
        listed = [ln[2:] for ln in "\n".join(shown(result)).splitlines() if ln.startswith("- ")]
        assert [option.label for option in options(result)] == listed

    async def test_a_choice_is_answered_to_who_chose_alone(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "browse")
        chosen = await server.alice.select(result.response, [options(result)[1].value])
        fact = server.bot.edition.knowledge.facts[1]
        assert chosen.ephemeral
        question, answer, *cited = shown(chosen)
        assert question == f"**{fact.question}**"
        assert answer == fact.answer
        assert fact.citations[0].sentence.text in "".join(cited)

    async def test_a_choice_and_a_page_work_after_a_restart(
        self, server: Server, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        result = await server.alice.slash(server.channel, "browse")
        await server.env.restart_bot(new_bot())
        chosen = await server.alice.select(result.response, [options(result)[0].value])
        assert shown(chosen)[1] == server.bot.edition.knowledge.facts[0].answer
        await server.alice.click(result.response, label="Next")
        assert "-# Page 2 of " in "\n".join(shown(result))

    async def test_a_question_or_page_that_is_gone_is_told(
        self, server: Server, small: Path, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        result = await server.alice.slash(server.channel, "browse")
        await restart_with(server, new_bot, small)
        chosen = await server.alice.select(result.response, [options(result)[0].value])
        assert shown(chosen) == [QUESTION_GONE]
        clicked = await server.alice.click(result.response, label="Next")
        assert shown(clicked) == [ARTICLE_GONE]
        assert chosen.ephemeral
        assert clicked.ephemeral

    async def test_a_search_lists_the_best_questions_that_hold_the_words(
        self, server: Server
    ) -> None:
        result = await server.alice.slash(server.channel, "browse", search="who is mcgurk")
        assert shown(result)[0].startswith("### Questions with these words: ")
        assert options(result)[0].label == "Who is Brett McGurk?"
        assert not buttons(result)
        many = await server.alice.slash(server.channel, "browse", search="Russia")
        assert shown(many)[0] == "### Questions with these words: the best 25"
        assert len(options(many)) == 25

    async def test_what_is_only_near_stands_under_a_heading_of_its_own(
        self, server: Server, small: Path, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        await restart_with(server, new_bot, small)
        left, seats = "When did the new ferry leave?", "How many passengers does the ferry carry?"
        result = await server.alice.slash(server.channel, "browse", search="ferry departure")
        assert shown(result)[:2] == ["### Questions with these words: 1", f"- {left}"]
        result = await server.alice.slash(server.channel, "browse", search="boats capacity")
        assert shown(result) == [
            "No question has all of these words. Try fewer, or `/ask`.",
            "### Close, but without all these words",
            f"- {seats}",
        ]
        assert [option.label for option in options(result)] == [seats]

    @pytest.mark.parametrize("search", ["zebra", "?!", "@everyone **zebra**"])
    async def test_a_search_without_a_find_says_what_to_do(
        self, server: Server, search: str
    ) -> None:
        result = await server.alice.slash(server.channel, "browse", search=search)
        assert shown(result) == ["No question has all of these words. Try fewer, or `/ask`."]


class TestSources:
    async def test_everybody_is_listed_with_what_they_are_quoted_saying(
        self, server: Server, article: Article
    ) -> None:
        result = await server.alice.slash(server.channel, "sources")
        assert not result.ephemeral
        lines = lines_of(await turned(server, result))
        speakers = [line for line in lines if line.startswith("**")]
        assert list(dict.fromkeys(speakers)) == [
            "**Russia**",
            "**Igor Konashenkov, Russia's Defense Ministry** (side: Russia)",
            "**the U.S.**",
            "**Brett McGurk, U.S. State Department** (side: the U.S.)",
        ]
        quoted = {line[2:] for line in lines if line.startswith("> ") and line[2] != "-"}
        assert quoted < {sentence.text for sentence in article.sentences}

    async def test_each_sentence_says_where_it_stands(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "sources")
        lines = lines_of(await turned(server, result))
        place = wording_for("en")("reply.place", paragraph=5)
        at = lines.index("> The U.S. denied these charges, CNN reported.")
        assert lines[at + 1] == f"> -# {place}"

    async def test_a_page_is_shown_after_a_restart(
        self, server: Server, article: Article, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        result = await server.alice.slash(server.channel, "sources")
        view = ui.LayoutView(timeout=None)
        button = ui.Button[Any](label="Next", custom_id=f"v1:sources:{article_key(article)}:0")
        view.add_item(ui.ActionRow[Any](button))
        message = await server.bot.get_partial_messageable(server.channel.id).send(view=view)
        await server.env.restart_bot(new_bot())
        turned = await server.alice.click(message, label="Next")
        assert shown(turned) == shown(result)
