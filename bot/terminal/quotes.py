"""Wording the check of a quotation for the command line: as text, or as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from bot.knowledge.facts import Fact
from bot.quoting.check import TEXT_LIMIT, QuoteCheck, Status, citations
from bot.routing.reply import Sources, citation_lines

_VERDICTS: dict[Status, str] = {
    "verbatim": "Word for word",
    "altered": "Altered",
    "absent": "Not in the article",
}
_WORST: tuple[Status, ...] = ("absent", "altered", "verbatim")
_FORMS = {"equal": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
_LEGEND = "[-the article's words-], {+words that the article does not have here+}"


def quotes_to_text(checks: Iterable[QuoteCheck], facts: Sequence[Fact], sources: Sources) -> str:
    """The verdict on each quotation, its words compared, and the article's sentences."""
    return "\n\n".join("\n".join(_lines(check, facts, sources)) for check in checks)


def _lines(check: QuoteCheck, facts: Sequence[Fact], sources: Sources) -> Iterator[str]:
    apart = f", apart from {', '.join(check.apart_from)}" if check.status == "verbatim" else ""
    yield f"{_VERDICTS[check.status]}{apart if check.apart_from else ''}:"
    words = " ".join(_FORMS[run.kind].format(run.text) for run in check.runs)
    yield f"    {words or check.text}"
    if check.status == "altered":
        yield f"    {_LEGEND}"
    if check.cut:
        yield f"    Only the first {TEXT_LIMIT} characters were checked."
    if check.sentences:
        yield ""
        yield from citation_lines(citations(check, facts), sources)


def quotes_to_json(checks: Sequence[QuoteCheck]) -> dict[str, Any]:
    """A contract, described in the README: of several quotations, the worst verdict."""
    sentences = dict.fromkeys(s.text for check in checks for s in check.sentences)
    return {
        "verdict": min((check.status for check in checks), key=_WORST.index),
        "sentence": " ".join(sentences) or None,
        "differences": [asdict(d) for check in checks for d in check.differences],
    }
