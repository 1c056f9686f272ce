"""Changes `facts.md` in place, and says what could be better in it."""
