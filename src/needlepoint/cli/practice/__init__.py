"""Commands that run a practice's server and manage its data."""
