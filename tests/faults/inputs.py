"""Whatever strangers and editors type: no crash, nothing of theirs alive, no other file."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, get_args

import discord
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.discord.asking.replies import Look, reply_message
from bot.discord.errors import fault_lines
from bot.discord.reading.quote import quote_view
from bot.editing.edits import FactDraft, add_fact, add_open_question, add_phrasing, edit_entry
from bot.errors import FootnoteError, KnowledgeError
from bot.knowledge.article import Article
from bot.knowledge.fact_file import read_facts
from bot.members.misses import normal_question
from bot.publishing.edition import Edition, publish
from bot.publishing.history import History
from bot.quoting.check import check_quotes
from bot.routing.reply import Status, reply_to_json, reply_to_text
from bot.terminal.cli import footnote
from bot.wording import wording_for

from .chance import SEED
from .outcome import Outcome
from .scenes import FACT, SMALL
from .texts import alive, texts

KNOWLEDGE = Path(__file__).parent.parent.parent / "knowledge"
FILE = Path("facts.md")
ENGLISH = wording_for("en")
STATUSES = set(get_args(Status))

Check = Callable[[str], None]


def feed_inputs(examples: int) -> Iterator[Outcome]:
    """Feed each face `examples` texts."""
    with TemporaryDirectory(prefix="footnote-faults-") as folder:
        edition = publish(KNOWLEDGE, Path(folder, "data"))
        small = publish(SMALL, Path(folder, "small"))
        (article,) = small.knowledge.articles
        source = (SMALL / "ferry" / "facts.md").read_text("utf-8")
        yield _fed("router and its reply in Discord", examples, lambda t: _ask(edition, t))
        yield _fed("quote checker and its answer", examples, lambda t: _quote(edition, t))
        yield _fed("fact-file parser", examples, lambda t: _parse(t, article))
        yield _fed("fact file, edited", examples, lambda t: _parse(_spliced(source, t), article))
        yield _fed("facts typed into forms", examples // 4, lambda t: _draft(source, article, t))
        yield _fed("names of files and versions", examples // 4, lambda t: _paths(small, folder, t))
        yield _json_lines(max(1, examples // 500), folder)


def guided_checks() -> dict[str, Check]:
    """The checks that a fuzzer with a guide of its own may use, by what they check."""
    edition = publish(SMALL, Path(mkdtemp(prefix="footnote-faults-")))
    (article,) = edition.knowledge.articles
    return {"parser": lambda t: _parse(t, article), "router": lambda t: _ask(edition, t)}


def _fed(name: str, examples: int, check: Check) -> Outcome:
    """Check many texts; a failure is told with the least text that fails."""
    tried = 0

    @seed(SEED)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(texts)
    def feed(text: str) -> None:
        nonlocal tried
        tried += 1
        check(text)

    return Outcome(f"input: {name}", *_tried(feed, lambda: tried))


def _tried(feed: Callable[[], None], tried: Callable[[], int]) -> tuple[int, list[str], str]:
    try:
        feed()
    except Exception as error:  # noqa: BLE001 (any is a finding)
        notes = "; ".join(getattr(error, "__notes__", ()))[:2000]
        return tried(), [f"{type(error).__name__}: {error} ({notes})"], "hypothesis"
    return tried(), [], "hypothesis"


def _ask(edition: Edition, text: str) -> None:
    reply = edition.library.ask(text)
    assert reply.status in STATUSES
    assert 0 <= reply.confidence <= 1
    assert json.loads(json.dumps(reply_to_json(reply)))["question"] == text
    known = {s.text for article in edition.knowledge.articles for s in article.sentences}
    assert {citation.sentence.text for citation in reply.citations} <= known
    assert reply_to_text(reply)
    for plain in (True, False):
        message = reply_message(reply, edition, Look(ENGLISH, plain=plain))
        for sent in (*_texts(message["view"]), message.get("content") or ""):
            assert not alive(sent)
    edition.store.search(text, limit=3)
    normal_question(text)


def _texts(view: discord.ui.View | discord.ui.LayoutView) -> list[str]:
    items = view.walk_children()
    return [item.content for item in items if isinstance(item, discord.ui.TextDisplay)]


def _quote(edition: Edition, text: str) -> None:
    checks = check_quotes(text, edition.knowledge.articles)
    assert 1 <= len(checks) <= 3
    own = [run.text for check in checks for run in check.runs if run.kind == "removed"]
    sources = [" ".join(article.source.split()) for article in edition.knowledge.articles]
    assert all(any(words in source for source in sources) for words in own)
    for sent in _texts(quote_view(edition, text, ENGLISH)):
        assert not alive(sent)


def _spliced(source: str, text: str) -> str:
    """A fact file with a text in the middle of it."""
    at = len(text) * 37 % len(source)
    return source[:at] + text + source[at:]


def _parse(text: str, article: Article) -> None:
    try:
        read_facts(text, FILE, article)
    except KnowledgeError as error:
        _told(error, text)


def _told(error: KnowledgeError, text: str) -> None:
    assert error.faults
    # markdown-it ends lines at a carriage return, too.
    lines = text.count("\n") + text.count("\r") + 1
    assert all(0 <= fault.line <= lines for fault in error.faults)
    for sent in fault_lines(error, Path(), ENGLISH)[1:]:
        assert not alive(sent)


def _draft(source: str, article: Article, text: str) -> None:
    """An edit is refused, or it is in the file afterwards beside all that was there."""
    before = read_facts(source, FILE, article)
    draft = FactDraft(text, text, ((text, ""),), (text,))
    whole = FactDraft("Who is new?", text, (("it carries 120 passengers", "the harbour master"),))
    edits: list[tuple[int, Callable[[], str]]] = [
        (0, lambda: add_phrasing(source, article, FACT, text)),
        (0, lambda: add_open_question(source, article, text, "Nobody says.", [])),
        (1, lambda: add_fact(source, article, draft)),
        (1, lambda: add_fact(source, article, whole)),
        (0, lambda: edit_entry(source, article, FACT, whole)),
    ]
    for more, edit in edits:
        with suppress(FootnoteError):
            after = read_facts(edit(), FILE, article)
            assert len(after.facts) == len(before.facts) + more
            assert len(after.open_questions) >= len(before.open_questions)


def _paths(edition: Edition, folder: str, text: str) -> None:
    """Nothing that is named like a file leads out of the folders."""
    text = text.encode("utf-8", "replace").decode()
    known = {"", *(article.slug for article in edition.knowledge.articles)}
    for name in {text, f"../{text}", f"/{text}", "../../etc/passwd"} - known:
        with suppress(FootnoteError):
            History(Path(folder, "small")).kept(name)
            raise AssertionError(name)
        assert edition.store.browse(name) == edition.store.search("ferry", name) == []
        assert edition.store.summary(name, "brief") == ()


def _json_lines(examples: int, folder: str) -> Outcome:
    """`ask --json` answers any bytes, line by line, in order."""
    tried = 0
    line = st.one_of(
        st.binary(max_size=60), texts.map(lambda t: t.encode("utf-8", "surrogatepass"))
    )

    @seed(SEED)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.lists(line, min_size=50, max_size=300))
    def feed(lines: list[bytes]) -> None:
        nonlocal tried
        given_lines = [line.replace(b"\n", b" ") for line in lines]
        environment = {"FOOTNOTE_KNOWLEDGE": str(SMALL), "FOOTNOTE_DATA": folder}
        content = b"".join(line + b"\n" for line in given_lines)
        result = CliRunner().invoke(footnote, ["ask", "--json"], input=content, env=environment)
        assert (result.exit_code, result.exception) == (0, None)
        replies: list[dict[str, Any]] = [json.loads(reply) for reply in result.output.splitlines()]
        asked = [line.decode("utf-8", "replace").rstrip("\r\n") for line in given_lines]
        assert [reply["question"] for reply in replies] == asked
        assert {reply["status"] for reply in replies} <= STATUSES
        tried += len(lines)

    return Outcome("input: ask --json, lines", *_tried(feed, lambda: tried))
