"""Who may do what: sign-in, roles, and the trail of every read and write of a patient's data."""
