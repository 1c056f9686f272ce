"""Which article was shown last in each channel."""

CHANNELS = 10_000
"""Of so many channels it is known; the one where nothing was shown for longest is dropped first."""


class LastSeen:
    """The article, by its slug, that was shown last in a channel; forgotten at a restart."""

    def __init__(self) -> None:
        self._slugs: dict[int, str] = {}

    def note(self, channel: int, slug: str) -> None:
        """Remember that an article was just shown in a channel."""
        self._slugs.pop(channel, None)
        self._slugs[channel] = slug
        if len(self._slugs) > CHANNELS:
            del self._slugs[next(iter(self._slugs))]

    def article(self, channel: int) -> str:
        """The slug of the article that was shown there last; "" if that is not known."""
        return self._slugs.get(channel, "")
