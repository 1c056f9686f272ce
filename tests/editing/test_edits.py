"""Edits of a fact file: what was edited is in it, everything else keeps every byte."""

import shutil
import subprocess
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from places import KNOWLEDGE

from bot.editing.edits import (
    FactDraft,
    add_fact,
    add_open_question,
    add_phrasing,
    edit_entry,
    read_draft,
    remove_entry,
)
from bot.editing.refusals import EditError
from bot.errors import KnowledgeError
from bot.files import as_patch
from bot.knowledge.article import Article
from bot.knowledge.fact_file import FactFile, read_facts
from bot.knowledge.facts import Fact, OpenQuestion, question_slug
from bot.knowledge.loading import Collection

SOURCE = """\
# The war: questions and answers

Read me first.
<!-- a comment at the top: ### is no heading here -->

## Aleppo

### Did Russia's aircraft come near Aleppo?

Russia says none did.
<!-- a comment in a fact -->

> none of its aircraft were within 12.5 miles of Aleppo
> — Russia

Disputed by: [Did the U.S. bomb Aleppo?](#did-the-us-bomb-aleppo)

* russian aircraft aleppo
<!-- a comment between phrasings -->
* did russia bomb
  aleppo

### Did the U.S. bomb Aleppo?
The U.S. denied it.
> The U.S. denied these charges
> — the U.S.

> CNN reported
> — the article
<!-- a comment before the next part -->

## What the article does not say

### How many aircraft does Russia have?

The article does not say.

- number of planes

<!-- the last word -->
"""
RUSSIA, AMERICA = "did-russias-aircraft-come-near-aleppo", "did-the-us-bomb-aleppo"
OPEN = "how-many-aircraft-does-russia-have"
DEATHS = FactDraft(
    question="How many people have died?",
    answer="Over 250,000 people have died.",
    quotations=(("Over 250,000 people have died in the war in Syria", ""),),
    phrasings=("death toll", "how many were killed"),
)

nasty = st.text() | st.lists(
    st.sampled_from(
        [
            *"#>-+*=~_`[]()<>!|\\:.1\n\r\t\0\u2028\u00a0 \ud800",
            *("###", "---", "```", "<!--", "-->", "<b>", "1. ", "> ", "- ", "\n\n", "    "),
            *("Disputed by:", "[a](#b)", "https://x.org", "<@123>", "@everyone", "who", "fled"),
            *("## What the article does not say", "Aleppo", "250,000", "— Russia"),
        ]
    ),
    max_size=12,
).map("".join)


@pytest.fixture(scope="session")
def article(knowledge: Collection) -> Article:
    return knowledge.articles[0]


def loaded(source: str, article: Article) -> FactFile:
    return read_facts(source, Path("facts.md"), article)


def entries(source: str, article: Article) -> dict[str, Fact | OpenQuestion]:
    """What a text holds, apart from the lines that it stands on."""
    file = loaded(source, article)
    found: list[Fact | OpenQuestion] = [*file.facts, *file.open_questions]
    return {entry.id.partition("#")[2]: replace(entry, line=0) for entry in found}


def only_inserted(old: str, new: str) -> bool:
    """Whether `new` is `old` with something put in at one place."""
    same = (a == b for a, b in zip(old, new, strict=False))
    before = len(list(takewhile(bool, same)))
    return len(new) > len(old) and new.endswith(old[before:])


