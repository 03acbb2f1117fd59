"""A photo of an insurance card, as the desk reads it."""

import pytest
from django.urls import reverse

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Picture
from tests.pages.kit import of_roles


@pytest.fixture
def card(patient):
    return Picture.objects.create(patient=patient, kind="card_front", jpeg=b"jpeg")


def test_it_is_shown_kept_nowhere_and_on_record(signed_in, doctor, card):
    answer = signed_in.get(reverse("card", args=[card.pk]))
    assert (answer.content, answer["Content-Type"]) == (b"jpeg", "image/jpeg")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'"
    assert AuditEvent.objects.filter(staff_id=doctor.pk, what=f"picture {card.pk}").exists()


def test_another_role_and_another_practice(signed_in, doctor, card, elsewhere):
    other = Picture.objects.create(patient=elsewhere.patient, kind="card_front", jpeg=b"x")
    assert signed_in.get(reverse("card", args=[other.pk])).status_code == 404
    of_roles(doctor)
    assert signed_in.get(reverse("card", args=[card.pk])).status_code == 403
