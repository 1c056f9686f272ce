"""What editors and moderators do: facts, articles, misses, releases, audit, settings, stats."""
