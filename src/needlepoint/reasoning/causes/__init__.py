"""Causes of pain that are not muscle: rows, network, explanation."""
