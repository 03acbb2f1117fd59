"""Files sent to a payer: 837P, paper form, inquiries, and their checks."""
