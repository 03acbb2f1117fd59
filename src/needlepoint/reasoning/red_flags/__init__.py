"""Warning signs in a complaint, by rules that are data."""
