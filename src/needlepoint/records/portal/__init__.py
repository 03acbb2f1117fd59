"""The patient portal: accounts, links, intake, follow-up surveys, handouts."""
