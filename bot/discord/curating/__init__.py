"""What editors do in Discord: facts, misses, releases, rights, audit, settings."""
