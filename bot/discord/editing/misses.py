"""Unanswered questions, as editors see them: the list `/facts misses`, its menu and buttons."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui
from discord.utils import escape_markdown

from bot.discord.client import Interaction, wording_of
from bot.discord.editing.audit import audit
from bot.discord.editing.edits import Outcome, make_edit, refusal_lines, tell_outcome
from bot.discord.editing.form_text import Typed, text_box
from bot.discord.editing.forms import FactForm, Task, article_of
from bot.discord.editing.rights import EditorButton, EditorForm, check_change, check_editor
from bot.discord.editing.unanswered import (
    all_clusters,
    article_for,
    as_heading,
    dismiss,
    find_miss,
    holds,
    nearest_facts,
    said_here,
)
from bot.discord.errors import GoneError, whisper_view
from bot.discord.feature import Feature
from bot.discord.ui.lasting import LastingMenu
from bot.discord.ui.pages import page_foot
from bot.discord.views import citation_texts, inert, layout, lead_text, shortened
from bot.editing.edits import add_open_question, add_phrasing
from bot.editing.refusals import EditError
from bot.errors import KnowledgeError
from bot.knowledge.facts import PHRASING_LIMIT, QUESTION_LIMIT, Fact, anchor_of, fact_key
from bot.knowledge.quotation import ARTICLE_SPEAKER
from bot.members.misses import Miss, MissCluster
from bot.publishing.edition import Edition
from bot.routing.reply import Refusal, Reply
from bot.wording import DEFAULT, Wording, wordings

MISSES = 10
"""Misses on a page: what a phone shows above the one that is chosen."""


async def misses_view(interaction: Interaction, page: int, chosen: int = 0) -> ui.LayoutView:
    """A page, counted from 0, of the misses of this server; the last one if there is none.

    What can be done is told of the miss of the id `chosen`, or of the first one.
    """
    wording, edition = wording_of(interaction), interaction.client.edition
    clusters = await all_clusters(interaction)
    settings = await interaction.client.guild_settings(interaction.guild_id)
    count = max(1, -(-len(clusters) // MISSES))
    page = min(page, count - 1)
    head = wording("misses.count", count=len(clusters)) if clusters else wording("misses.none")
    if not settings.misses:
        head = f"{head}\n{wording('misses.counts_alone')}"
    listed = clusters[page * MISSES : (page + 1) * MISSES]
    if not listed:
        return layout([head], wording)
    picked = next((each for each in listed if holds(each, chosen)), listed[0])
    replies = [await said_here(interaction, c.question) if c.question else None for c in listed]
    reply = replies[listed.index(picked)]
    texts = [head, _list(listed, replies, wording), *_details(picked, reply, edition, wording)]
    foot, turning = page_foot(MissesPage, "v1:misses", page, count, wording)
    rows = [
        *([ui.ActionRow[Any](_menu(listed, picked, page, wording))] if len(listed) > 1 else []),
        ui.ActionRow[Any](*_buttons(picked, reply, edition, page, wording)),
        *turning,
    ]
    return layout([*texts, *foot], wording, rows)


def _list(listed: Sequence[MissCluster], replies: Sequence[Reply | None], wording: Wording) -> str:
    """Each with what the bot said to it, and how sure it is now of a fact or sentence."""
    lines = []
    for each, reply in zip(listed, replies, strict=True):
        said = [wording(f"misses.{why.replace(' ', '_')}") for why in each.reasons]
        if reply:
            said.append(wording("misses.sure", percent=round(100 * reply.confidence)))
        about = {"question": inert(_label(each, wording)), "said": ", ".join(said)}
        lines.append(wording("misses.line", times=each.times, **about))
    return "\n".join(lines)


def _label(cluster: MissCluster, wording: Wording) -> str:
    """The question of a cluster, as long as a menu may show it."""
    return shortened(cluster.question or wording("misses.not_kept"), QUESTION_LIMIT)


def _details(
    cluster: MissCluster, reply: Reply | None, edition: Edition, wording: Wording
) -> list[str]:
    """Everything about a cluster: how often, what comes near, and what the bot says to it now."""
    miss = cluster.misses[0]
    facts = nearest_facts(miss, edition)
    near = escape_markdown(facts[0].question) if facts else wording("misses.no_fact")
    last = max(each.last_seen for each in cluster.misses).isoformat()
    about = wording("misses.about", times=cluster.times, last=last, question=near)
    head = f"### {inert(cluster.question) or wording('misses.not_kept')}\n{about}"
    if reply is None:
        return [head]
    key = "known" if reply.refusal is Refusal.OPEN else "says"
    cited = citation_texts(reply.citations, edition.library, wording)
    return [head, f"{wording(f'misses.{key}')}\n{lead_text(reply, wording)}", *cited]


def _menu(
    listed: Sequence[MissCluster], picked: MissCluster, page: int, wording: Wording
) -> "MissMenu":
    options = [
        discord.SelectOption(
            label=_label(each, wording), value=str(each.misses[0].id), default=each is picked
        )
        for each in listed
    ]
    return MissMenu(ui.Select(custom_id=f"v1:miss:{page}", options=options))


def _buttons(
    cluster: MissCluster, reply: Reply | None, edition: Edition, page: int, wording: Wording
) -> list[EditorButton]:
    """What can be done about a cluster; if there is no text, it can only be dismissed."""
    carried = f"{cluster.misses[0].id}:{page}"
    dismiss = DismissButton(wording("button.dismiss"), f"v1:dismiss:{carried}")
    if reply is None:
        return [dismiss]
    open_question = OpenQuestionButton(wording("button.unsaid"), f"v1:unsaid:{carried}")
    open_question.item.disabled = reply.refusal is Refusal.OPEN
    phrasing = PhrasingButton(wording("button.phrasing"), f"v1:phrasing:{carried}")
    phrasing.item.disabled = not edition.knowledge.facts
    return [
        FactButton(wording("button.fact"), f"v1:fact:{carried}"),
        phrasing,
        open_question,
        dismiss,
    ]


async def _show(interaction: Interaction, page: int, chosen: int = 0) -> None:
    """Show the list again in place of what was deferred."""
    view = await misses_view(interaction, page, chosen)
    await interaction.edit_original_response(view=view)


class MissesPage(EditorButton, template=r"v1:misses:\d{1,6}"):
    """Turns the pages of the misses."""

    async def act(self, interaction: Interaction) -> None:
        """Show the page in place of the one before."""
        await interaction.response.defer()
        await _show(interaction, int(self.parts[0]))


class MissMenu(LastingMenu, template=r"v1:miss:\d{1,6}"):
    """Chooses the miss of a page that the buttons are for; carries the page."""

    async def chosen(self, interaction: Interaction, value: str) -> None:
        """Tell of the miss that was chosen."""
        await check_editor(interaction)
        await interaction.response.defer()
        await _show(interaction, int(self.custom_id.split(":")[2]), int(value))


class DismissButton(EditorButton, template=r"v1:dismiss:\d{1,18}:\d{1,6}"):
    """Takes a miss off the list; carries it and the page."""

    async def act(self, interaction: Interaction) -> None:
        """Dismiss all that was merged with it."""
        miss, page = map(int, self.parts)
        await interaction.response.defer()
        times = await dismiss(interaction, miss)
        await audit(interaction, f"/facts misses, Dismiss: asked {times} times")
        await _show(interaction, page)


class OpenQuestionButton(EditorButton, template=r"v1:unsaid:\d{1,18}:\d{1,6}"):
    """Makes a miss an open question; carries it and the page."""

    async def act(self, interaction: Interaction) -> None:
        """Add the entry, then take the miss off the list."""
        await check_change(interaction)
        id_, page = map(int, self.parts)
        await interaction.response.defer()
        miss = await find_miss(interaction, id_)
        question, *phrasings = as_heading(miss.question)
        not_said = wordings()[DEFAULT]("reply.not_said")
        reply = await said_here(interaction, miss.question)
        outcome = await make_edit(
            interaction,
            article_for(miss, reply, interaction.client.edition),
            lambda source, article: add_open_question(
                source, article, question, not_said, phrasings
            ),
            "/facts misses, Not in the article",
        )
        await _settle(interaction, id_, page, outcome)


class FactButton(EditorButton, template=r"v1:fact:\d{1,18}:\d{1,6}"):
    """Opens the form to make a miss a fact; carries it and the page."""

    async def act(self, interaction: Interaction) -> None:
        """Open the form with the question, and the sentence that was shown for it."""
        await check_change(interaction)
        id_, page = map(int, self.parts)
        miss, edition = await find_miss(interaction, id_), interaction.client.edition
        question, *phrasings = as_heading(miss.question)
        typed = {"question": question, "phrasings": "\n".join(phrasings)}
        reply = await said_here(interaction, miss.question)
        for citation in reply.citations[:1]:
            typed["quoted"] = citation.sentence.text
            typed["speaker"] = citation.speaker or ARTICLE_SPEAKER
        task = Task(article_for(miss, reply, edition))
        form = FactFromMiss(task, typed, wording_of(interaction), id_, page)
        await interaction.response.send_modal(form)


class FactFromMiss(FactForm):
    """The form of a fact that answers a miss."""

    def __init__(self, task: Task, typed: Typed, wording: Wording, miss: int, page: int) -> None:
        super().__init__(task, typed, wording)
        self._miss, self._page = miss, page

    async def taken(self, interaction: Interaction, outcome: Outcome) -> None:
        """Show the fact and take the miss off the list."""
        await super().taken(interaction, outcome)
        await _take_off(interaction, self._miss, self._page, outcome)


class PhrasingButton(EditorButton, template=r"v1:phrasing:\d{1,18}:\d{1,6}"):
    """Opens a form to add a miss to a fact; carries it and the page."""

    async def act(self, interaction: Interaction) -> None:
        """Open the form with the question as it was asked."""
        await check_change(interaction)
        id_, page = map(int, self.parts)
        miss = await find_miss(interaction, id_)
        facts = nearest_facts(miss, interaction.client.edition)
        form = PhrasingForm(miss, facts, page, wording_of(interaction))
        await interaction.response.send_modal(form)


class PhrasingForm(EditorForm):
    """A phrasing to edit, and the fact that it asks for."""

    def __init__(self, miss: Miss, facts: list[Fact], page: int, wording: Wording) -> None:
        super().__init__(wording("button.phrasing"))
        self._miss, self._page, self._nearest = miss.id, page, fact_key(facts[0].id)
        self._phrasing: ui.TextInput[Any] = ui.TextInput(
            custom_id="phrasing", default=miss.question, max_length=PHRASING_LIMIT
        )
        options = [
            discord.SelectOption(label=fact.question, value=fact_key(fact.id), default=not n)
            for n, fact in enumerate(facts)
        ]
        self._fact: ui.Select[Any] = ui.Select(custom_id="fact", options=options, required=False)
        self.add_item(ui.Label(text=wording("form.phrasing"), component=self._phrasing))
        self.add_item(ui.Label(text=wording("form.fact"), component=self._fact))

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override]
        """Add the phrasing, then take the miss off the list."""
        wording, edition = wording_of(interaction), interaction.client.edition
        fact = edition.facts_by_key.get((self._fact.values or [self._nearest])[0])
        if fact is None:
            raise GoneError(wording("editing.fact_gone"))
        anchor, phrasing = anchor_of(fact.id), self._phrasing.value
        await interaction.response.defer()
        try:
            outcome = await make_edit(
                interaction,
                article_of(edition, fact),
                lambda source, article: add_phrasing(source, article, anchor, phrasing),
                f"/facts misses, Add as a phrasing of “{fact.question}”",
            )
        except (EditError, KnowledgeError) as error:
            box = text_box(wording("form.phrasing"), phrasing)
            lines = refusal_lines(interaction, error)
            await whisper_view(interaction, layout([*lines, box], wording))
            return
        await _settle(interaction, self._miss, self._page, outcome)


async def _settle(interaction: Interaction, miss: int, page: int, outcome: Outcome) -> None:
    """Say what came of an edit and take its miss off the list."""
    await tell_outcome(interaction, outcome)
    await _take_off(interaction, miss, page, outcome)


async def _take_off(interaction: Interaction, miss: int, page: int, outcome: Outcome) -> None:
    """Take a miss off the list that an edit deals with; a patch leaves it there."""
    if not outcome.patch:
        await dismiss(interaction, miss)
        await _show(interaction, page)


FEATURE = Feature(
    buttons=(MissesPage, MissMenu, FactButton, PhrasingButton, OpenQuestionButton, DismissButton)
)
