"""`footnote reload`, `history` and `rollback`, as somebody at a terminal uses them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.members.members import MEMBERS, Members, Vote
from bot.publishing.database import version_of
from bot.publishing.edition import DATABASE, fingerprint
from bot.publishing.history import History
from bot.publishing.rewrite import note_of
from bot.publishing.store import Store
from bot.terminal.cli import footnote

CAPACITY = "How many passengers does the ferry carry?"
CAPACITY_FACT = "ferry#how-many-passengers-does-the-ferry-carry"

Cli = Callable[..., Result]


@pytest.fixture
def cli(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.chdir(tmp_path)
    environment = {
        "FOOTNOTE_KNOWLEDGE": str(small),
        "FOOTNOTE_DATA": str(tmp_path / "data"),
        "DISCORD_TOKEN": "",
        "LOGNAME": "ann",
    }

    def invoke(*arguments: str) -> Result:
        return CliRunner(env=environment).invoke(footnote, arguments)

    return invoke


@pytest.fixture
def facts(small: Path) -> Path:
    return small / "ferry" / "facts.md"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def lose_the_capacity(facts: Path) -> None:
    edit(facts, f"### {CAPACITY}", "### Who likes boats?")
    edit(facts, "- ferry capacity\n- how many people fit on the ferry\n", "")


@pytest.mark.parametrize("command", ["chat", "facts", "summary", "ask"])
def test_what_only_reads_answers_from_the_folder_and_publishes_nothing(
    cli: Cli, facts: Path, tmp_path: Path, command: str
) -> None:
    cli("reload")
    data = tmp_path / "data"
    database, before = data / DATABASE, contents(data)
    version, published = version_of(database), Store(database, ()).browse()
    edit(facts, "left on Monday.", "sailed on Monday.")
    result = cli(*([command, "When did the new ferry leave?"] if command == "ask" else [command]))
    assert result.exit_code == 0
    if command in {"facts", "ask"}:
        assert "sailed on Monday." in result.output
    assert contents(data) == before
    assert version_of(database) == version
    assert Store(database, ()).browse() == published


def contents(data: Path) -> dict[Path, bytes]:
    """The files of a data folder, but for the database, which may keep what was built."""
    files = {file: file.read_bytes() for file in data.rglob("*") if file.is_file()}
    return {file: content for file, content in files.items() if file.name != DATABASE}


@pytest.mark.usefixtures("two_articles")
def test_a_reload_leaves_out_a_faulty_article_and_says_why(cli: Cli, small: Path) -> None:
    (small / "river-dam" / "article.txt").unlink()
    result = cli("reload")
    assert result.output.startswith(f"{small}/river-dam/article.txt: is missing; put it there.\n")
    assert "a new one is left out.\nNothing was published before version " in result.output
    assert result.exit_code == 0


@pytest.mark.usefixtures("two_articles")
def test_an_article_that_can_t_be_read_keeps_no_other_from_answering(cli: Cli, small: Path) -> None:
    text = small / "river-dam" / "article.txt"
    text.rename(small / "elsewhere.txt")
    text.symlink_to("../elsewhere.txt")
    result = cli("ask", "When did the new ferry leave?")
    assert "the ferry left on Monday." in result.stdout
    assert result.stderr.startswith(f"{text}: can't be read: it is a link; ")


def test_a_reload_says_what_changed_and_which_version_it_is(cli: Cli, facts: Path) -> None:
    first = fingerprint(facts.parent.parent)
    assert f"Nothing was published before version {first}.\n" in cli("reload").output
    edit(facts, "left on Monday.", "sailed on Monday.")
    second = fingerprint(facts.parent.parent)
    result = cli("reload")
    assert result.output.startswith(
        f"From version {first} to {second}:\n"
        "~ When did the new ferry leave?\n"
        f"Published version {second}. "
    )
    assert result.exit_code == 0
    assert f"Nothing has changed since version {second}.\n" in cli("reload").output


def test_a_dry_run_publishes_nothing(cli: Cli) -> None:
    result = cli("reload", "--dry-run")
    assert "Published" not in result.output
    assert result.exit_code == 0
    assert cli("history").output == "Nothing has been published yet.\n"


def test_a_reload_that_loses_a_labelled_question_is_held(cli: Cli, facts: Path) -> None:
    cli("reload")
    facts.with_name("questions.jsonl").write_text(
        '{"q": "ferry capacity", "accept": ["The harbour master said it carries 120 passengers."],'
        ' "kind": "keywords"}\n'
    )
    lose_the_capacity(facts)
    result = cli("reload")
    assert (
        "Replayed 1 labelled questions and 0 confirmed answers. Different replies: 1.\n"
        in result.output
    )
    assert f"worse: ferry capacity\n    was answered {CAPACITY_FACT}: According" in result.output
    assert "Held until it is confirmed.\nError: Nothing was published: of 1 " in result.output
    assert result.exit_code == 1
    assert cli("reload", "--confirm").exit_code == 0


def test_a_reload_that_loses_a_confirmed_answer_says_so(
    cli: Cli, facts: Path, tmp_path: Path
) -> None:
    cli("reload")
    members = Members(tmp_path / "data" / MEMBERS)
    members.vote(Vote(1, CAPACITY_FACT, up=True, at=datetime.now(UTC)))
    members.close()
    edit(facts, "According to the harbour master it carries 120 passengers.", "It carries 120.")
    lose_the_capacity(facts)
    result = cli("reload")
    assert f"confirmed, worse: {CAPACITY}\n" in result.output
    assert result.exit_code == 0


def test_the_history_lists_who_and_when_the_newest_first(cli: Cli, facts: Path) -> None:
    cli("reload")
    edit(facts, "left on Monday.", "sailed on Monday.")
    cli("reload")
    rows = cli("history").output.splitlines()
    line = r"[* ] [0-9a-f]{12}  \d{4}-\d\d-\d\d \d\d:\d\d UTC  ann, footnote reload"
    assert all(re.fullmatch(line, row) for row in rows)
    assert [row[0] for row in rows] == ["*", " "]
    assert rows[0][2:14] == fingerprint(facts.parent.parent)


def test_a_rollback_goes_to_the_version_before_or_to_the_one_that_is_named(
    cli: Cli, facts: Path, tmp_path: Path
) -> None:
    cli("reload")
    edit(facts, "left on Monday.", "sailed on Monday.")
    cli("reload")
    second, first = (state.version for state in History(tmp_path / "data").states())
    assert cli("rollback").output.startswith(f"Published version {first}. ")
    assert "left on Monday." in facts.read_text("utf-8")
    assert cli("rollback", second).output.startswith(f"Published version {second}. ")
    assert "sailed on Monday." in facts.read_text("utf-8")
    assert cli("history").output.splitlines()[0].endswith("ann, footnote rollback")


def test_an_unknown_version_is_a_sentence(cli: Cli) -> None:
    cli("reload")
    result = cli("rollback", "../../etc")
    assert result.output == "Error: No state of that version is kept. Look it up in the history.\n"
    assert result.exit_code == 1


def test_during_a_rollback_what_only_reads_reads_what_will_be(
    cli: Cli, facts: Path, tmp_path: Path
) -> None:
    cli("reload")
    first = fingerprint(facts.parent.parent)
    edit(facts, "left on Monday.", "sailed on Monday.")
    cli("reload")
    second = fingerprint(facts.parent.parent)
    note = f"{second}\n{first}\n{facts.parent.parent}"
    note_of(tmp_path / "data").write_text(note, "utf-8")
    assert "the ferry left on Monday." in cli("ask", "When did the new ferry leave?").output
    assert fingerprint(facts.parent.parent) == second
    assert "No fault" in cli("check").output
    assert f"From version {second} to {first}:\n" in cli("reload").output
    assert fingerprint(facts.parent.parent) == first
