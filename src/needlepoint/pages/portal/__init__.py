"""A patient's own pages, intake and magic links."""
