"""What people outside of the practice see: its public site, booking, and a patient's own pages."""
