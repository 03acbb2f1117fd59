"""Everything about a patient that is no clinical list."""

import pytest

from tests.pages.kit import Action, of_roles, says, words_of

ACT = Action(
    "patient-edit",
    {
        "given": "Ana",
        "family": "Prueba",
        "birth_date": "1960-05-05",
        "language": "en",
        "weight_kg": "61.5 kg",
    },
)


def test_it_works(signed_in, patient):
    assert ACT.post(signed_in, patient.pk, zip="12207-1234").status_code == 302
    patient.refresh_from_db()
    assert (str(patient.weight_kg), patient.address.zip) == ("61.5", "122071234")


def test_a_refused_form_saves_nothing_and_the_page_saves_nothing_by_itself(signed_in, patient):
    assert b"hx-post" not in signed_in.get(ACT.url(patient.pk)).content
    says(ACT.post(signed_in, patient.pk, city="Troy", state="ZZ"), "Nothing was saved.")
    patient.refresh_from_db()
    assert patient.address.city != "Troy"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"weight_kg": "135 lb"}, "Enter digits only"),
        ({"weight_kg": "61,5"}, "Write 61.5 with a decimal point."),
        ({"height_cm": "1.70"}, "from 100 to 230 cm"),
        ({"payer": "nobody"}, "This payer is not on the list. Choose one"),
        ({"payer": "Medicre Part B"}, "Did you mean: Medicare Part B"),
        ({"relation": "01", "member_id": "A1"}, "Enter the name of the subscriber."),
        ({"second_member_id": "B2"}, "Enter the primary plan first."),
        ({"second_group_number": "G2", "member_id": "A1"}, "Enter the member ID of the secondary plan."),
        ({"phone": "call my wife"}, "Enter a phone number with its area code"),
        ({"emergency_phone": "qwerty"}, "Enter a phone number with its area code"),
        ({"emergency_phone": "1" * 16}, "Enter a phone number with its area code"),
        ({"state": "ZZ"}, "Choose one of the options on the page."),
        ({"zip": "1"}, "Enter a ZIP code of 5 or 9 digits."),
        ({"filing": "XX"}, "Choose one of the options on the page."),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, patient, sent, said):
    before = patient.weight_kg
    says(ACT.post(signed_in, patient.pk, **sent), said)
    patient.refresh_from_db()
    assert patient.weight_kg == before


def test_no_role_no_change(signed_in, doctor, patient):
    of_roles(doctor)
    assert ACT.post(signed_in, patient.pk).status_code == 403


def test_a_patient_of_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, elsewhere.patient_id).status_code == 404


@pytest.mark.parametrize(
    ("typed", "payer"),
    [
        ("Medicare Part B", "medicare"),
        ("medicare", "medicare"),
        ("UHC", "unitedhealthcare"),
        ("Workers\u2019 Comp", "workers_comp"),
    ],
)
def test_a_payer_is_understood_by_the_names_that_people_use(signed_in, patient, typed, payer):
    assert ACT.post(signed_in, patient.pk, payer=typed).status_code == 302
    patient.refresh_from_db()
    assert patient.payer == payer
    page = signed_in.get(ACT.url(patient.pk)).content.decode()
    assert '<option value="Medicare Part B (Original Medicare)"></option>' in page


def test_group_subscriber_and_secondary_plan_go_onto_the_claim_and_back_into_the_form(signed_in, patient):
    sent = {
        "payer": "Aetna", "member_id": "W123", "group_number": "G-77", "relation": "01", "insured_first": "Pablo",
        "insured_last": "Prueba", "insured_birth_date": "1958-02-03", "second_member_id": "1EG4", "second_filing": "MB",
        "second_payer_name": "Medicare", "second_reason": "12",
    }  # fmt: skip
    assert ACT.post(signed_in, patient.pk, **sent).status_code == 302
    patient.refresh_from_db()
    first, second = patient.coverages
    assert (first.payer.name, first.group_number, first.relation, first.insured.first) == (
        "Aetna",
        "G-77",
        "01",
        "Pablo",
    )
    assert (second.sequence, second.member_id, second.secondary_reason) == ("S", "1EG4", "12")
    page = signed_in.get(ACT.url(patient.pk)).content.decode()
    for kept in ("G-77", "1958-02-03", "1EG4", 'value="12" selected'):
        assert kept in page
    chart = words_of(signed_in.get(f"/patients/{patient.pk}/"))
    assert "Group number G-77 · Subscriber Pablo Prueba" in chart
