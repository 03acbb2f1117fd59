"""One action of the pages each."""
