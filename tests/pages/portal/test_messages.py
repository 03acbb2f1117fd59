"""Messages to the practice."""

from __future__ import annotations

import pytest

from needlepoint.records.models import (
    Message,
    OutboxMessage,
    Task,
)
from tests.pages.portal.kit import fault_at, in_spanish, typed_in


def test_words_with_the_practice(me, patient, signed_in_apart):
    assert me.post("/me/messages/", {"text": "When may I swim? <script>"}).status_code == 302
    assert Task.objects.filter(patient=patient, title="Message from the patient").count() == 1
    signed_in_apart.post(f"/patients/{patient.pk}/reply/", {"text": "Tomorrow."})
    page = me.get("/me/messages/").content.decode()
    assert "Tomorrow." in page
    assert "&lt;script&gt;" in page
    assert (
        OutboxMessage.objects.filter(patient=patient, kind="paper", words__target="/me/messages/").count()
        == 1
    )
    assert me.post("/me/messages/", {"text": " "}).status_code == 422
    Message.objects.bulk_create(Message(patient=patient, shared=True, text="x") for _ in range(20))
    assert me.post("/me/messages/", {"text": "more"}).status_code == 422
    inner = Message.objects.create(patient=patient, by=None, text="between us", shared=False)
    assert "between us" not in me.get("/me/messages/").content.decode()
    assert inner.pk


def test_an_empty_or_too_long_message_is_marked_and_stays(me, patient):
    page = me.post("/me/messages/", {"text": " "})
    assert page.status_code == 422
    assert fault_at(page, "text") == "Please write a few words."
    long = me.post("/me/messages/", {"text": "My knee " * 200})
    assert long.status_code == 422
    assert "1000" in fault_at(long, "text")
    assert typed_in(long, "My knee My knee")
    assert "1000" in fault_at(
        in_spanish(me, patient).post("/me/messages/", {"text": "rodilla " * 200}), "text"
    )
    assert not Message.objects.filter(patient=patient, by=None).exists()


@pytest.mark.parametrize("path", ["/me/messages/", "/me/people/", "/at/example/en/feedback/"])
def test_what_is_missing_is_said_by_the_page_and_not_by_the_browser(me, path):
    forms = [
        row for row in me.get(path).content.decode().split("<form")[1:] if "textarea" in row or "named" in row
    ]
    assert forms
    assert all("novalidate" in row.split(">")[0] for row in forms)
