"""Who gets in where: links, codes, accounts, helpers, tablets, and everybody who should not."""

from __future__ import annotations

import contextlib
import datetime
import re

import pytest
from django.db import IntegrityError
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from needlepoint.base.refusal import Refused
from needlepoint.guard.models import AuditEvent, User
from needlepoint.records.models import (
    AccessGrant,
    Intake,
    OneTimeCode,
    OutboxMessage,
    Patient,
    Visit,
    VisitType,
)
from needlepoint.records.outbox.mail_worker import send_due
from needlepoint.records.portal.accounts import invite, open_account
from needlepoint.records.portal.magic_links import make_code, make_link
from needlepoint.records.schedule.times import free_slots
from tests.kit.portal import enter, text_of


def test_who_read_in_spanish_is_answered_in_spanish(client, patient):
    patient.language = "es"
    patient.save()
    enter(client, patient)
    assert '<html lang="es">' in client.get("/me/").content.decode()


def test_every_page_of_a_patient_is_shut_to_strangers_and_staff(client, clinic, doctor, ahead):
    paths = [
        "/me/", "/me/book/", "/me/messages/", "/me/people/", "/me/settings/", "/me/access/", "/me/bills/",
        "/me/sessions/",
        "/me/trend.svg",
        "/me/my-data.pdf", "/me/my-data.fhir.json",
        *(f"/me/visits/{ahead.pk}/{rest}" for rest in ("", "price/", "estimate.pdf", "why/", "aftercare/", "note.pdf",
          "booked/", "visit.ics",
          "drawing.svg", "intake/", "intake/where/", "intake/warning/", "intake/names/medicines/")),
    ]  # fmt: skip
    for path in paths:
        assert client.get(path).status_code == 302, path
    client.force_login(doctor.user, backend="django.contrib.auth.backends.ModelBackend")
    for path in paths:
        assert client.get(path).status_code == 403, path  # and not round and round to the door


