"""Entries of a list that the program does not know: the board asks, one answer is kept and asked for once."""

import pytest

from needlepoint.records.models import Patient, PatientListItem, Staff
from needlepoint.records.patients.patients import add_listed

FIND = {"muscle": "gluteus_medius", "side": "left", "sign": "all"}


@pytest.fixture
def listed(doctor, visit):
    """A medicine that nobody knows, on a patient with nothing else."""
    visit.patient.list_items.all().delete()
    return add_listed(doctor, visit.patient, "medicine", "Frobnitzol 5 mg")


def examine(client, visit):
    visit.refresh_from_db()
    client.post(f"/visits/{visit.pk}/find/", {"version": visit.version, **FIND})
    return client.get(f"/visits/{visit.pk}/").content.decode()


def answer(client, visit, row, **sent):
    url = f"/patients/{visit.patient_id}/entries/"
    return client.post(url, {"row": row.pk, "back": f"/visits/{visit.pk}/", **sent})


def test_the_board_asks_and_one_answer_is_enough(signed_in, doctor, visit, listed):
    assert "Frobnitzol 5 mg: this medicine is not known." in examine(signed_in, visit)
    page = signed_in.get(f"/patients/{visit.patient_id}/entries/?back=/visits/{visit.pk}/")
    assert "Frobnitzol 5 mg" in page.content.decode()
    kept = answer(signed_in, visit, listed, means="harmless")
    assert kept.url == f"/visits/{visit.pk}/"
    listed.refresh_from_db()
    assert listed.meaning.by == doctor.name
    assert "is not known" not in examine(signed_in, visit)
    PatientListItem.objects.create(patient=visit.patient, kind="medicine", text="frobnitzol 5 mg")
    assert "is not known" not in examine(signed_in, visit)


def test_a_known_name_counts_from_then_on(signed_in, visit, listed):
    assert answer(signed_in, visit, listed, means="known", entry="Eliquis").status_code == 302
    assert "makes bleeding easier" in examine(signed_in, visit)


def test_how_it_matters_stands_on_the_board(signed_in, visit, listed):
    assert answer(signed_in, visit, listed, means="matters", how="Slows the clotting.").status_code == 302
    assert "Slows the clotting." in examine(signed_in, visit)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"means": "known"},
        {"means": "known", "entry": "glarfing"},
        {"means": "matters"},
        {"means": "perhaps"},
    ],
)
def test_half_an_answer_keeps_nothing(signed_in, visit, listed, sent):
    assert answer(signed_in, visit, listed, **sent).status_code == 422
    listed.refresh_from_db()
    assert listed.meaning is None


@pytest.mark.parametrize("roles", [["front_desk"], ["biller"], ["owner"]])
def test_only_who_writes_charts_answers(signed_in, doctor, visit, listed, roles):
    Staff.objects.filter(pk=doctor.pk).update(roles=roles)
    assert answer(signed_in, visit, listed, means="harmless").status_code == 403
    assert signed_in.get(f"/patients/{visit.patient_id}/entries/").status_code == 403


def test_a_line_of_another_patient_is_not_found(signed_in, visit, listed):
    other = Patient.objects.exclude(pk=visit.patient_id).first()
    row = PatientListItem.objects.create(patient=other, kind="medicine", text="Glarf")
    assert answer(signed_in, visit, row, means="harmless").status_code == 404


@pytest.mark.parametrize("text", ["blood thinner", "anticoagulante"])
def test_a_class_that_matters_is_not_answered_as_harmless(signed_in, visit, listed, text):
    PatientListItem.objects.filter(pk=listed.pk).update(text=text)
    assert answer(signed_in, visit, listed, means="harmless", how="never mind").status_code == 422
    listed.refresh_from_db()
    assert not listed.meaning


def test_what_looks_like_a_blood_thinner_needs_a_reason_to_be_harmless(signed_in, visit, listed):
    PatientListItem.objects.filter(pk=listed.pk).update(text="Elequis 5 mg")
    assert answer(signed_in, visit, listed, means="harmless").status_code == 422
    listed.refresh_from_db()
    assert not listed.meaning
    why = "A vitamin of that name; the bottle was seen."
    assert answer(signed_in, visit, listed, means="harmless", how=why).status_code == 302
    listed.refresh_from_db()
    assert listed.meaning.how == why


def test_an_assistant_does_not_say_what_a_medicine_means(signed_in, doctor, visit, listed):
    doctor.profession = "medical_assistant"
    doctor.save()
    refused = answer(signed_in, visit, listed, means="harmless")
    assert refused.status_code == 403
    assert "Only a clinician can classify" in refused.content.decode()
    listed.refresh_from_db()
    assert not listed.meaning
