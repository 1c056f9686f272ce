"""The article's sentences are its own text, and nothing else gets past the guard."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import KnowledgeError, QuoteGuardError
from bot.knowledge.article import Article, guard_quote, load_article, split_sentences
from bot.knowledge.loading import Collection

ABOUT = 'publisher = "Daily"\n[speakers]\n"the mayor" = "the town"\n'
TEXT = "A headline\nOne sentence. Another one.\n© Daily\n"


@pytest.fixture
def article(knowledge: Collection) -> Article:
    return knowledge.articles[0]


def write(folder: Path, text: str | None = TEXT, about: str | None = ABOUT) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in (("article.txt", text), ("article.toml", about)):
        if content is not None:
            (folder / name).write_text(content, "utf-8")
    return folder


def faults(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(KnowledgeError) as caught:
        load_article(folder)
    return [(fault.file.name, fault.line, fault.message) for fault in caught.value.faults]


def test_the_shipped_article_has_fourteen_sentences_in_seven_paragraphs(article: Article) -> None:
    numbers = [[s.number for s in article.paragraph(p)] for p in range(9)]
    assert numbers == [
        *([0], [1, 2], [3, 4, 5], [6, 7], [8, 9], [10, 11], [12, 13], [14]),
        [],
    ]


def test_the_headline_is_sentence_0(article: Article) -> None:
    assert article.title == article.sentences[0].text
    assert article.title.startswith("Russia Stands Firm On Syria Strategy")


def test_the_shipped_article_knows_its_publisher_and_copyright(article: Article) -> None:
    assert article.publisher == "IBTimes"
    assert article.copyright == "© Copyright IBTimes 2024. All rights reserved."
    assert all(article.copyright not in s.text for s in article.sentences)


def test_the_traps_of_the_shipped_article_do_not_cut_a_sentence(article: Article) -> None:
    ends = [s.text[-20:] for s in article.sentences]
    assert ends[5] == "other ‘strategies.’”"
    assert "12.5 miles of Aleppo" in article.sentences[10].text
    assert "the U.S. accused the Kremlin" in article.sentences[1].text
    assert article.sentences[11].text == "The U.S. denied these charges, CNN reported."


def test_each_sentence_is_the_text_at_its_place(article: Article) -> None:
    for sentence in article.sentences:
        assert article.source[sentence.start : sentence.end] == sentence.text


def test_joined_sentences_give_each_shipped_paragraph_back(article: Article) -> None:
    lines = article.source.splitlines()[:-1]
    for number, line in enumerate(lines):
        assert " ".join(s.text for s in article.paragraph(number)) == line


@pytest.mark.parametrize(
    "sentences",
    [
        ["The U.S. Army came.", "It left the U.S. in May.", "Then it went to the U.S.", "He knew."],
        ["It fell 12.5 miles away.", "About 3.4 tons burned."],
        ["Mr. Smith met Dr. Jones on St. James Street.", "They left."],
        ["J. R. Smith saw George W. Bush.", "So did I.", "Nobody else came."],
        ["“We won.", "We are glad,” she said.", "“Are you?”", "He nodded."],
        ["He calls it ‘help.’", "“We never had any other ‘strategies.’”", "That was all."],
        ["“Why?” he asked.", "Nobody knew!", "(It was late.)", "250 people slept."],
        ["Well… they came.", "It was late…", "They went.", "Wait... for what?", "Nothing."],
        ["The U.S.-led coalition flew at 5 p.m. local time.", "It stopped on Sept. 30 or later."],
        ["One sentence without an end"],
    ],
)
def test_a_paragraph_is_cut_where_a_reader_would(sentences: list[str]) -> None:
    assert [s.strip() for s in split_sentences(" ".join(sentences))] == sentences


TRAPS = "U.S.|12.5|Mr.|J.|“|”|’|‘|...|…|?|!|.|)|(| |  |\t|\N{NO-BREAK SPACE}|He|left|The|I|250"
TRAPPED = st.lists(st.sampled_from(TRAPS.split("|")), max_size=30).map("".join)
PARAGRAPHS = TRAPPED | st.text()
PLAIN = TRAPPED | st.text(st.characters(exclude_categories=["Cc", "Cs"]))


@given(PARAGRAPHS)
@example("  Two spaces.  Behind.  ")
def test_joined_sentences_give_any_paragraph_back(paragraph: str) -> None:
    sentences = split_sentences(paragraph)
    assert "".join(sentences) == paragraph
    assert all(sentences)


@given(st.lists(PLAIN.filter(lambda p: p.strip(" \t\N{NO-BREAK SPACE}")), min_size=2))
def test_every_sentence_of_any_article_is_its_own_text(
    tmp_path_factory: pytest.TempPathFactory, paragraphs: list[str]
) -> None:
    folder = write(tmp_path_factory.mktemp("article"), None)
    source = "\n".join(["Headline", "Text", *paragraphs, "© Daily"])
    (folder / "article.txt").write_bytes(source.encode())
    article = load_article(folder)
    assert article.source.encode() == source.encode()
    assert [s.number for s in article.sentences] == list(range(len(article.sentences)))
    for sentence in article.sentences:
        assert sentence.text == article.source[sentence.start : sentence.end]
        assert sentence.text == sentence.text.strip() != ""
        guard_quote(article, sentence)
    between = re.sub(r"\s", "", "".join(s.text for s in article.sentences))
    assert between == re.sub(r"\s", "", source.removesuffix("© Daily"))


def test_the_guard_lets_the_articles_own_sentences_pass(article: Article) -> None:
    for sentence in article.sentences:
        guard_quote(article, sentence)


@pytest.mark.parametrize("number", [0, 5, 14])
def test_the_guard_refuses_a_sentence_that_was_tampered_with(article: Article, number: int) -> None:
    own = article.sentences[number]
    tampered = [
        replace(own, text=own.text + " "),
        replace(own, text=own.text.upper()),
        replace(own, text=own.text.replace("s", "ѕ", 1)),  # a Cyrillic look-alike
        replace(own, text=own.text[1:], start=own.start + 1),
        replace(own, end=own.end + 1),
        replace(own, number=own.number + 1),
        replace(own, article="another-article"),
    ]
    for sentence in tampered:
        with pytest.raises(QuoteGuardError, match="not the article's own text"):
            guard_quote(article, sentence)


def test_an_article_is_its_folder(tmp_path: Path) -> None:
    article = load_article(write(tmp_path / "town-hall"))
    assert (article.slug, article.title, article.publisher) == ("town-hall", "A headline", "Daily")
    assert dict(article.sides) == {"the mayor": "the town"}
    assert [s.text for s in article.sentences[1:]] == ["One sentence.", "Another one."]


def test_an_article_needs_no_more_than_its_text(tmp_path: Path) -> None:
    article = load_article(write(tmp_path / "a", "A headline\nA sentence.\n", None))
    assert (article.publisher, article.copyright, dict(article.sides)) == ("", "", {})
    assert (article.about.language, article.about.strictness) == ("en", "normal")
    assert [s.text for s in article.sentences] == ["A headline", "A sentence."]


def test_what_is_known_about_an_article_is_kept(tmp_path: Path) -> None:
    toml = 'url = "https://example.org/a"\ndate = "2016-02-11"\nstrictness = "bold"\n'
    about = load_article(write(tmp_path / "a", about=toml)).about
    assert (about.url, about.date) == ("https://example.org/a", "2016-02-11")
    assert (about.publisher, about.strictness) == ("", "bold")


@pytest.mark.parametrize(
    ("paragraph", "quoting"),
    [
        ("“The pier was full,” he said. He left.", [True, False]),
        (
            "“We were on the pier. It was full. It sank,” he said. He left.",
            [True, True, True, False],
        ),
        ('"We were on the pier. It was full," he said. He left.', [True, True, False]),
        ("The “new” pier is open. It is the “People’s Pier.” He left.", [False, False, False]),
        ("He left. “We were on the pier.", [False, True]),
        ("„Wir waren auf dem Pier“, sagte er. Er ging.", [True, False]),
    ],
)
def test_a_sentence_with_somebodys_own_words_is_known(
    tmp_path: Path, paragraph: str, quoting: list[bool]
) -> None:
    article = load_article(write(tmp_path / "a", f"A headline\n{paragraph}\n"))
    assert [sentence.quotes for sentence in article.sentences[1:]] == quoting


def test_windows_line_ends_are_kept_out_of_the_sentences(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", None)
    (folder / "article.txt").write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert [s.text for s in load_article(folder).sentences] == [
        *("A headline", "One sentence.", "Another one."),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "is missing"),
        ("A headline\n© Daily\n", "a headline and a paragraph"),
        ("", "a headline and a paragraph"),
    ],
)
def test_a_fault_of_the_text_is_told(tmp_path: Path, text: str | None, message: str) -> None:
    found = faults(write(tmp_path / "a", text))
    assert all((file, line) == ("article.txt", 0) for file, line, _ in found)
    assert any(message in text for _, _, text in found)


@pytest.mark.parametrize(
    ("about", "line", "message"),
    [
        ('publisher = "Daily"\n\n[speakers\n', 3, "under [speakers] one speaker per line, such as"),
        ('[speakers]\nThe mayor = ""\n', 2, "under [speakers] one speaker per line, such as"),
        ('url = ""\npublisher: "Daily"\n', 2, 'must be a name: publisher = "IBTimes".'),
        ("publisher = “Daily”\n", 1, 'must be a name: publisher = "IBTimes".'),
        ('publisher = "Daily\nurl = ""\n', 1, 'must be a name: publisher = "IBTimes".'),
        ("date = 2016-13-45\n", 1, "must be a day"),
        ("open_questions = yes\n", 1, "must be true or false"),
        ('url = ""\nurl = ""\n', 2, "is set twice; keep one of the two lines."),
        ("[speakers]\n\n[speakers]\n", 3, "is set twice; keep one of the two lines."),
        ('url = """\nhttp\n', 2, "can't be read; write one setting per line"),
        ("publisher = 7\n", 1, "publisher"),
        ('url = "the web"\n', 1, "an address"),
        ('date = "last May"\n', 1, "a day"),
        ('language = "English"\n', 1, "a code"),
        ('publisher = "Daily\\u001b]52;c;aGk=\\u0007"\n', 1, "publisher"),
        ('url = "https://example.com/\\u009b2J"\n', 1, "an address"),
        ('[speakers]\n"Ann\\u001b[2J" = "us"\n', 1, "[speakers]"),
        ('strictness = "lax"\n', 1, "one of strict, normal, bold"),
        ('open_questions = "no"\n', 1, "open_questions must be true or false"),
        ('speakers = "the mayor"\n', 1, "[speakers] table"),
        ('[speakers]\n"the mayor" = 7\n', 1, "[speakers] table"),
        ('editor = "me"\n', 1, "editor: no such setting; there are publisher, url"),
    ],
)
def test_a_fault_of_what_is_known_about_the_article_is_told(
    tmp_path: Path, about: str, line: int, message: str
) -> None:
    [(file, at, text)] = faults(write(tmp_path / "a", about=about))
    assert (file, at) == ("article.toml", line)
    assert message in text


@pytest.mark.parametrize(("name", "line"), [("article.txt", 2), ("article.toml", 2)])
def test_a_file_that_is_not_utf8_is_told(tmp_path: Path, name: str, line: int) -> None:
    folder = write(tmp_path / "a")
    (folder / name).write_bytes("Headline\nCafé\n© Daily\n".encode("latin-1"))
    [(file, told_line, told)] = faults(folder)
    assert (file, told_line) == (name, line)
    assert "UTF-8" in told


def test_the_faults_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    found = faults(write(tmp_path / "a", "Only a headline\n", "publisher = 7\n"))
    assert {file for file, _, _ in found} == {"article.txt", "article.toml"}


def test_a_fault_names_its_file_and_line_and_what_to_do(tmp_path: Path) -> None:
    folder = write(tmp_path / "a")
    (folder / "article.txt").write_bytes(b"Headline\nCaf\xe9\n")
    with pytest.raises(KnowledgeError) as caught:
        load_article(folder)
    assert str(caught.value) == f"{folder / 'article.txt'}:2: is not UTF-8 here; save it as UTF-8."
