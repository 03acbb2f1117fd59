"""The insurance as a patient names it before a visit."""

from __future__ import annotations

from msgspec.structs import replace

from needlepoint.guard.audit.log import note_down_outside
from needlepoint.records.billing.prices import is_insured
from needlepoint.records.models import Patient, Task
from needlepoint.records.patients.warning_signs import (
    Warning,
    hear,
)
from needlepoint.records.values import IntakeAnswers, NamedInsurance

__all__ = ["insurance_in", "name_insurance"]


def name_insurance(patient: Patient, told: NamedInsurance) -> list[Warning]:
    """Save the insurance as the patient named it; the front desk checks what is new.

    Returns the warning signs in what was typed.
    """
    before = patient.told_insurance
    if (told.kind, told.plan, told.member) == (before.kind, before.plan, before.member):
        told = replace(  # what the intake does not ask about stays
            told,
            deductible_left=before.deductible_left if told.deductible_left is None else told.deductible_left,
            copay=before.copay if told.copay is None else told.copay,
            coinsurance=before.coinsurance if told.coinsurance is None else told.coinsurance,
        )
    if not told.kind or told == before:
        return []
    patient.told_insurance = told
    patient.save(update_fields=["told_insurance"])
    if is_insured(patient):
        Task.objects.create(
            practice_id=patient.practice_id,
            patient=patient,
            title="Insurance named by the patient: check it and ask what it pays",
        )
    note_down_outside(patient.practice_id, patient.pk, "patient", "write", f"insurance named: {told.kind}")
    return hear(patient.practice, patient, "insurance", [told.plan or "", told.member or ""])


def insurance_in(answers: IntakeAnswers) -> NamedInsurance:
    """Return the insurance named before a visit."""
    return NamedInsurance(
        kind=answers.one("insurance"), plan=answers.one("plan"), member=answers.one("member")
    )
