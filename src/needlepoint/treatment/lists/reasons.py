"""Whether a line names the reason of a medicine that must have one: an antibiotic may treat what forbids a needle."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from needlepoint.treatment.lists.cues import cues, has
from needlepoint.treatment.lists.line import days_ago
from needlepoint.treatment.lists.matches import NameMatch, matches_of, segment
from needlepoint.treatment.lists.names import book

__all__ = ["lacks_reason"]

COURSE_DAYS = 14  # a course that ended so long ago treats nothing now
OINTMENT = "mupirocin"  # on the skin, and yet against an infection of it


def lacks_reason(
    tokens: Sequence[str], match: NameMatch, matches: Sequence[NameMatch], as_of: datetime.date
) -> bool:
    """Return whether this medicine needs a reason and its line names none."""
    if not book("medicine").groups[match.name.group].asks_reason:
        return False
    start, stop = segment(tokens, match)
    before = next((other.end for other in reversed(matches) if other.end <= match.start), 0)
    end = next((other.start for other in matches if other.start >= match.end), len(tokens))
    around = [*tokens[max(start, before) : match.start], "|", *tokens[match.end : end]]
    words = cues().reason
    if has(around, words.prevents) or _is_over(around, as_of):
        return False
    if has(tokens[start:stop], words.on_skin) and match.name.of != OINTMENT:
        return False
    return not any(row.name.group != "nothing" for row in matches_of("condition", around))


def _is_over(around: Sequence[str], as_of: datetime.date) -> bool:
    """Return whether the medicine is denied, or its course is over and not since a few days."""
    if has(around[: around.index("|")], cues().denied.before):
        return True
    days = days_ago(around, as_of)
    if days is None:
        return has(around, cues().reason.over) and not has(around, cues().past.recent)
    return days > COURSE_DAYS
