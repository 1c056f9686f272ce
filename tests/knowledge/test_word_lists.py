"""Reading the lists of words, and reading an utterance by them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import KNOWLEDGE

from bot.errors import KnowledgeError
from bot.knowledge.loading import Collection
from bot.knowledge.word_file import WordLists, read_word_file
from bot.language.lexicon import Lexicon, PhraseTable, Term, phrase_stems, stem_key
from bot.language.text import words

NAMES = """\
# Names

<!-- one line a group -->
- **U.S.**: America, the Americans, Uncle Sam
- **airstrikes**: air raid, raid, bombing campaign

## Words that say nothing

- please, could you tell me
- hello

## Words to the bot

- do you think, in your view

## Words of grammar

- the, a, is
- do, did
"""


def read(source: str, folder: Path) -> WordLists:
    file = folder / "names.md"
    file.write_text(source, "utf-8")
    return read_word_file(file)


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    return read(NAMES, tmp_path).lexicon()


def keys(lexicon: Lexicon, text: str) -> list[str]:
    return [term.key for term in lexicon.terms(words(text))]


def faults(source: str, folder: Path) -> list[tuple[int, str]]:
    with pytest.raises(KnowledgeError) as caught:
        read(source, folder)
    return [(fault.line, fault.message) for fault in caught.value.faults]


def test_a_word_file_holds_groups_fillers_and_grammar(tmp_path: Path) -> None:
    lists = read(NAMES, tmp_path)
    assert lists.groups == {
        "U.S.": ["America", "the Americans", "Uncle Sam"],
        "airstrikes": ["air raid", "raid", "bombing campaign"],
    }
    assert lists.lists == {
        "Words that say nothing": ["please", "could you tell me", "hello"],
        "Words to the bot": ["do you think", "in your view"],
        "Words of grammar": ["the", "a", "is", "do", "did"],
    }


def test_a_name_may_say_what_it_stands_for(tmp_path: Path) -> None:
    lists = read("- **Munich** (city): München\n- **war**: conflict\n", tmp_path)
    assert lists.kinds == {"Munich": "city"}
    assert lists.groups == {"Munich": ["München"], "war": ["conflict"]}


def test_an_unknown_kind_is_told(tmp_path: Path) -> None:
    [(line, message)] = faults("- **Munich** (town): München\n", tmp_path)
    assert line == 1
    assert "“town” is no kind of name; use one of person, organisation" in message


def test_a_name_of_an_article_wins_over_a_synonym(tmp_path: Path) -> None:
    general = read("- **task**: mission, job\n- **talk**: speak\n", tmp_path).lexicon()
    lexicon = general.with_names({"operation": ["mission", "task"]}, {})
    assert keys(lexicon, "mission") == keys(lexicon, "operation") == ["oper"]
    assert keys(lexicon, "job") == keys(lexicon, "operation")
    assert keys(lexicon, "speak") == ["talk"]
    assert keys(general, "mission") == ["task"]


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    source = "- **a**: b\n- plain\n- **c** d\n\n- **e**: f, ?, b\n- **???**: g\n"
    found = faults(source, tmp_path)
    assert [line for line, _ in found] == [2, 3, 5, 5, 6]
    assert found[0][1] == "must read like: - **name**: other name, another"
    assert any("“?” has no words" in message for _, message in found)
    assert any("“b” is on line 1 for “a” too" in message for _, message in found)


def test_a_word_in_another_form_is_still_the_same_word(tmp_path: Path) -> None:
    [(line, message)] = faults("- **raid**: attack\n- **hit**: Attacks\n", tmp_path)
    assert line == 2
    assert message == "“Attacks” is on line 1 for “raid” too; keep it in one group."


def test_a_missing_word_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"synonyms\.md: is missing"):
        read_word_file(tmp_path / "synonyms.md")


@pytest.mark.parametrize(
    "source",
    ["1. **ferry**: boat", "ferry: boat", "    - **ferry**: boat", "| a | b |\n|--|--|\n| c | d |"],
)
def test_names_that_are_no_list_are_a_fault_and_not_lost(source: str, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="is no list of names"):
        read(f"# Names\n\n{source}\n", tmp_path)


@given(
    st.lists(st.sampled_from(NAMES.splitlines()) | st.text(max_size=20)).map("\n".join) | st.text()
)
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, source: str) -> None:
    try:
        lists = read(source, tmp_path_factory.mktemp("words"))
    except KnowledgeError as error:
        lines = [fault.line for fault in error.faults]
    else:
        lines = [1]
        lexicon = lists.lexicon()
        assert all(term.key for term in lexicon.terms(words(source)))
    assert lines
    assert min(lines) >= 1


@pytest.mark.parametrize(
    "name", ["U.S.", "US", "America", "AMERICA’s", "the Americans", "uncle sam"]
)
def test_all_names_of_a_thing_have_one_key(lexicon: Lexicon, name: str) -> None:
    assert keys(lexicon, name) == [stem_key("U.S.")]


def test_the_longest_phrase_wins(lexicon: Lexicon) -> None:
    assert lexicon.terms(words("an air raid")) == (
        Term("an", "an"),
        Term("air raid", stem_key("airstrikes")),
    )


def test_a_phrase_counts_in_every_form_of_its_words(lexicon: Lexicon) -> None:
    assert keys(lexicon, "raids") == keys(lexicon, "air raids") == [stem_key("airstrikes")]


@pytest.mark.parametrize(
    "text", ["please hello raid", "could you tell me raid", "raid, please", "RAID please!"]
)
def test_fillers_cost_nothing(lexicon: Lexicon, text: str) -> None:
    assert keys(lexicon, text) == keys(lexicon, "raid")


def test_an_unfinished_filler_is_read_as_words(lexicon: Lexicon) -> None:
    assert keys(lexicon, "could you raid") == ["could", "you", stem_key("airstrikes")]


def test_words_of_grammar_are_known_by_their_stems(lexicon: Lexicon) -> None:
    assert lexicon.grammar == {"the", "a", "is", "do", "did"}


def test_the_vocabulary_holds_every_curated_word(lexicon: Lexicon) -> None:
    assert {"uncle", "sam", "bombing", "campaign", "hello", "did"} <= lexicon.vocabulary


TABLE = PhraseTable({("a",): "A", ("a", "b"): "AB", ("a", "b", "c", "d"): "ABCD", (): "nothing"})


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("a", [(0, 1, "A")]),
        ("a b", [(0, 2, "AB")]),
        ("a b c", [(0, 2, "AB"), (2, 3, None)]),
        ("a b c d", [(0, 4, "ABCD")]),
        ("b a a b", [(0, 1, None), (1, 2, "A"), (2, 4, "AB")]),
        ("", []),
    ],
)
def test_a_table_takes_the_longest_phrase_from_left_to_right(
    text: str, cuts: list[tuple[int, int, str | None]]
) -> None:
    assert list(TABLE.cut(text.split())) == cuts


@given(st.lists(st.sampled_from("abcde")))
def test_a_cut_loses_no_word(text: list[str]) -> None:
    pieces = [text[start:end] for start, end, _ in TABLE.cut(text)]
    assert [word for piece in pieces for word in piece] == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Moscow", "the Kremlin"),
        ("rebels", "opposition groups"),
        ("ISIL", "Daesh"),
        ("air raids", "airstrikes"),
        ("casualties", "death toll"),
        ("truce", "ceasefire"),
        ("Washington", "the United States"),
    ],
)
def test_the_shipped_lists_know_names_of_the_same_thing(
    knowledge: Collection, one: str, other: str
) -> None:
    def telling(name: str) -> list[str]:
        lexicon = knowledge.parts[0].lexicon
        return [key for key in keys(lexicon, name) if key not in lexicon.grammar]

    assert telling(one) == telling(other)


def test_every_shipped_name_has_the_key_of_its_group(knowledge: Collection) -> None:
    for part in knowledge.parts:
        lists = read_word_file(KNOWLEDGE / part.article.slug / "names.md")
        for name, others in lists.groups.items():
            for other in (name, *others):
                stems = phrase_stems(other)
                assert list(part.lexicon.names.cut(stems)) == [(0, len(stems), stem_key(name))]
