"""The complaint in the patient's own words, read for what is on no list."""
