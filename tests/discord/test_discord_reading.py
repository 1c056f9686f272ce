"""Reading the article in Discord, as members do: pages, summaries, questions, sources."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st
from server import (
    Server,
    buttons,
    lines_of,
    options,
    restart_with,
    shown,
    turned,
)
from simcord.results import InteractionResult

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.discord.reading.reading import article_view
from bot.discord.ui.choices import article_key
from bot.discord.ui.pages import PAGE_LENGTH, Entry, entry_texts, paged
from bot.discord.views import layout
from bot.knowledge.article import Article
from bot.knowledge.loading import Collection
from bot.publishing.store import STYLES
from bot.wording import wording_for

PAGE_GONE = "This page is gone: the facts have changed. Please use the command again."
ARTICLE_GONE = "This article is gone. Please use the command again."
FERRY = "New Ferry Reaches The Islands"


@pytest.fixture
def settings(folder: Path, tmp_path: Path) -> Settings:
    """The shipped article: these tests want many facts and a long text."""
    return Settings(folder, tmp_path / "data")


@pytest.fixture
def article(server: Server) -> Article:
    return server.bot.edition.knowledge.articles[0]


@pytest.fixture
def long_article(folder: Path) -> None:
    """The shipped article, longer by more than a message holds."""
    (file,) = folder.glob("*/article.txt")
    *paragraphs, owner = file.read_text("utf-8").splitlines()
    more = "Nobody has confirmed the reports that came in during the night. " * 10
    text = "\n".join([*paragraphs, *[more.strip()] * 10, owner])
    file.write_text(text, "utf-8")


@pytest.fixture
def two_articles(folder: Path, small: Path) -> None:
    """A folder with a second article behind the shipped one."""
    shutil.copytree(small / "ferry", folder / "zz-ferry")
    # The shipped synonyms have a group for ships.
    (folder / "zz-ferry" / "names.md").write_text("# Names\n", "utf-8")


def text(result: InteractionResult) -> str:
    return "\n".join(shown(result))


async def old_button(server: Server, custom_id: str) -> Any:
    """A message with a button as an earlier run may have sent it."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.ActionRow[Any](ui.Button(label="old", custom_id=custom_id)))
    channel = server.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    return await channel.send(view=view)


