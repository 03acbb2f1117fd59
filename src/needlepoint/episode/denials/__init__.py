"""Why a payer paid less, what mends it, and the appeal."""
