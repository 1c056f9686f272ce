"""Checking quotations in Discord, as members do."""

import re
from collections.abc import Callable
from pathlib import Path

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st
from server import Server, shown

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.discord.reading.quote import quote_view
from bot.discord.views import inert
from bot.publishing.edition import Edition
from bot.wording import wording_for

ENGLISH = wording_for("en")
MENU = "Check this quote"
LEGEND = ENGLISH("quote.legend")
VERBATIM = "**Word for word.** The article says exactly this:"
ALTERED = "**Altered.** The article puts it differently:"
ABSENT = "**Not in the article.** None of its sentences comes close to this:"


@pytest.fixture
def settings(folder: Path, tmp_path: Path) -> Settings:
    """The shipped article: these tests want many facts and a long text."""
    return Settings(folder, tmp_path / "data")


async def checked(server: Server, text: str) -> list[str]:
    return shown(await server.alice.slash(server.channel, "quote", text=text))


class TestVerdicts:
    async def test_verbatim_comes_with_the_sentence_its_speaker_and_its_place(
        self, server: Server
    ) -> None:
        words = "Seventy percent of their airstrikes are against the opposition"
        verdict, cited = await checked(server, words)
        assert verdict == f"{VERBATIM}\n> {words}"
        assert cited.startswith("What the article says:\n> **[1]** “This is where we just have")
        assert cited.endswith("— Brett McGurk, U.S. State Department · IBTimes, ¶ 4")

    async def test_a_side_that_says_a_sentence_is_named(self, server: Server) -> None:
        *_, cited = await checked(server, "The U.S. denied these charges, CNN reported")
        assert cited.endswith("— the U.S. · IBTimes, ¶ 5")

    async def test_what_nobody_is_quoted_for_is_the_articles(self, server: Server) -> None:
        *_, cited = await checked(server, "Over 250,000 people have died in the war in Syria")
        assert cited.endswith("— IBTimes, ¶ 7")

    async def test_altered_shows_what_was_changed_and_how_to_read_that(
        self, server: Server
    ) -> None:
        verdict, legend, cited = await checked(
            server, "Over 350,000 people have died in the war in Syria"
        )
        assert verdict == (
            f"{ALTERED}\n> Over ~~250,000~~ **350,000** people have died in the war in Syria"
        )
        assert legend == LEGEND
        assert cited.endswith("— IBTimes, ¶ 7")

    async def test_absent_repeats_what_was_looked_for(self, server: Server) -> None:
        assert await checked(server, "The moon is made of cheese") == [
            f"{ABSENT}\n> The moon is made of cheese"
        ]

    async def test_words_left_out_and_a_cut_are_told(self, server: Server) -> None:
        words = "Diplomats were scheduled to meet in Munich … in early February"
        _, shortened, _ = await checked(server, words)
        assert shortened == "-# The quotation leaves words out where it has an ellipsis (…)."
        _, cut, _ = await checked(server, "Over 250,000 people have died in" + " " * 5000 + "war")
        assert cut == "-# Only the first 4000 characters were checked."

    async def test_a_check_is_for_who_asked_alone_and_nobody_is_pinged(
        self, server: Server
    ) -> None:
        """What somebody typed is not for all to see under the bot's name."""
        result = await server.alice.slash(server.channel, "quote", text="@everyone <@1> hello")
        assert result.ephemeral
        assert result.response.message.mentions == []
        (sent,) = server.requests("POST", "/callback")
        assert sent["data"]["allowed_mentions"]["parse"] == []

    async def test_it_works_in_a_direct_message(self, server: Server) -> None:
        result = await server.alice.user.slash("quote", text="the war of words")
        assert shown(result)[0].startswith(VERBATIM)


