"""Question routing where each intent has some phrasings: CLINC150 and BANKING77.

With the extra `semantic` there is a second column, of what the encoder makes of it.
"""

from contextlib import suppress
from pathlib import Path
from time import process_time

import numpy as np

from bot.evaluation.measure import auroc
from bot.knowledge.article import Sentence
from bot.knowledge.facts import Citation, Fact
from bot.routing.encoder import USE, Encoder, EncoderError, encoder_named
from bot.routing.router import Router

from .data import general_lexicon, knowledge_of, print_table, read_rows

NOWHERE = Sentence("a", 0, 0, 0, 0, "")


def bench_intents(folder: Path) -> None:
    """Print how many questions find their intent, how well strange ones are told, and the cost."""
    encoders: list[Encoder | None] = [None]
    with suppress(EncoderError):
        encoders.append(encoder_named(USE))
    for title, name, phrasings, peer in (
        ("CLINC150, 10 phrasings an intent", "clinc", 10, ("80.4", ".92")),
        ("BANKING77, 20 phrasings an intent", "banking77", 20, ("83.3", ".84")),
    ):
        found = [_figures(folder, name, phrasings, encoder) for encoder in encoders]
        right, separated, cost = ("   ".join(column) for column in zip(*found, strict=True))
        print_table(
            f"{title} (default, semantic)",
            {
                "right": (right, f"best peer without a neural model {peer[0]}"),
                "out of scope: AUROC": (separated, f"the same {peer[1]}"),
                "a question, median (CPU)": (cost, ""),
            },
        )


def _figures(
    folder: Path, name: str, phrasings: int, encoder: Encoder | None
) -> tuple[str, str, str]:
    rows = read_rows(folder, f"{name}_curated20")
    table: dict[str, list[str]] = {}
    for row in rows:
        if row["r"] < phrasings:
            table.setdefault(row["i"], []).append(row["t"])
    facts = tuple(_fact(*entry) for entry in table.items())
    router = Router(knowledge_of((NOWHERE,), facts, general_lexicon()), encoder=encoder)
    intents = list(table)
    hits: list[bool] = []
    times: list[float] = []
    scores: dict[bool, list[float]] = {True: [], False: []}
    for row in read_rows(folder, f"{name}_dev"):
        begun = process_time()
        found = router.match(row["t"])
        times.append(1000 * (process_time() - begun))
        assert found.fact is not None
        if row["i"] is not None:
            hits.append(intents[found.fact] == row["i"])
        scores[row["i"] is not None].append(float(found.scores[found.fact]))
    separated = auroc(scores[True], scores[False])
    return f"{np.mean(hits):.1%}", f"{separated:.3f}", f"{np.median(times):.2f} ms"


def _fact(intent: str, phrasings: list[str]) -> Fact:
    question, *others = phrasings
    return Fact(f"a#{intent}", question, "", (Citation(NOWHERE, None),), (), tuple(others), 0)
