"""Who else may see and help."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from needlepoint.guard.models import AuditEvent, User
from needlepoint.pages.portal.patient_access import FOR_EVERY_HELPER, RIGHTS_OF
from needlepoint.records.models import (
    AccessGrant,
    OutboxMessage,
)
from needlepoint.records.values import HELPER_RIGHTS
from tests.kit.portal import enter
from tests.pages.portal.kit import BOTH, fault_at, in_spanish, typed_in


def test_a_helper_sees_until_the_patient_ends_it(client, me, patient):
    me.post("/me/people/", {"email": "help@example.org", "named": "My <b>daughter</b>", "rights": ["visits"]})
    row = AccessGrant.objects.get(relation="proxy")
    assert OutboxMessage.objects.filter(kind="invited", to="help@example.org").count() == 1
    assert "&lt;b&gt;" in me.get("/me/people/").content.decode()
    helper = client.__class__()
    helper.force_login(User.objects.get(pk=row.user_id), backend="django.contrib.auth.backends.ModelBackend")
    assert helper.get("/me/").status_code == 200
    assert helper.post("/me/people/", {"email": "more@example.org", "named": "More"}).status_code == 403
    assert AuditEvent.objects.filter(who="proxy", patient_id=patient.pk).exists()
    me.post("/me/people/", {"end": str(row.pk)})
    assert helper.get("/me/").status_code == 403


def test_a_bad_address_is_marked_and_the_name_stays(me, patient):
    page = me.post("/me/people/", {"named": "Ana Invented", "email": "ana at home"})
    assert page.status_code == 422
    assert fault_at(page, "email") == "Please check the email address."
    assert fault_at(page, "named") == ""
    assert typed_in(page, "Ana Invented")
    assert typed_in(page, "ana at home")
    assert not AccessGrant.objects.filter(relation="proxy").exists()
    spanish = in_spanish(me, patient).post(
        "/me/people/", {"named": "", "email": "ana@example.org", "rights": "visits"}
    )
    assert "nombre" in fault_at(spanish, "named")


def test_the_access_of_another_patient_cannot_be_ended(me, patient):
    other = AccessGrant.objects.create(
        user=User.objects.create(username="helper"), relation="proxy", named="H",
        patient=type(patient).objects.exclude(pk=patient.pk).first(),
    )  # fmt: skip
    for odd in (str(other.pk), "x", "9" * 30):
        assert me.post("/me/people/", {"end": odd}).status_code == 422
    other.refresh_from_db()
    assert other.ended_at is None


def helper_of(me, client, *rights):
    """A helper with these rights, signed in."""
    me.post("/me/people/", {"email": "help@example.org", "named": "Ana", "rights": rights})
    row = AccessGrant.objects.get(relation="proxy")
    helper = client.__class__()
    helper.force_login(User.objects.get(pk=row.user_id), backend="django.contrib.auth.backends.ModelBackend")
    return helper, row


def test_nothing_is_given_without_a_choice(me):
    page = me.post("/me/people/", {"email": "help@example.org", "named": "Ana"})
    assert page.status_code == 422
    assert fault_at(page, "rights") == "Please choose what this person may see and do."
    assert (
        me.post("/me/people/", {"email": "h@example.org", "named": "A", "rights": "moon"}).status_code == 422
    )
    assert not AccessGrant.objects.filter(relation="proxy").exists()


@pytest.mark.parametrize("right", HELPER_RIGHTS)
def test_a_helper_opens_what_was_chosen_and_nothing_else(client, me, ahead, right):
    """Each page by what it needs; the menu and the home page offer nothing that is closed."""
    helper, _row = helper_of(me, client, right)
    visit = f"/me/visits/{ahead.pk}/"
    pages = {
        "/me/book/": {"visits"}, f"{visit}booked/": {"visits"}, "/me/settings/": {"visits"},
        f"{visit}intake/": {"health"}, f"{visit}intake/where/": {"health"}, "/me/my-data.pdf": {"health"},
        "/me/my-data.fhir.json": {"health"}, "/me/access/": {"health"}, "/me/messages/": {"messages"},
        "/me/bills/": {"costs"}, f"{visit}price/": {"costs"}, visit: {"visits", "health", "costs"},
        "/me/people/": set(),
    }  # fmt: skip
    for address, needed in pages.items():
        answer = helper.get(address)
        assert (answer.status_code != 403) is (right in needed), address
    home = helper.get("/me/").content.decode()
    for address in ("/me/book/", "/me/my-data.pdf", "/me/messages/", "/me/bills/"):
        assert (f'href="{address}"' in home) is (right in pages[address]), address
    assert helper.post("/me/account/").status_code == 403


def test_what_a_helper_may_do_is_changed_and_holds_at_once(client, me, ahead):
    helper, row = helper_of(me, client, "visits")
    assert me.post("/me/people/", {"change": str(row.pk), "rights": ["messages", "costs"]}).status_code == 302
    assert AccessGrant.objects.get(pk=row.pk).rights == ("messages", "costs")
    assert helper.get("/me/book/").status_code == 403
    assert helper.get("/me/messages/").status_code == 200
    assert me.post("/me/people/", {"change": str(row.pk)}).status_code == 422
    assert AuditEvent.objects.filter(what__contains=f"access {row.pk}: messages, costs").exists()


def test_every_page_of_a_patient_is_open_to_helpers_by_a_table(clinic):
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    ours = {name for name in names if name == "me" or name.startswith(("me-", "intake"))}
    alone = {"me-people", "me-account", "me-sessions", "me-leave"}  # the patient's; signing out is anybody's
    assert ours - alone == set(RIGHTS_OF) | FOR_EVERY_HELPER
    assert {right for some in RIGHTS_OF.values() for right in some} == set(HELPER_RIGHTS)


def test_signing_out_everywhere_ends_codes_and_accounts(client, me, patient):
    me.post("/me/account/")
    phone, library = enter(client.__class__(), patient), enter(client.__class__(), patient)
    phone.post("/me/account/")
    assert library.get("/me/").status_code == 200
    assert "all devices" in me.get("/me/settings/").content.decode()
    assert me.post("/me/leave/", {"everywhere": "on"}).status_code == 302
    for browser in (me, phone, library):
        assert browser.get("/me/").status_code == 302
    assert enter(client.__class__(), patient).get("/me/").status_code == 200  # a new code opens again


def test_two_people_with_one_address_are_kept_apart(client, patient, clinic):
    """A code opens the pages of the one it was sent for; that an account would open both is stated first."""
    patient.email = "both@example.org"
    patient.save()
    other = type(patient).objects.exclude(pk=patient.pk).filter(practice=clinic).first()
    other.email, other.language = "Both@example.org", "en"
    other.save()
    mine = enter(client.__class__(), patient)
    home = mine.get("/me/").content.decode()
    assert other.family not in home
    assert 'name="patient"' not in home
    visit = other.visits.first()
    assert mine.get(f"/me/visits/{visit.pk}/").status_code == 404
    assert mine.post("/me/switch/", {"patient": str(other.pk)}).status_code == 302
    assert other.family not in mine.get("/me/").content.decode()
    assert "Another patient uses this email too" in home
    other.email = "own@example.org"
    other.save()
    assert "Another patient uses this email too" not in mine.get("/me/").content.decode()


@pytest.mark.parametrize(
    ("rights", "health"), [(["visits"], False), (["messages", "costs"], False), (["visits", "health"], True)]
)
def test_a_helper_without_health_is_not_told_what_was_reported(client, me, ahead, rights, health):
    """What to do stays on the page, what the patient reported does not."""
    ahead.reason, ahead.by_patient = BOTH, True
    ahead.save()
    feedback = me.post("/me/feedback/", {"kind": "complaint", "text": BOTH})["Location"]
    helper, _row = helper_of(me, client, *rights)
    for address in (f"/me/visits/{ahead.pk}/booked/", feedback):
        if address != feedback and "visits" not in rights:
            continue
        shown = helper.get(address).content.decode()
        assert "Please read this now" in shown
        assert 'href="tel:911"' in shown
        assert ("You told us:" in shown) is health
        assert ("What you told us" in shown) is health
        assert ("Chest pain" in shown) is health
        assert "You told us:" in me.get(address).content.decode()
