"""ICD-10-CM by day: whether a code is valid to the last digit, why it is not, and which side it names."""

from __future__ import annotations

import datetime
import gzip
from bisect import bisect_left
from functools import lru_cache

from needlepoint.base.knowledge import holding_on
from needlepoint.base.wording import day_words
from needlepoint.coding.load import DATA, CodeList, load_changes, load_edits

__all__ = ["is_category", "is_listed", "list_of", "side_of", "why_invalid"]

FULL_LENGTH = 8  # seven characters and the point
MOST_NAMED = 4  # more exact codes that are named


def list_of(day: datetime.date) -> CodeList | None:
    """Return the list of diagnosis codes that answers for that day."""
    return next(iter(holding_on(load_edits().list_, day)), None)


def is_listed(code: str, day: datetime.date) -> bool | None:
    """Return whether a diagnosis code is valid to the last digit on that day; None without a list for it."""
    row = list_of(day)
    return None if row is None else code in _codes_of(row.from_)


def is_category(code: str, day: datetime.date) -> bool:
    """Return whether a diagnosis code is only a category of more specific ones on that day."""
    if is_listed(code, day) is False and _below(code, day):
        return True
    return any(code in row.categories for row in load_edits().known if row.holds_on(day))


def why_invalid(code: str, day: datetime.date) -> str:
    """Return why a code is not valid on a day whose list is on file, with what stands in its place."""
    below = _below(code, day)
    if below and len(below[0]) == FULL_LENGTH and len(code) == FULL_LENGTH - 1:
        return f"It lacks its 7th character: {_named(below)}."
    if below:
        return f"It stands above more exact codes and cannot be billed: {_named(below)}."
    for row in load_changes():
        if code in row.began and day < row.on:
            return f"It is valid from {day_words(row.on)} on, not on {day_words(day)}."
        if code in row.ended and day >= row.on:
            return f"It ended on {day_words(row.on - datetime.timedelta(days=1))}."
    return f"The code list of {day_words(day)} does not hold it to the last digit."


def side_of(code: str) -> str | None:
    """The side that a diagnosis code names, left or right; a code keeps its side over the years."""
    for row in load_edits().list_:
        if (side := _sides_of(row.sides).get(code)) is not None:
            return side
    return None


def _named(codes: list[str]) -> str:
    more = len(codes) - MOST_NAMED
    return ", ".join(codes[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _below(code: str, day: datetime.date) -> list[str]:
    """Return the valid codes that begin with this one, in order."""
    row = list_of(day)
    if row is None:
        return []
    ordered = _ordered(row.from_)
    starts = (code + ".", code) if "." not in code else (code,)
    first = bisect_left(ordered, code)
    found = []
    for other in ordered[first:]:
        if not other.startswith(starts):
            break
        if other != code:
            found.append(other)
    return found


@lru_cache(maxsize=4)
def _ordered(first: datetime.date) -> list[str]:
    return sorted(_codes_of(first))


@lru_cache(maxsize=4)
def _codes_of(first: datetime.date) -> frozenset[str]:
    """Return the valid codes of the list that begins on that day: its file, with the changes since or until then."""
    row = next(row for row in load_edits().list_ if row.from_ == first)
    found = set(gzip.decompress((DATA / row.file).read_bytes()).decode("ascii").split())
    for change in load_changes():
        if row.file_day < change.on <= first:
            found = (found - set(change.ended)) | set(change.began)
        elif first < change.on <= row.file_day:
            found = (found - set(change.began)) | set(change.ended)
    return frozenset(found)


@lru_cache(maxsize=2)
def _sides_of(name: str) -> dict[str, str]:
    lines = gzip.decompress((DATA / name).read_bytes()).decode("ascii").split()
    return {line[:-1]: {"L": "left", "R": "right"}[line[-1]] for line in lines}
