"""Reading the general open questions, and saying what is wrong with them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import KNOWLEDGE

from bot.errors import KnowledgeError
from bot.knowledge.file_names import OPEN_QUESTIONS_FILE
from bot.knowledge.loading import Collection, load_knowledge
from bot.knowledge.open_question_file import NAME, GeneralQuestion, load_open_question_file

SOURCE = """\
# Any article

## The article does not say who wrote it.
- who wrote this
- author?

# Person

<!-- of anybody -->
## The article does not say how old {name} is.
- how old is {name}
"""


def read(source: str, folder: Path) -> tuple[GeneralQuestion, ...]:
    file = folder / OPEN_QUESTIONS_FILE
    file.write_text(source, "utf-8")
    return load_open_question_file(file)


def faults(source: str, folder: Path) -> list[tuple[int, str]]:
    with pytest.raises(KnowledgeError) as caught:
        read(source, folder)
    return [(fault.line, fault.message) for fault in caught.value.faults]


def test_a_question_has_a_kind_a_reply_and_ways_to_ask(tmp_path: Path) -> None:
    assert read(SOURCE, tmp_path) == (
        GeneralQuestion(
            "", "The article does not say who wrote it.", ("who wrote this", "author?"), 3
        ),
        GeneralQuestion(
            "person", "The article does not say how old {name} is.", ("how old is {name}",), 10
        ),
    )


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("# Animal\n\n## No {name}.\n- who is {name}\n", 1, "“Animal” is no kind; use one of Any"),
        ("# Person\n\n## No {name}.\n", 3, "has no way to ask"),
        ("# Person\n\n## Nobody.\n- who is {name}\n", 3, "must hold {name}"),
        ("# Person\n\n## No {name}.\n- who is it\n", 4, "must hold {name}"),
        ("# Person\n\n## No {name}.\n- who is {name} in {place}\n", 4, "no other braces"),
        ("# Any article\n\n## No {name}.\n- who\n", 3, "can't hold braces"),
        ("# Person\n\n## No {name}.\n- {name}?\n", 4, "has no words"),
        (f"# Person\n\n## No {{name}}{' at' * 99}.\n- who is {{name}}\n", 3, "longer than 300"),
        (f"# Person\n\n## No {{name}}.\n- who is {{name}}{' x' * 99}\n", 4, "is longer than 200"),
        ("# Person\n\n## No {name}.\n- {name} age\n- {name} Age?\n", 5, "is on line 4 too"),
        ("# Person\n\nSome words.\n", 3, "is no part of a reply"),
        ("# Person\n\n- how old is {name}\n", 3, "is no part of a reply"),
    ],
)
def test_a_fault_is_told_with_its_line(
    source: str, line: int, message: str, tmp_path: Path
) -> None:
    [(place, text)] = faults(source, tmp_path)
    assert place == line
    assert message in text


def test_the_same_words_may_ask_about_two_kinds(tmp_path: Path) -> None:
    old = "## The article does not say how old {name} is.\n- {name} age\n"
    assert len(read(f"# Person\n\n{old}\n# Thing\n\n{old}", tmp_path)) == 2


def test_all_faults_of_a_folder_are_told_together(small: Path) -> None:
    (small / OPEN_QUESTIONS_FILE).write_text("# Animal\n", "utf-8")
    (small / "ferry" / "names.md").write_text("- nothing\n", "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(small)
    assert {(f.file.name, f.line) for f in caught.value.faults} == {
        (OPEN_QUESTIONS_FILE, 1),
        ("names.md", 1),
    }


@given(st.lists(st.sampled_from(SOURCE.splitlines()) | st.text(max_size=20)).map("\n".join))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, source: str) -> None:
    try:
        questions = read(source, tmp_path_factory.mktemp("open"))
    except KnowledgeError as error:
        questions, lines = (), [fault.line for fault in error.faults]
    else:
        lines = [question.line for question in questions]
    assert all(lines)
    for question in questions:
        texts = (question.answer, *question.phrasings)
        assert [NAME in text for text in texts] == [bool(question.kind)] * len(texts)


def test_the_shipped_questions_can_be_read_through_and_differ(knowledge: Collection) -> None:
    assert len(knowledge.general) <= 300
    assert all(q.answer.startswith("The article does not say ") for q in knowledge.general)
    assert len((KNOWLEDGE / OPEN_QUESTIONS_FILE).read_text("utf-8").splitlines()) < 2_000
