"""From an assessment and an order to a plan."""
