"""What stops a planned treatment, needs a decision, or must be asked."""
