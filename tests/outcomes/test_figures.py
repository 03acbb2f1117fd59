"""Figures of many visits: what counts, and that what nobody recorded counts for nothing."""

import datetime

from needlepoint.outcomes import PainRating
from needlepoint.outcomes.figures import Figures, SeenVisit, figures_of, mean, together
from needlepoint.visit.facts import Event, Facts, Observed, Outcome, Reported, State

AT = datetime.datetime(2026, 10, 5, 14, tzinfo=datetime.UTC)
DAY = AT.date()


def visit(state=State.DONE, clinician=1, later=(), arrived_at=None, **facts):
    return SeenVisit(
        clinician=clinician,
        on=DAY,
        state=state,
        facts=Facts(**facts),
        arrived_at=arrived_at,
        later=tuple(later),
    )


def minutes(count):
    return AT + datetime.timedelta(minutes=count)


def test_each_state_counts_once_and_what_has_not_begun_does_not():
    rows = [visit(state) for state in State]
    found = figures_of(rows)[1]
    assert (found.seen, found.no_show, found.canceled) == (3, 1, 1)


def test_means_are_of_the_visits_in_which_something_was_recorded():
    rows = [
        visit(started_at=AT, ended_at=minutes(30), arrived_at=minutes(-10)),
        visit(started_at=AT, ended_at=AT),  # no time passed: not timed
        visit(reported=Reported(pain_now=8), observed=Observed(pain_after=2)),
        visit(reported=Reported(pain_now=4)),
    ]
    found = figures_of(rows)[1]
    assert mean(found.minutes, found.timed) == 30
    assert mean(found.waited, found.wait_timed) == 10
    assert (found.before, found.after, found.compared) == (8, 2, 1)
    assert mean(found.relief, found.relief_known) is None


def test_relief_is_what_was_asked_later_else_what_the_patient_answered():
    asked = Outcome(relief_percent=70, by="Dr. A", on=DAY)
    answers = [PainRating(DAY + datetime.timedelta(days=7), 2)]
    rows = [
        visit(reported=Reported(pain_now=8), outcome=asked, later=answers),
        visit(reported=Reported(pain_now=8), later=answers),
        visit(reported=Reported(pain_now=2), later=[PainRating(DAY, 9)]),
    ]
    found = figures_of(rows)[1]
    assert (found.relief, found.relief_known) == (70 + 75 + 0, 3)


def test_events_are_counted_by_kind_and_clinicians_apart():
    faint = Event(kind="faint", what="lay down", at=AT, by="Dr. A")
    found = figures_of([visit(observed=Observed(events=(faint, faint))), visit(clinician=2)])
    assert found[1].events == {"faint": 2}
    assert found[2].seen == 1
    both = together([found[1], found[2]])
    assert (both.seen, both.events) == (2, {"faint": 2})
    assert together([]) == Figures()
