"""The terminal face: commands, chat, and the texts they print."""
