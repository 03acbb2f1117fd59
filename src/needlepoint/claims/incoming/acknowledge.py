"""TA1, 999 (and 997), 277CA and 277: whether the claim arrived, was accepted, and its status."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import Enum

import msgspec

from needlepoint.claims.x12.elements import date_of, money_of
from needlepoint.claims.x12.reader import Segment, Set, refuse

__all__ = [
    "Acknowledged",
    "ClaimOutcome",
    "ClaimStatus",
    "ReportedError",
    "read_acknowledgment",
    "read_statuses",
]


class ClaimOutcome(Enum):
    """The outcome for a file or a claim that was sent."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    PARTLY_REJECTED = "partly_rejected"
    REJECTED = "rejected"
    PENDING = "pending"
    PAID = "paid"
    DENIED = "denied"
    NOT_FOUND = "not_found"
    OTHER = "other"


class ReportedError(msgspec.Struct, frozen=True, kw_only=True):
    """An error found by the receiver: segment, its number in the set, element, error code, the value given."""

    segment: str
    number: str
    element: str
    code: str
    given: str


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """One set (or, with `set_control` empty, one group or interchange) as acknowledged by the receiver."""

    group_control: str
    set_control: str
    outcome: ClaimOutcome
    complaints: tuple[ReportedError, ...]
    received: int | None = None  # sets of a group that is answered as a whole
    accepted: int | None = None
    rejected: tuple[str, ...] = ()  # control numbers of the sets of the group that were rejected, where named


SYNTAX = {
    "A": ClaimOutcome.ACCEPTED,
    "E": ClaimOutcome.ACCEPTED_WITH_ERRORS,
    "P": ClaimOutcome.PARTLY_REJECTED,
    "R": ClaimOutcome.REJECTED,
    "M": ClaimOutcome.REJECTED,
    "W": ClaimOutcome.REJECTED,
    "X": ClaimOutcome.REJECTED,
}


def read_acknowledgment(set_: Set) -> list[Acknowledged]:
    """Return a TA1, 999 or 997: each set that it names, then the group as a whole."""
    found: list[Acknowledged] = []
    complaints: list[ReportedError] = []
    group = control = spot = place = ""
    for segment in set_.segments:
        match segment.id:
            case "TA1":
                note = segment.at(5)
                named = [_complaint("ISA", "1", "", note, "")] if note not in ("", "000") else []
                found.append(_acknowledged(segment.at(1), "", segment, 4, named))
            case "AK1":
                group = segment.at(2)
            case "AK2":
                control, complaints = segment.at(2), []
            case "IK3" | "AK3":
                spot, place = segment.at(1), segment.at(2)
                if segment.at(4):
                    complaints.append(_complaint(spot, place, "", segment.at(4), ""))
            case "IK4" | "AK4":
                complaints.append(_complaint(spot, place, segment.at(1), segment.at(3), segment.at(4)))
            case "IK5" | "AK5":
                found.append(_acknowledged(group, control, segment, 1, complaints))
            case "AK9":
                found.append(_group(_acknowledged(group, "", segment, 1, []), segment, found))
    return found


def _group(item: Acknowledged, segment: Segment, sets: list[Acknowledged]) -> Acknowledged:
    """Return the group with its counts (AK903, AK904) and its rejected sets."""
    bad = [row.set_control for row in sets if row.set_control and row.outcome is ClaimOutcome.REJECTED]
    received, accepted = (int(text) if text.isdecimal() else None for text in (segment.at(3), segment.at(4)))
    return msgspec.structs.replace(item, received=received, accepted=accepted, rejected=tuple(bad))


def _complaint(segment: str, number: str, element: str, code: str, given: str) -> ReportedError:
    return ReportedError(segment=segment, number=number, element=element, code=code, given=given)


def _acknowledged(
    group: str, control: str, segment: Segment, index: int, complaints: list[ReportedError]
) -> Acknowledged:
    code = segment.at(index)
    if code not in SYNTAX:
        raise refuse(segment, f"{code!r} in {segment.id}{index:02}", f"one of {', '.join(SYNTAX)}")
    return Acknowledged(
        group_control=group, set_control=control, outcome=SYNTAX[code], complaints=tuple(complaints)
    )


class ClaimStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One claim in a 277CA or 277: `category` and `status` are X12's codes, `outcome` their meaning."""

    id: str  # the claim's number as sent (TRN02, REF*EJ)
    payer_control: str
    patient: str
    level: str  # HL03: PT or 22, 23 a claim; 19 a provider, 21 a receiver, 20 the source
    outcome: ClaimOutcome
    category: str
    status: str
    entity: str
    on: datetime.date | None
    charge_usd: Decimal | None
    paid_usd: Decimal | None
    message: str
    lines: tuple[tuple[str, str, str], ...]  # code, category, status of the lines that are named


# The first letter of a status category, and its digit where that decides.
CATEGORIES = {
    "A0": ClaimOutcome.PENDING,
    "A1": ClaimOutcome.ACCEPTED,
    "A2": ClaimOutcome.ACCEPTED,
    "A5": ClaimOutcome.ACCEPTED,
    "A4": ClaimOutcome.NOT_FOUND,
    "A3": ClaimOutcome.REJECTED,
    "A6": ClaimOutcome.REJECTED,
    "A7": ClaimOutcome.REJECTED,
    "A8": ClaimOutcome.REJECTED,
    "F1": ClaimOutcome.PAID,
    "F2": ClaimOutcome.DENIED,
    "D0": ClaimOutcome.NOT_FOUND,
}
LETTERS = {
    "P": ClaimOutcome.PENDING,
    "R": ClaimOutcome.PENDING,
    "E": ClaimOutcome.OTHER,
    "F": ClaimOutcome.OTHER,
}


class _Subject(msgspec.Struct):
    """A claim or a level of the file while it is read."""

    level: str
    id: str = ""
    payer_control: str = ""
    patient: str = ""
    stc: Segment | None = None
    service: str = ""
    lines: list[tuple[str, str, str]] = []


def read_statuses(set_: Set) -> list[ClaimStatus]:
    """Read a 277CA or 277: the status of every claim, and of every level that is rejected as a whole."""
    found: list[ClaimStatus] = []
    level, patient = "", ""
    subject: _Subject | None = None
    for segment in set_.segments:
        match segment.id:
            case "HL":
                _end(subject, found)
                subject, level, patient = None, segment.at(3), ""
            case "NM1" if segment.at(1) in ("QC", "IL"):
                patient = ", ".join(part for part in (segment.at(3), segment.at(4)) if part)
            case "TRN":
                _end(subject, found)
                subject = _Subject(level, id=segment.at(2), patient=patient)
            case "STC":
                subject = subject or _Subject(level, patient=patient)
                category, status = _codes(segment)
                if subject.service:
                    subject.lines.append((subject.service, category, status))
                elif subject.stc is None or _rank(category) > _rank(_codes(subject.stc)[0]):
                    subject.stc = segment
            case "REF" if subject and segment.at(1) == "1K":
                subject.payer_control = segment.at(2)
            case "REF" if subject and segment.at(1) == "EJ":
                subject.id = subject.id or segment.at(2)
            case "SVC" if subject:
                parts = segment.parts(1)
                subject.service = parts[1] if len(parts) > 1 else parts[0]
    _end(subject, found)
    return found


def _codes(segment: Segment) -> tuple[str, str]:
    parts = [*segment.parts(1), ""]
    return parts[0], parts[1]


def _rank(category: str) -> int:
    """Order statuses: a rejection takes precedence when a claim has several."""
    return int(_outcome(category) in (ClaimOutcome.REJECTED, ClaimOutcome.DENIED, ClaimOutcome.NOT_FOUND))


def _outcome(category: str) -> ClaimOutcome:
    return CATEGORIES.get(category) or LETTERS.get(category[:1], ClaimOutcome.OTHER)


def _end(subject: _Subject | None, found: list[ClaimStatus]) -> None:
    if subject is None or (subject.stc is None and not subject.lines):
        return
    stc = subject.stc
    category, status = _codes(stc) if stc else subject.lines[0][1:]
    parts = stc.parts(1) if stc else []
    found.append(
        ClaimStatus(
            id=subject.id,
            payer_control=subject.payer_control,
            patient=subject.patient,
            level=subject.level,
            outcome=_outcome(category),
            category=category,
            status=status,
            entity=parts[2] if len(parts) > 2 else "",
            on=date_of(stc.at(2)) if stc else None,
            charge_usd=money_of(stc, 4) if stc and stc.at(4) else None,
            paid_usd=money_of(stc, 5) if stc and stc.at(5) else None,
            message=stc.at(12) if stc else "",
            lines=tuple(subject.lines),
        )
    )
