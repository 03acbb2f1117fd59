"""Responses of a payer: acknowledgments, remittance, eligibility."""
