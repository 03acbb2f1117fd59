"""What patients can book and how they are reached."""

import pytest

from tests.pages.kit import Action, of_roles, says

ACT = Action(
    "settings-outside",
    {
        "do": "service",
        "en": "Again",
        "es": "Otra vez",
        "minutes": "20",
        "technique": "wet",
        "codes": "20552, 99213",
    },
)


def test_it_works(signed_in, clinic):
    assert ACT.post(signed_in).status_code == 302
    assert list(clinic.services.get(en="Again").codes) == ["20552", "99213"]


def test_another_role_is_refused(signed_in, doctor, clinic):
    of_roles(doctor, "clinician")
    assert ACT.post(signed_in).status_code == 403


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"do": "nothing"}, "Choose one of the options"),
        ({"minutes": "7"}, "from 10 to 240"),
        ({"minutes": "12"}, "in steps of 5"),
        ({"codes": "99999"}, "There is no price for 99999."),
        ({"do": "asking", "quiet_from": "x"}, "Enter a time such as"),
        (
            {"do": "closed", "first": "2026-12-24", "last": "2026-12-20"},
            "The last day must not be before the first.",
        ),
        (
            {
                "do": "opening",
                "staff": "1",
                "location": "1",
                "weekday": "1",
                "begins": "12:00",
                "ends": "09:00",
            },
            "The end must be after the beginning.",
        ),
        ({"do": "address", "email": "x"}, "Enter a valid email address."),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, clinic, sent, said):
    says(ACT.post(signed_in, **sent), said)
