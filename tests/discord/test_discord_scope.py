"""Which articles answer: the one asked for, those of the channel, those of the server, all."""

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import discord
import pytest
from discord.utils import utcnow
from server import Server, shown, texts

from bot.config import Settings
from bot.members.members import Members
from bot.operation.recent import CHANNELS, LastSeen
from bot.wording import wording_for

FERRY, DAM = "New Ferry Reaches The Islands", "Cracks in Peruvian dam force two villages to flee"
CAPACITY, CAPACITY_ANSWER = (
    "How many passengers does the ferry carry?",
    "According to the harbour master it carries 120 passengers.",
)
CRACKS, CRACKS_ANSWER = (
    "How many cracks are there in the dam?",
    "Three cracks have been found in the dam’s concrete wall.",
)
GONE = wording_for("en")("answer.articles_gone")


@pytest.fixture
def settings(two_articles: Path, tmp_path: Path) -> Settings:
    return Settings(two_articles, tmp_path / "data")


async def bind(server: Server, **options: Any) -> str:
    """What the admin is told who binds a channel or the server to an article."""
    result = await server.admin.slash(server.channel, "settings articles", **options)
    assert result.ephemeral
    return "\n".join(shown(result))


async def mentioned(server: Server, question: str, channel: Any = None) -> str:
    """What a member is told who mentions the bot."""
    where = channel or server.channel
    await server.alice.send(where, f"{server.mention} {question}")
    return texts(where.history()[-1])[0]


async def asked(server: Server, question: str, **options: Any) -> str:
    result = await server.alice.slash(server.channel, "ask", question=question, **options)
    return "\n".join(shown(result))


