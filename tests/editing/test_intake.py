"""Making an article of a text as somebody has it."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.editing.intake import LIMIT, ArticleDetails, IntakeError, NewArticle, new_article
from bot.knowledge.article import load_article
from bot.publishing.folder import FILE_LIMIT

WRAPPED = """\
The Lighthouse Keeper's Last Winter

Anna Berg, 61, has kept the lighthouse on Skarv Island for 27 years.
She will leave in March, when the Coastal Agency (CA) turns the light
over to a computer. The light is 31 metres high.

What comes next

The agency said the tower would stay open. Berg said she would miss the
storms most, and the well-
known silence behind them.

Year   Visitors   Storms
2021   1,200      14
2022   2,300      9
"""


def made(text: str | bytes, name: str = "story.txt", **about: str) -> NewArticle:
    content = text.encode() if isinstance(text, str) else text
    return new_article(content, name, ArticleDetails(**about))


def lines(text: str | bytes, name: str = "story.txt", **about: str) -> list[str]:
    return made(text, name, **about).files["article.txt"].splitlines()


def body(text: str, name: str = "story.txt") -> list[str]:
    return lines(f"A headline\n\n{text}", name)[1:]


def test_wrapped_lines_are_joined_and_headings_and_tables_told_from_sentences() -> None:
    assert lines(WRAPPED) == [
        "The Lighthouse Keeper's Last Winter",
        (
            "Anna Berg, 61, has kept the lighthouse on Skarv Island for 27 years. She will leave "
            "in March, when the Coastal Agency (CA) turns the light over to a computer. The light "
            "is 31 metres high."
        ),
        "## What comes next",
        (
            "The agency said the tower would stay open. Berg said she would miss the storms most, "
            "and the well-known silence behind them."
        ),
        "| Year | Visitors | Storms |",
        "| 2021 | 1,200 | 14 |",
        "| 2022 | 2,300 | 9 |",
    ]


def test_headings_and_tables_are_no_sentences(tmp_path: Path) -> None:
    for name, text in made(WRAPPED).files.items():
        (tmp_path / name).write_text(text, "utf-8")
    sentences = load_article(tmp_path).sentences
    assert len(sentences) == 6
    assert [s.paragraph for s in sentences] == [0, 1, 1, 1, 2, 2]


def test_a_paragraph_a_line_stays_so() -> None:
    text = f"A headline\n{'One long sentence. ' * 20}\nA short one."
    assert lines(text) == ["A headline", ("One long sentence. " * 20).strip(), "A short one."]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It is 31 metres high.[citation needed] It stands.", "It is 31 metres high. It stands."),
        ("It is 31 metres high.[3][12] It stands.", "It is 31 metres high. It stands."),
        ("A com\N{SOFT HYPHEN}puter turns it.", "A computer turns it."),
        ("It\N{ZERO WIDTH SPACE} stands\x07 there.", "It stands there."),
        ("It  stands\tthere.\r", "It stands there."),
        ("He said “it [the light] stands”.", "He said “it [the light] stands”."),
        ("Cafe\N{COMBINING ACUTE ACCENT} society met.", "Café society met."),
        ("- It stands.", "It stands."),
        ("It is high.[a] It has a list[i] of ships.", "It is high. It has a list[i] of ships."),
        ("On 3. Mai it stands – 2) or 4. so.", "On 3. Mai it stands – 2) or 4. so."),
    ],
)
def test_what_is_not_the_text_s_own_is_taken_out(text: str, read: str) -> None:
    assert body(text) == [read]


def test_a_word_that_was_cut_at_a_hyphen_is_whole_if_the_text_has_it_elsewhere() -> None:
    text = "The lighthouse stands on the island, and the light-\nhouse has a keeper there now."
    assert body(text) == [text.replace("light-\nhouse", "lighthouse")]


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b""])
def test_a_byte_order_mark_is_no_letter(start: bytes) -> None:
    assert lines(start + b"A headline\n\nIt stands there.") == ["A headline", "It stands there."]


def test_what_windows_calls_unicode_is_read() -> None:
    assert lines("A headline\r\n\r\nIt stands.".encode("utf-16")) == ["A headline", "It stands."]


def test_markdown_keeps_its_words_and_loses_its_marks() -> None:
    text = """\
