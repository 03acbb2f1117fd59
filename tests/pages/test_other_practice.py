"""Two practices in one database: every address, with every id of the other practice, by people who may do everything
in their own. Nothing of the other one is shown, and no row of it changes.
"""

from __future__ import annotations

import datetime

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone

from needlepoint.guard.roles import RIGHTS
from needlepoint.records.models import (
    Consent,
    Message,
    Patient,
    Picture,
    Practice,
    Staff,
    Task,
    Visit,
    VisitType,
    WaitlistEntry,
)
from needlepoint.records.schedule.times import free_slots
from needlepoint.records.settings.open_practice import add_practice, owner_token, set_up_owner
from needlepoint.records.values import ConsentPage
from tests.kit.portal import enter
from tests.pages.settings.test_owner import OWNER
from tests.pages.test_odd_input import address_of, routes

PUBLIC = (
    "at/",
    "pictures/<str:lang>/",
    "demo/",
    "anymail/",
)  # what anybody may read, and reports of mail services
IDS = {
    "patient_id": "Patient", "visit_id": "Visit", "row_id": "PatientListItem", "lot_id": "Lot", "task_id": "Task",
    "message_id": "Message", "waiting_id": "WaitlistEntry", "consent_id": "Consent", "picture_id": "Picture",
    "service_id": "VisitType", "staff_id": "Staff",
}  # fmt: skip
BODY = {
    "staff": "Staff", "clinician": "Staff", "to": "Staff", "patient": "Patient", "visit": "Visit", "lot": "Lot",
    "service": "VisitType", "location": "Location", "place": "Location", "opening": "Availability",
    "episode": "Episode", "message": "Message", "task": "Task", "instead_of": "Visit",
}  # fmt: skip
WORDS = {
    "text": "of another practice", "reason": "of another practice", "kind": "allergy", "state": "arrived", "do": "out",
    "title": "of another practice", "version": "0", "day": "2026-11-24", "at": "2026-11-24T15:00", "again": "1",
    "vials": "1", "why": "of another practice", "given": "Odd", "family": "Person", "birth_date": "1990-01-01",
}  # fmt: skip


def way_to_practice(model, seen=()):
    """The foreign keys from a model to its practice; None without one."""
    if model is Practice:
        return ()
    keys = [field for field in model._meta.fields if isinstance(field, models.ForeignKey)]
    ways = [
        (field.name, *way)
        for field in keys
        if field.related_model not in (*seen, model)
        and (way := way_to_practice(field.related_model, (*seen, model))) is not None
    ]
    return min(ways, key=len, default=None)


def rows_of(practice):
    """Every row that belongs to a practice, by model."""
    found = {}
    for model in apps.get_app_config("records").get_models():
        way = way_to_practice(model)
        rows = model.objects.filter(**{"__".join((*way, "pk")) if way else "pk": practice.pk})
        found[model.__name__] = sorted(map(repr, rows.values_list()))
    return found


@pytest.fixture
def theirs(clinic, doctor, patient, visit, ahead):
    """The first practice with a row of every kind."""
    service = VisitType.objects.get(technique="wet", for_new=True)
    until = timezone.localdate() + datetime.timedelta(days=30)
    Message.objects.create(patient=patient, by=doctor, to=doctor, text="Word")
    Task.objects.create(practice=clinic, patient=patient, title="Call")
    WaitlistEntry.objects.create(practice=clinic, patient=patient, service=service, until=until)
    Picture.objects.create(patient=patient, kind="card_front", jpeg=b"x", sha256="x")
    page = ConsentPage(
        technique="wet", language="en", practice="", patient="", clinician="", sites=(), points=(), call=()
    )
    Consent.objects.create(visit=visit, technique="wet", language="en", text=page, pdf=b"x", sha256="x")
    return clinic


@pytest.fixture
def ours(theirs):
    """The session of someone with every role in a second practice, and of a patient there."""
    made = add_practice("Riverside Pain", "NJ", "America/New_York", "riverside")
    staff = set_up_owner(owner_token(made), **OWNER | {"name": "Ana River"})
    Staff.objects.filter(pk=staff.pk).update(roles=list(RIGHTS))
    own = Patient.objects.create(
        practice=made, given="Own", family="Person", birth_date=datetime.date(1980, 1, 1)
    )
    sessions = [Client(), enter(Client(), own)]
    sessions[0].force_login(staff.user, backend="django.contrib.auth.backends.ModelBackend")
    return sessions


def addresses(practice):
    """Every address of the site that is not public, with ids of this practice in it."""
    firsts = {place: first_of(name, practice) for place, name in IDS.items()}
    values = {
        "lang": "en", "slug": practice.slug, "at": "20990101T0000", "name": "where", "kind": "medicines",
        "token": "none", **{place: row.pk for place, row in firsts.items() if row},
    }  # fmt: skip
    assert all(firsts.values()), firsts
    for name, pattern in sorted(set(routes())):
        if not pattern.startswith(PUBLIC) and "(" not in pattern and name not in ("sign-out", "me-leave"):
            yield address_of(pattern, values)


def first_of(name, practice):
    model = apps.get_model("records", name)
    way = "__".join((*way_to_practice(model), "pk"))
    return model.objects.filter(**{way: practice.pk}).order_by("-pk").first()


def test_nothing_of_another_practice_is_shown_at_any_address(theirs, ours):
    secret = {theirs.name, *(row.family for row in Patient.objects.filter(practice=theirs))}
    secret |= {row.name for row in Staff.objects.filter(practice=theirs)}
    found = []
    for client in ours:
        for path in addresses(theirs):
            answer = client.get(path)
            assert answer.status_code < 500, path
            said = answer.getvalue().decode(errors="replace") if answer.status_code == 200 else ""
            found += [(path, word) for word in secret if word in said and path != "/"]
    assert not found


def test_no_row_of_another_practice_changes(theirs, ours):
    body = {name: first.pk for name, model in BODY.items() if (first := first_of(model, theirs))}
    before = rows_of(theirs)
    for client in ours:
        for path in addresses(theirs):
            client.post(path, {**WORDS, **body})
    after = rows_of(theirs)
    assert {name: (rows, after[name]) for name, rows in before.items() if rows != after[name]} == {}


def test_every_list_of_a_practice_is_empty_in_a_new_one(theirs, ours):
    assert Visit.objects.filter(practice=theirs).exists()
    for path in ("/today/", "/schedule/", "/patients/", "/post/", "/stock/", "/settings/access-log/"):
        page = ours[0].get(path).content.decode()
        assert "/visits/" not in page.split("<main")[1], path


def test_times_of_one_practice_do_not_take_those_of_another(theirs, ours):
    service = VisitType.objects.get(practice=theirs, technique="wet", for_new=True)
    made = Practice.objects.get(slug="riverside")
    first = timezone.localdate() + datetime.timedelta(days=20)
    before = free_slots(theirs, service, first, 7)
    own = VisitType.objects.create(practice=made, en="Visit", es="Visita", minutes=30)
    assert free_slots(made, own, first, 7) == []  # nobody has hours there yet
    assert free_slots(theirs, service, first, 7) == before
