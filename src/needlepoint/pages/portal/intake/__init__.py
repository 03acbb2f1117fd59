"""The intake at home."""
