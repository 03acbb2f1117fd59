"""A patient's lists of medicines, conditions and allergies, read entry by entry."""
