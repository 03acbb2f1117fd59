"""A visit now, for somebody who walks in."""

import pytest

from needlepoint.guard.models import User
from needlepoint.records.models import Patient, Staff, Visit
from tests.pages.kit import Action, of_roles, says

ACT = Action("visit-new", {"reason": "neck"})


@pytest.fixture
def patient(patient):
    """Someone who has no other visit today."""
    patient.visits.update(state="done")
    return patient


def test_it_works(signed_in, doctor, patient):
    assert ACT.post(signed_in, patient.pk, clinician=doctor.pk).status_code == 302
    assert patient.visits.order_by("-pk").first().state == "arrived"


def test_a_second_visit_of_one_day_is_asked_about_first(signed_in, doctor, patient):
    ACT.post(signed_in, patient.pk, clinician=doctor.pk)
    count = patient.visits.count()
    says(ACT.post(signed_in, patient.pk, clinician=doctor.pk), "This patient has a visit today.", status=409)
    assert patient.visits.count() == count
    assert ACT.post(signed_in, patient.pk, clinician=doctor.pk, second="on").status_code == 302
    assert patient.visits.count() == count + 1


def test_a_clinician_of_another_practice_is_not_found(signed_in, patient, elsewhere):
    assert ACT.post(signed_in, patient.pk, clinician=elsewhere.clinician_id).status_code == 404


def test_another_role_is_refused(signed_in, doctor, patient):
    of_roles(doctor, "biller")
    assert ACT.post(signed_in, patient.pk).status_code == 403


def test_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, elsewhere.patient_id, clinician=elsewhere.clinician_id).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"clinician": "me"}, "Choose one of the options"),
        ({"clinician": ""}, "Choose one of the options"),
        ({"clinician": "1", "reason": "x" * 201}, "Use at most 200 characters."),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, patient, sent, said):
    says(ACT.post(signed_in, patient.pk, **sent), said)


def test_a_get_is_refused(signed_in, patient):
    assert signed_in.get(ACT.url(patient.pk)).status_code == 405


MODEL = "django.contrib.auth.backends.ModelBackend"


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
    sent = {"clinician": doctor.pk, "reason": "walk-in", "second": "on"}
    assert client.post(address, sent)["Location"] == "/today/"
    started = next(row for row in Visit.objects.all() if row.reason == "walk-in")
    assert started.state == "arrived"
    assert patient.family in client.get("/today/").content.decode()
