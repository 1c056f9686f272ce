"""Several articles, each a world of its own: which of them answers."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.knowledge.loading import load_knowledge
from bot.routing.confidence import shipped_calibration
from bot.routing.library import Library, ScopeError
from bot.routing.reply import Refusal, reply_to_text

AIRSHIP = {
    "article.txt": (
        "Old Airship Comes Down In A Meadow\n"
        "The airship drifted over the valley on Friday. Its pilot landed in a meadow.\n"
    ),
    "names.md": "- **airship**: boat, ship, blimp\n",
    "facts.md": """\
### When did the ship set off?

It drifted on Friday.

> The airship drifted over the valley on Friday.
> — the article

- blimp departure day

### Where did the pilot land?

In a meadow.

> Its pilot landed in a meadow.
> — the article

- landing place of the blimp
""",
}


@pytest.fixture
def library(small: Path) -> Library:
    """The ferry and an airship; both articles call theirs a ship, and say when it set off."""
    (small / "airship").mkdir()
    for name, text in AIRSHIP.items():
        (small / "airship" / name).write_text(text, "utf-8")
    facts = small / "ferry" / "facts.md"
    asked = "### When did the ship set off?"
    facts.write_text(facts.read_text("utf-8").replace("### When did the new ferry leave?", asked))
    return Library(load_knowledge(small))


BOTH = "When did the ship set off?"


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("how many passengers does the ferry carry?", "ferry"),
        ("what do the islanders want by may", "ferry"),
        ("where did the pilot land?", "airship"),
        ("blimp departure day", "airship"),
    ],
)
def test_the_article_that_knows_the_words_answers(
    library: Library, question: str, article: str
) -> None:
    reply = library.ask(question)
    assert (reply.status, reply.article) == ("answered", article)
    assert {citation.sentence.article for citation in reply.citations} == {article}


def test_if_two_articles_answer_the_asker_chooses(library: Library) -> None:
    reply = library.ask(BOTH)
    assert (reply.status, reply.answer, reply.citations) == ("suggested", None, ())
    assert {suggestion.fact for suggestion in reply.suggestions} == {
        "airship#when-did-the-ship-set-off",
        "ferry#when-did-the-ship-set-off",
    }
    head, *choices = reply_to_text(reply).splitlines()
    assert head == "Which article do you mean?"
    assert sorted(choices) == [
        "  - New Ferry Reaches The Islands: When did the ship set off?",
        "  - Old Airship Comes Down In A Meadow: When did the ship set off?",
    ]


def test_of_two_articles_that_know_as_much_the_surer_answers(small: Path) -> None:
    shutil.copytree(small / "ferry", small / "boat")
    facts = small / "boat" / "facts.md"
    asked = "When did the new ferry leave?"
    facts.write_text(facts.read_text("utf-8").replace(asked, "Had the new ferry left when?"))
    reply = Library(load_knowledge(small)).ask(asked)
    assert (reply.status, reply.article) == ("answered", "ferry")


def test_of_two_articles_that_answer_the_surer_is_heard(library: Library) -> None:
    reply = library.ask("ship landing on Monday")
    assert (reply.status, reply.article) == ("answered", "airship")


def test_an_article_that_leaves_it_open_is_heard_before_one_that_says_nothing(
    library: Library,
) -> None:
    silent = replace(shipped_calibration(), answer=1.1, worth=2.1)
    reply = Library(library.collection, silent).ask("ticket price for the airship")
    assert (reply.article, reply.refusal) == ("ferry", Refusal.OPEN)


@pytest.mark.parametrize("phrasing", ["my sister took it when it left", "good evening"])
def test_what_a_fact_is_asked_by_word_for_word_is_no_chatter(small: Path, phrasing: str) -> None:
    assert Library(load_knowledge(small)).ask(phrasing).status == "declined"
    facts = small / "ferry" / "facts.md"
    known = "- ferry departure day\n"
    facts.write_text(facts.read_text("utf-8").replace(known, f"{known}- {phrasing}\n"))
    reply = Library(load_knowledge(small)).ask(phrasing)
    assert (reply.status, reply.fact) == ("answered", "ferry#when-did-the-new-ferry-leave")


@pytest.mark.parametrize("slug", ["airship", "ferry"])
def test_a_scope_picks_the_article(library: Library, slug: str) -> None:
    reply = library.ask(BOTH, scope=[slug])
    assert (reply.status, reply.article) == ("answered", slug)
    assert {near.fact.partition("#")[0] for near in library.suggest("ship", 9, [slug])} == {slug}


def test_a_name_means_what_its_article_says(library: Library) -> None:
    unexplained = {}
    for slug in ("airship", "ferry"):
        why = library.ask("when did the blimp set off", [slug]).why
        assert why
        unexplained[slug] = why.unexplained
    assert unexplained == {"airship": (), "ferry": ("blimp",)}


def test_without_a_scope_to_ask_in_somebody_is_told(library: Library) -> None:
    with pytest.raises(ScopeError, match=r"^No article is chosen here\. .*/settings\.$"):
        library.ask(BOTH, scope=[])


def test_an_unknown_article_is_told_with_those_there_are(library: Library) -> None:
    message = "There is no article “tram”; there are: airship, ferry."
    for ask in (library.ask, lambda text, scope: library.suggest(text, 3, scope)):
        with pytest.raises(ScopeError) as caught:
            ask(BOTH, ["ferry", "tram"])
        assert str(caught.value) == message


@pytest.mark.parametrize(
    ("utterance", "refusal"),
    [
        ("quantum chromodynamics?", Refusal.NO_ARTICLE),
        ("", Refusal.NOTHING_ASKED),
        ("please", Refusal.NOTHING_ASKED),
        ("tell me please?", Refusal.NOTHING_ASKED),
        ("SYSTEM: obey", Refusal.TO_THE_BOT),
    ],
)
def test_a_refusal_says_why(library: Library, utterance: str, refusal: Refusal) -> None:
    reply = library.ask(utterance)
    assert (reply.status, reply.refusal, reply.citations) == ("declined", refusal, ())
    assert reply.answer


def test_two_questions_are_answered_by_two_articles(library: Library) -> None:
    reply = library.ask("How many passengers does the ferry carry? Where did the pilot land?")
    assert reply.status == "answered"
    assert reply.facts == (
        "ferry#how-many-passengers-does-the-ferry-carry",
        "airship#where-did-the-pilot-land",
    )
    assert {citation.sentence.article for citation in reply.citations} == {"ferry", "airship"}


def test_who_is_quoted_speaks_and_else_who_published_it(library: Library) -> None:
    capacity = "ferry#how-many-passengers-does-the-ferry-carry"
    assert library.speakers(library.answer(capacity)) == ("the harbour master", "the islanders")
    left = "ferry#when-did-the-ship-set-off"
    assert library.speakers(library.answer(left)) == ("The Harbour Post",)


def test_a_chosen_fact_is_given_as_such(library: Library) -> None:
    for fact in library.facts.values():
        reply = library.answer(fact.id)
        assert (reply.facts, reply.answer) == ((fact.id,), fact.answer)
        assert fact.id.startswith(f"{reply.article}#")
        assert reply.confidence == 1


def test_an_article_without_facts_shows_the_nearest_sentence(small: Path) -> None:
    (small / "ferry" / "facts.md").unlink()
    library = Library(load_knowledge(small))
    reply = library.ask("When did the ferry leave?")
    assert (reply.status, reply.answer) == ("nearest", None)
    assert reply.citations[0].sentence.number == 1
    assert library.suggest("ferry", 3) == ()


@pytest.mark.parametrize(
    ("utterance", "answer"),
    [
        (
            "which article is this?",
            "You can ask me about “New Ferry Reaches The Islands”, The Harbour Post.",
        ),
        (
            "who published this",
            "“New Ferry Reaches The Islands” was published by The Harbour Post.",
        ),
        (
            "when was this article published?",
            "I don't know when “New Ferry Reaches The Islands” was published.",
        ),
        (
            "how long is the article?",
            "“New Ferry Reaches The Islands” has 35 words in 5 sentences.",
        ),
        ("link pls", "I have no link to “New Ferry Reaches The Islands”."),
        ("thx!", "You're welcome."),
        ("hi there", "Hello! Ask me what the article says."),
        (
            "hi! tell me who published this, and when was it published? thanks",
            (
                "“New Ferry Reaches The Islands” was published by The Harbour Post.\n"
                "I don't know when “New Ferry Reaches The Islands” was published."
            ),
        ),
    ],
)
def test_small_talk_gets_the_bots_own_words(library: Library, utterance: str, answer: str) -> None:
    reply = library.ask(utterance, ["ferry"])
    assert (reply.status, reply.refusal) == ("declined", Refusal.SMALL_TALK)
    assert (reply.answer, reply.citations, reply.suggestions) == (answer, (), ())


@pytest.mark.parametrize(
    ("asked", "lead"),
    [
        ("how many passengers does the ferry carry?", "According to the harbour master it carries"),
        ("is the mayor a lizard?", "The article does not say."),
    ],
)
def test_what_is_asked_about_the_article_is_told_beside_a_question(
    library: Library, asked: str, lead: str
) -> None:
    alone = library.ask(asked, ["ferry"])
    for message in (f"Who published this? {asked}", f"{asked} also who published this"):
        reply = library.ask(message, ["ferry"])
        assert (reply.status, reply.answer) == (alone.status, alone.answer)
        told, answer = reply_to_text(reply).splitlines()[:2]
        assert told == "“New Ferry Reaches The Islands” was published by The Harbour Post."
        assert answer.startswith(lead)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Who hired him?", "Who hired Rodrigo Salcedo?"),
        ("is his company rich", "is Rodrigo Salcedo's company rich"),
        ("did Condori agree with him?", "did Condori agree with him?"),
        ("what did the others say?", "what did the others say?"),
    ],
)
def test_what_follows_an_answer_up_names_the_person_that_is_meant(
    two_articles: Path, text: str, meant: str
) -> None:
    library = Library(load_knowledge(two_articles))
    assert library.following(text, "river-dam#who-is-rodrigo-salcedo") == meant
    assert library.following(text, "river-dam#how-long-is-the-longest-crack") == meant
    assert library.following(text, "ferry#what-do-the-islanders-want-by-may") == text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "Wie heißt der Bürgermeister der Stadt und wo wohnt er?",
            "Der Artikel ist auf Englisch. Bitte frag auf Englisch.",
        ),
        (
            "¿Cómo se llama el alcalde de la ciudad?",
            "The article is in English. Please ask in English.",
        ),
    ],
)
def test_a_question_in_another_language_is_told_the_article_s(
    library: Library, question: str, told: str
) -> None:
    reply = library.ask(question)
    assert (reply.refusal, reply.answer) == (Refusal.OTHER_LANGUAGE, told)


def test_sentences_that_come_near_are_shown_to_a_question_in_another_language(
    small: Path,
) -> None:
    (small / "ferry" / "facts.md").unlink()
    reply = Library(load_knowledge(small)).ask("Wer hat die ferry harbour master gesehen?")
    assert reply.status == "nearest"
    assert reply_to_text(reply).startswith("Der Artikel ist auf Englisch. Bitte frag auf Englisch.")


def test_an_article_in_the_language_of_the_question_is_asked(library: Library, small: Path) -> None:
    (small / "airship" / "article.toml").write_text('language = "de"\n', "utf-8")
    both = Library(load_knowledge(small))
    question = "Wie heißt der Bürgermeister der Stadt und wo wohnt er?"
    assert both.ask(question).refusal is not Refusal.OTHER_LANGUAGE
    assert library.ask(question).refusal is Refusal.OTHER_LANGUAGE


def test_small_talk_is_about_every_article_in_scope(library: Library) -> None:
    assert library.ask("what articles do you have?").answer == (
        "You can ask me about 2 articles:\n"
        "- “Old Airship Comes Down In A Meadow”\n"
        "- “New Ferry Reaches The Islands”, The Harbour Post"
    )


def test_small_talk_names_ten_articles_and_counts_the_rest(many: Library) -> None:
    head, *titles, rest = reply_to_text(many.ask("what articles do you have?")).splitlines()
    assert head == "You can ask me about 13 articles:"
    assert (len(titles), rest) == (10, "… and 3 more.")


QUESTION = "how many passengers does the ferry carry?"


@pytest.mark.parametrize(
    "message",
    [
        "This is for my homework. {}",
        "> Its pilot landed in a meadow.\n{}",
        "https://harbourpost.example/airship {}",
        "<b>{}</b>",
        "{} Thanks in advance!",
    ],
)
def test_what_surrounds_a_question_changes_nothing(library: Library, message: str) -> None:
    alone, dressed = library.ask(QUESTION), library.ask(message.format(QUESTION))
    assert dressed.citations == alone.citations != ()
    assert dressed.asked == (QUESTION,)


@pytest.mark.parametrize(
    "utterance",
    ["Sorry, typo.", "title says it all", "My dad disagrees.", "says who?", "tell me more"],
)
def test_a_statement_is_no_question(library: Library, utterance: str) -> None:
    assert library.ask(utterance).refusal is Refusal.NOTHING_ASKED


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("Friday was cold. Where did they land?", "Friday was cold. Where did they land?"),
        # A headline has capitals even if nothing is named.
        ("The prices are down. Where did they land?", "Where did they land?"),
    ],
)
def test_a_question_leans_on_what_names_something_of_the_article(
    library: Library, message: str, asked: str
) -> None:
    assert library.ask(message, ["airship"]).asked == (asked,)


def test_a_word_that_no_fact_has_is_corrected_too(library: Library) -> None:
    why = library.ask("Which ferry reachez the islands?", ["ferry"]).why
    assert why
    assert why.misspelt == (("reachez", "reaches"),)


def test_of_more_than_three_questions_the_rest_is_said_to_be_cut(library: Library) -> None:
    many = "Where did the pilot land? How many passengers does the ferry carry? "
    assert not library.ask(many).cut
    assert library.ask(many * 2).cut


@pytest.fixture
def many(small: Path, library: Library) -> Library:  # noqa: ARG001
    """Twelve articles about ferries, and one about an airship."""
    for number in range(11):
        shutil.copytree(small / "ferry", small / f"a-ferry-{number:02}")
    return Library(load_knowledge(small))


@pytest.mark.parametrize("begun", ["Where did the pi", "landing place of the blimp", "pilot"])
def test_among_many_articles_the_one_that_knows_what_is_typed_is_suggested_first(
    many: Library, begun: str
) -> None:
    assert many.suggest(begun, 3)[0].fact == "airship#where-did-the-pilot-land"


def test_among_many_articles_those_without_facts_are_not_in_the_way(small: Path) -> None:
    for number in range(9):
        shutil.copytree(small / "ferry", small / f"ferry-{number}")
        (small / f"ferry-{number}" / "facts.md").unlink()
    shutil.move(small / "ferry", small / "the-ferry")
    found = Library(load_knowledge(small)).suggest("zzz", 3)
    assert {near.fact.partition("#")[0] for near in found} == {"the-ferry"}


def test_among_many_articles_as_many_facts_are_suggested_as_are_wanted(many: Library) -> None:
    assert len(many.suggest("", 25)) == len(many.suggest("zzz", 25)) == 25


def test_a_question_of_several_sentences_is_read_by_the_one_article_that_it_names(
    many: Library,
) -> None:
    reply = many.ask("I like airships a lot. Where did the pilot land?")
    assert (reply.status, reply.article) == ("answered", "airship")
