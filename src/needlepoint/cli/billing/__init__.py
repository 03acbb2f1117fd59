"""Commands from codes to the payer's response."""
