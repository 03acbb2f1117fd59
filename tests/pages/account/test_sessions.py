"""Where somebody is signed in, and signing out there."""

from __future__ import annotations

import re

from django.test import Client

from needlepoint.guard.models import AuditEvent, OpenSession
from needlepoint.records.demo import PASSWORD
from needlepoint.records.models import Patient
from tests.kit.portal import enter

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
DESK = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def staff(name="wilhelmina", agent=DESK, address="10.0.0.1"):
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.post("/sign-in/", {"username": name, "password": PASSWORD})
    assert client.get("/today/").status_code == 200
    return client


def keys(page):
    return re.findall(r'name="end"\s+value="(\d+)"', page.content.decode())


def test_staff_see_where_they_are_signed_in_and_until_when(clinic):
    one, _other = staff(), staff(agent=PHONE, address="10.0.0.2")
    staff("nora")
    page = one.get("/sessions/")
    said = page.content.decode()
    assert len(keys(page)) == 1  # this device has no button
    for words in ("Firefox", "Linux", "Safari", "iPhone", "10.0.0.1", "10.0.0.2", "This device"):
        assert words in said
    assert said.count("Ends if not used by") == said.count("Ends at the latest") == 2


def test_one_session_is_ended_from_another(clinic):
    one, other = staff(), staff(agent=PHONE)
    assert one.post("/sessions/", {"end": keys(one.get("/sessions/"))[0]}).status_code == 302
    assert other.get("/today/").status_code == 302
    assert one.get("/today/").status_code == 200
    assert keys(one.get("/sessions/")) == []
    assert AuditEvent.objects.filter(action="sign-out", what="settings: sessions ended").count() == 1


def test_sign_out_everywhere_and_everywhere_else(clinic):
    one, other, third = staff(), staff(), staff()
    one.post("/sessions/", {"which": "others"})
    assert [client.get("/today/").status_code for client in (one, other, third)] == [200, 302, 302]
    other = staff()
    one.post("/sessions/", {"which": "everywhere"})
    assert [client.get("/today/").status_code for client in (one, other)] == [302, 302]
    assert not OpenSession.objects.filter(user__username="wilhelmina").exists()


def test_nobody_ends_the_session_of_somebody_else(clinic):
    one, other = staff(), staff("nora")
    key = OpenSession.objects.get(user__username="nora").pk
    assert one.post("/sessions/", {"end": key}).status_code == 404
    assert one.post("/sessions/", {"end": "9" * 40}).status_code == 404
    assert other.get("/today/").status_code == 200


def test_a_session_that_is_over_is_not_listed(clinic):
    one, other = staff(), staff(agent=PHONE)
    other.post("/sign-out/")
    assert keys(one.get("/sessions/")) == []


def test_a_new_password_ends_the_other_sessions(clinic):
    one, other = staff(), staff(agent=PHONE)
    new = "walnut harbor quilt violin"
    one.post("/password/", {"old": PASSWORD, "new": new, "again": new})
    assert other.get("/today/").status_code == 302
    assert keys(one.get("/sessions/")) == []


def test_a_patient_sees_and_ends_the_browsers_that_a_code_opened(patient):
    one = enter(Client(HTTP_USER_AGENT=DESK), patient)
    other = enter(Client(HTTP_USER_AGENT=PHONE), patient)
    stranger = enter(Client(), Patient.objects.exclude(pk=patient.pk).first())
    for client in (one, other, stranger):
        assert client.get("/me/").status_code == 200
    page = one.get("/me/sessions/")
    assert "Safari" in page.content.decode()
    assert "Ends if not used by" not in page.content.decode()
    assert len(keys(page)) == 1
    strange = OpenSession.objects.exclude(patient_id=patient.pk).get(patient_id__isnull=False).pk
    assert one.post("/me/sessions/", {"end": strange}).status_code == 404
    assert one.post("/me/sessions/", {"end": keys(page)[0]}).status_code == 302
    assert [client.get("/me/").status_code for client in (one, other, stranger)] == [200, 302, 200]
    one.post("/me/sessions/", {"which": "everywhere"})
    assert one.get("/me/").status_code == 302
    assert "settings: sessions ended" in AuditEvent.objects.filter(
        patient_id=patient.pk, action="write"
    ).values_list("what", flat=True)
