"""A task is finished."""

import pytest

from needlepoint.records.models import Task
from tests.pages.kit import Action, of_roles


def test_a_task_is_written_down_and_ticked_off_once(signed_in, visit, elsewhere):
    from needlepoint.records.models import Task

    sent = {
        "title": "Call about the scan",
        "due_on": "2026-12-01",
        "patient": visit.patient_id,
        "urgent": "on",
    }
    assert signed_in.post("/tasks/", sent).status_code == 302
    task = Task.objects.get()
    assert "Call about the scan" in signed_in.get("/today/").content.decode()
    for _ in range(2):
        signed_in.post(f"/tasks/{task.pk}/done/")
    task.refresh_from_db()
    assert task.done_by.name.startswith("Dr. Wilhelmina")
    assert signed_in.post("/tasks/", {"title": " "}).status_code == 422
    assert signed_in.post("/tasks/", sent | {"due_on": "soon"}).status_code == 422
    assert signed_in.post("/tasks/", sent | {"patient": elsewhere.patient_id}).status_code == 404


ACT = Action("task-done")


@pytest.fixture
def task(clinic):
    return Task.objects.create(practice=clinic, title="Call back")


def test_the_list_comes_back_without_it(signed_in, task):
    answer = ACT.post(signed_in, task.pk, htmx=True)
    assert answer.status_code == 200
    assert "Call back" not in answer.content.decode()


def test_another_role_is_refused(signed_in, doctor, task):
    of_roles(doctor)
    assert ACT.post(signed_in, task.pk).status_code == 403
    task.refresh_from_db()
    assert task.done_at is None


def test_a_task_of_another_practice_is_not_found(signed_in, task, elsewhere):
    Task.objects.filter(pk=task.pk).update(practice=elsewhere.practice)
    assert ACT.post(signed_in, task.pk).status_code == 404


def test_a_get_is_refused(signed_in, task):
    assert signed_in.get(ACT.url(task.pk)).status_code == 405
