"""Why payers pay less, as rows: reasons, remarks, groups, answers, and standings of a whole claim."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, cite, read_toml
from needlepoint.claims.incoming.remit import RemitClaim
from needlepoint.episode.denials.timely import DATA

__all__ = ["CodeText", "Denials", "Reason", "RecordCheck", "Standing", "load_denials", "standing_of"]

REVERSAL = "22"  # claim status: an earlier payment taken back
SENT_ON = ("19", "20", "21", "23")  # processed and forwarded


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One claim adjustment reason.

    `lines`: conditions of a policy that decide it; `checks`: further checks of the record.
    """

    code: str
    answer: str
    en: str
    es: str
    mend_en: str
    mend_es: str
    lines: list[str] = []
    checks: list[str] = []
    certainty: Certainty
    source: list[str]
    answer_pr: str = ""  # the answer where the payer leaves it to the patient


class CodeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A remark, a group or an answer in words."""

    en: str
    es: str
    certainty: Certainty
    source: list[str]
    code: str = ""
    id: str = ""
    tells: str = ""  # the standing of the whole claim that a remark indicates
    groups: tuple[str, ...] = ()  # the only adjustment groups to which a remark applies (none: all)

    def speaks_of(self, group: str) -> bool:
        """Return whether a remark applies to an adjustment of `group`."""
        return not self.groups or group in self.groups


class Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The standing of a whole claim, and what follows for its adjustments of `groups` (none: all groups)."""

    id: str
    groups: list[str]
    who_en: str
    who_es: str
    answer_en: str
    answer_es: str
    mend_en: str
    mend_es: str
    certainty: Certainty
    source: list[str]


class RecordCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The words for a check of the record that finds something, and for one that finds nothing."""

    id: str
    found_en: str
    found_es: str
    none_en: str
    none_es: str


class Denials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/denials.toml`."""

    reason: list[Reason]
    remark: list[CodeText]
    answer: list[CodeText]
    group: list[CodeText]
    check: list[RecordCheck]
    standing: list[Standing]


@lru_cache(maxsize=1)
def load_denials() -> Denials:
    """Return every row with its source."""
    found = msgspec.convert(read_toml(DATA / "denials.toml"), Denials)
    for reason in found.reason:
        cite(DATA, reason.source, f"denials.toml {reason.code}")
    for words in (*found.remark, *found.answer, *found.group):
        cite(DATA, words.source, f"denials.toml {words.code or words.id}")
    for row in found.standing:
        cite(DATA, row.source, f"denials.toml {row.id}")
    return found


def standing_of(answer: RemitClaim, qmb: bool = False) -> tuple[Standing, ...]:
    """Return the claim's standing by its status and remarks, and by the record of the patient; the first decides."""
    told = {row.tells for row in load_denials().remark if row.tells and row.code in _remarks(answer)}
    if answer.status == REVERSAL:
        told.add("reversal")
    if answer.status in SENT_ON:
        told.add("sent_on")
    if qmb:
        told.add("qmb")
    return tuple(row for row in load_denials().standing if row.id in told)


def _remarks(answer: RemitClaim) -> set[str]:
    return {*answer.remarks, *(remark for line in answer.lines for remark in line.remarks)}
