"""Doses of local anesthetic and steroid, the toxicity card, and vials."""
