"""An addendum to a signed note; the note itself never changes."""

import pytest

from needlepoint.records.models import Note
from needlepoint.records.notes.sign import sign_note
from tests.kit.visits import ready
from tests.pages.kit import Action, of_roles, says

ACT = Action("visit-amend", {"text": "The patient called: no pain since."})


@pytest.fixture
def note(doctor, visit):
    return sign_note(doctor, visit.pk, ready(doctor, visit), "en")


def test_it_works(signed_in, doctor, note):
    before = bytes(note.pdf)
    assert ACT.post(signed_in, note.visit_id).status_code == 302
    addendum = note.addenda.get()
    assert (addendum.text, addendum.by) == ("The patient called: no pain since.", doctor)
    assert bytes(Note.objects.get(pk=note.pk).pdf) == before
    assert "no pain since" in signed_in.get(f"/visits/{note.visit_id}/").content.decode()


def test_a_note_that_is_not_signed_takes_none(signed_in, visit):
    assert ACT.post(signed_in, visit.pk).status_code in (404, 409, 422)


@pytest.mark.parametrize("role", ["front_desk", "biller"])
def test_only_who_signs(signed_in, doctor, note, role):
    of_roles(doctor, role)
    assert ACT.post(signed_in, note.visit_id).status_code == 403
    assert not note.addenda.exists()


def test_a_visit_of_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, elsewhere.pk).status_code == 404


def test_an_empty_text_is_said_at_its_field(signed_in, note):
    says(ACT.post(signed_in, note.visit_id, text=" "), "This field is required.")
    assert not note.addenda.exists()


def test_a_get_is_refused(signed_in, note):
    assert signed_in.get(ACT.url(note.visit_id)).status_code == 405
