"""One's visits as a calendar to subscribe to."""

from icalendar import Calendar

from needlepoint.records.models import Visit
from needlepoint.records.portal.magic_links import make_link


def test_it_holds_the_visits_and_no_reason(client, ahead, patient):
    Visit.objects.filter(pk=ahead.pk).update(reason="trigger point injection")
    answer = client.get(f"/cal/{make_link('feed', patient)[1]}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Cache-Control"].startswith("private, no-store")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert ahead.starts_at in [event["DTSTART"].dt for event in events]
    assert b"injection" not in answer.content
    assert patient.family.encode() not in answer.content


def test_a_link_that_is_none_or_for_something_else(client, ahead, patient):
    assert client.get("/cal/nothing.ics").status_code == 404
    assert client.get(f"/cal/{make_link('visit', patient, ahead)[1]}.ics").status_code == 404
