"""`/articles`, as editors use it and as members don't get it."""

from pathlib import Path
from typing import Any

import pytest
from desk import Desk
from server import fill, filled, shown, texts

from bot.discord.editing.articles import TYPED
from bot.editing.intake import PAGE_LIMIT
from bot.knowledge.file_names import ARTICLE_FILES
from bot.publishing.folder import read_snapshot

TITLE = "Lighthouse Keeper Retires"
TEXT = (
    f"{TITLE}\n\nMarta Voss kept the lighthouse for 41 years. Her last lamp was lit on Sunday.\n\n"
    "The harbour board will automate the tower in March.\n"
)
QUESTION = "When will the harbour board automate the tower?"
SENTENCE = "The harbour board will automate the tower in March."


async def articles(desk: Desk, command: str, member: Any = None, **options: Any) -> Any:
    who = member or desk.editor
    return await who.slash(desk.server.channel, f"articles {command}", **options)


async def add(
    desk: Desk, content: bytes = TEXT.encode(), file: str = "keeper.txt", **options: str
) -> Any:
    return await articles(desk, "add", file=(file, content), **options)


def answer_text(result: Any) -> str:
    """What only the editor sees."""
    assert result.ephemeral
    message = result.followups[-1] if result.followups else result.response
    return "\n".join(texts(message.message))


async def ask(desk: Desk, question: str) -> str:
    result = await desk.server.alice.slash(desk.server.channel, "ask", question=question)
    return "\n".join(shown(result))


class TestAdding:
    async def test_a_text_file_can_be_asked_at_once(self, desk: Desk, small: Path) -> None:
        assert SENTENCE not in await ask(desk, QUESTION)
        result = await add(desk, publisher="The Coast", url="https://example.com/k")
        assert answer_text(result).startswith(f"**{TITLE}** is added and ready to ask.")
        assert "`/facts add article:keeper`" in answer_text(result)
        assert SENTENCE in await ask(desk, QUESTION)
        assert (small / "keeper" / "article.txt").read_text("utf-8").startswith(f"{TITLE}\nMarta")
        about = (small / "keeper" / "article.toml").read_text("utf-8")
        assert 'publisher = "The Coast"\nurl = "https://example.com/k"\n' in about

    async def test_a_form_takes_the_text_too(self, desk: Desk) -> None:
        opened = await articles(desk, "add", title="The Last Lamp", name="lamp")
        assert filled(opened)["title"] == "The Last Lamp"
        result = await fill(desk.editor, opened, text=TEXT, date="2016-02-11")
        assert answer_text(result).startswith("**The Last Lamp** is added")
        assert SENTENCE in await ask(desk, QUESTION)
        article = desk.server.bot.edition.library.article("lamp")
        assert article.about.date == "2016-02-11"

    async def test_a_pasted_text_is_called_after_its_headline(self, desk: Desk) -> None:
        await add(desk, file="message.txt")
        assert desk.server.bot.edition.library.article("lighthouse-keeper-retires")

    async def test_it_is_audited_everywhere_and_in_the_history(self, desk: Desk) -> None:
        await add(desk)
        assert desk.history()[0] == f"/articles add keeper: “{TITLE}”"
        (change, *_) = desk.server.bot.members.audit_list(desk.server.guild.id + 1)
        assert (change.what, change.user) == (desk.history()[0], desk.editor.id)

    async def test_undo_takes_it_back(self, desk: Desk, small: Path) -> None:
        before = read_snapshot(small)
        result = await add(desk)
        await desk.editor.click(result.response, label="Undo")
        assert read_snapshot(small) == before
        assert not (small / "keeper").exists()
        assert desk.history()[0].endswith("undo: − keeper")
        assert SENTENCE not in await ask(desk, QUESTION)


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "name", "why"),
        [
            (b"%PDF-1.7 ...", "keeper.pdf", "This is a PDF, no text."),
            (b"\x89PNG\r\n\x1a\n\0\0", "keeper.png", "This is no text in UTF-8."),
            (b"", "keeper.txt", "There is no text in it."),
            (b"x" * (PAGE_LIMIT + 1), "keeper.txt", "This has more than 10,000,000 bytes."),
            (TITLE.encode(), "keeper.txt", "There is no sentence below the headline."),
            (TEXT.encode(), "ferry.txt", "There is an article “ferry” already."),
        ],
    )
    async def test_what_makes_no_article_is_told_in_a_sentence(
        self, desk: Desk, small: Path, content: bytes, name: str, why: str
    ) -> None:
        before = read_snapshot(small)
        assert answer_text(await add(desk, content, name)).startswith(why)
        assert read_snapshot(small) == before
        assert len(desk.server.env.errors) == 1

    async def test_a_clash_is_solved_by_another_name(self, desk: Desk) -> None:
        assert "“ferry-2”" in answer_text(await add(desk, file="ferry.txt"))
        assert "is added" in answer_text(await add(desk, file="ferry.txt", name="ferry-2"))
        assert len(desk.server.env.errors) == 1

    async def test_what_is_known_about_it_has_to_be_valid(self, desk: Desk, small: Path) -> None:
        said = answer_text(await add(desk, date="tomorrow"))
        assert "keeper/article.toml:1: date must be a day" in said
        assert not (small / "keeper").exists()
        assert len(desk.server.env.errors) == 1

    async def test_a_form_that_is_refused_gives_the_text_back(self, desk: Desk) -> None:
        opened = await articles(desk, "add", name="ferry")
        result: Any = await fill(desk.editor, opened, text=TEXT)
        messages = [result.response, *result.followups]
        assert "There is an article “ferry” already." in "\n".join(
            text for message in messages for text in texts(message.message)
        )
        (file,) = messages[-1].message.attachments
        assert (file.filename, await file.read()) == ("article.txt", TEXT.encode())
        assert len(desk.server.env.errors) == 1

    async def test_a_form_holds_no_more_than_discord_lets_it(self, desk: Desk) -> None:
        opened = await articles(desk, "add")
        field = opened.modal["components"][0]["component"]
        assert field["max_length"] == TYPED == 4000

    async def test_a_file_in_the_place_of_its_folder_is_a_clash(
        self, desk: Desk, small: Path
    ) -> None:
        (small / "keeper").write_text("in the way")
        said = answer_text(await add(desk))
        assert "There is an article “keeper” already." in said
        assert len(desk.server.env.errors) == 1

    @pytest.mark.parametrize("command", ["add", "list", "remove"])
    async def test_a_member_is_refused_whatever_discord_was_told(
        self, desk: Desk, small: Path, command: str
    ) -> None:
        before = read_snapshot(small)
        chosen = {"article": "ferry"} if command == "remove" else {}
        result = await articles(desk, command, desk.server.alice, **chosen)
        assert answer_text(result).startswith("You need the permission Manage Server for this")
        assert read_snapshot(small) == before
        assert len(desk.server.env.errors) == 1

    async def test_who_loses_the_role_while_writing_adds_nothing(
        self, desk: Desk, small: Path
    ) -> None:
        opened = await articles(desk, "add")
        await desk.server.admin.slash(desk.server.channel, "settings editors")
        await fill(desk.editor, opened, text=TEXT)
        assert len(desk.server.env.errors) == 1
        assert {path.name for path in small.iterdir()} == {"ferry", "synonyms.md"}


