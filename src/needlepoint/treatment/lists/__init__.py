"""A patient's lists of medicines, conditions and allergies, interpreted entry by entry."""
