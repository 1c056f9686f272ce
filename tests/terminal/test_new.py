"""`footnote new`: from a file to an article that answers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from places import KNOWLEDGE

Cli = Callable[..., Result]

STORY = "The keeper leaves\n\nAnna Berg kept the light for 27 years. It is 31 metres high.\n"


@pytest.fixture
def story(tmp_path: Path) -> Path:
    file = tmp_path / "story.txt"
    file.write_text(STORY, "utf-8")
    return file


def test_a_new_article_is_ready_to_ask(cli: Cli, story: Path, small: Path) -> None:
    result = cli("new", str(story))
    assert result.output.startswith("story: 2 sentences, 0 facts: ready to ask.\n")
    assert "footnote draft story" in result.output
    assert result.exit_code == 0
    assert (small / "story" / "article.txt").read_text("utf-8") == STORY.replace("\n\n", "\n")
    answer = cli("ask", "--article", "story", "how high is the light").output
    assert "It is 31 metres high." in answer
    assert cli("check").exit_code == 0


def test_what_somebody_said_is_shown_though_nobody_wrote_a_fact(cli: Cli, small: Path) -> None:
    for name in ("synonyms.md", "open-questions.md"):
        (small / name).write_bytes((KNOWLEDGE / name).read_bytes())
    cli(
        "new",
        "-",
        "--slug",
        "light",
        stdin=f"{STORY}“I will miss it,” said Anna Berg, 61, on Monday.",
    )
    asked = ("ask", "--article", "light")
    assert (
        "“I will miss it,” said Anna Berg, 61, on Monday."
        in cli(*asked, "what did berg say").output
    )
    assert "does not say" in cli(*asked, "is berg married").output


def test_a_folder_of_one_s_own_gets_the_general_words(
    cli: Cli, environment: dict[str, str], story: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    environment["FOOTNOTE_KNOWLEDGE"] = str(own)
    cli("new", str(story))
    assert (own / "synonyms.md").read_bytes() == (KNOWLEDGE / "synonyms.md").read_bytes()
    assert "It is 31 metres high." in cli("ask", "how high is the light").output


def test_a_text_may_be_typed(cli: Cli, small: Path) -> None:
    result = cli("new", "-", "--publisher", "The Post", "--slug", "light", stdin=STORY)
    assert result.output.startswith("light: 2 sentences")
    assert (
        (small / "light" / "article.toml").read_text("utf-8").startswith('publisher = "The Post"\n')
    )


def test_an_article_that_is_there_stays_as_it_is(cli: Cli, story: Path, small: Path) -> None:
    before = (small / "ferry" / "article.txt").read_bytes()
    result = cli("new", str(story), "--slug", "ferry")
    assert result.output == (
        "Error: There is an article “ferry” already. Name this one “ferry-2”, say.\n"
    )
    assert result.exit_code == 1
    assert (small / "ferry" / "article.txt").read_bytes() == before


def test_a_wrong_date_is_refused_and_nothing_written(cli: Cli, story: Path, small: Path) -> None:
    result = cli("new", str(story), "--date", "yesterday")
    assert 'date must be a day: date = "2016-02-11".' in result.output
    assert result.exit_code == 1
    assert not (small / "story").exists()


def test_a_file_that_is_not_there_is_a_sentence(cli: Cli) -> None:
    result = cli("new", "nowhere.txt")
    assert "nowhere.txt" in result.output
    assert result.exit_code == 2


def test_an_article_is_drafted_and_stays_as_it_is_until_a_mark_is_taken_away(
    cli: Cli, story: Path, small: Path
) -> None:
    cli("new", str(story))
    result = cli("draft", "story")
    facts = small / "story" / "facts.md"
    assert result.output.startswith(f"2 facts to finish in {facts}.\n")
    assert facts.read_text("utf-8").count("### Draft:") == 2
    checked = cli("check").output
    assert f"{facts}:5: warning: facts to finish: 2, of which this is the first." in checked
    assert "No fault" in checked
    assert cli("facts", "--article", "story").output == "No fact matches.\n"
    assert cli("draft", "story").output == "Every sentence has a fact, or one to finish.\n"


def test_who_is_new_among_the_speakers_is_told(cli: Cli, small: Path) -> None:
    said = "The bridge\nThe council said it was safe. It is old, Ada Byron said.\n"
    cli("new", "-", "--slug", "bridge", stdin=said)
    first = cli("draft", "bridge").output.splitlines()[0]
    about = small / "bridge" / "article.toml"
    assert first == f"New under [speakers] in {about}, on no side yet: the council; Ada Byron."
    assert '"the council" = ""\n"Ada Byron" = ""\n' in about.read_text("utf-8")
    assert "[speakers]" not in cli("draft", "bridge").output


def test_a_fact_may_cite_by_number(cli: Cli, small: Path) -> None:
    facts = small / "ferry" / "facts.md"
    text = facts.read_text("utf-8")
    facts.write_text(
        text.replace("> left the mainland on Monday\n> — the article", "> [1]"), "utf-8"
    )
    fault = cli("check").output.splitlines()[0]
    assert "cites a sentence by number; `footnote draft ferry` writes its words in." in fault
    assert cli("draft", "ferry").output.startswith("1 sentence written in by number.\n")
    assert "> The new ferry left the mainland on Monday.\n> — the article" in facts.read_text(
        "utf-8"
    )
    assert cli("check").exit_code == 0


def test_an_article_that_is_not_there_can_t_be_drafted(cli: Cli) -> None:
    result = cli("draft", "atlantis")
    assert result.output == "Error: There is no article “atlantis”; there are: ferry.\n"
