"""A practice is set up once in the browser; its settings are checked by the core; nobody shuts themselves out."""

import datetime

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.guard.sign_in.first_run import first_run_token
from needlepoint.records.models import License, Practice, Staff
from needlepoint.records.settings.open_practice import set_up
from needlepoint.records.settings.practice import add_staff, change_practice, give_license, set_active
from needlepoint.records.values import Billing
from needlepoint.treatment.plan.practice import PracticeRules

FIRST = {
    "practice": "New Example",
    "state": "OH",
    "timezone": "America/New_York",
    "name": "Dr. First Made-Up",
    "profession": "physician",
    "license_number": "OH-1",
    "license_expires": "2029-06-30",
    "username": "first",
    "password": "a long enough phrase",
}


def test_an_empty_site_leads_to_its_set_up_and_then_never_again(client, db):
    assert client.get("/sign-in/").headers["Location"] == "/set-up/"
    assert client.get("/set-up/").status_code == 403  # the first visitor does not have the server's token
    assert client.post("/set-up/", FIRST).status_code == 403
    assert client.post("/set-up/", FIRST | {"token": "guess"}).status_code == 403
    assert not Practice.objects.exists()
    assert client.get(f"/set-up/?token={first_run_token()}").status_code == 200
    assert (
        client.post("/set-up/", FIRST | {"token": first_run_token()}).headers["Location"]
        == "/settings/first-steps/"
    )
    staff = Staff.objects.get()
    assert staff.roles == ("owner", "clinician")
    assert staff.practice.locations.get().locality == "00"  # Ohio has one locality
    assert client.get("/settings/").status_code == 200
    assert client.get("/today/").status_code == 200
    assert client.get("/set-up/").status_code == 302
    with pytest.raises(Refused, match="already"):
        set_up(**FIRST)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", "password1234"),
        ("timezone", "Mars/Base"),
        ("state", "ZZ"),
        ("practice", ""),
        ("username", ""),
    ],
)
def test_what_a_set_up_cannot_take_is_said_at_its_field(client, db, field, value):
    answer = client.post("/set-up/", FIRST | {"token": first_run_token(), field: value})
    assert answer.status_code == 422
    assert not Practice.objects.exists()
    assert not Staff.objects.exists()


def test_settings_are_for_those_who_run_the_practice(client, clinic):
    client.force_login(Staff.objects.get(user__username="nora").user)
    assert client.get("/settings/").status_code == 403
    assert client.post("/settings/people/", {"do": "add"}).status_code == 403


def test_prices_hold_from_today_and_older_ones_stay(signed_in, clinic):
    signed_in.post("/settings/", {"part": "prices", "price-20552": "175"})
    clinic.refresh_from_db()
    rows = [row for row in clinic.fees.charge if row.code == "20552"]
    assert [str(row.amount_usd) for row in rows] == ["150.00", "175.00"]
    assert rows[0].to is not None
    answer = signed_in.post("/settings/", {"part": "prices", "price-20552": "much"})
    assert answer.status_code == 422


def test_the_core_says_what_may_be_a_rule(doctor):
    with pytest.raises(Refused):
        change_practice(doctor, rules=PracticeRules(drugs=["cocaine"]))
    with pytest.raises(Refused):
        change_practice(doctor, billing=Billing(npi="1234567890"))
    with pytest.raises(Refused):
        change_practice(doctor, timezone="Nowhere")


def test_someone_is_taken_on_let_in_and_kept_out(client, signed_in, doctor):
    sent = {
        "do": "add",
        "name": "Ann Example",
        "roles": ["front_desk"],
        "username": "ann",
        "password": "quite long enough",
    }
    assert signed_in.post("/settings/people/", sent).status_code == 302
    ann = Staff.objects.get(name="Ann Example")
    assert signed_in.post("/settings/people/", sent).status_code == 422  # the user name is taken
    set_active(doctor, ann.pk, False)
    client.force_login(ann.user)
    assert client.get("/today/").status_code == 403
    with pytest.raises(Refused, match="yourself"):
        set_active(doctor, doctor.pk, False)
    for bad in ({"roles": ["king"]}, {"roles": []}, {"password": "1"}, {"npi": "1"}):
        with pytest.raises(Refused):
            add_staff(
                doctor,
                **{
                    "name": "B",
                    "profession": "",
                    "username": "b",
                    "password": "quite long enough",
                    "roles": ["biller"],
                }
                | bad,
            )


def test_a_license_is_renewed_and_not_doubled(doctor):
    for year in (2027, 2029):
        give_license(doctor, doctor.pk, "NY", "N", datetime.date(year, 1, 1), [])
    assert License.objects.get(staff=doctor, state="NY").expires_on.year == 2029


def test_another_practice_is_not_touched(signed_in, elsewhere):
    staff = elsewhere.clinician
    answer = signed_in.post("/settings/people/", {"do": "out", "staff": staff.pk})
    assert answer.status_code == 404
    staff.refresh_from_db()
    assert staff.active


def test_opening_hours_are_times_in_order(signed_in, clinic):
    signed_in.post("/settings/", {"part": "hours", "mon-from": "09:00", "mon-to": "17:00"})
    clinic.refresh_from_db()
    assert clinic.hours == {"mon": (datetime.time(9), datetime.time(17))}
    for bad in (
        {"mon-from": "x", "mon-to": "17:00"},
        {"mon-from": "17:00", "mon-to": "09:00"},
        {"mon-from": "09:00"},
    ):
        assert signed_in.post("/settings/", {"part": "hours", **bad}).status_code == 422
