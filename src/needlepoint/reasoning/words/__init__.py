"""Patients' words as regions and features: tokens, negation, places."""
