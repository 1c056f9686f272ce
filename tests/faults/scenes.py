"""What may be interrupted: each scene has a beginning, an act, and what must hold ever after."""

import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bot.config import Settings
from bot.editing.edits import add_phrasing
from bot.knowledge.article import load_article
from bot.knowledge.loading import load_knowledge
from bot.publishing.edition import DATABASE, Edition, fingerprint, publish, read_edition, swap_in
from bot.publishing.folder import read_snapshot
from bot.publishing.history import History
from bot.publishing.release import accept, propose, published_edition, rollback, start
from bot.publishing.rewrite import Rewrite, note_of, read_settled
from bot.publishing.store import Store

from .processes import Say, run

SMALL = Path(__file__).parent.parent / "small"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ARTICLE = "ferry"
FACT = "what-do-the-islanders-want-by-may"
QUESTION = "What do the islanders want by May?"
OLD_ANSWER = "The islanders want a second ferry by May."
NEW_ANSWER = "The islanders want a second one by May."


class Scene(ABC):
    """A folder of knowledge and one of data, in one place at all tries."""

    name: str

    def __init__(self, place: Path) -> None:
        self.place = place
        self.settings = Settings(place / "knowledge", place / "data")
        self.facts = self.settings.knowledge / ARTICLE / "facts.md"

    def prepare(self) -> None:
        """Make what the act begins with, once."""
        shutil.copytree(SMALL, self.settings.knowledge)
        publish(self.settings.knowledge, self.settings.data)

    @abstractmethod
    def act(self, say: Say) -> None:
        """Do what may be interrupted; say what may be relied on from then on."""

    @abstractmethod
    def check(self, said: Sequence[str]) -> None:
        """See in a new process that the old or the new is whole. Raises AssertionError."""

    def edit(self) -> None:
        """Change the answer of a fact, as an editor would."""
        source = self.facts.read_text("utf-8")
        assert OLD_ANSWER in source
        self.facts.write_text(source.replace(OLD_ANSWER, NEW_ANSWER), "utf-8")

    def release(self) -> Edition:
        """Publish what stands in the folder, with its history."""
        return accept(
            self.settings, propose(self.settings, published_edition(self.settings), {}), "ann", NOW
        )


class Build(Scene):
    """A changed folder's database is built beside the old one and swapped in."""

    name = "build and swap of the database"

    def prepare(self) -> None:
        super().prepare()
        self.old = self._whole()
        self.edit()
        self.new = fingerprint(self.settings.knowledge)

    def act(self, say: Say) -> None:
        swap_in(read_edition(read_snapshot(self.settings.knowledge), self.settings.data))
        say("swapped")

    def check(self, said: Sequence[str]) -> None:
        found = self._whole()
        assert found in {self.old, self.new}
        assert found == self.new or not said
        assert fingerprint(self.settings.knowledge) == self.new
        edition = publish(self.settings.knowledge, self.settings.data)
        assert self._whole() == edition.version == self.new
        assert edition.library.ask(QUESTION).answer == NEW_ANSWER

    def _whole(self) -> str:
        """The version of a database that holds what its version says."""
        store = Store(
            self.settings.data / DATABASE, load_knowledge(self.settings.knowledge).articles
        )
        with closing(sqlite3.connect(store.file)) as db:
            assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        version = store.version()
        old = not hasattr(self, "old") or version == self.old
        assert [hit.answer for hit in store.browse(limit=-1) if hit.question == QUESTION] == [
            OLD_ANSWER if old else NEW_ANSWER
        ]
        return version


