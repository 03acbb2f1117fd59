"""Shared foundations: refusals, data rows, money, numbers, people, wording."""
