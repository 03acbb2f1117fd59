"""A patient's account: preferences, helpers, who has seen the record, and a copy of all data."""
