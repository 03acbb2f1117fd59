"""The practice's settings, staff, inventory and public site."""
