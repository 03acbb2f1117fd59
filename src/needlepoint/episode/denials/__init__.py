"""Denials: why a payer paid less, the remedy, and the appeal."""
