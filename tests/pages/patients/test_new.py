"""A new patient."""

import pytest

from needlepoint.records.models import Patient
from tests.pages.kit import Action, in_spanish, of_roles, says

ACT = Action(
    "patient-new", {"given": "Ana", "family": "Prueba", "birth_date": "1960-05-05", "language": "es"}
)


def test_it_works(signed_in, clinic):
    assert ACT.post(signed_in).status_code == 302
    assert Patient.objects.get(family="Prueba").birth_date.year == 1960


def test_the_same_person_twice_is_refused_in_words(signed_in, clinic):
    ACT.post(signed_in)
    says(ACT.post(signed_in), "A patient with this name and date of birth is already on the list.")
    assert Patient.objects.filter(family="Prueba").count() == 1


def test_only_the_front_desk_and_staff_with_charts(client, clinic):
    assert ACT.post(client).status_code == 302  # to the sign-in page
    assert not Patient.objects.filter(family="Prueba").exists()


def test_no_role_no_patient(signed_in, doctor):
    of_roles(doctor)
    assert ACT.post(signed_in).status_code == 403


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"given": " "}, "This field is required."),
        ({"birth_date": "2999-01-01"}, "Enter a day from"),
        ({"birth_date": "soon"}, "Enter a day such as 2026-11-21."),
        ({"sex": "moon"}, "Choose one of the options on the page."),
        ({"email": "x"}, "Enter a valid email address."),
        ({"family": "x" * 61}, "Use at most 60 characters."),
    ],
)
def test_bad_input_is_said_at_its_field_and_what_was_typed_stays(signed_in, clinic, sent, said):
    answer = ACT.post(signed_in, **sent)
    says(answer, said)
    assert 'value="Ana"' in answer.content.decode() or "given" in sent
    assert not Patient.objects.filter(family="Prueba").exists()


def test_bad_input_is_said_in_spanish(signed_in, clinic):
    says(ACT.post(in_spanish(signed_in), birth_date="soon"), "Escriba el día en esta forma: 2026-11-21.")
