"""Sign-in of staff and patients: passwords, second factor, rate limits, sessions."""
