"""What an editor writes once: disputes between facts, and who is meant by a pronoun."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.editing.edits import FactDraft, edit_entry, read_draft, remove_entry
from bot.errors import KnowledgeError
from bot.knowledge.loading import Knowledge, load_article_folder
from bot.language.lexicon import Lexicon
from bot.routing.confidence import shipped_calibration
from bot.routing.router import Router

TEXT = """\
Liberia elects a president
Ellen Johnson Sirleaf stood in 2005. She had studied economics at Harvard.
Her rival, George Weah, said the vote was rigged. Observers called it clean.
"""

FACTS = """\
## The vote

### Was the vote rigged?

George Weah said it was.

> the vote was rigged
> — the article

### What did observers call the vote?

Observers called it clean.

> Observers called it clean
> -- the article

Disputes: Was the vote rigged?
"""

Load = Callable[..., Knowledge]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def part(facts: str = FACTS, names: str = "- **George Weah**: Weah\n") -> Knowledge:
        for name, content in {"article.txt": TEXT, "facts.md": facts, "names.md": names}.items():
            (tmp_path / name).write_text(content, "utf-8")
        return load_article_folder(tmp_path, Lexicon.build({}, (), ("the", "a")))

    return part


def faults(load: Load, *files: str) -> list[tuple[int, str]]:
    with pytest.raises(KnowledgeError) as caught:
        load(*files)
    return [(fault.line, fault.message) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "named", ["Was the vote rigged?", "[Was the vote rigged?](#was-the-vote-rigged)"]
)
def test_a_dispute_is_written_once_and_brings_each_side_to_the_other(
    load: Load, named: str
) -> None:
    facts = load(FACTS.replace("Disputes: Was the vote rigged?", f"Disputes: {named}")).facts
    assert [fact.disputed_by for fact in facts] == [(facts[1].id,), (facts[0].id,)]


def test_a_dispute_with_no_fact_is_a_fault(load: Load) -> None:
    found = faults(load, FACTS.replace("Disputes: Was", "Disputes: Why was"))
    assert found == [(10, "is disputed by #why-was-the-vote-rigged, which is no fact's heading.")]


def test_a_question_that_is_reworded_or_removed_takes_its_disputes_along(load: Load) -> None:
    article, slug = load().article, "was-the-vote-rigged"
    draft = read_draft(FACTS, slug)
    reworded = FactDraft("Who says it was rigged?", draft.answer, draft.quotations)
    edited = edit_entry(FACTS, article, slug, reworded)
    assert "Disputes: Who says it was rigged?\n" in edited
    assert "Disputes:" not in remove_entry(FACTS, article, slug)


def test_an_editor_s_answer_is_no_dispute(load: Load) -> None:
    article, slug = load().article, "what-did-observers-call-the-vote"
    draft = read_draft(FACTS, slug)
    assert draft.answer == "Observers called it clean."
    edited = edit_entry(FACTS, article, slug, FactDraft(draft.question, "Clean.", draft.quotations))
    assert edited == FACTS.replace("Observers called it clean.\n\n>", "Clean.\n\n>")


STUDIES = """\
## Her

### What had Sirleaf studied?

Sirleaf had studied economics.

> She had studied economics
> — the article
"""
SHE = "- **She** (2): Ellen Johnson Sirleaf\n- **Her** (3, 3): Ellen Johnson Sirleaf\n"


def test_an_answer_may_name_who_is_meant(load: Load) -> None:
    [(line, message)] = faults(load, STUDIES)
    assert (line, "says “Sirleaf”" in message) == (3, True)
    assert load(STUDIES, SHE).facts[0].answer == "Sirleaf had studied economics."


def test_a_question_that_names_who_is_meant_finds_the_sentence(load: Load) -> None:
    asked = "Did Ellen Johnson Sirleaf study?"
    shown = [
        Router(load("### Draft: one", names), shipped_calibration("normal"))
        .ask(asked)
        .citations[0]
        .sentence
        for names in ("", SHE)
    ]
    assert [sentence.number for sentence in shown] == [1, 2]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("- **She** (9): Sirleaf", "there is no sentence 9; the last one is 4."),
        ("- **She** (1): Sirleaf", "sentence 1 has no “She”; look its number up again."),
        ("- **She** (2): ", "says nobody for “She”; write a name behind the colon."),
    ],
)
def test_who_is_meant_must_be_in_its_sentence(load: Load, names: str, told: str) -> None:
    assert faults(load, FACTS, names) == [(1, told)]
