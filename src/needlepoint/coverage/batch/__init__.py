"""Policies applied to many claims at once, as arrays."""
