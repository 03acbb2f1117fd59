"""Claims: out as 837P, back as 835, 999, 277, 271 and 278; what was denied, why, and what mends it."""
