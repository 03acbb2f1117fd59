"""The note is signed: by its clinician, once, as it was shown."""

import pytest

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Note
from tests.kit.visits import ready
from tests.pages.kit import Action, of_roles

ACT = Action("visit-sign")


@pytest.fixture
def to_sign(doctor, visit):
    ready(doctor, visit)
    visit.refresh_from_db()
    return visit


def test_it_works_and_is_on_record(signed_in, doctor, to_sign):
    assert ACT.on(signed_in, to_sign, htmx=False).status_code == 302
    note = Note.objects.get(visit=to_sign)
    assert note.signed_by == doctor
    assert AuditEvent.objects.filter(
        staff_id=doctor.pk, patient_id=to_sign.patient_id, action="sign"
    ).exists()


def test_pressed_twice_is_signed_once(signed_in, to_sign):
    version = to_sign.version
    for _ in range(2):
        assert ACT.post(signed_in, to_sign.pk, version=version).status_code == 302
    assert Note.objects.filter(visit=to_sign).count() == 1


def test_an_older_draft_is_shown_again_and_not_signed(signed_in, to_sign):
    answer = ACT.post(signed_in, to_sign.pk, version=to_sign.version - 1)
    assert answer.status_code == 409
    assert "Review the note before you sign." in answer.content.decode()
    assert not Note.objects.filter(visit=to_sign).exists()


def test_without_a_version_nothing_is_signed(signed_in, to_sign):
    assert ACT.post(signed_in, to_sign.pk).status_code == 422
    assert not Note.objects.filter(visit=to_sign).exists()


@pytest.mark.parametrize("role", ["front_desk", "assistant", "biller"])
def test_only_who_signs(signed_in, doctor, to_sign, role):
    of_roles(doctor, role)
    assert ACT.on(signed_in, to_sign).status_code == 403
    assert not Note.objects.filter(visit=to_sign).exists()


def test_a_visit_of_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.on(signed_in, elsewhere).status_code == 404


def test_a_get_is_refused(signed_in, visit):
    assert signed_in.get(ACT.url(visit.pk)).status_code == 405
