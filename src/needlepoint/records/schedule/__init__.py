"""Booking, slots, hours, waitlist and calendar."""