class TestArticle:
    async def test_it_shows_the_title_the_publisher_and_the_copyright(
        self, server: Server, article: Article
    ) -> None:
        result = await server.alice.slash(server.channel, "article")
        page = text(result)
        assert page.startswith(f"### {article.title}\nIBTimes\n")
        assert page.endswith(f"\n-# {article.copyright}")

    async def test_all_paragraphs_come_with_their_sentences_numbered(
        self, server: Server, article: Article
    ) -> None:
        result = await server.alice.slash(server.channel, "article")
        lines = lines_of(await turned(server, result))
        for number in range(1, article.sentences[-1].paragraph + 1):
            numbered = (f"**{s.number}** {s.text}" for s in article.paragraph(number))
            assert lines[lines.index(f"-# ¶ {number}") + 1] == " ".join(numbered)

    async def test_an_article_that_fits_is_one_page(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "article")
        assert result.ephemeral
        assert not buttons(result)

    @pytest.mark.usefixtures("long_article")
    async def test_pages_turn_in_place_there_and_back(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "article")
        first = text(result)
        assert result.ephemeral
        assert first.endswith("-# Page 1 of 3")
        assert buttons(result) == {"Previous": False, "Next": True}
        await server.alice.click(result.response, label="Next")
        assert text(result) != first
        assert buttons(result)["Previous"]
        await server.alice.click(result.response, label="Previous")
        assert text(result) == first

    @pytest.mark.usefixtures("long_article")
    async def test_there_are_as_few_pages_as_the_limit_allows(
        self, server: Server, article: Article
    ) -> None:
        result = await server.alice.slash(server.channel, "article")
        pages = ["".join(page) for page in await turned(server, result)]
        longest = max(len(sentence.text) for sentence in article.sentences)
        assert all(len(page) > 4000 - 200 - longest for page in pages[:-1])
        assert all(len(page) <= 4000 for page in pages)

    @pytest.mark.usefixtures("long_article")
    async def test_pages_turn_after_a_restart(
        self, server: Server, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        result = await server.alice.slash(server.channel, "article")
        await server.env.restart_bot(new_bot())
        await server.alice.click(result.response, label="Next")
        assert "-# Page 2 of " in text(result)

    async def test_a_page_that_is_gone_is_told(self, server: Server, article: Article) -> None:
        message = await old_button(server, f"v1:article:{article_key(article)}:99")
        result = await server.alice.click(message, label="old")
        assert shown(result) == [PAGE_GONE]
        assert result.ephemeral

    async def test_an_article_that_is_gone_is_told(
        self, server: Server, small: Path, article: Article, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        message = await old_button(server, f"v1:article:{article_key(article)}:0")
        await restart_with(server, new_bot, small)
        clicked = await server.alice.click(message, label="old")
        assert shown(clicked) == [ARTICLE_GONE]
        assert clicked.ephemeral

    async def test_it_can_be_read_in_a_direct_message(
        self, server: Server, article: Article
    ) -> None:
        result = await server.alice.user.slash("article")
        assert shown(result)[0].startswith(f"### {article.title}")


class TestSummary:
    async def test_each_button_switches_the_style_in_place(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "summary")
        assert result.ephemeral
        for style in STYLES[1:]:
            await server.alice.click(result.response, label=style.capitalize())
            asked = await server.alice.slash(server.channel, "summary", style=style)
            assert text(result) == text(asked)
            shown_now = [
                label
                for label, enabled in buttons(result).items()
                if not enabled and label != "Previous"
            ]
            assert shown_now == [style.capitalize()]

    async def test_styles_switch_after_a_restart(
        self, server: Server, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        result = await server.alice.slash(server.channel, "summary")
        await server.env.restart_bot(new_bot())
        await server.alice.click(result.response, label="Timeline")
        asked = await server.alice.slash(server.channel, "summary", style="timeline")
        assert text(result) == text(asked)

    async def test_a_long_one_has_pages_that_hold_each_sentence_once(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "summary", style="sides")
        pages = await turned(server, result)
        assert len(pages) > 1
        assert all(len("".join(page)) <= 2 * PAGE_LENGTH for page in pages)
        quoted = [line for line in lines_of(pages) if line.startswith("> **[")]
        sentences = [line.partition("]** ")[2] for line in quoted]
        assert len(sentences) == len(set(sentences))

    async def test_it_is_shown_to_everybody_by_share_alone(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "summary", style="sides")
        await server.alice.click(result.response, label="Next")
        shared = await server.alice.click(result.response, label="Share")
        assert not shared.ephemeral
        assert shown(shared) == shown(result)
        assert "Share" not in buttons(shared)

    async def test_who_shared_it_turns_its_pages_and_others_those_of_their_own_copy(
        self, server: Server
    ) -> None:
        result = await server.alice.slash(server.channel, "summary", style="sides")
        shared = await server.alice.click(result.response, label="Share")
        first = shown(shared)
        copy = await server.admin.click(shared.response, label="Next")
        assert copy.ephemeral
        assert shown(shared) == first != shown(copy)
        await server.alice.click(shared.response, label="Next")
        assert shown(shared) == shown(copy)

    async def test_a_style_that_the_article_has_not_is_not_offered(
        self, server: Server, small: Path, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        for file in ("facts.md", "summary.md"):
            (small / "ferry" / file).unlink()
        await restart_with(server, new_bot, small)
        result = await server.alice.slash(server.channel, "summary")
        assert "Brief" in buttons(result)
        assert "Sides" not in buttons(result)

    async def test_a_style_that_is_gone_is_told(self, server: Server, article: Article) -> None:
        message = await old_button(server, f"v1:summary:{article_key(article)}:haiku")
        result = await server.alice.click(message, label="old")
        assert shown(result) == [PAGE_GONE]
        assert result.ephemeral

    async def test_the_article_of_a_summary_that_is_gone_is_told(
        self, server: Server, small: Path, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        result = await server.alice.slash(server.channel, "summary")
        before = text(result)
        await restart_with(server, new_bot, small)
        clicked = await server.alice.click(result.response, label="Full")
        assert shown(clicked) == [ARTICLE_GONE]
        assert text(result) == before

    async def test_a_switch_that_fails_is_told_to_who_clicked(
        self, server: Server, settings: Settings
    ) -> None:
        result = await server.alice.slash(server.channel, "summary")
        (settings.data / "knowledge.db").unlink()
        clicked = await server.alice.click(result.response, label="Full")
        assert shown(clicked)[0].endswith("/facts reload rebuilds it.")
        assert clicked.ephemeral


@pytest.mark.usefixtures("two_articles")
class TestSeveralArticles:
    async def test_the_first_one_is_meant_unless_told_otherwise(
        self, server: Server, article: Article
    ) -> None:
        for command in ("article", "summary"):
            result = await server.alice.slash(server.channel, command)
            assert shown(result)[0].startswith(f"### {article.title}")

    @pytest.mark.parametrize("name", ["zz-ferry", FERRY, f" {FERRY.upper()} "])
    async def test_one_is_chosen_by_its_slug_or_title(self, server: Server, name: str) -> None:
        for command in ("article", "summary", "sources", "browse"):
            result = await server.alice.slash(server.channel, command, article=name)
            assert FERRY in shown(result)[0]

    async def test_without_an_article_browsing_and_searching_cover_all(
        self, server: Server
    ) -> None:
        result = await server.alice.slash(server.channel, "browse", search="ferry capacity")
        assert [o.label for o in options(result)] == ["How many passengers does the ferry carry?"]
        elsewhere = await server.alice.slash(
            server.channel,
            "browse",
            search="ferry capacity",
            article=server.bot.edition.knowledge.articles[0].slug,
        )
        assert not options(elsewhere)

    async def test_an_unknown_one_is_told_with_those_there_are(
        self, server: Server, article: Article
    ) -> None:
        result = await server.alice.slash(server.channel, "article", article="**moon** @everyone")
        assert shown(result) == [
            f"I know no article of that name. There is: {article.title}; {FERRY}"
        ]
        assert result.ephemeral
        assert [type(error).__name__ for error in server.env.errors] == ["CommandInvokeError"]

    @pytest.mark.parametrize("command", ["article", "summary", "browse", "sources"])
    async def test_they_are_suggested_while_one_types(self, server: Server, command: str) -> None:
        async def offered(typed: str) -> list[Any]:
            choices = await server.alice.autocomplete(server.channel, command, "article", typed)
            return [(choice["name"], choice["value"]) for choice in choices]

        assert len(await offered("")) == 2
        assert await offered("new FERRY") == [(FERRY, "zz-ferry")]
        assert await offered("zz") == [(FERRY, "zz-ferry")]
        assert await offered("moon") == []

    async def test_buttons_stay_with_their_article(self, server: Server) -> None:
        result = await server.alice.slash(server.channel, "summary", article=FERRY)
        await server.alice.click(result.response, label="Full")
        assert shown(result)[0] == f"### {FERRY}"


def test_the_words_around_an_article_are_in_the_reader_s_language(knowledge: Collection) -> None:
    view = article_view(knowledge.articles[0], 0, wording_for("de"))
    said = [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]
    assert said[1].startswith("-# Abs. 1\n**1** Russia said Thursday")


@given(st.lists(st.builds(Entry, st.sampled_from("ab"), st.text(min_size=1, max_size=600))))
def test_pages_hold_every_entry_in_order_and_fit_into_a_message(entries: list[Entry]) -> None:
    pages = paged(entries)
    assert [entry for page in pages for entry in page] == entries
    assert all(pages) or not entries
    for page in pages:
        texts = entry_texts(page)
        view = layout(texts, wording_for("en"))
        said = [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]
        assert said == texts


async def test_every_command_for_members_works_wherever_the_bot_is_installed(
    server: Server,
) -> None:
    (request,) = server.requests("PUT", "/commands")
    everybody = [c for c in request if not c.get("default_member_permissions")]
    assert {"article", "summary", "browse", "sources", "quote", "Check this quote"} <= {
        command["name"] for command in everybody
    }
    for command in everybody:
        assert sorted(command["integration_types"]) == [0, 1], command["name"]
        assert sorted(command["contexts"]) == [0, 1, 2], command["name"]
