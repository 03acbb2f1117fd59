"""The conditions of a policy's rule: diagnoses, history, sites, codes."""
