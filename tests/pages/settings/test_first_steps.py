"""The checklist of a new practice: each step is done when its record is there, and nothing is invented."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from needlepoint.guard.sign_in.first_run import first_run_token
from needlepoint.records.models import License, Lot, Note, Practice, Staff, VisitType
from needlepoint.records.notes.sign import sign_note
from needlepoint.records.settings.first_steps import first_steps
from tests.kit.visits import ready
from tests.pages.kit import Action, in_spanish, of_roles, words_of
from tests.pages.settings.test_set_up import FIRST

PAGE = Action("settings-first-steps")


def done(practice):
    return {step.id for step in first_steps(Practice.objects.get(pk=practice.pk)) if step.done}


@pytest.fixture
def new(db):
    """The owner of a practice that was just set up, without a license."""
    client = Client()
    without = FIRST | {"license_number": "", "license_expires": "", "token": first_run_token()}
    assert client.post("/set-up/", without)["Location"] == PAGE.url()
    return client, Staff.objects.get()


def test_a_new_practice_has_everything_open_and_no_invented_license(new):
    client, owner = new
    assert done(owner.practice) == set()
    assert not License.objects.exists()
    said = words_of(client.get(PAGE.url()))
    assert "0 of 11 done" in said
    assert "Do this next : Practice" in said
    assert "First steps: 0 of 11 done" in words_of(client.get("/today/"))


def test_a_license_has_a_number_and_a_date_or_is_entered_later(db):
    sent = FIRST | {"license_expires": "", "token": first_run_token()}
    answer = Client().post("/set-up/", sent)
    assert answer.status_code == 422
    assert "or neither for now" in words_of(answer)


def test_each_step_is_done_by_its_record(new):
    client, owner = new
    practice = owner.practice
    place = practice.locations.get()
    soon = timezone.localdate() + datetime.timedelta(days=90)
    License.objects.create(staff=owner, state="NJ", number="1", expires_on=soon)
    assert "staff" not in done(practice)  # of another state
    License.objects.create(staff=owner, state="OH", number="1", expires_on=soon)
    client.post(f"/settings/places/{place.pk}/", {"name": "Main", "state": "OH", "rooms": "1"})
    VisitType.objects.create(practice=practice, en="First", es="Primera")
    Lot.objects.create(
        practice=practice,
        drug="lidocaine",
        concentration_percent=1,
        vial_ml=5,
        number="1",
        expires_on=soon,
        vials=3,
    )
    client.post("/settings/", {"part": "prices", "price-20552": "150"})
    client.post(
        "/settings/", {"part": "formulary", "drugs": ["lidocaine"], "director": "Dr. A", "approve": "on"}
    )
    assert done(practice) == {"staff", "location", "types", "stock", "prices", "formulary", "limits"}
    assert "Do this next : Practice" in words_of(client.get(PAGE.url()))


def test_it_is_gone_once_the_first_note_is_signed(signed_in, doctor, visit):
    assert "First steps" in words_of(signed_in.get("/today/"))
    visit.clinician = doctor
    visit.save()
    sign_note(doctor, visit.pk, ready(doctor, visit))
    assert Note.objects.exists()
    assert "First steps" not in words_of(signed_in.get("/today/"))
    assert "Everything is set up" in words_of(signed_in.get(PAGE.url()))


def test_it_is_one_query_and_speaks_spanish(signed_in, clinic, django_assert_num_queries):
    with django_assert_num_queries(1):
        first_steps(clinic)
    assert "Primeros pasos" in words_of(in_spanish(signed_in).get(PAGE.url()))


def test_only_the_owner_sees_it(signed_in, doctor):
    of_roles(doctor, "clinician")
    assert "First steps" not in words_of(signed_in.get("/today/"))
    assert signed_in.get(PAGE.url()).status_code == 403
