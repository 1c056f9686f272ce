"""A posted quotation is verbatim, altered, or not in the article; nothing crashes the check."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.knowledge.article import Article, load_article
from bot.knowledge.loading import Collection
from bot.quoting.check import TEXT_LIMIT, QuoteCheck, check_quotes


@pytest.fixture(scope="session")
def article(knowledge: Collection) -> Article:
    return knowledge.articles[0]


def checked(text: str, articles: Sequence[Article]) -> QuoteCheck:
    """The check of a text that is one quotation."""
    (check,) = check_quotes(text, articles)
    return check


def body(article: Article) -> list[str]:
    """The words of the article as anybody would copy them, without the copyright line."""
    return article.source[: article.sentences[-1].end].split()


def shown(check: QuoteCheck) -> str:
    """The diff as one would write it by hand."""
    marks = {"equal": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return " ".join(marks[run.kind].format(run.text) for run in check.runs)


def numbers(check: QuoteCheck) -> list[int]:
    return [sentence.number for sentence in check.sentences]


class TestVerbatim:
    @given(st.data())
    def test_any_three_or_more_words_in_a_row_are_verbatim(
        self, article: Article, data: st.DataObject
    ) -> None:
        words = body(article)
        start = data.draw(st.integers(0, len(words) - 3))
        end = data.draw(st.integers(start + 3, len(words)))
        check = checked(" ".join(words[start:end]), [article])
        assert check.status == "verbatim"
        assert [run.kind for run in check.runs] == ["equal"]
        assert not check.cut

    @pytest.mark.parametrize(
        "text",
        [
            "We never had, and never will have, any other 'strategies.'",
            '"We never had, and never will have, any other ‘strategies’"',
            '«We   never had,\nand never will have,\tany other "strategies."»',
            "> We never had, and **never** will have, any other `‘strategies.’`",
            "_We never had, and never will have_",
        ],
    )
    def test_quotation_marks_white_space_and_markup_may_differ(
        self, article: Article, text: str
    ) -> None:
        check = checked(text, [article])
        assert check.status == "verbatim"
        assert numbers(check) == [5]

    @pytest.mark.parametrize("marks", ['"strategies"', "'strategies'", "“strategies”"])
    def test_how_quotation_marks_look_is_no_difference(self, article: Article, marks: str) -> None:
        check = checked(f"We never had, and never will have, any other {marks}", [article])
        assert (check.status, check.differences) == ("verbatim", ())

    def test_a_hyphen_at_the_end_of_a_line_may_be_the_article_s(self, article: Article) -> None:
        check = checked("had entered the nearly five-\nyear conflict", [article])
        assert (check.status, numbers(check)) == ("verbatim", [7])

    def test_what_the_article_quotes_is_no_quotation_of_its_own(self, tmp_path: Path) -> None:
        said = "“It carries 120 passengers,” Ada said. “They want a second one.”"
        (tmp_path / "article.txt").write_text(f"A headline\n{said}\n", "utf-8")
        check = checked(said, [load_article(tmp_path)])
        assert (check.status, numbers(check)) == ("verbatim", [1, 2])

    @pytest.mark.parametrize("written", ["US", "U.S", "u.s."])
    def test_full_stops_within_an_abbreviation_may_be_missing(
        self, article: Article, written: str
    ) -> None:
        check = checked(f"The {written} denied these charges", [article])
        assert (check.status, numbers(check)) == ("verbatim", [11])

    @pytest.mark.parametrize("dash", [" – ", " - ", " -- ", "—", "\u00a0—\u00a0"])
    def test_dashes_may_differ(self, article: Article, dash: str) -> None:
        text = f"to destroy terrorism{dash}a direct and clear threat"
        assert checked(text, [article]).status == "verbatim"

    def test_a_quotation_may_run_over_sentences_from_middle_to_middle(
        self, article: Article
    ) -> None:
        text = "accusing members of the U.S.-led coalition of bombings. The U.S. denied these"
        check = checked(text, [article])
        assert (check.status, numbers(check)) == ("verbatim", [10, 11])

    @pytest.mark.parametrize("ellipsis", ["...", " … ", " [...] ", "(…)", " . . . "])
    def test_an_ellipsis_may_stand_for_words_left_out(
        self, article: Article, ellipsis: str
    ) -> None:
        text = f"Diplomats were scheduled to meet in Munich{ellipsis}in early February."
        check = checked(text, [article])
        assert check.status == "verbatim"
        assert check.shortened
        assert shown(check) == "Diplomats were scheduled to meet in Munich … in early February"

    def test_an_ellipsis_at_an_end_leaves_nothing_out(self, article: Article) -> None:
        check = checked("… the war of words between the two sides ...", [article])
        assert (check.status, check.shortened) == ("verbatim", False)

    def test_pieces_out_of_order_are_not_verbatim(self, article: Article) -> None:
        text = "Over 250,000 people have died … Russia said Thursday it has no plans"
        check = checked(text, [article])
        assert check.status != "verbatim"

    def test_it_is_found_in_any_of_several_articles(self, article: Article) -> None:
        sentence = replace(article.sentences[1], article="other", number=0, start=0, end=20)
        other = replace(
            article,
            slug="other",
            source="A day at the seaside",
            sentences=(replace(sentence, text="A day at the seaside"),),
        )
        (touched,) = checked("denied these charges", [other, article]).sentences
        assert touched == article.sentences[11]
        (touched,) = checked("a day at the seaside", [article, other]).sentences
        assert touched.article == "other"


DEATHS = (
    "the largest city in the Middle Eastern country. Over 250,000 people have died in the war in "
    "Syria"
)


class TestAltered:
    @given(st.data())
    def test_with_one_word_changed_it_is_never_verbatim(
        self, article: Article, data: st.DataObject
    ) -> None:
        # A marked part would be a quotation of its own.
        words = [word.strip("“”‘’:") for word in body(article)]
        start = data.draw(st.integers(0, len(words) - 3))
        end = data.draw(st.integers(start + 3, min(start + 40, len(words))))
        changed = data.draw(st.integers(start, end - 1))
        word = data.draw(st.from_regex(r"[A-Za-z]{1,8}|\d{1,6}", fullmatch=True))
        assume(word.casefold() not in article.source.replace(",", "").casefold())
        text = " ".join([*words[start:changed], word, *words[changed + 1 : end]])
        assert checked(text, [article]).status != "verbatim"

    @pytest.mark.parametrize(
        ("text", "diff", "sentences"),
        [
            (
                "Eighty percent of their airstrikes are against the opposition",
                "[-Seventy-] {+Eighty+} percent of their airstrikes are against the opposition",
                [9],
            ),
            (
                "Over 350,000 people have died in the war in Syria",
                "Over [-250,000-] {+350,000+} people have died in the war in Syria",
                [14],
            ),
            (
                "none of its aircraft were within 12 miles of Aleppo",
                "none of its aircraft were within [-12.5-] {+12+} miles of Aleppo",
                [10],
            ),
            (
                "said Ivan Konashenkov, a spokesman",
                "said [-Igor-] {+Ivan+} Konashenkov, a spokesman",
                [4],
            ),
            (
                "The U.S. denied these charges, Fox reported.",
                "The U.S. denied these charges, [-CNN-] {+Fox+} reported",
                [11],
            ),
            (
                "The U.K. denied these charges, CNN reported.",
                "The [-U.S.-] {+U.K.+} denied these charges, CNN reported",
                [11],
            ),
            (
                "Russia said Thursday it has plans to change its strategy",
                "Russia said Thursday it has [-no-] plans to change its strategy",
                [1],
            ),
            (
                "The U.S. never denied these charges",
                "The U.S. {+never+} denied these charges",
                [11],
            ),
            (
                "We always had, and always will have, other",
                "We [-never-] {+always+} had, and [-never-] {+always+} will have, [-any-] other",
                [5],
            ),
            (
                "The U.S. denied these charges. Diplomats were planned to meet",
                (
                    "The U.S. denied these charges [-, CNN reported-] . Diplomats were "
                    "[-scheduled-] {+planned+} to meet"
                ),
                [11, 12],
            ),
            (
                "against the opposition … all of those opposition groups",
                "against the opposition … [-many-] {+all+} of those opposition groups",
                [9],
            ),
            ("the war in Iraq", "the war in [-Syria-] {+Iraq+}", [14]),
            ("Russia Stands Weak On Syria", "Russia Stands [-Firm-] {+Weak+} On Syria", [0]),
            (
                f"{DEATHS}, with few or none to be found near Europe.",
                (
                    f"{DEATHS}, with [-millions more fleeing to neighboring states and-] "
                    "{+few or none to be found near+} Europe"
                ),
                [13, 14],
            ),
        ],
    )
    def test_what_was_changed_is_shown_and_where(
        self, article: Article, text: str, diff: str, sentences: list[int]
    ) -> None:
        check = checked(text, [article])
        assert check.status == "altered"
        assert shown(check) == diff
        assert numbers(check) == sentences
        assert check.shortened == ("…" in text)

    def test_a_sentence_left_out_without_an_ellipsis_is_shown(self, article: Article) -> None:
        text = f"{article.sentences[10].text} {article.sentences[12].text}"
        check = checked(text, [article])
        assert check.status == "altered"
        (left_out,) = (run.text for run in check.runs if run.kind == "removed")
        assert left_out.strip(". ") == "The U.S. denied these charges, CNN reported"
        assert numbers(check) == [10, 11, 12]

    def test_a_long_sentence_left_out_is_shown_whole(self, article: Article) -> None:
        left_out = article.sentences[13]
        check = checked(f"{article.sentences[12].text} {article.sentences[14].text}", [article])
        assert (check.status, numbers(check)) == ("altered", [12, 13, 14])
        assert [run.text for run in check.runs if run.kind == "removed"] == [left_out.text]

    def test_of_sentences_far_apart_the_one_with_most_words_is_compared(
        self, article: Article
    ) -> None:
        first, last = article.sentences[1].text, article.sentences[11].text
        check = checked(f"{first} {last}", [article])
        assert check.status == "altered"
        assert [run.text for run in check.runs if run.kind == "equal"] == [first]

    def test_a_piece_that_stands_elsewhere_is_shown_as_added(self, article: Article) -> None:
        text = "Over 250,000 people have died in the war in Syria … CNN reported"
        assert shown(checked(text, [article])) == (
            "Over 250,000 people have died in the war in Syria … {+CNN reported+}"
        )


class TestAbsent:
    @pytest.mark.parametrize(
        "text",
        [
            "Officials from the Turkish government said on Monday that the border would stay open.",
            "The war in Yemen has displaced many people in the north of the country.",
            "The United Nations says that aid to Aleppo must get through before winter.",
            "Assad said in an interview that he would fight until the whole country was free.",
            "American planes have hit two hospitals in Aleppo this week.",
            "We are ready to talk to the opposition if they lay down their arms.",
            "The Kremlin denied that its soldiers fight on the ground in Syria.",
            "The U.S. government will send more money to the groups that fight ISIS",
            "the end of the world",
            "lol",
            "this is the best article I have ever read in my life",
            "",
            " … ",
            "🙂 ?!",
        ],
    )
    def test_other_sentences_on_the_same_subject_are_absent(
        self, article: Article, text: str
    ) -> None:
        check = checked(text, [article])
        assert (check.status, check.sentences, check.runs) == ("absent", (), ())
        assert not check.shortened

    def test_without_articles_nothing_is_quoted(self) -> None:
        assert checked("any words at all", []).status == "absent"


class TestAnyText:
    @given(st.text() | st.text("the .,…\"'—-in war Syria US0123%$"))
    def test_no_text_crashes_the_check(self, article: Article, text: str) -> None:
        for check in check_quotes(text, [article]):
            assert bool(check.runs) == bool(check.sentences) == (check.status != "absent")

    @given(st.data())
    def test_what_is_shown_as_the_articles_is_the_articles(
        self, article: Article, data: st.DataObject
    ) -> None:
        words = data.draw(st.lists(st.sampled_from(body(article)), min_size=1, max_size=30))
        source = " ".join(body(article))
        for check in check_quotes(" ".join(words), [article]):
            for run in check.runs:
                assert run.kind == "added" or run.text == "…" or run.text in source

    def test_a_long_text_is_cut_between_words_and_says_so(self, article: Article) -> None:
        sentence = article.sentences[1].text
        check = checked(sentence.rjust(TEXT_LIMIT + 2), [article])
        assert (check.status, check.cut) == ("verbatim", True)
        assert not checked(sentence, [article]).cut
        assert checked("word" * TEXT_LIMIT, [article]).cut
        assert not checked("w" * TEXT_LIMIT, [article]).cut
