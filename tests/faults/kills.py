"""`kill -9` at every step, and at any moment between: the old or the new must be whole."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from .outcome import Outcome
from .processes import Ended, run
from .stage import Stage


def kill_everywhere(stages: Sequence[Stage], steps: int, moments: int) -> Iterator[Outcome]:
    """Kill each scene at up to `steps` of its steps and at `moments` moments."""
    for stage in stages:
        yield kill_at_steps(stage, steps)
        yield _kill_at_moments(stage, moments)


def kill_at_steps(stage: Stage, most: int) -> Outcome:
    """Kill a scene before and after what it changes, evenly spread if there is too much."""
    stage.reset()
    whole = run(stage.scene.act)
    if whole.failure:
        return Outcome(f"kill -9: {stage.scene.name}", 1, [whole.failure])
    # A count that was not interrupted is one more than the steps.
    every = whole.steps - 1
    chosen = sorted({1 + n * every // min(most, every) for n in range(min(most, every))})
    acts = [partial(run, stage.scene.act, kill_at=step) for step in chosen]
    return _kill(f"kill -9: {stage.scene.name}", stage, acts, f"at {len(chosen)} of {every} steps")


def _kill_at_moments(stage: Stage, count: int) -> Outcome:
    """Kill a scene at moments that are spread over the time that it takes."""
    stage.reset()
    seconds = run(stage.scene.act).seconds
    delays = [seconds * n / count for n in range(count)]
    acts = [partial(run, stage.scene.act, kill_after=delay) for delay in delays]
    name = f"kill -9 at any moment: {stage.scene.name}"
    return _kill(name, stage, acts, f"within {1000 * seconds:.0f} ms")


def _kill(name: str, stage: Stage, acts: Sequence[Callable[[], Ended]], figure: str) -> Outcome:
    failures = []
    killed = 0
    for number, act in enumerate(acts, start=1):
        stage.reset()
        ended = act()
        killed += ended.killed
        if failure := stage.failure(ended):
            failures.append(f"try {number} (said {list(ended.said)}): {failure}")
    return Outcome(name, len(acts), failures, f"{figure}, kills: {killed}")
