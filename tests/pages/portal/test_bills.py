"""What the visits cost, and a place on the waiting list."""

from __future__ import annotations

from needlepoint.records.models import (
    VisitType,
    WaitlistEntry,
)


def test_what_the_visits_cost_and_a_place_in_the_line(me, patient):
    page = me.get("/me/bills/").content.decode()
    assert "not a bill" in page
    assert "$" in page
    service = VisitType.objects.get(technique="wet", for_new=True)
    assert me.post("/me/wait/", {"service": str(service.pk)}).status_code == 302
    row = WaitlistEntry.objects.get(patient=patient)
    assert row.offered is not None  # something is free: it is held for them at once
    assert me.post("/me/wait/", {"service": "999999"}).status_code == 404
    assert me.post("/me/wait/", {"service": "x"}).status_code == 404
