"""Encrypted columns: the keys, the fields, and bringing stored values under the newest key."""
