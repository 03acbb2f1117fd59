"""The lines that a rule of a policy may put to the record: diagnoses, history, sites, codes."""
