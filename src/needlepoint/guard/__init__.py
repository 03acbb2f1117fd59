"""Who may do what: sign-in, roles, and the access log of every read and write of a patient's data."""
