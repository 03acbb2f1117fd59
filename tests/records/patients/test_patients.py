"""Patients are found by what one types; lots are used only while they may be."""

import datetime
from decimal import Decimal

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.guard.models import User
from needlepoint.records.models import Lot, Patient, PatientListItem, Staff, Visit
from needlepoint.records.patients.patients import (
    add_listed,
    find_patients,
    new_patient,
    set_asked,
    void_listed,
)
from needlepoint.records.settings.stock import read_barcode, recall, receive, usable, vial_of
from needlepoint.records.visit.act import act, undo
from needlepoint.visit import commands

MODEL = "django.contrib.auth.backends.ModelBackend"


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


def test_only_good_lots_may_be_used(doctor, visit):
    numbers = [lot.number for lot in usable(doctor.practice_id, "lidocaine", visit.starts_at.date())]
    assert numbers == ["LX099", "LX100"]  # the one that expires first in front; the expired one not at all
    assert [lot.number for lot in usable(doctor.practice_id, "ropivacaine", visit.starts_at.date())] == [
        "RP210"
    ]


@pytest.mark.parametrize(("number", "said"), [("LX090", "expired"), ("RP200", "recalled")])
def test_an_expired_or_recalled_lot_is_refused(doctor, visit, number, said):
    with pytest.raises(Refused, match=said):
        act(doctor, visit.pk, vial_of(doctor, Lot.objects.get(number=number).pk))


def test_a_vial_is_counted_and_comes_back_when_it_was_recorded_in_error(doctor, visit):
    lot = Lot.objects.get(number="LX100")
    row = act(doctor, visit.pk, vial_of(doctor, lot.pk))
    lot.refresh_from_db()
    assert lot.vials == 39
    undo(doctor, visit.pk, row.version)
    lot.refresh_from_db()
    assert (lot.vials, lot.opened.count()) == (40, 0)
    act(doctor, visit.pk, vial_of(doctor, lot.pk))
    act(doctor, visit.pk, commands.RemoveVial(lot_id=lot.pk))
    lot.refresh_from_db()
    assert (lot.vials, lot.opened.count()) == (40, 0)
    Lot.objects.filter(pk=lot.pk).update(vials=0)
    with pytest.raises(Refused, match="used up"):
        act(doctor, visit.pk, vial_of(doctor, lot.pk))


def test_more_of_a_lot_adds_up_and_a_recall_takes_it_out(doctor):
    fields = {
        "concentration_percent": Decimal(1),
        "vial_ml": Decimal(5),
        "expires_on": datetime.date(2030, 1, 1),
    }
    receive(doctor, drug="lidocaine", number="NEW", vials=5, **fields)
    lot = receive(doctor, drug="lidocaine", number="NEW", vials=3, **fields)
    assert lot.vials == 8
    recall(doctor, lot.pk)
    assert "NEW" not in [
        row.number for row in usable(doctor.practice_id, "lidocaine", datetime.date(2026, 1, 1))
    ]


def test_a_barcode_is_read():
    found = read_barcode("0100312345678906172712311012ABC")
    assert found == {"gtin": "00312345678906", "number": "12ABC", "expires_on": datetime.date(2027, 12, 31)}


@pytest.mark.parametrize("text", ["", "hello", "01", "(01)", "1" * 400])
def test_what_is_no_barcode_is_refused(text):
    with pytest.raises(Refused):
        read_barcode(text)


def test_a_biller_starts_no_visit_and_the_desk_starts_one_of_today(client, clinic):
    patient = Patient.objects.order_by("pk").first()
    doctor = Staff.objects.get(user__username="wilhelmina")
    address = f"/patients/{patient.pk}/visit/"
    client.force_login(User.objects.get(username="biller"), backend=MODEL)
    assert "Start walk-in visit" not in client.get(f"/patients/{patient.pk}/").content.decode()
    assert client.post(address, {"clinician": doctor.pk}).status_code == 403
    visit = Visit.objects.filter(state="booked").first()
    assert client.post(f"/visits/{visit.pk}/state/", {"state": "arrived"}).status_code == 403
    client.force_login(User.objects.get(username="desk"), backend=MODEL)
    assert "Start walk-in visit" in client.get(f"/patients/{patient.pk}/").content.decode()
    assert client.post(address, {"clinician": doctor.pk, "reason": "walk-in"})["Location"] == "/today/"
    started = Visit.objects.get(reason="walk-in")
    assert started.state == "arrived"
    assert patient.family in client.get("/today/").content.decode()


@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "9999-12-31", "31/12/2027"])
def test_a_license_with_a_day_that_is_none_is_refused(signed_in, doctor, day):
    before = doctor.licenses.count()
    sent = {"do": "license", "staff": doctor.pk, "state": "NY", "number": "1", "expires_on": day}
    assert signed_in.post("/settings/people/", sent).status_code == 422
    assert doctor.licenses.count() == before


def test_settings_name_roles_in_words(signed_in):
    page = signed_in.get("/settings/").content.decode().partition("<main")[2]
    assert "· front_desk" not in page