class TestAddingAPhrasing:
    @pytest.mark.parametrize("slug", [RUSSIA, AMERICA, OPEN])
    def test_it_is_asked_and_the_rest_keeps_every_byte(self, article: Article, slug: str) -> None:
        new = add_phrasing(SOURCE, article, slug, "which planes flew there?")
        assert only_inserted(SOURCE, new)
        before, after = entries(SOURCE, article), entries(new, article)
        assert after.pop(slug).phrasings == (
            *before.pop(slug).phrasings,
            "which planes flew there?",
        )
        assert after == before

    def test_it_stands_behind_the_others_with_their_bullet(self, article: Article) -> None:
        new = add_phrasing(SOURCE, article, RUSSIA, "which planes flew there")
        assert "\n  aleppo\n* which planes flew there\n\n### Did the U.S." in new

    def test_the_first_one_stands_before_the_comment_that_ends_the_part(
        self, article: Article
    ) -> None:
        new = add_phrasing(SOURCE, article, AMERICA, "american bombs")
        assert "> — the article\n\n- american bombs\n\n<!-- a comment before" in new

    @given(text=nasty)
    @example(text="---")
    @example(text="<!--")
    def test_no_text_breaks_the_file(self, article: Article, text: str) -> None:
        for slug in (RUSSIA, AMERICA, OPEN):
            try:
                new = add_phrasing(SOURCE, article, slug, text)
            except EditError:
                continue
            assert only_inserted(SOURCE, new)
            before, after = entries(SOURCE, article), entries(new, article)
            *known, added = after.pop(slug).phrasings
            assert tuple(known) == before.pop(slug).phrasings
            assert after == before
            assert not set(added) & set("<>[]`\n")

    @given(text=st.from_regex(r"[a-z]{3,9}( [a-z]{3,9}){1,5}\?", fullmatch=True))
    def test_plain_words_are_taken_as_they_are(self, article: Article, text: str) -> None:
        new = add_phrasing(SOURCE, article, OPEN, text)
        assert entries(new, article)[OPEN].phrasings[-1] == text

    @pytest.mark.parametrize(
        ("typed", "written"),
        [
            ("  who\n\nbombed  it ", "who bombed it"),
            ("### who bombed it ###", "who bombed it"),
            ("> - `who` bombed it", "'who' bombed it"),
            ("<b>who</b> bombed <@123> it", "who bombed it"),
            ("[who](https://x.org) bombed it", "who bombed it"),
            ("who bombed it https://x.org/a?b", "who bombed it"),
            ("see éhttps://x.org who bombed it", "see é who bombed it"),
            (f"{22 * 'a'}https://x.org who bombed it", "who bombed it"),
            ("who bombed it www.x.org, discord.gg/abc", "who bombed it"),
            ("1. who bombed it", "1: who bombed it"),
            ("Disputed by: who bombed it", "who bombed it"),
        ],
    )
    def test_what_would_be_markup_is_cleaned(
        self, article: Article, typed: str, written: str
    ) -> None:
        new = add_phrasing(SOURCE, article, RUSSIA, typed)
        assert entries(new, article)[RUSSIA].phrasings[-1] == written

    @pytest.mark.parametrize(
        ("slug", "text", "sentence"),
        [
            (RUSSIA, "Number of planes?", "already asks “How many aircraft does Russia have?”"),
            (OPEN, "did the US bomb Aleppo", "already asks “Did the U.S. bomb Aleppo?”"),
            (OPEN, "?!", "has no words"),
            (OPEN, "why " * 60, "longer than 200 characters"),
            ("no-such-question", "who", "no such question any more"),
        ],
    )
    def test_what_cannot_be_used_is_told_in_a_sentence(
        self, article: Article, slug: str, text: str, sentence: str
    ) -> None:
        with pytest.raises(EditError) as raised:
            add_phrasing(SOURCE, article, slug, text)
        (problem,) = raised.value.problems
        assert sentence in problem.message
        assert problem.field in {"phrasings", ""}
        assert "facts.md" not in str(raised.value)

    def test_faults_that_the_file_had_before_are_told_by_their_lines(
        self, article: Article
    ) -> None:
        broken = SOURCE.replace("> — Russia\n", "> — nobody\n")
        with pytest.raises(KnowledgeError, match=r"facts\.md:14: “nobody” is no known speaker"):
            add_phrasing(broken, article, OPEN, "some planes")

    def test_a_file_with_windows_line_ends_keeps_them(self, article: Article) -> None:
        source = SOURCE.replace("\n", "\r\n")
        new = add_phrasing(source, article, RUSSIA, "which planes")
        assert only_inserted(source, new)
        assert "\n" not in new.replace("\r\n", "")

    def test_a_file_without_a_last_line_end_is_fine(self, article: Article) -> None:
        source = SOURCE.removesuffix("\n\n<!-- the last word -->\n")
        new = add_phrasing(source, article, OPEN, "any planes")
        assert new == f"{source}\n- any planes\n"


