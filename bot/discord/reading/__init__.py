"""Reading without asking: article, summary, browse, quote, help, privacy."""
