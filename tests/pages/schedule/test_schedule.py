"""The schedule by day, week and month: who is where, what is free, what is closed; a list of each for the printer."""

import datetime

import pytest
from django.utils import timezone

from needlepoint.records.models import Staff, TimeOff, WaitlistEntry
from tests.pages.kit import in_spanish, words_of

pytestmark = pytest.mark.django_db


def test_a_day_has_a_column_for_each_clinician_and_its_visits(signed_in, ahead):
    day = timezone.localtime(ahead.starts_at).date()
    page = signed_in.get(f"/schedule/?day={day}").content.decode()
    for person in Staff.objects.exclude(profession=""):
        assert person.name in page
    assert f'popovertarget="visit-{ahead.pk}"' in page
    assert f"/visits/{ahead.pk}/reschedule/" in page
    only = signed_in.get(f"/schedule/?day={day}&who={ahead.clinician_id}").content.decode()
    assert only.count('class="agenda') == 1


def test_a_week_and_a_month_lead_on_and_name_what_is_closed(signed_in, ahead, clinic):
    day = timezone.localtime(ahead.starts_at).date()
    TimeOff.objects.create(practice=clinic, first=day, last=day, reason="Painters in the rooms")
    week = signed_in.get(f"/schedule/?view=week&day={day}&who={ahead.clinician_id}").content.decode()
    assert week.count('class="agenda') == 7
    assert "Painters in the rooms" in week
    assert f"{ahead.clinician_id}-{day:%Y%m%d}" not in week  # no free time on a closed day
    month = signed_in.get(f"/schedule/?view=month&day={day}").content.decode()
    assert "1 visit" in month
    assert "Painters in the rooms" in month


def test_a_holiday_is_named_in_the_language_of_the_page(signed_in):
    page = words_of(signed_in.get("/schedule/?view=day&day=2026-11-26"))
    assert "Thanksgiving" in page
    assert "Día de Acción de Gracias" in words_of(in_spanish(signed_in).get("/schedule/?day=2026-11-26"))


def test_visits_by_room_stand_under_the_room_that_is_kept_for_them(signed_in, ahead):
    day = timezone.localtime(ahead.starts_at).date()
    page = words_of(signed_in.get(f"/schedule/?day={day}&by=room"))
    assert "No room yet 0 visits" in page
    assert "Room 1 1 visit" in page


def test_the_printed_list_of_a_day_has_every_visit_with_its_state(signed_in, visit):
    day = timezone.localtime(visit.starts_at).date()
    page = signed_in.get(f"/schedule/?day={day}").content.decode()
    lists = page.partition('class="day-lists"')[2].partition("</div>")[0]
    assert visit.patient.name in lists
    assert "In room" in lists


@pytest.mark.parametrize(
    "odd", ["view=x", "day=2026-13-40", "who=999999", "who=x", "by=x", "day=9999-12-31&view=week"]
)
def test_anything_odd_shows_a_day(signed_in, odd):
    assert signed_in.get(f"/schedule/?{odd}").status_code == 200


def test_the_waitlist_stands_beside_and_somebody_leaves_it(signed_in, ahead):
    until = timezone.localdate() + datetime.timedelta(days=30)
    sent = {"service": ahead.service_id, "until": until, "who": ""}
    assert signed_in.post(f"/patients/{ahead.patient_id}/wait/", sent).status_code == 302
    row = WaitlistEntry.objects.get(patient=ahead.patient, closed_at=None)
    assert row.until == until
    assert ahead.patient.name in signed_in.get("/schedule/").content.decode().partition("Waitlist")[2]
    answer = signed_in.post(f"/waiting/{row.pk}/remove/", {"back": "/schedule/"})
    assert answer["Location"] == "/schedule/"
    row.refresh_from_db()
    assert row.closed_at is not None
    past = {**sent, "until": "2020-01-01"}
    assert signed_in.post(f"/patients/{ahead.patient_id}/wait/", past).status_code == 422


def test_nobody_without_the_desk_sees_it(client, clinic, elsewhere):
    assert client.get("/schedule/").status_code == 302
    client.force_login(Staff.objects.get(user__username="other").user)
    assert "Made-Up" not in client.get("/schedule/").content.decode()