class TestQuotationsInAMessage:
    TALK = (
        "I really cannot believe that anybody at all in the whole wide world would say such "
        'a thing: "{}" and then, of all things one might say next, "{}". Well, well, my friends!'
    )

    async def test_if_the_whole_is_absent_each_quotation_in_it_is_checked(
        self, server: Server
    ) -> None:
        true, false = "to destroy terrorism – a direct and clear threat", "all of us love puppies"
        said = await checked(server, self.TALK.format(true, false))
        assert said[0] == f"{VERBATIM}\n> {true}"
        assert said[-1] == f"{ABSENT}\n> {false}"

    async def test_no_more_than_three_quotations_are_checked(self, server: Server) -> None:
        said = await checked(server, "“a b c” or „d e f“ or «g h i» or 'j k l' or \"m n o\"")
        assert [text.partition("> ")[2] for text in said] == ["a b c", "d e f", "g h i"]

    async def test_what_differs_besides_the_words_is_told(self, server: Server) -> None:
        verdict, *_ = await checked(server, "DIPLOMATS WERE SCHEDULED TO MEET IN MÜNICH THURSDAY")
        assert verdict == (
            "**Word for word, apart from capitals, accents.** The article has:\n"
            "> Diplomats were scheduled to meet in Munich Thursday"
        )

    async def test_a_single_quoted_word_is_no_quotation(self, server: Server) -> None:
        said = await checked(server, self.TALK.format("Aleppo", "strategy"))
        assert len(said) == 1
        assert said[0].startswith(ABSENT)

    async def test_words_around_quotation_marks_count_if_they_are_the_articles(
        self, server: Server
    ) -> None:
        """Or a changed speaker would pass, since the quoted words are right."""
        verdict, *_ = await checked(
            server,
            "“a direct and clear threat to security of our country and the world,” said Ivan "
            "Konashenkov, a spokesman for Russia’s Defense Ministry",
        )
        assert verdict.startswith(ALTERED)
        assert "~~Igor~~ **Ivan**" in verdict


class TestMessageMenu:
    async def test_somebody_s_message_is_checked_for_the_member_alone(self, server: Server) -> None:
        posted = await server.admin.send(server.channel, "> The U.S. never denied these charges")
        result = await server.alice.context_menu(server.channel, MENU, posted)
        assert shown(result)[0] == f"{ALTERED}\n> The U.S. **never** denied these charges"
        assert result.ephemeral

    @pytest.mark.parametrize("content", ["🙂", "?!"])
    async def test_a_message_without_words_is_not_in_the_article(
        self, server: Server, content: str
    ) -> None:
        posted = await server.admin.send(server.channel, content)
        result = await server.alice.context_menu(server.channel, MENU, posted)
        assert shown(result) == [f"{ABSENT}\n> {content}"]

    async def test_a_message_without_text_is_told(self, server: Server) -> None:
        posted = await server.admin.send(server.channel, attachments=[("ferry.png", b"picture")])
        result = await server.alice.context_menu(server.channel, MENU, posted)
        assert shown(result) == ["There are no words in this message to check."]
        assert result.ephemeral

    async def test_it_works_after_a_restart(
        self, server: Server, new_bot: Callable[[], FootnoteBot]
    ) -> None:
        posted = await server.admin.send(server.channel, "The U.S. denied these charges")
        await server.env.restart_bot(new_bot())
        result = await server.alice.context_menu(server.channel, MENU, posted)
        assert shown(result)[0].startswith(VERBATIM)


ALIVE = re.compile(r"(?<!\\)(?:\\\\)*(?:[*_~`|<>@#\[\]]|:(?=//))")


class TestAnyText:
    @given(st.text() | st.text("\\*_~`|<>@#:[]()/ a1"))
    def test_what_a_member_wrote_has_no_live_character(self, text: str) -> None:
        assert not ALIVE.search(inert(text))
        assert re.sub(r"\\([\\*_~`|<>@#:\[\]])", r"\1", inert(text)) == text

    async def test_markup_mentions_and_links_are_dead_in_a_comparison(self, server: Server) -> None:
        verdict, *_ = await checked(
            server,
            "Over **350,000** people have died [sadly] in the ~~long~~ war in Syria, with "
            "`many` millions *much_more* fleeing",
        )
        assert "350,000" in verdict
        assert "sadly" in verdict
        theirs = re.findall(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", verdict.removeprefix(ALTERED))
        assert len(theirs) > 3
        assert not any(ALIVE.search(words) for words in theirs)

    @given(
        st.text(max_size=6000)
        | st.lists(st.sampled_from('the war in Syria … * _ " > \n U.S. percent'.split(" "))).map(
            " ".join
        )
        | st.just("*" * 4000)
    )
    def test_every_check_fits_into_a_message(self, edition: Edition, text: str) -> None:
        view = quote_view(edition, text, ENGLISH)
        assert fits(view)

    def test_the_check_of_the_whole_article_fits_and_is_not_cut_to_a_stub(
        self, edition: Edition
    ) -> None:
        (article,) = edition.knowledge.articles
        view = quote_view(edition, article.source.replace(" the ", " a "), ENGLISH)
        assert fits(view)
        (first, *rest) = [i.content for i in view.walk_children() if isinstance(i, ui.TextDisplay)]
        assert first.startswith(ALTERED)
        assert first.count("~~the~~ **a**") > 5
        assert len(rest) > 3


def fits(view: discord.ui.LayoutView) -> bool:
    return view.content_length() <= 4000 and view.total_children_count <= 40
