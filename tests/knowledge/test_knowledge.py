"""The knowledge folder as a whole: what ships, and how faults of several files are told."""

from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.knowledge.article import guard_quote
from bot.knowledge.facts import ANSWER_LIMIT, CITATION_LIMIT, QUESTION_LIMIT, cited_with_other_side
from bot.knowledge.loading import Collection, load_collection, load_knowledge

SLUG = "russia-syria-strategy"


def faults(folder: Path) -> list[tuple[str, int]]:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    listed = caught.value.faults
    assert str(caught.value).splitlines() == [str(fault) for fault in listed]
    return [(str(fault.file.relative_to(folder)), fault.line) for fault in listed]


def append(file: Path, text: str) -> int:
    """Put a line behind a file; return its number."""
    content = file.read_text("utf-8").rstrip("\n")
    file.write_text(f"{content}\n\n{text}\n", "utf-8")
    return content.count("\n") + 3


def write_town(folder: Path) -> None:
    """Put a second article, of a text and one fact, into a knowledge folder."""
    town = folder / "town"
    town.mkdir()
    (town / "article.txt").write_text("Mayor leaves\nThe mayor left.\n", "utf-8")
    quoted = "> The mayor left\n> — the article\n"
    (town / "facts.md").write_text(f"### Who left?\n\nThe mayor.\n\n{quoted}", "utf-8")


def test_seventy_facts_ship_at_least(knowledge: Collection) -> None:
    assert len(knowledge.facts) >= 70
    assert [article.slug for article in knowledge.articles] == [SLUG]


def test_every_sentence_is_cited_by_a_fact(knowledge: Collection) -> None:
    cited = {citation.sentence.number for fact in knowledge.facts for citation in fact.citations}
    assert cited == set(range(15))


def test_every_citation_is_the_articles_own_sentence(knowledge: Collection) -> None:
    [article] = knowledge.articles
    for fact in knowledge.facts:
        for citation in fact.citations:
            guard_quote(article, citation.sentence)
            assert citation.speaker is None or citation.speaker in article.sides


def test_every_entry_keeps_to_the_limits_and_can_be_asked_in_other_words(
    knowledge: Collection,
) -> None:
    facts = {fact.id: fact for fact in knowledge.facts}
    for entry in knowledge.entries:
        assert entry.phrasings
        assert len(entry.question) <= QUESTION_LIMIT
        assert 0 < len(entry.answer) <= ANSWER_LIMIT
    for fact in facts.values():
        assert 1 <= len(cited_with_other_side(fact, facts)) <= CITATION_LIMIT


def test_every_entry_has_an_id_of_its_own(knowledge: Collection) -> None:
    ids = [entry.id for entry in knowledge.entries]
    assert len(set(ids)) == len(ids)
    assert all(id_.startswith(f"{SLUG}#") for id_ in ids)


def test_both_sides_of_the_aleppo_dispute_name_each_other(knowledge: Collection) -> None:
    facts = {fact.question: fact for fact in knowledge.facts}
    bombed = facts["Did Russia bomb Aleppo on Wednesday?"]
    assert f"{SLUG}#did-the-us-bomb-aleppo" in bombed.disputed_by


def test_what_somebody_says_is_disputed_by_somebody_else(knowledge: Collection) -> None:
    facts = {fact.id: fact for fact in knowledge.facts}
    for fact in facts.values():
        others = {facts[other].citations[0].speaker for other in fact.disputed_by}
        assert fact.citations[0].speaker not in others


def test_the_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    wrong = [
        ("synonyms.md", append(folder / "synonyms.md", "## More\n\n- no group") + 2),
        (f"{SLUG}/names.md", append(folder / SLUG / "names.md", "- no group either")),
        (f"{SLUG}/facts.md", append(folder / SLUG / "facts.md", "### ???")),
        (f"{SLUG}/summary.md", append(folder / SLUG / "summary.md", "## Poem")),
    ]
    found = faults(folder)
    assert set(wrong) <= set(found)
    assert {file for file, _ in found} == {file for file, _ in wrong}


@pytest.mark.parametrize("name", ["ferry/article.txt", "synonyms.md"])
def test_a_missing_file_that_is_needed_is_told(small: Path, name: str) -> None:
    (small / name).unlink()
    assert faults(small) == [(name, 0)]


def test_an_article_of_text_alone_loads(small: Path) -> None:
    for file in (small / "ferry").iterdir():
        if file.name != "article.txt":
            file.unlink()
    [part] = load_knowledge(small).parts
    assert (part.article.publisher, part.entries, part.names) == ("", (), ())
    assert {line.style for line in part.summary.lines} == {"brief", "numbers", "timeline"}
    assert len(part.article.sentences) == 5


def test_an_article_with_a_fault_is_left_out(small: Path) -> None:
    write_town(small)
    line = append(small / "ferry" / "facts.md", "### ???")
    collection = load_collection(small)
    assert [article.slug for article in collection.articles] == ["town"]
    assert {(f.file, f.line) for f in collection.faults} == {(small / "ferry" / "facts.md", line)}
    assert set(faults(small)) == {("ferry/facts.md", line)}


def test_without_a_sound_article_nothing_is_loaded(small: Path) -> None:
    append(small / "ferry" / "facts.md", "### ???")
    with pytest.raises(KnowledgeError, match=r"ferry/facts\.md"):
        load_collection(small)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="set FOOTNOTE_KNOWLEDGE to a folder"):
        load_knowledge(tmp_path / "nowhere")


def test_a_folder_without_an_article_is_told(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="holds no article; each is a folder"):
        load_knowledge(tmp_path)


def test_a_second_article_is_a_second_folder(small: Path) -> None:
    write_town(small)
    knowledge = load_knowledge(small)
    assert [article.slug for article in knowledge.articles] == ["ferry", "town"]
    assert knowledge.facts[-1].id == "town#who-left"


@pytest.mark.parametrize("name", ["article.txt", "facts.md", "names.md", "summary.md"])
@pytest.mark.parametrize("character", ["\x1b", "\x07", "\x9b", "\x00", "\r"])
def test_a_control_character_is_a_fault_with_its_line(
    small: Path, name: str, character: str
) -> None:
    """A terminal would obey it, and a reader does not see it."""
    file = small / "ferry" / name
    first, rest = file.read_text("utf-8").split("\n", 1)
    file.write_bytes(f"{first} {character}.\r\n{rest}".encode())
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(small)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == (file, 1)
    assert fault.message == f"holds a control character (\\x{ord(character):02x}); delete it."