class TestAdding:
    def test_a_fact_stands_behind_the_last_fact(self, article: Article) -> None:
        new = add_fact(SOURCE, article, DEATHS)
        assert only_inserted(SOURCE, new)
        facts = loaded(new, article).facts
        assert [fact.question for fact in facts[:2]] == [
            "Did Russia's aircraft come near Aleppo?",
            "Did the U.S. bomb Aleppo?",
        ]
        assert facts[2].answer == DEATHS.answer
        assert facts[2].phrasings == DEATHS.phrasings
        assert facts[2].citations[0].sentence == article.sentences[14]
        assert facts[2].citations[0].speaker is None

    def test_a_fact_names_those_that_dispute_it(self, article: Article) -> None:
        new = add_fact(SOURCE, article, replace(DEATHS, disputed_by=(RUSSIA,)))
        (fact,) = (f for f in loaded(new, article).facts if f.question == DEATHS.question)
        assert fact.disputed_by == (f"{article.slug}#{RUSSIA}",)

    def test_quotation_marks_around_pasted_words_are_no_fault(self, article: Article) -> None:
        quoted = (("“Over 250,000 people\nhave died in the war”", "the article"),)
        new = add_fact(SOURCE, article, replace(DEATHS, quotations=quoted))
        assert "> Over 250,000 people have died in the war\n> — the article\n" in new

    def test_blank_and_repeated_phrasings_are_left_out(self, article: Article) -> None:
        typed = ("death toll", "", "How many people have died", "Death toll?", " ")
        new = add_fact(SOURCE, article, replace(DEATHS, phrasings=typed))
        assert loaded(new, article).facts[-1].phrasings == ("death toll",)

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"question": "did the US bomb Aleppo?"}, "already asks “Did the U.S. bomb Aleppo?”"),
            ({"question": " "}, "the heading has no words"),
            ({"question": "why " * 30}, "over 100"),
            ({"answer": ""}, "has no answer"),
            ({"answer": "Many. " * 60}, "over 300"),
            ({"quotations": ()}, "has no quotation"),
            ({"quotations": (("Over 350,000 people have died", ""),)}, "not in the article word"),
            ({"quotations": (("Over 250,000 people", "my uncle"),)}, "“my uncle” is no known"),
            ({"phrasings": ("number of planes",)}, "already asks “How many aircraft"),
            ({"disputed_by": ("nothing",)}, "no such question"),
            ({"disputed_by": (OPEN,)}, "which is no fact's heading"),
        ],
    )
    def test_what_cannot_be_used_is_told_in_a_sentence(
        self, article: Article, change: dict[str, object], sentence: str
    ) -> None:
        with pytest.raises(EditError) as raised:
            add_fact(SOURCE, article, replace(DEATHS, **change))  # type: ignore[arg-type]
        assert sentence in str(raised.value)
        assert "facts.md" not in str(raised.value)

    @pytest.mark.parametrize(
        ("change", "field", "nearest"),
        [
            ({"question": "Did the U.S. bomb Aleppo?"}, "question", ""),
            ({"answer": "a" * 301}, "answer", ""),
            ({"phrasings": ("number of planes",)}, "phrasings", ""),
            ({"quotations": (("CNN reported", "nobody"),)}, "speaker", ""),
            (
                {"quotations": (("over 250,000 persons have died", "the article"),)},
                "quoted",
                "Over 250,000 people have died in the war in Syria, with",
            ),
            ({"quotations": (("zzz", "the article"),)}, "quoted", ""),
        ],
    )
    def test_it_is_told_by_its_field_with_the_nearest_sentence(
        self, article: Article, change: dict[str, object], field: str, nearest: str
    ) -> None:
        with pytest.raises(EditError) as raised:
            add_fact(SOURCE, article, replace(DEATHS, **change))  # type: ignore[arg-type]
        (problem,) = raised.value.problems
        assert problem.field == field
        assert problem.nearest.startswith(nearest)
        assert bool(problem.nearest) == bool(nearest)

    @given(draft=st.builds(FactDraft, nasty, nasty, st.just(DEATHS.quotations), st.tuples(nasty)))
    def test_no_fact_breaks_the_file(self, article: Article, draft: FactDraft) -> None:
        try:
            new = add_fact(SOURCE, article, draft)
        except EditError:
            return
        assert only_inserted(SOURCE, new)
        before, after = entries(SOURCE, article), entries(new, article)
        assert len(after) == len(before) + 1
        assert before.items() <= after.items()

    @given(quoted=nasty, speaker=nasty)
    def test_no_quotation_brings_in_what_is_not_the_articles(
        self, article: Article, quoted: str, speaker: str
    ) -> None:
        try:
            new = add_fact(SOURCE, article, replace(DEATHS, quotations=((quoted, speaker),)))
        except EditError:
            return
        (fact,) = loaded(new, article).facts[2:]
        assert fact.answer == DEATHS.answer
        assert all(c.sentence in article.sentences for c in fact.citations)

    def test_an_open_question_stands_behind_the_last_one(self, article: Article) -> None:
        new = add_open_question(
            SOURCE, article, "Who sells the fuel?", "Nobody says.", ["fuel sellers"]
        )
        assert only_inserted(SOURCE, new)
        assert "- number of planes\n\n### Who sells the fuel?\n\nNobody says.\n\n- fuel" in new
        added = loaded(new, article).open_questions[1]
        assert (added.question, added.answer) == ("Who sells the fuel?", "Nobody says.")
        assert added.phrasings == ("fuel sellers",)

    @pytest.mark.parametrize("end", ["", "\n## What the article does not say\n"])
    def test_the_first_open_question_finds_its_part(self, article: Article, end: str) -> None:
        source = SOURCE.partition("## What the article")[0].rstrip() + "\n" + end
        new = add_open_question(source, article, "Who sells the fuel?", "Nobody says.", [])
        assert [u.question for u in loaded(new, article).open_questions] == ["Who sells the fuel?"]
        assert len(loaded(new, article).facts) == 2
        assert new.count("## What the article does not say") == 1

    def test_facts_in_several_parts_around_the_open_questions(self, article: Article) -> None:
        source = (
            f"{SOURCE}\n## More\n\n### Who reported it?\n\nCNN.\n\n> CNN reported\n> — the U.S."
        )
        new = add_fact(source, article, DEATHS)
        assert [f.question for f in loaded(new, article).facts][-2:] == [
            "Who reported it?",
            DEATHS.question,
        ]
        new = add_open_question(new, article, "Who sells the fuel?", "Nobody says.", [])
        assert len(loaded(new, article).open_questions) == 2

    @given(question=nasty, answer=nasty, phrasing=nasty)
    def test_no_open_question_breaks_the_file(
        self, article: Article, question: str, answer: str, phrasing: str
    ) -> None:
        try:
            new = add_open_question(SOURCE, article, question, answer, [phrasing])
        except EditError:
            return
        assert only_inserted(SOURCE, new)
        assert entries(SOURCE, article).items() <= entries(new, article).items()
        assert len(loaded(new, article).open_questions) == 2


