"""Wording an evaluation: the figures, each kind, how reliable the confidence is, the misses."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.evaluation.measure import Outcome, figures
from bot.routing.reply import why_text

BINS = 10


def report(outcomes: Sequence[Outcome], *, misses: bool, why: bool) -> str:
    """Everything about a question set as text; `misses` lists them, `why` explains each."""
    parts = [*_figures(outcomes), "", *_kinds(outcomes), "", *_reliability(outcomes)]
    if misses or why:
        parts += ["", *_misses(outcomes, why=why)]
    return "\n".join(parts)


def _figures(outcomes: Sequence[Outcome]) -> Iterator[str]:
    f = figures(outcomes)
    yield (
        f"answerable {f.answerable}: right {f.right:.1%}, wrong {f.wrong:.1%}, "
        f"incomplete {f.incomplete:.1%}, silent {f.silent:.1%}; "
        f"a right sentence shown {f.shown:.1%}"
    )
    yield f"unanswerable {f.unanswerable}: not answered {f.refused:.1%}"
    yield f"AUROC of the confidence {f.auroc:.3f}, median {f.median * 1000:.2f} ms a question"


def _kinds(outcomes: Sequence[Outcome]) -> Iterator[str]:
    kinds: defaultdict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.question.kind].append(outcome.good)
    for kind, good in sorted(kinds.items()):
        yield f"  {kind:14} {sum(good):3}/{len(good):<3} {sum(good) / len(good):4.0%}"


def _reliability(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """How often the best fact's answer was right, by the confidence it was given with."""
    bins: defaultdict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        bins[min(int(outcome.reply.confidence * BINS), BINS - 1)].append(outcome)
    yield "confidence      questions  answerable"
    for number, held in sorted(bins.items()):
        answerable = sum(outcome.question.answerable for outcome in held) / len(held)
        span = f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}"
        yield f"  {span:13} {len(held):9}  {answerable:9.0%}"


def _misses(outcomes: Sequence[Outcome], *, why: bool) -> Iterator[str]:
    for outcome in outcomes:
        if outcome.good:
            continue
        question, reply = outcome.question, outcome.reply
        yield f"{outcome.verdict}: [{question.kind}] {question.text}"
        yield f"    {reply.status} {reply.confidence:.2f} {reply.fact or ''}".rstrip()
        if why and reply.why:
            yield from (f"    {line}" for line in why_text(reply.why, reply.confidence).split("\n"))
