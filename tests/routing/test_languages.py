"""The same article in German and Spanish, and others bare: facts, open questions, refusals."""

from pathlib import Path

import pytest
from places import KNOWLEDGE, TESTS

from bot.knowledge.article import split_sentences
from bot.knowledge.loading import Collection, Knowledge, load_article_folder
from bot.knowledge.word_file import read_word_file
from bot.language.lexicon import Lexicon
from bot.language.text import words
from bot.routing.library import Library

GENERAL = read_word_file(KNOWLEDGE / "synonyms.md").lexicon()


def part(slug: str) -> Knowledge:
    folder = "articles" if slug == "river-dam" else "languages"
    return load_article_folder(TESTS / folder / slug, GENERAL)


@pytest.fixture(scope="module")
def library() -> Library:
    """German, Spanish and English articles side by side."""
    parts = [part(slug) for slug in ("faro", "leuchtturm", "river-dam")]
    return Library(Collection(tuple(parts), GENERAL))


@pytest.mark.parametrize(
    ("question", "article", "sentence"),
    [
        ("Wann wurde der Turm errichtet, in welchem Jahr?", "leuchtturm", 3),
        ("In welchem Jahr baute man den Leuchtturm?", "leuchtturm", 3),
        ("wie hoch ist der turm eigentlich", "leuchtturm", 3),
        ("Was kostet der Umbau des Leuchtturms?", "leuchtturm", 9),
        ("An welchem Tag übergibt die Wärterin das Licht?", "leuchtturm", 2),
        ("Was halten die Fischer von dem Umbau?", "leuchtturm", 8),
        ("¿En qué año se construyó la torre?", "faro", 3),
        ("cuando construyeron el faro", "faro", 3),
        ("que altura tiene la torre", "faro", 3),
        ("¿Cuánto va a costar la reforma del faro?", "faro", 10),
        ("¿Qué día entrega la farera la luz?", "faro", 2),
        ("¿Qué opinan los pescadores sobre la reforma?", "faro", 9),
    ],
)
def test_a_question_gets_the_fact_of_the_article_in_its_language(
    library: Library, question: str, article: str, sentence: int
) -> None:
    reply = library.ask(question)
    cited = [(c.sentence.article, c.sentence.number) for c in reply.citations]
    assert (reply.status, cited[:1]) == ("answered", [(article, sentence)])


@pytest.mark.parametrize(
    ("question", "article", "said"),
    [
        ("Wie alt ist die Wärterin?", "leuchtturm", "wie alt Anna Berg ist"),
        ("Weiß man, wer den Turm gebaut hat?", "leuchtturm", "wer den Leuchtturm gebaut"),
        ("¿Cuál es la edad de Berg?", "faro", "qué edad tiene"),
        ("¿Quién ha construido el faro?", "faro", "quién construyó"),
    ],
)
def test_an_open_question_declines_in_its_own_words(
    library: Library, question: str, article: str, said: str
) -> None:
    reply = library.ask(question, [article])
    assert reply.status == "declined"
    assert said in (reply.answer or "")


@pytest.mark.parametrize(
    "question",
    [
        "Wer gewann die Bundestagswahl?",
        "Welche Zutaten gehören in einen Apfelkuchen?",
        "¿Quién ganó las elecciones en Chile?",
        "¿Qué ingredientes lleva la paella?",
    ],
)
def test_what_no_article_is_about_is_not_answered(library: Library, question: str) -> None:
    assert library.ask(question).status == "declined"


BARE = {
    "fr": (
        (
            "La gardienne quitte le phare\nAnna Berg garde l’île depuis 27 ans. Le phare fut "
            "construit en 1884 par M. Lind. L’usine de l’île a fermé. Le port est à 3 km.\n"
        ),
        {"Quand a-t-on construit le phare ?": 2, "Quelle usine a fermé dans l'île ?": 3},
    ),
    "ru": (
        (
            "Смотрительница покидает маяк\nАнна Берг хранила маяк 27 лет. Маяк построили в 1884 г. "
            "на острове. Туристы приезжают летом.\n"
        ),
        {"Когда был построен маяк?": 2, "когда приезжает турист": 3},
    ),
    "zh": (
        "守塔人离开灯塔\n安娜守护灯塔二十七年。灯塔建于1884年，高31米。渔民认为改造是错误的。游客很多。\n",
        {"灯塔是哪年建的？": 2, "渔民怎么看改造？": 3, "安娜守护了多少年？": 1},
    ),
    "ja": (
        "最後の灯台守\nアンナは灯台を27年守った。灯台は1884年に建てられた。漁師は改装に反対している。\n",
        {"灯台はいつ建てられましたか": 2, "漁師は何に反対していますか": 3},
    ),
    "th": (
        "ผู้ดูแลประภาคาร\nแอนนาดูแลประภาคารมา 27 ปี\nประภาคารสร้างเมื่อ 1884\nชาวประมงคัดค้านการปรับปรุง\n",
        {"ชาวประมงคัดค้านอะไร": 3},
    ),
}


@pytest.mark.parametrize("code", BARE)
def test_a_bare_article_shows_the_sentence_that_comes_nearest(code: str, tmp_path: Path) -> None:
    text, asked = BARE[code]
    (tmp_path / "article.txt").write_text(text, "utf-8")
    (tmp_path / "article.toml").write_text(f'language = "{code}"', "utf-8")
    library = Library(Collection((load_article_folder(tmp_path, GENERAL),), GENERAL))
    for question, sentence in asked.items():
        reply = library.ask(question)
        numbers = [citation.sentence.number for citation in reply.citations]
        assert (reply.status, numbers[:1]) == ("nearest", [sentence]), question


@pytest.mark.parametrize(
    ("paragraph", "language", "sentences"),
    [
        ("Am 3. Mai endet es. Dann ist Ruhe.", "de", 2),
        ("Er wurde 3. Danach ging er.", "de", 2),
        ("Das ist z. B. gut. Ähnlich ist das.", "de", 2),
        ("He came 3. Danach is no word.", "en", 2),
        ("¿Es un error? ¡Claro! Lo es.", "es", 3),
        ("El Sr. Gil vino. Él habló.", "es", 2),
        ("M. Lind est venu. «Oui.» Élise parle.", "fr", 3),
        ("Это было в 5 г. Иисуса ждали. Потом ушли.", "ru", 2),
        ("他说：“好。”她走了。真的吗？", "zh", 3),
    ],
)
def test_sentences_are_cut_by_the_article_s_language(
    paragraph: str, language: str, sentences: int
) -> None:
    found = split_sentences(paragraph, language)
    assert len(found) == sentences, found
    assert "".join(found) == paragraph


def test_elided_words_and_words_without_spaces_are_told_apart() -> None:
    assert words("l’île d’Anna, qu'il") == ["l", "île", "d", "anna", "qu", "il"]
    assert words("NASA的灯塔")[:2] == ["nasa", "的"]
    assert "".join(words("守塔人把灯塔交给了计算机")) == "守塔人把灯塔交给了计算机"


def test_a_language_of_its_own_has_no_english_synonyms() -> None:
    german = GENERAL.of("de")
    assert isinstance(german, Lexicon)
    assert [term.key for term in german.terms(["häuser", "starten"])] == ["haus", "start"]
    assert GENERAL.of("en") is GENERAL
