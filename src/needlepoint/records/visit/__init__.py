"""Visits in the database: `rows` loads and stores them, `act` alone changes one, `create` makes new ones."""