class TestEditing:
    def test_a_draft_that_changes_nothing_changes_no_byte(self, article: Article) -> None:
        for slug in (RUSSIA, AMERICA):
            assert edit_entry(SOURCE, article, slug, read_draft(SOURCE, slug)) == SOURCE

    def test_a_draft_shows_the_fact_as_it_stands(self) -> None:
        assert read_draft(SOURCE, RUSSIA) == FactDraft(
            "Did Russia's aircraft come near Aleppo?",
            "Russia says none did.",
            (("none of its aircraft were within 12.5 miles of Aleppo", "Russia"),),
            ("russian aircraft aleppo", "did russia bomb aleppo"),
            (AMERICA,),
        )

    def test_only_what_was_edited_is_rewritten(self, article: Article) -> None:
        draft = read_draft(SOURCE, RUSSIA)
        new = edit_entry(SOURCE, article, RUSSIA, replace(draft, answer="No, says Russia."))
        assert new == SOURCE.replace("Russia says none did.", "No, says Russia.")

    def test_phrasings_come_and_go_around_the_comments(self, article: Article) -> None:
        draft = read_draft(SOURCE, RUSSIA)
        phrasings = ("which planes flew", "russian aircraft aleppo")
        new = edit_entry(SOURCE, article, RUSSIA, replace(draft, phrasings=phrasings))
        assert new == SOURCE.replace("* did russia bomb\n  aleppo\n", "* which planes flew\n")

    def test_quotations_and_disputes_come_and_go(self, article: Article) -> None:
        draft = read_draft(SOURCE, AMERICA)
        changed = replace(
            draft,
            quotations=(("CNN reported", "the article"),),
            disputed_by=(RUSSIA,),
            phrasings=("american bombs",),
        )
        new = edit_entry(SOURCE, article, AMERICA, changed)
        assert read_draft(new, AMERICA) == changed
        assert "<!-- a comment before the next part -->" in new
        back = edit_entry(new, article, AMERICA, draft)
        assert read_draft(back, AMERICA) == draft
        assert entries(back, article) == entries(SOURCE, article)

    def test_links_follow_a_question_that_is_reworded(self, article: Article) -> None:
        draft = replace(read_draft(SOURCE, AMERICA), question="Did America bomb the city?")
        new = edit_entry(SOURCE, article, AMERICA, draft)
        assert "[Did America bomb the city?](#did-america-bomb-the-city)" in new
        assert read_draft(new, RUSSIA).disputed_by == ("did-america-bomb-the-city",)
        with pytest.raises(EditError, match="no such question any more"):
            read_draft(new, AMERICA)

    def test_an_open_question_is_edited_like_a_fact(self, article: Article) -> None:
        draft = read_draft(SOURCE, OPEN)
        assert not draft.quotations
        new = edit_entry(SOURCE, article, OPEN, replace(draft, answer="It gives no number."))
        assert new == SOURCE.replace(draft.answer, "It gives no number.")

    def test_an_open_question_has_nothing_to_quote(self, article: Article) -> None:
        with pytest.raises(EditError, match="there is nothing to quote"):
            edit_entry(SOURCE, article, OPEN, DEATHS)

    def test_a_question_of_another_entry_is_refused(self, article: Article) -> None:
        draft = replace(read_draft(SOURCE, AMERICA), phrasings=("russian aircraft aleppo",))
        with pytest.raises(EditError, match="already asks “Did Russia's aircraft"):
            edit_entry(SOURCE, article, AMERICA, draft)

    @given(data=st.data(), slug=st.sampled_from([RUSSIA, AMERICA]))
    def test_no_edit_touches_another_entry_or_a_comment(
        self, article: Article, data: st.DataObject, slug: str
    ) -> None:
        (other,) = {RUSSIA, AMERICA} - {slug}
        quotes = [("CNN reported", "the article"), ("denied these charges", "")]
        old = read_draft(SOURCE, slug)
        draft = FactDraft(
            question=data.draw(nasty | st.just(old.question)),
            answer=data.draw(nasty | st.just(old.answer)),
            quotations=tuple(data.draw(st.lists(st.sampled_from(quotes), min_size=1, unique=True))),
            phrasings=(*old.phrasings[1:], *data.draw(st.lists(nasty, max_size=3))),
            disputed_by=data.draw(st.sampled_from([(), (other,)])),
        )
        try:
            new = edit_entry(SOURCE, article, slug, draft)
        except EditError:
            return
        before, after = entries(SOURCE, article), entries(new, article)
        assert len(after) == len(before)
        assert after[OPEN] == before[OPEN]
        assert read_draft(new, other).answer == read_draft(SOURCE, other).answer
        assert read_draft(new, other).phrasings == read_draft(SOURCE, other).phrasings
        assert new.count("<!--") == new.count("-->") == SOURCE.count("<!--")


