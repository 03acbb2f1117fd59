"""X12 segments and elements, read and written."""
