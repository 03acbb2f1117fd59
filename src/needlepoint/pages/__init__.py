"""Pages: what people see. Views read, services write, templates show."""