# A *headline*

It [stands](https://example.com) **there**,
they say. ![a picture](light.png)

> It is high.

<div class="note">A note <!-- not this --> of the site.</div>

## Facts

* One thing.
* Another thing.

| Year | Storms |
|---|---|
| 2021 | 14 |
"""
    assert lines(text, "story.md") == [
        "A headline",
        "It stands there, they say.",
        "It is high.",
        "A note of the site.",
        "## Facts",
        "One thing.",
        "Another thing.",
        "| Year | Storms |",
        "| 2021 | 14 |",
    ]


def test_what_a_static_site_puts_above_an_article_is_what_is_known_about_it() -> None:
    front = '---\ntitle: "A headline"\ndate: 2021-03-04T10:00\nlayout: post\nurl: here\n---\n'
    article = made(f"{front}\nIt stands there.\n", "story.md")
    assert article.files["article.txt"] == "A headline\nIt stands there.\n"
    assert article.files["article.toml"] == 'date = "2021-03-04"\nlanguage = "en"\n'


def test_a_byline_and_a_question_are_no_headings() -> None:
    text = "By Ada Byron\n\nIs that all?\n\nIt stands there."
    assert body(text) == ["By Ada Byron", "Is that all?", "It stands there."]


PAGE = """\
<!DOCTYPE html><html lang="en"><head><title>Keeper leaves the light | The Post</title>
<meta property="og:site_name" content="The Post">
<meta property="og:title" content="Keeper leaves the light">
<meta property="article:published_time" content="2021-03-04T10:00:00Z">
<link rel="canonical" href="https://post.example/keeper"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article>
<h1>Keeper leaves the light</h1>
<p>Anna Berg has kept the lighthouse on Skarv Island for 27 years, longer than anybody before.</p>
<p>She will leave in March, when the agency turns the light over to a computer on the mainland.</p>
<h2>What comes next</h2>
<p>The agency said the tower would stay open to visitors, who come from all over the country.</p>
</article><footer>Subscribe to our newsletter!</footer></body></html>
"""


@pytest.mark.parametrize("name", ["saved.html", ""])
def test_a_saved_page_gives_its_article_and_what_it_tells_about_it(name: str) -> None:
    article = made(PAGE, name)
    text = article.files["article.txt"]
    assert text.startswith("Keeper leaves the light\nAnna Berg has kept the lighthouse")
    assert "## What comes next\n" in text
    assert "Subscribe" not in text
    assert "Sport" not in text
    assert article.files["article.toml"].splitlines() == [
        'publisher = "The Post"',
        'url = "https://post.example/keeper"',
        'date = "2021-03-04"',
        'language = "en"',
    ]
    assert article.slug == (name.removesuffix(".html") or "keeper-leaves-the-light")


def test_what_is_given_wins_over_what_a_page_tells() -> None:
    about = made(PAGE, "saved.html", publisher="Another").files["article.toml"]
    assert 'publisher = "Another"\n' in about


def test_without_a_headline_the_first_words_stand_for_it() -> None:
    text = "Anna Berg has kept the lighthouse on Skarv Island for 27 years. She will leave."
    assert lines(text) == ["Anna Berg has kept the lighthouse on Skarv…", text]


def test_a_headline_that_is_given_stands_once() -> None:
    assert lines("A headline\n\nIt stands.", title="A headline") == ["A headline", "It stands."]
    assert lines("It stands. It is high.", title="## A  headline")[0] == "A headline"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The keeper has left the light to a computer, and that is the end of it.", "en"),
        ("Der Wärter hat das Licht einem Computer überlassen, und das war es dann auch.", "de"),
        ("El farero ha dejado la luz a una computadora, y eso es todo lo que se sabe.", "es"),
        ("Le gardien a laissé la lumière à un ordinateur, et c’est la fin pour lui.", "fr"),
        ("Смотритель оставил маяк компьютеру, и это было всё, что он сделал.", "ru"),
        ("守塔人把灯塔交给了计算机。", "zh"),
        ("灯台守は灯台をコンピューターに任せました。", "ja"),
        ("Skarv 31.", "en"),
    ],
)
def test_the_language_is_guessed(text: str, code: str) -> None:
    assert f'language = "{code}"' in made(f"X\n\n{text}").files["article.toml"]


def test_names_get_a_kind_if_a_rule_is_sure() -> None:
    assert made(WRAPPED).files["names.md"].splitlines()[4:] == [
        "- **Skarv Island** (place):",
        "- **Anna Berg** (person): Berg",
        "- **Coastal Agency** (organisation): CA",
    ]


def test_a_speaker_is_a_person_who_goes_by_a_surname_too() -> None:
    said = "“No,” said Ada Byron. “Yes,” said Amnesty International. Byron has left the house."
    text = f"X\n\n{said}"
    assert made(text).files["names.md"].splitlines()[4:] == ["- **Ada Byron** (person): Byron"]


def test_what_only_sounds_like_a_title_makes_no_person() -> None:
    text = "X\n\nShe was taken to General Hospital. The Attorney General Ada Byron came."
    assert "Hospital" not in made(text).files["names.md"]


def test_if_no_rule_is_sure_there_is_no_file_of_names() -> None:
    assert "names.md" not in made("A headline\n\nSkarv has a light. Berg kept it.").files


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no text in it"),
        (b" \n\n ", "no text in it"),
        (b"A headline\n", "no sentence below the headline"),
        (b"A headline\n\n| a | b |\n| c | d |\n", "no sentence below the headline"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"PK\x03\x04...", "is a packed file"),
        (b"A headline\n\nIt stands.\x00", "no text in UTF-8"),
        (b"A headline\n\nCaf\xe9 society.", "no text in UTF-8"),
        (b"A headline\n\n" + b"It stands. " * 100_000, "more than 1,000,000 bytes"),
        (b"x" * 10_000_001, "more than 10,000,000 bytes"),
        (b"<html><body></body></html>", "No article is found in this page"),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(content: bytes, said: str) -> None:
    with pytest.raises(IntakeError, match=said):
        made(content)


def test_a_text_that_is_taken_is_not_too_large_to_publish() -> None:
    assert LIMIT <= FILE_LIMIT


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("My Story (final).txt", "my-story-final"),
        ("Überflug.md", "uberflug"),
        ("маяк.txt", "маяк"),
        ("#.txt", "a-headline"),
        ("", "a-headline"),
        ("-.txt", "a-headline"),
    ],
)
def test_the_folder_is_named_after_the_file_or_the_headline(name: str, slug: str) -> None:
    assert new_article(b"A headline\n\nIt stands.", name, ArticleDetails()).slug == slug


def test_a_name_that_is_taken_is_refused_with_one_that_is_free() -> None:
    with pytest.raises(IntakeError, match="Name this one “story-3”"):
        new_article(
            b"A headline\n\nIt stands.", "story.txt", ArticleDetails(), {"story", "story-2"}
        )


@given(st.text(), st.sampled_from(["story.txt", "story.md", "story.html"]))
def test_whatever_is_given_is_refused_or_an_article(text: str, name: str) -> None:
    try:
        article = made(text.encode("utf-8", "replace"), name)
    except IntakeError:
        return
    headline, *rest = article.files["article.txt"].splitlines()
    assert headline.strip()
    assert all(line.strip() for line in rest)


@example("–\na")
@given(st.text("abAB .,;?!“”()\n3–-*", min_size=1))
def test_nothing_of_a_text_is_lost_but_the_marks_of_lists(text: str) -> None:
    try:
        article = made(f"Headline\n\n{text}")
    except IntakeError:
        return
    lines = (re.sub(r"^(?:[-*–]|\d{1,2}[.)])\s", "", line.strip()) for line in text.split("\n"))
    kept = article.files["article.txt"].replace("## ", "").removeprefix("Headline\n")
    assert _letters(kept) == _letters("".join(lines))


def _letters(text: str) -> str:
    """A text without white space, and without hyphens, which may join a word again."""
    return re.sub(r"[\s-]", "", text)
