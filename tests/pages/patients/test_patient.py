"""A patient's chart and the course of the pain."""

import pytest

from needlepoint.guard.models import AuditEvent
from tests.pages.kit import of_roles, words_of


def test_the_chart_shows_the_patient_and_is_on_record(signed_in, doctor, patient):
    assert patient.family in words_of(signed_in.get(f"/patients/{patient.pk}/"))
    assert AuditEvent.objects.filter(staff_id=doctor.pk, patient_id=patient.pk, action="read").exists()


@pytest.mark.parametrize("dark", ["", "?dark"])
def test_the_course_is_a_picture_that_only_this_browser_keeps(signed_in, patient, dark):
    answer = signed_in.get(f"/patients/{patient.pk}/trend.svg{dark}")
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize("rest", ["", "trend.svg"])
def test_another_practice_and_no_role(signed_in, doctor, patient, elsewhere, rest):
    assert signed_in.get(f"/patients/{elsewhere.patient_id}/{rest}").status_code == 404
    of_roles(doctor)
    assert signed_in.get(f"/patients/{patient.pk}/{rest}").status_code == 403
