"""Reading without asking: article, summary, sources, quote, help, privacy."""