class TestScope:
    async def test_all_articles_answer_unless_somebody_chose(self, server: Server) -> None:
        assert await mentioned(server, CAPACITY) == CAPACITY_ANSWER
        assert await mentioned(server, CRACKS) == CRACKS_ANSWER

    async def test_a_channel_that_is_bound_answers_from_its_articles_alone(
        self, server: Server
    ) -> None:
        said = await bind(server, article="river-dam", channel=server.channel)
        assert said.startswith(f"In <#{server.channel.id}> I answer from: {DAM}")
        elsewhere = server.guild.create_text_channel("elsewhere")
        assert await mentioned(server, CRACKS) == CRACKS_ANSWER
        assert await mentioned(server, CAPACITY) != CAPACITY_ANSWER
        assert CAPACITY_ANSWER not in await asked(server, CAPACITY)
        assert await mentioned(server, CAPACITY, elsewhere) == CAPACITY_ANSWER

    async def test_a_post_in_a_forum_that_is_bound_belongs_to_it(self, server: Server) -> None:
        forum = server.guild.create_forum_channel("dams")
        await bind(server, article="river-dam", channel=forum)
        channel = server.bot.get_channel(forum.id)
        assert isinstance(channel, discord.ForumChannel)
        await channel.create_thread(name="cracks", content="Ask here.")
        (post,) = forum.threads
        assert await mentioned(server, CRACKS, post) == CRACKS_ANSWER
        assert await mentioned(server, CAPACITY, post) != CAPACITY_ANSWER

    async def test_the_server_s_articles_count_if_a_channel_has_none(self, server: Server) -> None:
        bound = server.guild.create_text_channel("bound")
        assert DAM in await bind(server, article="river-dam")
        await bind(server, article=FERRY, channel=bound)
        assert await mentioned(server, CAPACITY) != CAPACITY_ANSWER
        assert await mentioned(server, CAPACITY, bound) == CAPACITY_ANSWER
        assert await mentioned(server, CRACKS, bound) != CRACKS_ANSWER

    async def test_an_article_that_is_asked_for_comes_before_what_is_bound(
        self, server: Server
    ) -> None:
        await bind(server, article="river-dam", channel=server.channel)
        assert CAPACITY_ANSWER in await asked(server, CAPACITY, article="ferry")
        assert CAPACITY_ANSWER in await asked(server, CAPACITY, article=f" {FERRY.upper()}")
        assert CRACKS_ANSWER not in await asked(server, CRACKS, article="ferry")

    async def test_an_article_that_there_is_not_is_told_with_those_there_are(
        self, server: Server
    ) -> None:
        text = await asked(server, CAPACITY, article="moon")
        assert text.startswith(f"I know no article of that name. There is: {FERRY}; {DAM}")
        assert len(server.env.errors) == 1

    async def test_direct_messages_take_all(self, server: Server) -> None:
        await bind(server, article="river-dam")
        await server.alice.send_dm(CAPACITY)
        assert texts(server.alice.user.dm_channel.last_message)[0] == CAPACITY_ANSWER
        result = await server.alice.user.slash("ask", question=CAPACITY)
        assert CAPACITY_ANSWER in shown(result)

    async def test_it_is_taken_back_one_by_one_or_at_once(self, server: Server) -> None:
        await bind(server, article="river-dam")
        both = await bind(server, article="ferry")
        assert FERRY in both
        assert DAM in both
        assert DAM not in await bind(server, article="river-dam", enabled=False)
        assert await mentioned(server, CRACKS) != CRACKS_ANSWER
        assert "from all articles" in await bind(server)
        assert await mentioned(server, CRACKS) == CRACKS_ANSWER

    async def test_it_is_kept_shown_and_audited(self, server: Server) -> None:
        await bind(server, article="river-dam", channel=server.channel)
        with closing(Members(server.bot.settings.data / "members.db")) as members:
            stored = members.settings(server.guild.id)
        assert stored.articles == {server.channel.id: ("river-dam",)}
        result = await server.admin.slash(server.channel, "settings show")
        assert shown(result)[-1].startswith(f"In <#{server.channel.id}> I answer from: {DAM}")
        (change,) = server.bot.members.audit_list(server.guild.id)
        assert change.what == "/settings articles article:river-dam channel:#general enabled:True"

    async def test_articles_that_are_gone_are_told_and_the_rest_goes_on(
        self, server: Server, two_articles: Path
    ) -> None:
        await bind(server, article="river-dam", channel=server.channel)
        dam = two_articles / "river-dam"
        dam.rename(two_articles / "_river-dam")
        await server.admin.slash(server.channel, "facts reload")
        await server.alice.send(server.channel, f"{server.mention} {CAPACITY}")
        assert server.channel.history()[-1].content == GONE
        assert await asked(server, CAPACITY) == GONE
        assert CAPACITY_ANSWER in await asked(server, CAPACITY, article="ferry")
        await bind(server, article="ferry", channel=server.channel)
        assert await mentioned(server, CAPACITY) == CAPACITY_ANSWER
        assert len(server.env.errors) == 1

    async def test_questions_are_suggested_from_the_articles_that_would_answer(
        self, server: Server
    ) -> None:
        async def offered(**options: str) -> set[str]:
            choices = await server.alice.autocomplete(
                server.channel, "ask", "question", "how many", **options
            )
            return {choice["name"] for choice in choices}

        assert {CAPACITY, CRACKS} <= await offered()
        assert CRACKS not in await offered(article="ferry")
        assert CAPACITY in await offered(article="ferry")
        assert await offered(article="half typ") == set()
        await bind(server, article="river-dam")
        assert CAPACITY not in await offered()


