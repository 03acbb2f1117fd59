"""Patients: search, registration, lists, pictures, messages and tasks."""
