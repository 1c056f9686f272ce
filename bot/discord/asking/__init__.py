"""Questions: noticing, answering and browsing them, and the buttons under an answer."""