class WriteBack(Scene):
    """A phrasing is published, and so written into `facts.md`."""

    name = "edit of facts.md"

    def prepare(self) -> None:
        shutil.copytree(SMALL, self.settings.knowledge)
        self.release()
        self.article = load_article(self.facts.parent)
        self.old = self.facts.read_text("utf-8")
        self.new = add_phrasing(self.old, self.article, FACT, "more boats")

    def act(self, say: Say) -> None:
        found = read_settled(self.settings)
        rewrite = Rewrite(found, found.with_file("ferry/facts.md", self.new))
        old = published_edition(self.settings)
        accept(self.settings, propose(self.settings, old, {}, rewrite), "ann", NOW)
        say("written")

    def check(self, said: Sequence[str]) -> None:
        assert self.facts.read_bytes().decode("utf-8") in {self.old, self.new}
        started = start(self.settings, NOW)
        assert not started.notice
        text = self.facts.read_bytes().decode("utf-8")
        assert text == self.new or not said
        assert fingerprint(self.settings.knowledge) == started.edition.version
        assert started.edition.library.ask(QUESTION).answer == OLD_ANSWER
        if text == self.old:
            self.act(lambda _: None)
        assert self.facts.read_text("utf-8") == self.new


class Release(Scene):
    """An edited folder is published over an earlier state."""

    name = "release with its history"

    def prepare(self) -> None:
        shutil.copytree(SMALL, self.settings.knowledge)
        self.old = self.release().version
        self.edit()
        self.new = fingerprint(self.settings.knowledge)

    def act(self, say: Say) -> None:
        self.release()
        say("published")

    def check(self, said: Sequence[str]) -> None:
        edition = published_edition(self.settings)
        assert edition
        assert edition.version in {self.old, self.new}
        assert edition.version == self.new or not said
        assert self._start().version == self.new
        assert self._published() == [self.new, self.old]

    def _start(self) -> Edition:
        """The edition that a new process answers from; with nothing to remark."""
        started = start(self.settings, NOW)
        assert not started.notice
        assert started.edition.store.version() == started.edition.version
        answer = started.edition.library.ask(QUESTION, {ARTICLE}).answer
        assert answer == (OLD_ANSWER if started.edition.version == self.old else NEW_ANSWER)
        hits = started.edition.store.search("islanders May", ARTICLE)
        assert {hit.answer for hit in hits} == {answer}
        return started.edition

    def _published(self) -> list[str]:
        """The versions that were published, newest first; all that are kept are whole."""
        history = History(self.settings.data)
        for state in history.states():
            history.kept(state.version)
        return [state.version for state in history.published()]


class Rollback(Release):
    """The earlier state is published again and written into the folder: several files of it."""

    name = "rollback"

    def prepare(self) -> None:
        shutil.copytree(SMALL, self.settings.knowledge)
        self.old = self.release().version
        self.edit()
        with (self.settings.knowledge / "synonyms.md").open("a") as synonyms:
            synonyms.write("\n- **ferry**: boat, steamer\n")
        shutil.copytree(self.facts.parent, self.settings.knowledge / "harbour")
        self.new = self.release().version

    def act(self, say: Say) -> None:
        rollback(self.settings, self.old, "bob", NOW)
        say("rolled back")

    def check(self, said: Sequence[str]) -> None:
        version = self._start().version
        assert version in {self.old, self.new}
        assert version == self.old or not said
        assert fingerprint(self.settings.knowledge) == version
        assert not note_of(self.settings.data).exists()
        published = self._published()
        assert set(published) == {self.old, self.new}
        assert published[0] == version


class Recovery(Rollback):
    """A start finishes a rollback that was killed half-way, and is killed itself."""

    name = "start after a killed rollback"

    def prepare(self) -> None:
        super().prepare()
        begun = shutil.copytree(self.place, self.place.with_name("begun"))
        note = note_of(self.settings.data)
        for step in count(1, 20):
            run(super().act, kill_at=step)
            whole = fingerprint(self.settings.knowledge) in {self.old, self.new}
            if note.exists() and not whole:
                return
            shutil.rmtree(self.place)
            shutil.copytree(begun, self.place)

    def act(self, say: Say) -> None:
        if not start(self.settings, NOW).notice:
            say("started")

    def check(self, said: Sequence[str]) -> None:
        del said
        super().check(["rolled back"])
