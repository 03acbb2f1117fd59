"""Prices and estimates of visits."""
