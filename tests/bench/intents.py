"""Question routing where each intent has some phrasings: CLINC150 and BANKING77."""

from pathlib import Path

import numpy as np

from bot.evaluation.measure import auroc
from bot.knowledge.article import Sentence
from bot.knowledge.facts import Citation, Fact
from bot.routing.router import Router

from .data import general_lexicon, knowledge_of, print_table, read_rows

NOWHERE = Sentence("a", 0, 0, 0, 0, "")


def bench_intents(folder: Path) -> None:
    """Print how many questions find their intent, and how well strange ones are told."""
    for title, name, phrasings, peer in (
        ("CLINC150, 10 phrasings an intent", "clinc", 10, ("80.4", ".92")),
        ("BANKING77, 20 phrasings an intent", "banking77", 20, ("83.3", ".84")),
    ):
        right, separated = _figures(folder, name, phrasings)
        print_table(
            title,
            {
                "right": (f"{right:.1%}", f"best peer without a neural model {peer[0]}"),
                "out of scope: AUROC": (f"{separated:.3f}", f"the same {peer[1]}"),
            },
        )


def _figures(folder: Path, name: str, phrasings: int) -> tuple[float, float]:
    rows = read_rows(folder, f"{name}_curated20")
    table: dict[str, list[str]] = {}
    for row in rows:
        if row["r"] < phrasings:
            table.setdefault(row["i"], []).append(row["t"])
    facts = tuple(_fact(*entry) for entry in table.items())
    router = Router(knowledge_of((NOWHERE,), facts, general_lexicon()))
    intents = list(table)
    hits: list[bool] = []
    scores: dict[bool, list[float]] = {True: [], False: []}
    for row in read_rows(folder, f"{name}_dev"):
        found = router.match(row["t"])
        assert found.fact is not None
        if row["i"] is not None:
            hits.append(intents[found.fact] == row["i"])
        scores[row["i"] is not None].append(float(found.scores[found.fact]))
    return float(np.mean(hits)), auroc(scores[True], scores[False])


def _fact(intent: str, phrasings: list[str]) -> Fact:
    question, *others = phrasings
    return Fact(f"a#{intent}", question, "", (Citation(NOWHERE, None),), (), tuple(others), 0)
