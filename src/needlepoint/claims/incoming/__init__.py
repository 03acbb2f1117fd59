"""What comes from a payer: acknowledgments, remittance, eligibility."""
