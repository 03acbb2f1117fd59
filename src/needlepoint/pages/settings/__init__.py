"""Settings, public site and stock."""
