"""Reports of the owner: true figures, a few questions to the database, and no patient's name."""

import datetime

import pytest
from django.utils import timezone

from needlepoint.records.models import DayFigures, Visit
from needlepoint.records.settings.figures import prepare_figures, report_of
from needlepoint.records.visit.act import act
from needlepoint.visit import commands
from needlepoint.visit.facts import Event, Facts, Observed, Reported
from tests.pages.kit import Action, in_spanish, of_roles, words_of

PAGE = Action("reports")


@pytest.fixture
def past(clinic, doctor):
    """Two visits of a day in this period, one missed; nothing else of the practice counts."""
    Visit.objects.exclude(state="in_room").update(state="booked")
    rows = list(Visit.objects.filter(state="in_room").order_by("pk")[:3])
    at = timezone.now() - datetime.timedelta(days=3)
    event = Event(kind="faint", what="lay down", at=at, by=doctor.name)
    facts = Facts(
        reported=Reported(pain_now=8), observed=Observed(pain_after=2, events=(event,)),
        started_at=at, ended_at=at + datetime.timedelta(minutes=24),
    )  # fmt: skip
    Visit.objects.filter(state="in_room").update(state="booked")
    for row, state in zip(rows, ("done", "done", "no_show"), strict=True):
        row.starts_at, row.state, row.facts, row.clinician = at, state, facts, doctor
        row.save()
    return rows


def asked(days=20, **more):
    today = timezone.localdate()
    return {"first": (today - datetime.timedelta(days=days)).isoformat(), "last": today.isoformat(), **more}


def test_it_shows_what_was_recorded(signed_in, past, doctor):
    said = words_of(signed_in.get(PAGE.url(), asked()))
    for words in ("Visits 2", "No-shows 1", "33.3%", "24 min", "8.0 → 2.0", "fainting 2", doctor.name):
        assert words in said, said
    assert past[0].patient.family not in said.partition("By clinician")[2]


def test_a_change_of_a_past_visit_changes_the_figures(signed_in, past, doctor):
    first = timezone.localdate() - datetime.timedelta(days=20)

    def shows():
        return sum(
            row.figures.no_show for row in report_of(doctor.practice, first, timezone.localdate()).rows
        )

    assert shows() == 1
    assert DayFigures.objects.filter(day=past[0].day).exists()
    act(doctor, past[2].pk, commands.Reinstate())
    assert shows() == 0


def test_it_asks_a_few_questions_however_long_the_period(signed_in, past, django_assert_num_queries):
    prepare_figures()
    signed_in.get(PAGE.url(), asked(3))
    with django_assert_num_queries(9):
        signed_in.get(PAGE.url(), asked(3))
    while prepare_figures():
        pass
    with django_assert_num_queries(9):
        signed_in.get(PAGE.url(), asked(3000))


def test_a_long_period_of_many_visits_is_computed_by_and_by(doctor, past, monkeypatch):
    monkeypatch.setattr("needlepoint.records.settings.figures.MOST_VISITS", 0)
    Visit.objects.filter(pk=past[0].pk).update(starts_at=timezone.now() - datetime.timedelta(days=400))
    first = timezone.localdate() - datetime.timedelta(days=500)
    assert report_of(doctor.practice, first, timezone.localdate()).missing > 300
    while prepare_figures():
        pass
    found = report_of(doctor.practice, first, timezone.localdate())
    assert found.missing == 0
    assert sum(row.figures.seen for row in found.rows) == 2


def test_another_clinician_and_another_practice_are_not_in_it(signed_in, past, doctor, elsewhere):
    said = words_of(signed_in.get(PAGE.url(), asked(who=doctor.pk + 1)))
    assert "No visits in this period." in said
    Visit.objects.filter(pk=elsewhere.pk).update(starts_at=timezone.now(), state="done")
    assert "Visits 2" in words_of(signed_in.get(PAGE.url(), asked()))


@pytest.mark.parametrize("first", ["soon", "2026-02-30", "0001-01-01"])
def test_a_bad_day_is_said_and_the_month_is_shown(signed_in, clinic, first):
    answer = signed_in.get(PAGE.url(), {"first": first})
    assert answer.status_code == 200
    assert "Enter a day" in words_of(answer)


def test_it_speaks_spanish(signed_in, past):
    assert "desmayo" in words_of(in_spanish(signed_in).get(PAGE.url(), asked()))


@pytest.mark.parametrize("role", ["clinician", "front_desk", "biller", "assistant"])
def test_only_the_owner_reads_it(signed_in, doctor, role):
    of_roles(doctor, role)
    assert signed_in.get(PAGE.url()).status_code == 403
