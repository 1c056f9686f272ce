"""Unanswered questions, as editors see them: the list `/facts misses` and its buttons."""

import asyncio
from typing import Any

import discord
from discord import ui
from discord.utils import escape_markdown, utcnow

from bot.discord.client import Interaction, wording_of
from bot.discord.curating.audit import audit
from bot.discord.curating.drafts import text_box
from bot.discord.curating.edits import Outcome, make_edit, refusal_lines, tell_outcome
from bot.discord.curating.rights import EditorButton, EditorForm, check_change
from bot.discord.errors import GoneError, whisper_view
from bot.discord.feature import Feature
from bot.discord.ui.pages import page_place, page_rows, show_instead
from bot.discord.views import QUIET, inert, layout
from bot.editing.edits import add_phrasing, add_unsaid
from bot.editing.refusals import EditError
from bot.errors import KnowledgeError
from bot.knowledge.article import Article
from bot.knowledge.facts import PHRASING_LIMIT, QUESTION_LIMIT, Fact, fact_key
from bot.members.misses import MissCluster, merge_misses
from bot.publishing.edition import Edition
from bot.wording import DEFAULT, Wording, wordings

MISSES = 5
"""Misses on a page: each takes five of the 40 components that a message may have."""

NOTICE_LENGTH = 300
"""Characters of what is said above the list of what was just done."""

CHOICES = 25
"""Facts to choose from, at the most: Discord's limit."""


