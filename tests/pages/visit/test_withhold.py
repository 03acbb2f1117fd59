"""A signed note is withheld from the patient for a reason, and shared again."""

import pytest

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Note
from needlepoint.records.notes.sign import sign_note
from tests.kit.portal import enter
from tests.kit.visits import ready
from tests.pages.kit import Action, of_roles

ACT = Action("visit-withhold", {"why": "It would harm the patient."})


@pytest.fixture
def note(doctor, visit):
    return sign_note(doctor, visit.pk, ready(doctor, visit), "en")


def test_it_works_and_is_on_record(signed_in, note, client):
    assert ACT.post(signed_in, note.visit_id).status_code == 302
    assert Note.objects.get(pk=note.pk).withheld == "It would harm the patient."
    assert AuditEvent.objects.filter(what=f"note of visit {note.visit_id}: withheld").exists()
    patient = enter(client.__class__(), note.visit.patient)
    assert patient.get(f"/me/visits/{note.visit_id}/note.pdf").status_code == 404
    assert ACT.post(signed_in, note.visit_id, why="").status_code == 302
    assert patient.get(f"/me/visits/{note.visit_id}/note.pdf").status_code == 200


@pytest.mark.parametrize("role", ["front_desk", "assistant", "biller"])
def test_only_who_signs(signed_in, doctor, note, role):
    of_roles(doctor, role)
    assert ACT.post(signed_in, note.visit_id).status_code == 403
    assert Note.objects.get(pk=note.pk).withheld == ""


def test_without_a_signed_note_there_is_nothing_to_withhold(signed_in, visit):
    assert ACT.post(signed_in, visit.pk).status_code == 404


def test_a_visit_of_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, elsewhere.pk).status_code == 404


def test_a_get_is_refused(signed_in, note):
    assert signed_in.get(ACT.url(note.visit_id)).status_code == 405
