"""How an editor may write a quotation, and the true reason if it can't be found."""

from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge.article import Article, load_article
from bot.knowledge.markdown import parse_blocks
from bot.knowledge.quotation import fragment_problem, read_quotation

TEXT = """\
The light — a report
The light—31 metres high—stands on Skarv. It was built in 1884. The keeper leaves.
守塔人把灯塔交给了计算机。灯塔建于1884年。
The keeper leaves.
"""


@pytest.fixture
def article(tmp_path: Path) -> Article:
    (tmp_path / "article.txt").write_text(TEXT, "utf-8")
    return load_article(tmp_path)


@pytest.mark.parametrize(
    ("quoted", "sentence"),
    [
        ("The light -- 31 metres high -- stands", 1),
        ("The light - 31 metres high - stands", 1),
        ("31 metres high—stands on Skarv", 1),
        ("灯塔交给了计算机", 4),
        ("建于1884", 5),
    ],
)
@pytest.mark.parametrize("mark", ["—", "–", "--"])
def test_dashes_and_chinese_are_understood(
    article: Article, quoted: str, sentence: int, mark: str
) -> None:
    [block] = parse_blocks(f"> {quoted}\n> {mark} the article\n")
    citation = read_quotation(block, article, Path("facts.md"))
    assert (citation.sentence.number, citation.speaker) == (sentence, None)


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        ("stands on Skarv. It was built", "runs over sentences 1 and 2; quote each by itself."),
        ("The keeper leaves.", "is in sentences 3 and 6; quote more words of one."),
        ("It was built in 1885", "is not in the article word for word; copy it again."),
        ("uilt in 1884", "is not in the article word for word"),
    ],
)
def test_the_reason_is_the_true_one(article: Article, quoted: str, said: str) -> None:
    assert said in fragment_problem(quoted, article)


def test_a_number_is_for_the_tool_to_fill_in(article: Article) -> None:
    [block] = parse_blocks("> [2]\n> — the article\n")
    with pytest.raises(KnowledgeError, match="cites a sentence by number; `footnote draft "):
        read_quotation(block, article, Path("facts.md"))


def test_a_number_that_no_sentence_has_is_refused(article: Article) -> None:
    [block] = parse_blocks("> [40]\n> — the article\n")
    with pytest.raises(KnowledgeError, match="cites sentence 40, but the last one is "):
        read_quotation(block, article, Path("facts.md"))
