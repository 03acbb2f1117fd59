"""Patients: search, chart, lists."""
