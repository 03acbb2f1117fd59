"""What protects a patient from a price: help by income, the good faith estimate, limits on collection."""
