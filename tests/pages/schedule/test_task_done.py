"""A task is finished."""


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
