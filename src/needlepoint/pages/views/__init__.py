"""Views: each reads, asks a service, and shows."""
