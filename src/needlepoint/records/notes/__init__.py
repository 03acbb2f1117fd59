"""Consent and note: signed, printed, verified."""
