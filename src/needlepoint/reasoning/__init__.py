"""The room reasoning."""