class TestRemoving:
    @pytest.mark.parametrize("slug", [RUSSIA, AMERICA, OPEN])
    def test_an_entry_goes_and_all_others_stay(self, article: Article, slug: str) -> None:
        before = entries(SOURCE, article)
        after = entries(remove_entry(SOURCE, article, slug), article)
        assert after.keys() == before.keys() - {slug}
        assert all(after[each].answer == before[each].answer for each in after)

    def test_an_entry_that_was_added_leaves_a_blank_line_at_the_most(
        self, article: Article
    ) -> None:
        slug = question_slug(DEATHS.question)
        left = remove_entry(add_fact(SOURCE, article, DEATHS), article, slug)
        assert left.split() == SOURCE.split()
        assert only_inserted(SOURCE, left)

    def test_links_to_it_go_too(self, article: Article) -> None:
        new = remove_entry(SOURCE, article, AMERICA)
        assert "Disputed by" not in new
        assert "<!-- a comment between phrasings -->" in new

    def test_the_last_fact_stays(self, article: Article) -> None:
        one = remove_entry(SOURCE, article, AMERICA)
        with pytest.raises(EditError, match="the last fact"):
            remove_entry(one, article, RUSSIA)

    def test_what_is_gone_already(self, article: Article) -> None:
        with pytest.raises(EditError, match="no such question any more"):
            remove_entry(SOURCE, article, "who-sells-the-fuel")


