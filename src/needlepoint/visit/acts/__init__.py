"""What each command does to a visit: a function for every command, in one table for each area (`HANDLERS`)."""
