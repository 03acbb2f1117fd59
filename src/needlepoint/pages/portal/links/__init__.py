"""Pages behind a magic link: a visit, a survey, the calendar, and pages that ask for a code."""
