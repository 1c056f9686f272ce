"""What editors write: an article, its facts, open questions, names, summaries. Reads and checks."""
