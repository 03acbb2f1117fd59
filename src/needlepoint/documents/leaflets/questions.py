"""The questions before a first visit; which are asked depends only on earlier answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from needlepoint.base.knowledge import rows
from needlepoint.base.refusal import Fault, Refused
from needlepoint.documents.leaflets.load import DATA

__all__ = [
    "NONE",
    "SECTIONS",
    "AnswerOption",
    "IntakeQuestion",
    "asked_in",
    "contradicts",
    "load_asked",
    "read_answer",
]

FILE = DATA / "intake.toml"
SECTIONS = ("where", "signs", "story", "health", "before", "contact")
NONE = "none"  # the answer that there is nothing
MOST_WORDS = 2000
MOST_LINES = 40
MOST_LIST = 2000  # characters of a whole list
MOST_LINE = 200  # characters of one of its lines, as in the record
# Lines, semicolons and commas; not the comma of a number such as 2,5 or 1,000, and none in parentheses.
BETWEEN_LINES = re.compile(r"[\n\r;]|,(?!\d)(?![^()]*\))")


class AnswerOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer, and its values for the record: `days` of pain, a `condition`, or a `care` that was tried."""

    id: str
    en: str
    es: str
    days: int | None = None
    condition: str | None = None
    care: str | None = None


class AskedWhen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asked only if the answer to `id` is, or contains, one of `is`."""

    id: str
    is_: list[str] = msgspec.field(name="is")


class IntakeQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One question."""

    id: str
    section: str
    kind: Literal["one", "some", "text", "list"]
    en: str
    es: str
    option: list[AnswerOption] = []
    when: AskedWhen | None = None
    when_person: Literal["may_be_pregnant"] | None = None


@lru_cache(maxsize=1)
def load_asked() -> dict[str, IntakeQuestion]:
    """Return the questions in order; a branch depends only on a question before it."""
    found: dict[str, IntakeQuestion] = {}
    for row in rows(FILE, IntakeQuestion, "question"):
        before = found.get(row.when.id) if row.when else None
        if row.section not in SECTIONS or (row.when and before is None):
            raise Refused(Fault(f"intake.toml {row.id}", row.section, "a known section and branch"))
        found[row.id] = row
    return found


def asked_in(
    section: str, answers: Mapping[str, str | tuple[str, ...]], may_be_pregnant: bool
) -> list[IntakeQuestion]:
    """Return the questions of a section for this person."""
    return [
        row
        for row in load_asked().values()
        if row.section == section and _matters(row, answers) and (row.when_person is None or may_be_pregnant)
    ]


def _matters(row: IntakeQuestion, answers: Mapping[str, str | tuple[str, ...]]) -> bool:
    if row.when is None:
        return True
    given = answers.get(row.when.id, ())
    return not set(row.when.is_).isdisjoint([given] if isinstance(given, str) else given)


def contradicts(given: Iterable[str]) -> bool:
    """Return whether 'none of these' was chosen together with something else: then the question is asked again.

    >>> contradicts(["none", "heart"]), contradicts(["none", ""]), contradicts(["heart", "lung"])
    (True, False, False)
    """
    chosen = {one.strip() for one in given} - {""}
    return NONE in chosen and len(chosen) > 1


def read_answer(row: IntakeQuestion, given: list[str]) -> str | tuple[str, ...] | None:
    """Return a submitted answer in its stored form; None for no answer, () for 'none'.

    Raises Refused for an answer that the question does not have, and for one that contradicts itself.
    """
    if row.kind in ("some", "list") and contradicts(given):
        raise Refused(Fault("both", "none and something else", "one or the other"))
    options = {option.id for option in row.option}
    if row.kind == "text":
        text = (given[0] if given else "").strip()
        if len(text) > MOST_WORDS:
            raise Refused(Fault(row.id, f"{len(text)} letters", f"at most {MOST_WORDS}"))
        return text
    if row.kind == "list":
        lines = _lines(row, given)
        # An empty field is not an answer: only 'none' means that there is nothing.
        return tuple(line for line in lines if line != NONE) if lines else None
    chosen = [one for one in dict.fromkeys(given) if one]
    wrong = [one for one in chosen if one not in options]
    if wrong or (row.kind == "one" and len(chosen) > 1):
        raise Refused(Fault(row.id, ", ".join(chosen)[:80], f"one of {', '.join(sorted(options))}"))
    if row.kind == "one":
        return chosen[0] if chosen else None
    return tuple(chosen) or None


def _lines(row: IntakeQuestion, given: list[str]) -> list[str]:
    """Return the lines of a list, each once. Raises Refused if the list or a line is too long: nothing is cut."""
    if sum(map(len, given)) > MOST_LIST:
        raise Refused(Fault(row.id, f"{sum(map(len, given))} characters", f"at most {MOST_LIST}"))
    parts = (part.strip() for text in given for part in BETWEEN_LINES.split(text))
    lines = list(dict.fromkeys(part for part in parts if part))
    longest = max(map(len, lines), default=0)
    if len(lines) > MOST_LINES or longest > MOST_LINE:
        wanted = f"at most {MOST_LINES} lines of {MOST_LINE} characters"
        raise Refused(Fault(row.id, f"{len(lines)} lines, the longest with {longest}", wanted))
    return lines
