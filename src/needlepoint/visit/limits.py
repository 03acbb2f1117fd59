"""How long the texts of a visit may be, in characters: once for the pages and for `apply`."""

from __future__ import annotations

import datetime

__all__ = [
    "FIRST_BEGAN", "MOST_DECIDED", "MOST_OWN_WORDS", "MOST_OWN_WORK", "MOST_PICTURE", "MOST_PRIOR_CARE",
    "MOST_PRIOR_CARE_WORDS", "MOST_REACTIONS", "MOST_REASON", "MOST_RESPONSE",
    "MOST_ROOM", "MOST_SENTENCE", "MOST_SHORT_REASON", "MOST_WORDS",
]  # fmt: skip

FIRST_BEGAN = datetime.date(1930, 1, 1)  # no pain of a living patient began earlier
MOST_PRIOR_CARE = 30  # lines of care that was tried before
MOST_PRIOR_CARE_WORDS = 200
MOST_WORDS = 5000  # the complaint in the patient's words
MOST_OWN_WORDS = 4000  # free text of the note
MOST_SENTENCE = 1000  # one sentence of the note, rewritten
MOST_OWN_WORK = 1000  # the work of a consultation beyond the procedure
MOST_DECIDED = 1000  # what was decided in a visit without a needle
MOST_REASON = 500  # why a precaution was decided or a red flag cleared
MOST_REACTIONS = 300
MOST_SHORT_REASON = 200  # why an injection was withdrawn or a visit canceled
MOST_RESPONSE = 200  # what was seen at one site
MOST_PICTURE = 200  # where the ultrasound picture is
MOST_ROOM = 20
