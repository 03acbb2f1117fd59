"""A patient's own pages, intake and links."""
