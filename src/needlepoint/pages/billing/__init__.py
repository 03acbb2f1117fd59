"""Money at the front desk: accounts of patients, receipts, superbills, and the day's cash."""
