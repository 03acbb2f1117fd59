"""The meaning of a text, by comparison with a large corpus of authored wordings."""
