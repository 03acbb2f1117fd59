"""Sign-in, access log, health."""
