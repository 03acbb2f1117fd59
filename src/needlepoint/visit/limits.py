"""The longest texts of a visit, in characters, for both the pages and `apply`."""

from __future__ import annotations

import datetime

__all__ = [
    "FIRST_BEGAN", "MOST_DECIDED", "MOST_MINUTES_AFTER", "MOST_OWN_WORDS", "MOST_OWN_WORK", "MOST_PICTURE",
    "MOST_PRIOR_CARE", "MOST_PRIOR_CARE_WORDS", "MOST_REACTIONS", "MOST_REASON", "MOST_RESPONSE",
    "MOST_ROOM", "MOST_SENTENCE", "MOST_SHORT_REASON", "MOST_WORDS",
]  # fmt: skip

FIRST_BEGAN = datetime.date(1930, 1, 1)  # no pain of a living patient began earlier
MOST_PRIOR_CARE = 30  # lines of prior care
MOST_PRIOR_CARE_WORDS = 200
MOST_WORDS = 5000  # the complaint in the patient's words
MOST_MINUTES_AFTER = 240  # after the last needle, until pain was asked again
MOST_OWN_WORDS = 4000  # free text of the note
MOST_SENTENCE = 1000  # one edited sentence of the note
MOST_OWN_WORK = 1000  # the work of a consultation beyond the procedure
MOST_DECIDED = 1000  # what was decided in a visit without a needle
MOST_REASON = 500  # why a precaution was decided or a red flag cleared
MOST_REACTIONS = 300
MOST_SHORT_REASON = 200  # why an injection was withdrawn or a visit canceled
MOST_RESPONSE = 200  # the observation at one site
MOST_PICTURE = 200  # where the ultrasound picture is
MOST_ROOM = 20
