"""What patients can book and how they are reached."""

import datetime

import pytest

from needlepoint.records.models import (
    Location,
    VisitType,
)
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


@pytest.mark.parametrize(
    ("sent", "check"),
    [
        ({"do": "address", "slug": "newname", "phone": "555-0142", "email": "a@b.org"}, lambda p: p.slug == "newname"),
        ({"do": "address", "slug": "", "phone": "", "email": ""}, lambda p: p.slug is None),
        ({"do": "asking", "quiet_from": "21:00", "quiet_to": "08:00", "moments": ["1d", "12w"], "notice_hours": "4",
          "days_ahead": "30", "remind_hours": "48", "offer_minutes": "60"},
         lambda p: p.outside.moments == ("1d", "12w")),
        ({"do": "service", "en": "Again", "es": "Otra vez", "minutes": "20", "technique": "wet",
          "codes": "20552, 99213"},
         lambda p: list(p.services.get(en="Again").codes) == ["20552", "99213"]),
        ({"do": "service", "en": "Later", "es": "Otra", "minutes": "20", "follow_up": "on"},
         lambda p: p.services.get(en="Later").for_new is False),
        ({"do": "withdraw", "service": "FIRST"}, lambda p: p.services.order_by("pk").first().active is False),
        ({"do": "opening", "staff": "DOCTOR", "location": "PLACE", "weekday": ["5", "6"], "begins": "09:00",
          "ends": "12:00"},
         lambda p: p.staff.first().availability.filter(weekday__gte=5).count() == 2),
        ({"do": "end-opening", "opening": "OPENING"}, lambda p: p.staff.first().availability.count() == 9),
        ({"do": "closed", "first": "2026-12-24", "last": "2026-12-26", "staff": "", "reason": "Christmas"},
         lambda p: p.time_off.get().last == datetime.date(2026, 12, 26)),
    ],
)  # fmt: skip
def test_every_part_of_the_practices_settings(signed_in_apart, clinic, doctor, sent, check):
    names = {
        "FIRST": VisitType.objects.order_by("pk").first().pk, "DOCTOR": doctor.pk, "PLACE": Location.objects.first().pk,
        "OPENING": doctor.availability.first().pk,
    }  # fmt: skip
    sent = {
        key: str(names.get(value, value)) if isinstance(value, str) else value for key, value in sent.items()
    }
    assert signed_in_apart.post("/settings/outside/", sent).status_code == 302
    clinic.refresh_from_db()
    assert check(clinic)
    assert signed_in_apart.get("/settings/outside/").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "nothing"}, {"do": "asking", "quiet_from": "x"}, {"do": "service", "en": "", "es": "", "minutes": "30"},
        {"do": "service", "en": "A", "es": "B", "minutes": "7"},
        {"do": "service", "en": "A", "es": "B", "minutes": "30", "codes": "99999"},
        {"do": "opening", "staff": "1", "location": "1", "weekday": "1", "begins": "12:00", "ends": "09:00"},
        {"do": "closed", "first": "2026-12-24", "last": "2026-12-20"}, {"do": "withdraw", "service": "x"},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_kept(signed_in_apart, clinic, sent):
    assert signed_in_apart.post("/settings/outside/", sent).status_code in (404, 422)


def test_only_who_may_set_the_practice(clinic, client):
    from needlepoint.records.models import Staff

    client.force_login(
        Staff.objects.get(user__username="desk").user, backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get("/settings/outside/").status_code == 403
    assert client.get("/settings/words/").status_code == 403
    assert client.get("/post/").status_code == 200