def test_no_address_for_patients_was_forgotten_above():
    def names(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from names(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                yield prefix + str(pattern.pattern)

    mine = [path for path in names(get_resolver().url_patterns) if path.startswith("me/")]
    assert len(mine) == 34  # a new one belongs into the test above, or into one of its own for POST


def test_nobody_sees_anybody_elses(me, patient, elsewhere, clinic):
    other = Visit.objects.exclude(patient=patient).filter(practice=clinic).first()
    for visit in (other, elsewhere):
        for rest in (
            "",
            "price/",
            "why/",
            "aftercare/",
            "note.pdf",
            "booked/",
            "visit.ics",
            "intake/where/",
            "intake/",
        ):
            assert me.get(f"/me/visits/{visit.pk}/{rest}").status_code == 404
        assert me.post(f"/me/visits/{visit.pk}/intake/story/", {"began": "days"}).status_code == 404
        assert me.post(f"/me/visits/{visit.pk}/intake/hand-in/").status_code == 404


def test_a_code_that_is_wrong_old_or_used_opens_nothing(client, patient):
    link, token = make_link("open", patient, None, "/me/")
    code, kept = make_code()
    row = OneTimeCode.objects.create(
        link=link, channel="email", code=kept, expires_at=timezone.now() + datetime.timedelta(minutes=9)
    )
    wrong = "000000" if code != "000000" else "111111"
    assert client.post(f"/go/{token}/", {"code": wrong}).status_code == 200
    OneTimeCode.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert client.post(f"/go/{token}/", {"code": code}).status_code == 200
    OneTimeCode.objects.update(expires_at=timezone.now() + datetime.timedelta(minutes=9), tries=0)
    assert client.post(f"/go/{token}/", {"code": code}).status_code == 302
    client.session.flush()
    client.cookies.clear()
    assert client.post(f"/go/{token}/", {"code": code}).status_code == 200  # once is once
    row.refresh_from_db()
    assert row.used_at is not None
    assert client.get("/me/").status_code == 302


def test_six_codes_an_hour_and_masked_addresses(client, patient):
    patient.email = "someone@example.org"
    patient.save()
    _, token = make_link("open", patient, None, "/me/")
    page = client.get(f"/go/{token}/").content.decode()
    assert "s•••@e•••" in page
    assert "someone@example.org" not in page
    assert patient.family not in page
    statuses = [client.post(f"/go/{token}/", {"by": "email"}).status_code for _ in range(7)]
    assert statuses == [200] * 6 + [422]
    assert OutboxMessage.objects.filter(kind="code").count() == 6
    assert client.post(f"/go/{token}/", {"by": "pigeon"}).status_code == 422


def test_guessing_links_is_slowed_down(client, clinic):
    statuses = [client.get(f"/v/guess{number}/").status_code for number in range(40)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert 25 <= statuses.count(404) <= 31


def test_a_link_opens_only_what_it_is_for(client, patient, ahead):
    _, token = make_link("visit", patient, ahead)
    for path in (f"/go/{token}/", f"/c/{token}/", f"/stop/{token}/", f"/offer/{token}/", f"/cal/{token}.ics"):
        assert client.get(path).status_code == 404


def test_booking_by_a_script_is_slowed_down(client, clinic):
    service = VisitType.objects.get(technique="wet", for_new=True)
    first = timezone.now().date() + datetime.timedelta(days=14)
    slots = free_slots(clinic, service, first, 7)
    statuses = []
    for number in range(24):
        slot = slots[number * 3]
        sent = {"given": "A", "family": "B", "birth_date": "1990-01-01", "email": f"a{number}@example.org"}
        statuses.append(
            client.post(f"/at/example/en/visit/{service.pk}/{slot.staff_id}/{slot.at}/", sent).status_code
        )
    assert 429 in statuses
    assert statuses.count(302) <= 20
    trap = {
        "given": "A",
        "family": "B",
        "birth_date": "1990-01-01",
        "email": "a@example.org",
        "website": "spam",
    }
    assert client.post(
        f"/at/example/en/visit/{service.pk}/{slots[-1].staff_id}/{slots[-1].at}/", trap
    ).status_code in (302, 429)


def test_signing_in_tells_nobody_who_has_an_account(client, patient, inbox):
    patient.email = "known@example.org"
    patient.save()
    open_account(patient)
    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        page = client.post("/account/login/code/", {"email": email}, follow=True)
        answers.append((page.status_code, page.redirect_chain, re.sub(r'value="[^"]*"', "", text_of(page))))
        client.cookies.clear()
    assert answers[0] == answers[1]
    assert [to for to, _ in inbox.mails] == ["known@example.org"]


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/set/", "password/change/", "password/reset/"]
)
def test_nobody_claims_an_address_or_a_password(me, patient, path):
    """An address that was not proved must never lead to a patient: allauth's pages for that are shut."""
    open_account(patient)
    client = me
    client.force_login(
        User.objects.get(email=patient.email), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(f"/account/{path}").status_code == 404
    assert (
        client.post(f"/account/{path}", {"email": "victim@example.org", "action_add": ""}).status_code == 404
    )


def test_a_claimed_address_of_another_is_not_theirs(patient):
    from allauth.account.models import EmailAddress

    thief = User.objects.create(username="thief", email="thief@example.org")
    EmailAddress.objects.create(user=thief, email="victim@example.org", verified=False, primary=False)
    patient.email = "victim@example.org"
    patient.save()
    with contextlib.suppress(IntegrityError):  # or the address is refused as taken: never the thief's
        assert open_account(patient) != thief
    assert not AccessGrant.objects.filter(user=thief).exists()


def test_an_account_by_a_code_to_its_address(client, patient, inbox):
    patient.email = "known@example.org"
    patient.save()
    open_account(patient)
    client.post("/account/login/code/", {"email": "known@example.org"})
    text = inbox.mails[-1][1].get_content()
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", text, re.MULTILINE).group(1)
    page = client.post("/account/login/code/confirm/", {"code": code}, follow=True)
    assert page.redirect_chain[-1][0] == "/me/"
    assert patient.given in page.content.decode()
    assert client.get("/today/").status_code in (302, 403)  # never the practice's side
    assert client.get("/patients/").status_code in (302, 403)


def test_an_account_of_the_staff_is_never_a_patients(patient, doctor):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=doctor.user, email="doctor@example.org", verified=True, primary=True)
    with pytest.raises(Refused, match="staff"):
        invite(patient, "doctor@example.org", "Doctor", ["visits"])


def test_the_tablet_gets_an_address_and_a_code(signed_in_apart, ahead, client):
    page = signed_in_apart.post(f"/visits/{ahead.pk}/hand/").content.decode()
    token = re.search(r"/go/([\w-]+)/", page).group(1)
    code = re.search(r">\s*(\d{6})\s*<", page).group(1)
    answer = client.post(f"/go/{token}/", {"code": code})
    assert answer["Location"] == f"/me/visits/{ahead.pk}/intake/"
    # The tablet forgets the patient when it is handed back.
    assert "give the tablet back" in client.get(f"/me/visits/{ahead.pk}/intake/done/").content.decode()
    assert client.get(f"/me/visits/{ahead.pk}/").status_code == 302


def lent(staff_client, visit, client):
    """The tablet in the hands of a patient."""
    page = staff_client.post(f"/visits/{visit.pk}/hand/").content.decode()
    token, code = re.search(r"/go/([\w-]+)/", page).group(1), re.search(r">\s*(\d{6})\s*<", page).group(1)
    return client.post(f"/go/{token}/", {"code": code})


def test_a_lent_tablet_shows_nobody_who_held_it_before(client, patient, ahead, signed_in_apart):
    enter(client, Patient.objects.exclude(pk=patient.pk).first())
    lent(signed_in_apart, ahead, client)
    assert list(client.session["proved_patients"]) == [str(patient.pk)]


def test_a_lent_tablet_forgets_the_staff_who_were_signed_in_on_it(signed_in_apart, ahead):
    lent(signed_in_apart, ahead, signed_in_apart)
    assert signed_in_apart.get("/today/").status_code == 302
    assert signed_in_apart.get(f"/me/visits/{ahead.pk}/intake/where/").status_code == 200


def test_a_lent_tablet_opens_the_intake_of_one_visit_and_nothing_else(
    client, patient, ahead, signed_in_apart
):
    """Every address under /me/, by its route: what has no business on the tablet is not there."""
    assert lent(signed_in_apart, ahead, client).status_code == 302
    past = Visit.objects.filter(patient=patient, state="done").first()
    routes = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    names = {name for name in routes if name == "me" or name.startswith(("me-", "intake"))}
    assert len(names) > 20
    for name in sorted(names):
        for visit in (ahead, past):
            given = {"visit_id": visit.pk, "name": "where", "kind": "medicines", "service_id": 1}
            wanted = {key: given[key] for key in route_fields(name)}
            address = reverse(name, kwargs=wanted)
            for method in (client.get, client.post):
                if name == "me-leave":
                    continue
                status = method(address).status_code
                if name.startswith("intake") and visit == ahead:
                    assert status in (200, 204, 302, 405, 422), (address, status)
                else:
                    assert status in (403, 404, 405), (address, status)
    assert not AccessGrant.objects.filter(patient=patient).exists()


def route_fields(name):
    return get_resolver().reverse_dict.getlist(name)[0][0][0][1]


@pytest.mark.parametrize(("state", "days"), [("done", -30), ("in_room", 0), ("to_sign", 0), ("booked", -1)])
def test_no_tablet_is_handed_over_for_a_visit_that_is_not_ahead(signed_in_apart, ahead, state, days):
    Visit.objects.filter(pk=ahead.pk).update(
        state=state, starts_at=timezone.now() + datetime.timedelta(days=days)
    )
    assert signed_in_apart.post(f"/visits/{ahead.pk}/hand/").status_code == 422
    assert not OneTimeCode.objects.filter(channel="desk").exists()


def test_no_tablet_is_handed_over_for_questions_that_are_answered(signed_in_apart, ahead):
    Intake.objects.create(visit=ahead, handed_in_at=timezone.now())
    assert signed_in_apart.post(f"/visits/{ahead.pk}/hand/").status_code == 422


def test_a_lent_tablet_shows_nothing_once_the_visit_has_begun(client, ahead, signed_in_apart):
    lent(signed_in_apart, ahead, client)
    Visit.objects.filter(pk=ahead.pk).update(state="in_room")
    assert client.get(f"/me/visits/{ahead.pk}/intake/where/").status_code == 404


def test_the_log_says_that_staff_handed_the_tablet_over(client, patient, ahead, signed_in_apart, doctor):
    before = AuditEvent.objects.count()
    lent(signed_in_apart, ahead, client)
    client.get(f"/me/visits/{ahead.pk}/intake/where/")
    client.post(f"/me/visits/{ahead.pk}/intake/where/", {"marks": "[]", "now": "3"})
    rows = list(AuditEvent.objects.order_by("pk")[before:])
    after = [row for row in rows if row.who == "tablet"]
    assert {row.action for row in after} == {"sign-in", "read", "write"}
    assert {row.staff_id for row in after} == {doctor.pk}
    assert not [row for row in rows if row.who == "patient"]


def test_a_helper_signs_in_by_a_code_to_their_own_address(client, me, patient, inbox):
    me.post("/me/people/", {"email": "helper@example.org", "named": "Her son", "rights": ["visits"]})
    send_due("w")
    helper = client.__class__()
    assert inbox.last(to="helper@example.org") is not None
    helper.post("/account/login/code/", {"email": "helper@example.org"})
    text = inbox.last(to="helper@example.org").get_content()
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", text, re.MULTILINE).group(1)
    page = helper.post("/account/login/code/confirm/", {"code": code}, follow=True)
    assert page.redirect_chain[-1][0] == "/me/"
    assert patient.family in page.content.decode()
    assert helper.get(f"/me/visits/{Visit.objects.filter(patient=patient).first().pk}/").status_code == 200


def test_to_the_page_where_a_visit_is_moved_leads_only_its_patient(client, me, ahead, clinic):
    from django.test import Client

    assert "/account/" in Client().post(f"/me/visits/{ahead.pk}/manage/", {"do": "move"})["Location"]
    assert "/v/" in me.post(f"/me/visits/{ahead.pk}/manage/", {"do": "move"})["Location"]
    other = Visit.objects.exclude(patient=ahead.patient).first()
    assert me.post(f"/me/visits/{other.pk}/manage/", {"do": "move"}).status_code == 404