def test_the_shipped_file_can_be_edited_in_every_way(knowledge: Collection) -> None:
    article = knowledge.articles[0]
    file = KNOWLEDGE / article.slug / "facts.md"
    source = file.read_bytes().decode()
    slug = knowledge.facts[0].id.partition("#")[2]
    new = add_fact(source, article, replace(DEATHS, question="A toll of quokkas?", phrasings=()))
    assert only_inserted(source, new)
    assert edit_entry(source, article, slug, read_draft(source, slug)) == source


class TestPatch:
    @pytest.mark.skipif(not shutil.which("git"), reason="needs git to apply the patch")
    @pytest.mark.parametrize("end", ["\n", "", "\r\n", "\n<!-- form\x0cfeed, \u2028 -->"])
    def test_git_makes_the_new_file_of_the_old_one_by_the_patch(
        self, article: Article, tmp_path: Path, end: str
    ) -> None:
        old = SOURCE.rstrip("\n") + end
        new = add_phrasing(add_fact(old, article, DEATHS), article, OPEN, "any planes")
        file = tmp_path / "war" / "facts.md"
        file.parent.mkdir()
        file.write_bytes(old.encode())
        patch = as_patch(old, new, "war/facts.md")
        subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.encode(), check=True)
        assert file.read_bytes() == new.encode()

    def test_there_is_no_patch_of_nothing(self) -> None:
        assert as_patch(SOURCE, SOURCE, "facts.md") == ""


def test_a_form_may_cite_by_number(article: Article) -> None:
    draft = FactDraft("Who fled where?", "Millions fled.", (("[14]", ""),))
    assert f"> {article.sentences[14].text}\n> — the article\n" in add_fact(SOURCE, article, draft)


def test_what_an_editor_has_not_finished_is_in_nobody_s_way(article: Article) -> None:
    unfinished = f"{SOURCE}\n### Draft: sentence 4\n\n>\n\n> no speaker yet\n"
    edited = remove_entry(unfinished, article, AMERICA)
    assert edited.endswith("### Draft: sentence 4\n\n>\n\n> no speaker yet\n")
