"""A task for the practice."""

import pytest

from needlepoint.records.models import Task
from tests.pages.kit import Action, of_roles, says

ACT = Action("task-new", {"title": "Call about the scan", "due_on": "2026-12-01", "urgent": "on"})


def test_it_works(signed_in, patient):
    assert ACT.post(signed_in, patient=patient.pk).status_code == 302
    task = Task.objects.get(patient=patient)
    assert (task.title, str(task.due_on), task.urgent) == ("Call about the scan", "2026-12-01", True)


def test_another_role_is_refused(signed_in, doctor, patient):
    of_roles(
        doctor,
    )
    assert ACT.post(signed_in).status_code == 403


def test_another_practice_is_not_found(signed_in, elsewhere):
    assert ACT.post(signed_in, patient=elsewhere.patient_id).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"title": " "}, "This field is required."),
        ({"due_on": "soon"}, "Enter a day such as"),
        ({"due_on": "12/24"}, "Enter a day such as"),
        ({"patient": "x"}, "Choose one of the options"),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, patient, sent, said):
    says(ACT.post(signed_in, **sent), said)


def test_a_get_is_refused(signed_in, patient):
    assert signed_in.get(ACT.url()).status_code == 405
