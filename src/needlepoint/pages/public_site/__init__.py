"""The public site and booking."""
