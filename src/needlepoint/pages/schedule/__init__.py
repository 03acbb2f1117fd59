"""Today and the schedule."""
