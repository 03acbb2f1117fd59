"""Feedback from somebody who is not known."""

from __future__ import annotations

from needlepoint.records.models import (
    Feedback,
    Task,
)
from tests.pages.portal.kit import fault_at, typed_in


def test_a_complaint_without_a_name(client, clinic):
    sent = {"kind": "complaint", "text": "Nobody called <script>alert(1)</script>", "contact": ""}
    assert client.post("/at/example/en/feedback/", sent).status_code == 200
    row = Feedback.objects.get()
    assert row.patient is None
    assert Task.objects.get(title__startswith="Complaint").urgent
    assert client.post("/at/example/en/feedback/", {"kind": "threat", "text": "x" * 10}).status_code == 422


def test_feedback_without_its_kind_is_marked_and_stays(client, clinic):
    for lang, words in (("en", "options on the page"), ("es", "opciones")):
        page = client.post(
            f"/at/example/{lang}/feedback/", {"text": "Longer hours", "contact": "555 555 0123"}
        )
        assert page.status_code == 422
        assert words in fault_at(page, "kind")
        assert typed_in(page, "Longer hours")
        assert typed_in(page, "555 555 0123")
    assert not Feedback.objects.exists()
