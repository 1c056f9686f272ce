"""A picture of what was asked each week; drawn by Matplotlib, which is an extra."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from bot.members.counts import Week

# Colours that people who see few colours tell apart, by Okabe and Ito; the hatching says it again.
_LOOKS = (("answered", "#009E73", ""), ("near", "#E69F00", "//"), ("declined", "#56B4E9", ".."))


@dataclass(frozen=True)
class ChartWords:
    """The words of a chart in one language."""

    title: str
    answered: str
    near: str
    declined: str


def draw_weeks(weeks: Sequence[Week], words: ChartWords) -> bytes | None:
    """The weeks, the newest of which comes first, as bars of a PNG; None without Matplotlib."""
    try:
        # Imported here: it is an extra, and loading it takes half a second.
        from matplotlib.figure import Figure  # noqa: PLC0415
        from matplotlib.ticker import MaxNLocator  # noqa: PLC0415
    except ImportError:
        return None
    figure = Figure(figsize=(6, 3.2), dpi=160, layout="constrained")
    axes = figure.add_subplot()
    oldest_first = list(reversed(weeks))
    places = range(len(oldest_first))
    below = [0] * len(oldest_first)
    for kind, colour, hatch in _LOOKS:
        heights = [getattr(week, kind) for week in oldest_first]
        label = getattr(words, kind)
        axes.bar(places, heights, bottom=below, color=colour, hatch=hatch, ec="white", label=label)
        below = [low + high for low, high in zip(below, heights, strict=True)]
    axes.set_xticks(places, [f"{week.start:%m-%d}" for week in oldest_first], fontsize=8)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(words.title, fontsize=11)
    axes.legend(frameon=False, ncols=3, fontsize=8, loc="upper left")
    # Room for the legend above the highest bar.
    axes.set_ylim(0, 1.25 * max([*below, 4]))
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()
