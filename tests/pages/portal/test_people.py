"""Who else may see and help."""

from __future__ import annotations

from needlepoint.guard.models import AuditEvent, User
from needlepoint.records.models import (
    AccessGrant,
    OutboxMessage,
)
from tests.pages.portal.kit import fault_at, in_spanish, typed_in


def test_a_helper_sees_until_the_patient_ends_it(client, me, patient):
    me.post("/me/people/", {"email": "help@example.org", "named": "My <b>daughter</b>"})
    row = AccessGrant.objects.get(relation="proxy")
    assert OutboxMessage.objects.filter(kind="invited", to="help@example.org").count() == 1
    assert "&lt;b&gt;" in me.get("/me/people/").content.decode()
    helper = client.__class__()
    helper.force_login(User.objects.get(pk=row.user_id), backend="django.contrib.auth.backends.ModelBackend")
    assert helper.get("/me/").status_code == 200
    assert helper.post("/me/people/", {"email": "more@example.org", "named": "More"}).status_code == 404
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
    spanish = in_spanish(me, patient).post("/me/people/", {"named": "", "email": "ana@example.org"})
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
