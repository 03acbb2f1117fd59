"""Commands from the pain drawing to the plan."""
