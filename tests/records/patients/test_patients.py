"""Patients are found by what one types; lots are used only while they may be."""

import datetime

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.records.models import Patient, PatientListItem
from needlepoint.records.patients.patients import (
    add_listed,
    find_patients,
    new_patient,
    set_asked,
    void_listed,
)


@pytest.fixture
def jose(doctor):
    return new_patient(
        doctor,
        given="José María",
        family="Muñoz-Ejemplo",
        birth_date=datetime.date(1952, 4, 4),
        phone="(555) 123-9876",
    )


@pytest.mark.parametrize(
    "typed",
    [
        "jose",
        "JOSÉ",
        "munoz",
        "mar muñ",
        "ejemplo jo",
        "1952-04-04",
        "04/04/1952",
        "9876",
        "5551239876",
        "muñoz 1952",
    ],
)
def test_found_by_any_part_in_any_order(doctor, jose, typed):
    assert jose in find_patients(doctor, typed)


@pytest.mark.parametrize("typed", ["", "  ", "ose", "%", "_", "jose 1953", "'; --", "*"])
def test_not_found_by_what_does_not_begin_a_word(doctor, jose, typed):
    assert jose not in find_patients(doctor, typed)


def test_another_practice_is_never_found(doctor, elsewhere):
    assert find_patients(doctor, "secret") == []


def test_someone_is_taken_in_once_and_born_in_the_past(doctor, jose):
    with pytest.raises(Refused, match="already"):
        new_patient(doctor, given="josé maría", family="muñoz-ejemplo", birth_date=jose.birth_date)
    with pytest.raises(Refused, match="1900"):
        new_patient(doctor, given="A", family="B", birth_date=datetime.date(2999, 1, 1))


def test_lines_are_voided_with_a_reason_and_stay(doctor, jose):
    row = add_listed(doctor, jose, "allergy", "latex", "itching")
    with pytest.raises(Refused, match="no longer holds"):
        void_listed(doctor, jose, row.pk, " ")
    void_listed(doctor, jose, row.pk, "entered for someone else")
    kept = PatientListItem.objects.get(pk=row.pk)
    assert (kept.voided_by, kept.void_reason) == (doctor, "entered for someone else")


def test_none_and_nobody_asked_are_two_things(doctor, jose, visit):
    from needlepoint.records.visit.episode_from_rows import episode_of, full

    Patient.objects.filter(pk=visit.patient_id).update(asked={})
    PatientListItem.objects.filter(patient_id=visit.patient_id).delete()
    assert episode_of(full(visit.pk, visit.practice_id)).patient.allergies is None
    set_asked(doctor, Patient.objects.get(pk=visit.patient_id), "allergy")
    assert episode_of(full(visit.pk, visit.practice_id)).patient.allergies == []
