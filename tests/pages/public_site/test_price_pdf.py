"""The price on paper."""

from __future__ import annotations

import datetime

from django.utils import timezone

from needlepoint.records.models import (
    VisitType,
)
from needlepoint.records.schedule.times import free_slots


def test_the_price_on_paper_before_anybody_said_who_they_are(client, clinic):
    service = VisitType.objects.get(technique="wet", for_new=True)
    slot = free_slots(clinic, service, timezone.now().date() + datetime.timedelta(days=14), 7)[0]
    for lang in ("en", "es"):
        answer = client.get(f"/at/example/{lang}/visit/{service.pk}/{slot.staff_id}/{slot.at}/price.pdf")
        assert answer.content.startswith(b"%PDF")
