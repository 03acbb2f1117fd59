"""The practice's settings, staff, stock and public site."""
