"""Telling that a question is in another language than its article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.languages import languages, other_language
from bot.wording import wordings


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wann ist die neue Fähre ausgelaufen?", "de"),
        ("Was sagen die Leute auf den Inseln?", "de"),
        ("wie viele passagiere passen auf die fähre", "de"),
        ("¿Qué dicen los habitantes de las islas?", "es"),
        ("Qui est le capitaine du port ?", "fr"),
        ("Chi ha comprato il traghetto?", "it"),
        ("Hoeveel mensen passen er op de boot?", "nl"),
        ("O czym jest ten artykuł?", "pl"),
        ("新渡轮什么时候离开？", "zh"),
        ("フェリーはいつ出ましたか？", "ja"),
        ("متى غادرت العبارة؟", "ar"),
    ],
)
def test_a_question_in_another_language_is_told(question: str, language: str) -> None:
    assert other_language(question, "en") == language
    assert other_language(question, language) == ""


@pytest.mark.parametrize("code", ["de", "es", "fr", "ja"])
def test_english_is_another_language_for_other_articles(code: str) -> None:
    assert other_language("How many people live on the island?", code) == "en"


@pytest.mark.parametrize(
    "question",
    [
        "",
        "who is Ursula von der Leyen",
        "Ursula von der Leyen",
        "Oscar de la Renta",
        "tell me about Los Alamos and Rio de Janeiro",
        "when did Otto von Bismarck die",
        "was man on Das Boot in the war",
        "how do i get a w2 form",
        "danke",
        "c'est la vie",
        "wer?",
        "qui ferry",
        "Москва",
    ],
)
def test_names_and_short_texts_are_no_other_language(question: str) -> None:
    assert other_language(question, "en") == ""


@given(st.text(max_size=60), st.sampled_from([*languages(), "sw", "fa", "ko"]))
def test_any_text_can_be_looked_at_and_no_article_is_foreign_to_itself(
    text: str, code: str
) -> None:
    assert other_language(text, code) != code


def test_every_language_has_a_name_in_every_catalogue() -> None:
    for wording in wordings().values():
        assert {f"language.{code}" for code in languages()} <= wording.texts.keys()