async def misses_view(interaction: Interaction, page: int, notice: str = "") -> ui.LayoutView:
    """A page, counted from 0, of the misses of this server; the last one where there is none."""
    wording, edition = wording_of(interaction), interaction.client.edition
    clusters = await _clusters(interaction)
    settings = await interaction.client.guild_settings(interaction.guild_id)
    count = max(1, -(-len(clusters) // MISSES))
    page = min(page, count - 1)
    head = wording("misses.count", count=len(clusters)) if clusters else wording("misses.none")
    if not settings.misses:
        head = f"{head}\n{wording('misses.counts_alone')}"
    view = ui.LayoutView(timeout=None)
    box: ui.Container[Any] = ui.Container()
    if notice:
        box.add_item(ui.TextDisplay(notice[:NOTICE_LENGTH])).add_item(ui.Separator())
    box.add_item(ui.TextDisplay(head))
    for cluster in clusters[page * MISSES : (page + 1) * MISSES]:
        box.add_item(ui.TextDisplay(_cluster_text(cluster, edition, wording)))
        box.add_item(ui.ActionRow(*_buttons(cluster, page, wording)))
    if count > 1:
        box.add_item(ui.TextDisplay(f"-# {page_place(page, count, wording)}"))
    view.add_item(box)
    for row in page_rows(MissesPage, "v1:misses", page, count, wording):
        view.add_item(row)
    return view


async def _clusters(interaction: Interaction) -> tuple[MissCluster, ...]:
    bot, guild = interaction.client, interaction.guild_id or 0
    misses = await asyncio.to_thread(bot.members.misses, guild, utcnow())
    return await asyncio.to_thread(merge_misses, misses, bot.edition.knowledge)


async def _cluster(interaction: Interaction, miss: int) -> MissCluster:
    """The cluster of a miss. Raises GoneError where it was dealt with or expired."""
    for cluster in await _clusters(interaction):
        if any(m.id == miss for m in cluster.misses):
            return cluster
    raise GoneError(wording_of(interaction)("misses.gone"))


def nearest_facts(cluster: MissCluster, edition: Edition) -> list[Fact]:
    """The facts that may be meant, the most likely first; none for counts that name none."""
    stored = edition.facts_by_key.get(fact_key(cluster.nearest))
    near = edition.library.suggest(cluster.question, CHOICES) if cluster.question else ()
    found = [stored, *(edition.facts_by_key.get(fact_key(s.fact)) for s in near)]
    return [*dict.fromkeys(fact for fact in found if fact)][:CHOICES]


def _cluster_text(cluster: MissCluster, edition: Edition, wording: Wording) -> str:
    facts = nearest_facts(cluster, edition)
    asked = inert(cluster.question) or wording("misses.not_kept")
    near = escape_markdown(facts[0].question) if facts else wording("misses.no_fact")
    last = max(miss.last_seen for miss in cluster.misses).isoformat()
    about = wording("misses.about", times=cluster.times, last=last, question=near)
    return f"**{asked}**\n{about}"


def _buttons(cluster: MissCluster, page: int, wording: Wording) -> list[EditorButton]:
    """What can be done about a cluster; where there is no text, it can only be dismissed."""
    carried = f"{cluster.misses[0].id}:{page}"
    dismiss = DismissButton(wording("button.dismiss"), f"v1:dismiss:{carried}")
    if not cluster.question:
        return [dismiss]
    return [
        PhrasingButton(wording("button.phrasing"), f"v1:phrasing:{carried}"),
        UnsaidButton(wording("button.unsaid"), f"v1:unsaid:{carried}"),
        dismiss,
    ]


class MissesPage(EditorButton, template=r"v1:misses:\d{1,6}"):
    """Turns the pages of the misses."""

    async def act(self, interaction: Interaction) -> None:
        """Show the page in place of the one before."""
        await show_instead(interaction, await misses_view(interaction, int(self.parts[0])))


class DismissButton(EditorButton, template=r"v1:dismiss:\d{1,18}:\d{1,6}"):
    """Takes a miss off the list; carries it and the page."""

    async def act(self, interaction: Interaction) -> None:
        """Dismiss all that was merged with it."""
        miss, page = map(int, self.parts)
        cluster = await _cluster(interaction, miss)
        await _dismiss(interaction, cluster)
        await audit(interaction, f"/facts misses, Dismiss: asked {cluster.times} times")
        await show_instead(interaction, await misses_view(interaction, page))


class UnsaidButton(EditorButton, template=r"v1:unsaid:\d{1,18}:\d{1,6}"):
    """Makes a miss a question that the article leaves open; carries it and the page."""

    async def act(self, interaction: Interaction) -> None:
        """Add the entry, then take the miss off the list."""
        await check_change(interaction)
        miss, page = map(int, self.parts)
        cluster = await _cluster(interaction, miss)
        article = _article(nearest_facts(cluster, interaction.client.edition), interaction)
        question, *phrasings = as_heading(cluster.question)
        not_said = wordings()[DEFAULT]("reply.not_said")
        await interaction.response.defer()
        outcome = await make_edit(
            interaction,
            article,
            lambda source, article: add_unsaid(source, article, question, not_said, phrasings),
            "/facts misses, Not in the article",
        )
        await _settle(interaction, cluster, outcome, page)


class PhrasingButton(EditorButton, template=r"v1:phrasing:\d{1,18}:\d{1,6}"):
    """Opens a form to add a miss to a fact; carries it and the page."""

    async def act(self, interaction: Interaction) -> None:
        """Open the form with the question as it was asked."""
        await check_change(interaction)
        miss, page = map(int, self.parts)
        cluster = await _cluster(interaction, miss)
        wording = wording_of(interaction)
        facts = nearest_facts(cluster, interaction.client.edition)
        await interaction.response.send_modal(PhrasingForm(cluster, facts, page, wording))


class PhrasingForm(EditorForm):
    """A phrasing to edit, and the fact that it asks for."""

    def __init__(
        self, cluster: MissCluster, facts: list[Fact], page: int, wording: Wording
    ) -> None:
        super().__init__(wording("button.phrasing"))
        self._cluster, self._page, self._nearest = cluster, page, fact_key(facts[0].id)
        self._phrasing: ui.TextInput[Any] = ui.TextInput(
            custom_id="phrasing", default=cluster.question, max_length=PHRASING_LIMIT
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
        anchor, phrasing = fact.id.partition("#")[2], self._phrasing.value
        await interaction.response.defer()
        try:
            outcome = await make_edit(
                interaction,
                _article([fact], interaction),
                lambda source, article: add_phrasing(source, article, anchor, phrasing),
                f"/facts misses, Add as a phrasing of “{fact.question}”",
            )
        except (EditError, KnowledgeError) as error:
            box = text_box(wording("form.phrasing"), phrasing)
            lines = refusal_lines(interaction, error)
            await whisper_view(interaction, layout([*lines, box], wording))
            return
        await _settle(interaction, self._cluster, outcome, self._page)


def as_heading(asked: str) -> list[str]:
    """A question as a heading and, where it is too long for one, itself as a phrasing."""
    question = f"{asked[:1].upper()}{asked[1:]}?"
    if len(question) <= QUESTION_LIMIT:
        return [question]
    return [f"{question[: QUESTION_LIMIT - 2].rsplit(' ', 1)[0]} …", asked]


def _article(facts: list[Fact], interaction: Interaction) -> Article:
    """The article of the first fact, or the first article."""
    articles = interaction.client.edition.knowledge.articles
    slugs = [fact.id.partition("#")[0] for fact in facts[:1]]
    return next((article for article in articles if article.slug in slugs), articles[0])


async def _dismiss(interaction: Interaction, cluster: MissCluster) -> None:
    ids = [miss.id for miss in cluster.misses]
    members = interaction.client.members
    await asyncio.to_thread(members.dismiss_misses, interaction.guild_id or 0, ids)


async def _settle(
    interaction: Interaction, cluster: MissCluster, outcome: Outcome, page: int
) -> None:
    """Take a miss off the list and say what came of it; a patch leaves it there."""
    if outcome.patch:
        await tell_outcome(interaction, outcome)
        return
    await _dismiss(interaction, cluster)
    view = await misses_view(interaction, page, "\n".join(outcome.lines))
    await interaction.edit_original_response(view=view, allowed_mentions=QUIET)


FEATURE = Feature(buttons=(MissesPage, PhrasingButton, UnsaidButton, DismissButton))
