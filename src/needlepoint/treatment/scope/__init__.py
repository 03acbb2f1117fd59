"""Scope of practice: who may do what, in which state."""