async def test_if_two_articles_are_as_sure_the_bot_asks_which_by_title(
    server: Server, two_articles: Path
) -> None:
    twin = Path(shutil.copytree(two_articles / "ferry", two_articles / "ferry-again"))
    text = (twin / "article.txt").read_text("utf-8")
    (twin / "article.txt").write_text(text.replace(FERRY, "*Second* Ferry"), "utf-8")
    await server.admin.slash(server.channel, "facts reload")
    await server.alice.send(server.channel, f"{server.mention} {CAPACITY}")
    asked = server.channel.history()[-1]
    which, choices = texts(asked)
    assert which == "Which article do you mean?"
    assert sorted(choice[3:] for choice in choices.splitlines()) == [
        f"{FERRY}: {CAPACITY}",
        f"\\*Second\\* Ferry: {CAPACITY}",
    ]
    place = next(n for n, choice in enumerate(choices.splitlines(), 1) if "Second" in choice)
    chosen = await server.alice.click(asked, label=str(place))
    assert chosen.ephemeral
    assert CAPACITY_ANSWER in shown(chosen)
    assert server.bot.members.misses(server.guild.id, utcnow()) == ()
    await bind(server, article="ferry-again")
    assert await mentioned(server, CAPACITY) == CAPACITY_ANSWER


class TestSeenLast:
    @pytest.mark.parametrize("command", ["summary", "article", "sources", "browse"])
    async def test_the_article_that_members_saw_last_is_the_one_that_is_read(
        self, server: Server, command: str
    ) -> None:
        result = await server.alice.slash(server.channel, command)
        assert FERRY in shown(result)[0] + shown(result)[-1]
        await mentioned(server, CRACKS)
        result = await server.alice.slash(server.channel, command)
        assert DAM in shown(result)[0]
        elsewhere = server.guild.create_text_channel("elsewhere")
        result = await server.alice.slash(elsewhere, command)
        assert FERRY in shown(result)[0]

    async def test_what_one_member_alone_saw_does_not_count(self, server: Server) -> None:
        await server.alice.slash(server.channel, "ask", question=CRACKS, private=True)
        assert FERRY in shown(await server.alice.slash(server.channel, "summary"))[0]

    async def test_it_is_offered_first(self, server: Server) -> None:
        await mentioned(server, CRACKS)
        choices = await server.alice.autocomplete(server.channel, "ask", "article", "")
        assert [choice["value"] for choice in choices] == ["river-dam", "ferry"]

    async def test_it_gives_way_to_what_the_channel_is_bound_to(self, server: Server) -> None:
        await mentioned(server, CRACKS)
        await bind(server, article="ferry", channel=server.channel)
        assert FERRY in shown(await server.alice.slash(server.channel, "summary"))[0]

    async def test_an_article_that_is_gone_gives_way_to_the_first(
        self, server: Server, two_articles: Path
    ) -> None:
        await mentioned(server, CRACKS)
        (two_articles / "river-dam").rename(two_articles / "_river-dam")
        await server.admin.slash(server.channel, "facts reload")
        assert FERRY in shown(await server.alice.slash(server.channel, "summary"))[0]


async def test_an_article_without_questions_says_how_to_ask_it(
    server: Server, two_articles: Path
) -> None:
    (two_articles / "ferry" / "facts.md").unlink()
    await server.admin.slash(server.channel, "facts reload")
    result = await server.alice.slash(server.channel, "browse", article="ferry")
    title, said = shown(result)
    assert title == f"### Questions about {FERRY}"
    assert said.startswith("Nobody has written questions for this article yet.")


def test_only_so_many_channels_are_remembered() -> None:
    seen = LastSeen()
    for channel in range(CHANNELS + 1):
        seen.note(channel, "ferry")
        seen.note(1, "dam")
    assert seen.article(0) == ""
    assert seen.article(1) == "dam"
    assert seen.article(CHANNELS) == "ferry"


class TestAnArticleWithAFault:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        (settings.knowledge / "moon").mkdir()
        (settings.knowledge / "moon" / "article.txt").write_text("A headline alone\n", "utf-8")
        return settings

    async def test_who_asks_for_it_is_told_that_it_is_left_out(self, server: Server) -> None:
        text = await asked(server, CAPACITY, article="moon")
        assert text.startswith("That article has a fault and is left out until an editor fixes it")
        assert len(server.env.errors) == 1
