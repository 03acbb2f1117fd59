"""A visit by the link of its mail: its page without a name, its calendar."""

from __future__ import annotations

import pytest
from django.utils import timezone

from needlepoint.records.models import (
    MagicLink,
    Patient,
    Visit,
)
from needlepoint.records.portal.magic_links import make_link
from needlepoint.records.schedule.booking import (
    book,
)
from tests.kit.times import slots


def test_guessing_links_is_slowed_down(client, clinic):
    statuses = [client.get(f"/v/guess{number}/").status_code for number in range(40)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert 25 <= statuses.count(404) <= 31


@pytest.fixture
def patient(clinic):
    return Patient.objects.order_by("pk").first()


def test_the_page_of_a_visit_by_its_link(client, clinic, doctor, patient, service, monday):
    visit = book(doctor, patient, service, slots(clinic, service, monday)[0])
    _, token = make_link("visit", patient, visit)
    page = client.get(f"/v/{token}/")
    assert page.status_code == 200
    assert patient.family not in page.content.decode()  # who finds the link learns no name
    assert client.get(f"/v/{token}/visit.ics")["Content-Type"].startswith("text/calendar")
    assert client.get(f"/v/{token}/move/").status_code == 200
    free = slots(clinic, service, monday)[5]
    chosen = {"slot": f"{free.staff_id}-{free.at}"}
    asked = client.post(f"/v/{token}/move/", chosen)
    assert free.staff in asked.content.decode()
    assert Visit.objects.get(pk=visit.pk).starts_at == visit.starts_at  # not before it is confirmed
    assert client.post(f"/v/{token}/move/", chosen | {"sure": "yes"}).status_code == 302
    assert client.post(f"/v/{token}/wait/").status_code == 302
    assert "/cal/" in client.get(f"/v/{token}/?feed").content.decode()
    assert b"on the waitlist" in client.get(f"/v/{token}/").content
    assert client.post(f"/v/{token}/cancel/").status_code == 302
    assert b"canceled" in client.get(f"/v/{token}/").content
    MagicLink.objects.update(expires_at=timezone.now())
    assert client.get(f"/v/{token}/").status_code == 404
