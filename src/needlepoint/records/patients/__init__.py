"""Patients: found, registered, their lists, pictures, messages and tasks."""
