"""What a text says, by comparing it with a large corpus of authored wordings."""
