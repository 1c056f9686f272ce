"""Discord's limits on a message hold by construction, since discord.py does not check them."""

from itertools import count

import discord
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.asking.replies import Look, reply_message
from bot.discord.errors import GoneError
from bot.discord.reading.reading import summary_view
from bot.discord.ui.lasting import LastingButton
from bot.discord.views import layout
from bot.publishing.edition import Edition
from bot.publishing.store import STYLES
from bot.routing.reply import Reply
from bot.wording import wording_for

ENGLISH = wording_for("en")


def texts_of(view: discord.ui.LayoutView) -> list[str]:
    return [i.content for i in view.walk_children() if isinstance(i, discord.ui.TextDisplay)]


def fits(view: discord.ui.LayoutView) -> bool:
    return view.content_length() <= 4000 and view.total_children_count <= 40


def check_reply_fits(reply: Reply, edition: Edition) -> None:
    notes = ["That was long."]
    laid_out = reply_message(reply, edition, Look(ENGLISH, headed=True), notes=notes)
    assert fits(laid_out["view"])
    plain = reply_message(reply, edition, Look(ENGLISH, plain=True, headed=True), notes=notes)
    assert 0 < len(plain["content"]) <= 2000
    for message in (laid_out, plain):
        buttons = [b for b in message["view"].walk_children() if isinstance(b, LastingButton)]
        assert all(len(button.custom_id) <= 100 for button in buttons)
        assert all(len(button.item.label or "") <= 80 for button in buttons)


@given(
    st.lists(
        st.sampled_from("who what when where why how many Russia U.S. Aleppo and ? ISIS".split())
        | st.text(max_size=30),
        max_size=20,
    ).map(" ".join)
)
def test_every_reply_fits_into_a_message(edition: Edition, question: str) -> None:
    check_reply_fits(edition.library.ask(question), edition)


def test_the_answer_to_every_known_question_fits(edition: Edition) -> None:
    for entry in edition.knowledge.entries:
        check_reply_fits(edition.library.ask(entry.question), edition)
    for fact in edition.knowledge.facts:
        check_reply_fits(edition.library.answer(fact.id), edition)


def test_every_shipped_summary_fits_without_a_cut(edition: Edition) -> None:
    (article,) = edition.knowledge.articles
    for style in STYLES:
        for page in count():
            try:
                view = summary_view(edition, article, style, page, ENGLISH)
            except GoneError:
                break
            assert fits(view)
            assert not any("…and " in text for text in texts_of(view))
        assert page


@given(st.lists(st.text(min_size=1, max_size=500) | st.just("x" * 5000), max_size=100))
def test_any_list_of_lines_fits(lines: list[str]) -> None:
    view = layout(lines, ENGLISH)
    assert fits(view)
    shown = texts_of(view)
    whole = [line for line in shown if not line.startswith("-# …and ")]
    assert len(shown) == len(lines) or shown[-1] == f"-# …and {len(lines) - len(whole)} more."
