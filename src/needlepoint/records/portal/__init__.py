"""The patient's side: accounts, links, intake, check-ins, handouts."""
