"""The room exam."""
