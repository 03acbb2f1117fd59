"""Commands that run a practice's server and its data."""