@pytest.mark.usefixtures("two_articles")
class TestRemoving:
    async def test_it_answers_no_more_and_undo_brings_it_back_to_the_byte(
        self, desk: Desk, small: Path
    ) -> None:
        question, answer = "How many cracks are there in the dam?", "Three cracks have been found"
        before = read_snapshot(small)
        assert answer in await ask(desk, question)
        result = await articles(desk, "remove", article="river-dam")
        assert answer_text(result).startswith("**Cracks in Peruvian dam")
        assert "is removed, with its facts." in answer_text(result)
        assert answer not in await ask(desk, question)
        assert not any((small / "river-dam" / name).exists() for name in ARTICLE_FILES)
        await desk.editor.click(result.response, label="Undo")
        assert read_snapshot(small) == before
        assert answer in await ask(desk, question)
        undone, removed, *_ = desk.history()
        assert undone.endswith("undo: + river-dam")
        assert removed == "/articles remove river-dam"

    async def test_a_faulty_article_can_be_removed_too(self, desk: Desk, small: Path) -> None:
        (small / "river-dam" / "facts.md").write_text("### A question?\n", "utf-8")
        await articles(desk, "remove", article="river-dam")
        assert desk.server.bot.edition.notice == ""
        assert [part.article.slug for part in desk.server.bot.edition.knowledge.parts] == ["ferry"]

    async def test_the_last_one_stays(self, desk: Desk, small: Path) -> None:
        await articles(desk, "remove", article="river-dam")
        before = read_snapshot(small)
        result = await articles(desk, "remove", article="ferry")
        assert answer_text(result) == "This is the only article. Add another one first."
        assert read_snapshot(small) == before
        assert len(desk.server.env.errors) == 1


@pytest.mark.usefixtures("two_articles")
class TestListing:
    async def test_it_says_how_much_of_each_is_written(self, desk: Desk, small: Path) -> None:
        (small / "half-made").mkdir()
        (small / "half-made" / "facts.md").write_text("", "utf-8")
        await desk.server.admin.slash(desk.server.channel, "facts reload")
        said = answer_text(await articles(desk, "list"))
        assert (
            "**New Ferry Reaches The Islands**\nThe Harbour Post\n"
            "-# ferry · sentences: 4 · facts: 4 · open questions: 1"
        ) in said
        assert "-# river-dam · sentences: " in said
        assert "half-made/article.txt: is missing" in said

    async def test_more_than_a_page_are_turned(self, desk: Desk, small: Path) -> None:
        for n in range(20):
            (small / f"story-{n:02}").mkdir()
            (small / f"story-{n:02}" / "article.txt").write_text(f"Story {n}\nIt ends.\n", "utf-8")
        await desk.server.admin.slash(desk.server.channel, "facts reload")
        result = await articles(desk, "list", desk.server.admin)
        first = shown(result)
        await desk.server.admin.click(result.response, label="Next")
        assert shown(result) != first
        await desk.server.admin.click(result.response, label="Previous")
        assert shown(result) == first
