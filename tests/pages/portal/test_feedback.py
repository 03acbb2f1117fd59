"""Feedback from someone who is known."""

from __future__ import annotations

from needlepoint.records.models import Feedback
from tests.pages.portal.kit import fault_at, typed_in


def test_it_is_kept_with_the_patient(me, patient):
    assert me.post("/me/feedback/", {"kind": "praise", "text": "Thank you all"}).status_code == 302
    assert Feedback.objects.get().patient == patient


def test_too_few_words_are_marked_on_the_same_page(me):
    page = me.post("/me/feedback/", {"kind": "idea", "text": "ok"})
    assert page.status_code == 422
    assert fault_at(page, "text") == "Please write a few words."
    assert typed_in(page, "ok")
    assert typed_in(page, '<option value="idea" selected>')
    assert not Feedback.objects.exists()
