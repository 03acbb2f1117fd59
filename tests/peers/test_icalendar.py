"""Calendar files as another program reads them."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from needlepoint.records.models import (
    Patient,
    Visit,
)
from needlepoint.records.schedule.booking import (
    book,
)
from needlepoint.records.schedule.calendar import calendar_of
from tests.kit.times import slots


@pytest.fixture
def patient(clinic):
    return Patient.objects.order_by("pk").first()


def test_the_calendar_is_read_by_another_program(clinic, doctor, patient, service, monday):
    visit = book(doctor, patient, service, slots(clinic, service, monday)[0])
    visit = Visit.objects.select_related("practice", "location").get(pk=visit.pk)
    (event,) = Calendar.from_ical(calendar_of([visit])).walk("VEVENT")
    assert event["DTSTART"].dt == visit.starts_at
    assert event["STATUS"] == "CONFIRMED"
    address = "https://example.org/v/a/"
    (event,) = Calendar.from_ical(calendar_of([visit], address)).walk("VEVENT")
    assert event["URL"] == address
    assert visit.clinician.name in event["DESCRIPTION"]
    assert "555-555-0100" in event["DESCRIPTION"]
    assert event["LOCATION"] == "Main Street, 1 Example Street, Albany, NY 12207"
    text = calendar_of([visit]).decode().lower().replace("trigger:-", "")  # of the alarm
    assert not [word for word in ("needl", "inject", "trigger", patient.family.lower()) if word in text]
