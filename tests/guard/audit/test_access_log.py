"""The access log: complete, append-only, chained."""

from __future__ import annotations

import random

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as of_hypothesis
from hypothesis import strategies as st

from needlepoint.guard.audit import chain, triggers
from needlepoint.guard.models import AuditEvent, AuditLink
from needlepoint.records.models import Patient, Visit


def rows_after(before):
    return list(AuditEvent.objects.filter(pk__gt=before).order_by("pk"))


def last():
    found = AuditEvent.objects.order_by("-pk").first()
    return found.pk if found else 0


PAGES = [
    "/patients/{patient}/edit/", "/visits/{visit}/", "/visits/{visit}/versions/", "/stock/",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_page_with_patients_says_whom_it_showed(signed_in, doctor, visit, page):
    for row in Patient.objects.all():
        Patient.objects.filter(pk=row.pk).update(family=f"Known{row.pk}person")
    before = last()
    answer = signed_in.get(page.format(patient=visit.patient_id, visit=visit.pk), REMOTE_ADDR="10.9.8.7")
    assert answer.status_code == 200
    rows = rows_after(before)
    told = {row.patient_id for row in rows} | {pk for row in rows for pk in row.patients}
    shown = {row.pk for row in Patient.objects.all() if row.family in answer.content.decode()}
    assert shown <= told
    assert shown or page in ("/post/", "/stock/")
    assert {row.staff_id for row in rows} <= {doctor.pk}
    assert {row.address for row in rows} <= {"10.9.8.7"}
    assert all(row.role and row.session for row in rows)


def test_a_search_says_whom_it_found(signed_in):
    row = Patient.objects.first()
    before = last()
    signed_in.get(f"/patients/?q={row.family}")
    assert row.pk in {pk for event in rows_after(before) for pk in [event.patient_id, *event.patients]}


def test_refusals_are_on_record(clinic, elsewhere):
    desk = Client()
    desk.force_login(clinic.staff.get(user__username="desk").user)
    before = last()
    assert desk.get("/settings/").status_code == 403
    assert desk.get(f"/visits/{elsewhere.pk}/").status_code == 403
    assert desk.get(f"/patients/{elsewhere.patient_id}/").status_code == 404
    rows = [row for row in rows_after(before) if row.action == "refused"]
    assert [row.outcome for row in rows] == ["refused"] * 3
    assert all(row.what.startswith("page ") for row in rows)


def test_the_list_that_asks_again_by_itself_does_not_fill_the_log(signed_in):
    signed_in.get("/today/list/")
    before = last()
    for _ in range(5):
        signed_in.get("/today/list/")
    assert not rows_after(before)
    visit = Visit.objects.filter(state="booked").first()
    other = Patient.objects.exclude(visits__state__in=["booked"]).first() or Patient.objects.last()
    Visit.objects.filter(pk=visit.pk).update(patient=other)
    signed_in.get("/today/list/")


@pytest.mark.parametrize(
    "page", ["/me/", "/me/settings/", "/me/people/", "/me/trend.svg", "/me/visits/{visit}/intake/where/"]
)
def test_pages_of_a_patient_are_on_record(me, patient, ahead, page):
    before = last()
    assert me.get(page.format(visit=ahead.pk)).status_code == 200
    assert [row for row in rows_after(before) if row.who == "patient" and row.patient_id == patient.pk]


def test_a_link_that_is_used_is_on_record(client, patient, ahead):
    from needlepoint.records.portal.magic_links import make_link

    _, token = make_link("visit", patient, ahead)
    before = last()
    assert client.get(f"/v/{token}/").status_code == 200
    assert patient.pk in {row.patient_id for row in rows_after(before)}


@pytest.fixture
def closed(db):
    """The triggers, which end with the test."""
    triggers.install()


def test_the_database_itself_changes_and_removes_no_row(clinic, doctor, closed):
    from needlepoint.guard.audit.log import record_audit

    record_audit(doctor, "read", "something")
    chain.seal()
    for table, column in (("guard_auditevent", "what"), ("guard_auditlink", "hash")):
        for statement in (f"UPDATE {table} SET {column} = 'forged'", f"DELETE FROM {table}"):
            with (
                pytest.raises(DatabaseError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
    for change in (lambda rows: rows.update(what="forged"), lambda rows: rows._raw_delete("default")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change(AuditEvent.objects.all())
    record_audit(doctor, "read", "something more")


@pytest.fixture
def chained(clinic, doctor, settings, tmp_path):
    """Thirty rows in the chain, and a head kept elsewhere."""
    settings.DATA = tmp_path
    AuditEvent.objects.all().delete()
    AuditEvent.objects.bulk_create(
        AuditEvent(practice_id=clinic.pk, staff_id=doctor.pk, patient_id=n % 7, action="read", what=f"visit {n}",
                   patients=[n, n + 1])
        for n in range(30)
    )  # fmt: skip
    chain.seal()
    chain.keep_head()
    assert chain.verify() == (30, [])
    return AuditEvent.objects.order_by("pk")


FIELDS = {
    "what": "forged", "action": "write", "patient_id": 99, "staff_id": None, "outcome": "refused", "who": "patient",
    "address": "10.0.0.1", "session": "x", "role": "owner", "patients": [3], "practice_id": 77, "subject": "y",
    "at": timezone.now(),
}  # fmt: skip


@of_hypothesis(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**9),
    kind=st.sampled_from(["change", "remove", "swap", "cut", "cut both", "insert", "relink"]),
)
def test_whatever_is_done_to_the_log_is_found(chained, seed, kind):
    chance = random.Random(seed)
    with transaction.atomic():
        rows = list(chained)
        one, other = chance.sample(rows, 2)
        if kind == "change":
            name = chance.choice(sorted(FIELDS))
            AuditEvent.objects.filter(pk=one.pk).update(**{name: FIELDS[name]})
        elif kind == "remove":
            AuditEvent.objects.filter(pk=one.pk)._raw_delete("default")
        elif kind == "swap":
            AuditEvent.objects.filter(pk=one.pk).update(what=other.what, patients=other.patients)
        elif kind == "cut":
            AuditEvent.objects.filter(pk__gte=one.pk)._raw_delete("default")
        elif kind == "cut both":
            AuditLink.objects.filter(event_id__gte=one.pk)._raw_delete("default")
            AuditEvent.objects.filter(pk__gte=one.pk)._raw_delete("default")
        elif kind == "insert":
            late = AuditEvent(practice_id=1, action="read", what="put in between")
            late.save()
            AuditEvent.objects.filter(pk=late.pk).update(at=timezone.now() - 2 * chain.LATE)
        else:  # the whole chain recomputed over a changed row
            AuditEvent.objects.filter(pk=one.pk).update(what="forged")
            AuditLink.objects.all()._raw_delete("default")
            chain.seal()
        assert chain.verify()[1], kind
        transaction.set_rollback(True)
    assert chain.verify() == (30, [])


def test_a_forged_head_is_found(chained, settings):
    file = settings.DATA / "audit.heads"
    file.write_text(file.read_text().replace('"number":30', '"number":29'))
    assert "not signed" in chain.verify()[1][0]


def test_rows_cut_off_right_after_they_were_written_are_found(chained, doctor):
    from needlepoint.guard.audit.log import record_audit

    for n in range(3):
        record_audit(doctor, "read", f"late {n}")
    chain.seal()
    assert chain.keep_head() is None  # too few rows for another head of the file
    assert chain.verify() == (33, [])
    cut = list(chained)[-2].pk
    AuditLink.objects.filter(event_id__gte=cut)._raw_delete("default")
    AuditEvent.objects.filter(pk__gte=cut)._raw_delete("default")
    assert "the chain ends at row 31, and went to row 33" in chain.verify()[1][0]
