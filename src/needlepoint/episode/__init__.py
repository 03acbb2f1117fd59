"""One episode through every stage, and the account, price and claim assembled from it."""
