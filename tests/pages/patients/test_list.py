"""A line of a patient's lists, or that there is none."""

import pytest

from tests.pages.kit import Action, of_roles, says

ACT = Action("patient-list", {"kind": "allergy", "text": "latex", "reaction": "itching"})


def test_it_works(signed_in, patient):
    assert ACT.post(signed_in, patient.pk).status_code == 302
    row = next(row for row in patient.list_items.all() if row.text == "latex")
    assert (row.kind, row.reaction) == ("allergy", "itching")


def test_none_is_an_answer(signed_in, patient):
    patient.list_items.all().delete()
    assert ACT.post(signed_in, patient.pk, text="", none="1").status_code == 302
    patient.refresh_from_db()
    assert "allergy" in patient.asked


def test_it_never_leads_to_another_site(signed_in, patient):
    for back in ("//evil.example", "https://evil.example", "/\\\\evil.example"):
        assert ACT.post(signed_in, patient.pk, back=back)["Location"] == f"/patients/{patient.pk}/"


def test_another_role_is_refused(signed_in, doctor, patient):
    of_roles(doctor, "front_desk")
    assert ACT.post(signed_in, patient.pk).status_code == 403


def test_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, elsewhere.patient_id).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": " "}, "Enter a name."),
        ({"kind": "enemy"}, "Choose one of the options"),
        ({"text": "x" * 201}, "Use at most 200 characters."),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, patient, sent, said):
    says(ACT.post(signed_in, patient.pk, **sent), said)


def test_a_get_is_refused(signed_in, patient):
    assert signed_in.get(ACT.url(patient.pk)).status_code == 405
