"""Question sets that can't be read are refused with the line, and how to write a row."""

from pathlib import Path

import pytest

from bot.evaluation.measure import QuestionSetError, read_questions

GOOD = '{"q": "Who left?", "accept": ["The ferry left."], "kind": "plain"}\n'
HOW = 'Write a row as {"q": "Who left?"'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"set.jsonl: holds no question. {HOW}"),
        ("\n\n", f"set.jsonl: holds no question. {HOW}"),
        (GOOD + "[]", f"set.jsonl:2: is no labelled question. {HOW}"),
        (GOOD + "{bad", f"set.jsonl:2: is no labelled question. {HOW}"),
        ('{"q": "Who?"}', f"set.jsonl:1: is no labelled question. {HOW}"),
        ('{"q": 3, "accept": [], "kind": "plain"}', "question (q is not a text). Write"),
        ('{"q": "Who?", "accept": "I", "kind": "plain"}', "question (accept is not a list). Write"),
    ],
)
def test_what_is_no_question_set_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(QuestionSetError) as refused:
        read_questions(file)
    assert said in str(refused.value)
