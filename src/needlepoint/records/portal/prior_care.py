"""Treatments that a patient tried before: parsed from the intake, and in the form of the episode."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from django.utils import timezone

from needlepoint.base.refusal import Fault, Refused
from needlepoint.documents.leaflets.questions import (
    load_asked,
)
from needlepoint.records.models import Intake
from needlepoint.records.values import Care, IntakeAnswers
from needlepoint.treatment.types import PriorCare

__all__ = ["CARE_PARTS", "care_of", "told_care"]

WEEKS = range(1, 521)


def care_of(answers: IntakeAnswers, sent: Mapping[str, Sequence[str]]) -> dict[str, Care]:
    """Return treatments that were tried, from care_ID_from (month), care_ID_weeks, care_ID_helped."""
    known = {option.id for option in load_asked()["tried"].option} - {"none"}
    return {id_: _cared(id_, answers, sent) for id_ in answers.some("tried") if id_ in known}


def _cared(id_: str, answers: IntakeAnswers, sent: Mapping[str, Sequence[str]]) -> Care:
    """Return one treatment as reported; what was not sent stays as it was."""
    before = answers.care.get(id_, Care())
    month, weeks, helped = (sent.get(f"care_{id_}_{field}") for field in ("from", "weeks", "helped"))
    return Care(
        from_=before.from_ if month is None else _month(month[0] if month else ""),
        weeks=before.weeks if weeks is None else _weeks(weeks[0] if weeks else ""),
        helped=before.helped if helped is None else _helped(helped[0] if helped else ""),
    )


def _month(text: str) -> str | None:
    if not text:
        return None
    try:
        day = datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refused(Fault("from", repr(text[:20]), "a month such as 2026-03")) from None
    if not day.year >= 1950 or day > timezone.localdate():
        raise Refused(Fault("from", text, "a month that has been"))
    return text


def _weeks(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) in WEEKS):
        raise Refused(Fault("weeks", repr(text[:20]), f"whole weeks from {WEEKS.start} to {WEEKS.stop - 1}"))
    return int(text)


def _helped(text: str) -> Literal["yes", "some", "no"] | None:
    match text:
        case "yes" | "some" | "no":
            return text
        case "":
            return None
    raise Refused(Fault("helped", repr(text[:20]), "yes, some or no"))


# What is asked about each treatment that was tried, and how it is parsed.
CARE_PARTS: dict[str, Callable[[str], Any]] = {"from": _month, "weeks": _weeks, "helped": _helped}


def told_care(intake: Intake) -> list[PriorCare]:
    """Return treatments that were tried, in the episode's form."""
    options = {option.id: option for option in load_asked()["tried"].option}
    found = []
    for id_, row in intake.answers.care.items():
        what = options[id_].care or id_
        found.append(
            PriorCare(
                what=f"{what} (from {row.from_})" if row.from_ else what,
                weeks=Decimal(row.weeks) if row.weeks else None,
                helped=None if row.helped is None else row.helped != "no",
            )
        )
    return found
