"""The neurological examination and the range of motion of a visit as Observations, in words."""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.exam.motion import MotionFinding, load_motions
from needlepoint.fhir import resources as r4
from needlepoint.reasoning.neurological import load_neurological, value_words
from needlepoint.records.models import Visit
from needlepoint.visit.facts import Facts

__all__ = ["examined"]


def examined(visit: Visit) -> Iterator[r4.AnyResource]:
    """Return one observation for each test and each movement that is recorded."""
    tests = load_neurological().tests
    facts: Facts = visit.facts
    for row in facts.neurological:
        test = tests[row.test]
        yield _found(visit, row.test, row.side, test.en, value_words(test.kind, "en")[row.value])
    for motion in facts.motions:
        name = f"range of motion, {load_motions().motions[motion.motion].en}"
        yield _found(visit, motion.motion, motion.side, name, _measured(motion))


def _measured(row: MotionFinding) -> str:
    unit = load_motions().motions[row.motion].unit
    said = [] if row.degrees is None else [f"{row.degrees}{unit}" if unit == "°" else f"{row.degrees} {unit}"]
    if row.painful is not None:
        said.append("painful" if row.painful else "not painful")
    return ", ".join(said)


def _found(visit: Visit, id_: str, side: str, name: str, value: str) -> r4.AnyResource:
    return r4.FhirObservation(
        id=f"exam-{visit.pk}-{id_.replace('_', '-')}-{side}",
        status="final",
        code=r4.CodeableConcept(text=name),
        subject=r4.Reference(reference=f"Patient/{visit.patient.pk}"),
        encounter=r4.Reference(reference=f"Encounter/visit-{visit.pk}"),
        effective_date_time=visit.starts_at.isoformat(),
        value_string=value,
        body_site=None if side == "midline" else r4.CodeableConcept(text=side),
    )
