"""An editor who publishes, for the tests of releases."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.config import Settings
from bot.publishing.edition import Edition, fingerprint, read_edition
from bot.publishing.folder import read_snapshot
from bot.publishing.history import History
from bot.publishing.release import accept, propose, published_edition, rollback
from bot.publishing.rewrite import Rewrite, note_of, read_settled

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUESTION = "When did the new ferry leave?"


@dataclass(frozen=True)
class Publisher:
    """An editor at a knowledge folder and the data folder of its bot."""

    settings: Settings

    @property
    def facts(self) -> Path:
        return self.settings.knowledge / "ferry" / "facts.md"

    @property
    def history(self) -> History:
        return History(self.settings.data)

    @property
    def versions(self) -> list[str]:
        return [state.version for state in self.history.states()]

    def edit(self, old: str, new: str) -> None:
        text = self.facts.read_text("utf-8")
        assert old in text
        self.facts.write_text(text.replace(old, new), "utf-8")

    def as_it_stands(self) -> Edition:
        return read_edition(read_snapshot(self.settings.knowledge), self.settings.data)

    def publish(self, now: datetime = NOW) -> Edition:
        proposal = propose(self.settings, published_edition(self.settings), {})
        return accept(self.settings, proposal, "ann", now)

    def rewrite(self, old: str, new: str) -> Rewrite:
        """An edit of the facts as it comes from Discord: not yet written."""
        found = read_settled(self.settings)
        text = found.text("ferry/facts.md")
        assert old in text
        return Rewrite(found, found.with_file("ferry/facts.md", text.replace(old, new)))

    def publish_rewrite(self, rewrite: Rewrite) -> Edition:
        proposal = propose(self.settings, published_edition(self.settings), {}, rewrite)
        return accept(self.settings, proposal, "ann", NOW)

    def interrupt_rollback(self, before: str, after: str) -> None:
        """Leave what a program leaves that is killed before it writes the first file."""
        place = self.settings.knowledge.resolve()
        note_of(self.settings.data).write_text(f"{before}\n{after}\n{place}", "utf-8")

    def publish_second(self) -> Edition:
        """Another answer, a word more, and a second article."""
        self.edit("the ferry left on Monday.", "the new ferry left on Monday.")
        synonyms = self.settings.knowledge / "synonyms.md"
        synonyms.write_text(synonyms.read_text("utf-8").replace("launch", "launch, set off"))
        shutil.copytree(self.facts.parent, self.settings.knowledge / "harbour")
        return self.publish()

    def rollback(self, version: str = "") -> Edition:
        return rollback(self.settings, version, "bob", NOW)

    def refuse_writing(self) -> None:
        """Keep the file from being written, even by root: its temporary file finds no place."""
        (self.facts.parent / ".facts.md.new" / "taken").mkdir(parents=True)

    def label(self, article: str) -> None:
        """Give an article a labelled question."""
        questions = self.settings.knowledge / article / "questions.jsonl"
        sentence = "The new ferry left the mainland on Monday."
        questions.write_text(f'{{"q": "{QUESTION}", "accept": ["{sentence}"], "kind": "plain"}}')

    def lose_a_fact(self) -> None:
        """An edit after which the labelled question finds no answer."""
        self.label("ferry")
        start, end = (self.facts.read_text("utf-8").index(t) for t in ("### When", "### How many"))
        self.edit(self.facts.read_text("utf-8")[start:end], "")


def assert_answers(publisher: Publisher, edition: Edition) -> None:
    """The folder, the database and the newest state are all what the edition is."""
    assert fingerprint(publisher.settings.knowledge) == edition.version
    assert edition.store.version() == edition.version
    assert publisher.history.published()[0].version == edition.version
    for state in publisher.history.states():
        assert publisher.history.kept(state.version).version == state.version
