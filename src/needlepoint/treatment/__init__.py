"""The room treatment."""
