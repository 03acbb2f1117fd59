"""From a complaint to red flags and a ranked differential."""
