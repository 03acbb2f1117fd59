"""Claims: 837P out; 835, 999, 277, 271, and 278 in."""
