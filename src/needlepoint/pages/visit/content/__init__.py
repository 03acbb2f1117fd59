"""What the visit board shows, ready for its templates."""
