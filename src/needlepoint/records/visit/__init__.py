"""Visits in the database: `rows` loads and stores them, `act` is the only way to change one, `create` makes new."""
