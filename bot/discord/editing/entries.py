"""Facts and open questions as editors choose them, and everything about one as they see it."""

from collections.abc import Iterable

from discord import app_commands
from discord.utils import escape_markdown
from rapidfuzz import fuzz, process

from bot.discord.client import Interaction
from bot.discord.errors import GoneError
from bot.discord.ui.choices import CHOICES, READ_LIMIT, chosen_key
from bot.discord.views import citation_texts, inert
from bot.knowledge.facts import Fact, OpenQuestion, article_slug, fact_key
from bot.knowledge.file_names import FACTS_FILE
from bot.language.text import fold, words
from bot.members.members import Members
from bot.publishing.edition import Edition
from bot.wording import Wording


async def suggest_entries(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The facts and open questions that read most like what is typed so far."""
    entries = interaction.client.edition.entries_by_key
    questions = {key: fold(entry.question) for key, entry in entries.items()}
    near = process.extract(fold(typed[:READ_LIMIT]), questions, scorer=fuzz.WRatio, limit=CHOICES)
    return [
        app_commands.Choice(name=entries[key].question, value=f"fact:{key}") for _, _, key in near
    ]


def chosen_entry(edition: Edition, choice: str, wording: Wording) -> Fact | OpenQuestion:
    """The entry of an autocomplete's choice, or of a question typed out. Raises GoneError."""
    key = chosen_key(choice)
    found = edition.entries_by_key.get(key) if key else None
    for entry in edition.knowledge.entries:
        if not key and words(entry.question) == words(choice):
            found = entry
    if found is None:
        raise GoneError(wording("editing.fact_gone"))
    return found


def entry_texts(entry: Fact | OpenQuestion, edition: Edition, wording: Wording) -> list[str]:
    """An entry as it is in its file, and where that is."""
    file = f"{article_slug(entry.id)}/{FACTS_FILE}:{entry.line}"
    texts = [f"### {escape_markdown(entry.question)}\n{escape_markdown(entry.answer)}"]
    if isinstance(entry, Fact):
        texts += citation_texts(entry.citations, edition.library, wording)
        if entry.disputed_by:
            others = [edition.facts_by_key[fact_key(id_)].question for id_ in entry.disputed_by]
            texts.append(_list(wording("facts.disputed_by"), others))
    else:
        texts.append(wording("facts.open"))
    if entry.phrasings:
        texts.append(_list(wording("facts.phrasings"), entry.phrasings))
    return [*texts, wording("facts.place", place=escape_markdown(file))]


def preview(entry: Fact | OpenQuestion, edition: Edition, wording: Wording) -> list[str]:
    """The answer of an entry as members will see it."""
    texts = [wording("editing.preview"), escape_markdown(entry.answer)]
    if isinstance(entry, Fact):
        citations = edition.library.answer(entry.id).citations
        texts += citation_texts(citations, edition.library, wording)
    return texts


def vote_lines(members: Members, answer: str, guild: int, wording: Wording) -> list[str]:
    """What members think of an answer, and why members of a guild voted it down."""
    tally = members.tally(answer)
    reasons = members.reasons(guild, answer)
    lines = [wording("facts.votes", up=tally.up, down=tally.down)]
    return [*lines, *([_list(wording("facts.reasons"), reasons)] if reasons else [])]


def _list(heading: str, items: Iterable[str]) -> str:
    return "\n".join([heading, *(f"- {inert(item)}" for item in items)])
