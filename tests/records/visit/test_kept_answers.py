"""What is cached from one request to the next equals a fresh result, whatever has changed in between."""

import datetime
from decimal import Decimal

import msgspec
import pytest
from django.utils import timezone

from needlepoint.reasoning import reason
from needlepoint.records.models import FollowUpSurvey, Patient, Practice, Visit
from needlepoint.records.portal.checkins import answer_pain, schedule
from needlepoint.records.schedule.booking import book
from needlepoint.records.schedule.times import free_slots
from needlepoint.records.visit import episode_from_rows, evaluate
from needlepoint.records.visit.act import act
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.visit import Spot, commands
from needlepoint.visit.facts import SIGNS
from tests.kit.visits import allow_needle, inject

ONE = Spot("soleus", "left")
KEPT = (
    evaluate._walk, episode_from_rows._sessions, episode_from_rows._drawn, reason._read_encoded,
)  # fmt: skip


def thought(visit_id, practice_id):
    return msgspec.json.encode(evaluate.think(full(visit_id, practice_id)))


def anew(visit_id, practice_id):
    for kept in KEPT:
        kept.cache_clear()
    return thought(visit_id, practice_id)


STEPS = (
    commands.ReportComplaint(words="The calf pulls.", pain_now=6),
    commands.RecordSigns(spot=ONE, signs=dict.fromkeys(SIGNS[:4], True)),
    commands.RecordSigns(spot=ONE, signs={"twitch": False}),
    commands.ReportNothing(),
    commands.ChangeOrder(technique="wet", drug="lidocaine", concentration_percent=Decimal(1)),
    commands.ReportPregnancy(pregnant=True),
    commands.ReportPregnancy(pregnant=False),
    commands.ChangeOrder(technique="dry"),
)
NEEDLE = commands.RecordInjection(spot=ONE, questions_open=True)


def test_every_act_shows_what_is_computed_anew(booked, doctor, clinic):
    for step in (*STEPS, NEEDLE):
        if step is NEEDLE:
            allow_needle(doctor, booked)
        act(doctor, booked.pk, step)
        kept = thought(booked.pk, clinic.pk)
        assert kept == thought(booked.pk, clinic.pk) == anew(booked.pk, clinic.pk), step


def test_a_change_of_the_patient_and_of_the_practice_is_seen(booked, doctor, clinic):
    for step in STEPS[:5]:
        act(doctor, booked.pk, step)
    before = thought(booked.pk, clinic.pk)
    Patient.objects.filter(pk=booked.patient_id).update(weight_kg=Decimal("41.5"))
    lighter = thought(booked.pk, clinic.pk)
    assert before != lighter == anew(booked.pk, clinic.pk)
    Practice.objects.filter(pk=clinic.pk).update(
        rules=msgspec.structs.replace(clinic.rules, drugs=["ropivacaine"])
    )
    assert lighter != thought(booked.pk, clinic.pk) == anew(booked.pk, clinic.pk)


@pytest.fixture
def later(booked, doctor, clinic):
    """A visit after one that was treated sixty days ago, with one answered check-in."""
    for step in STEPS[:5]:
        act(doctor, booked.pk, step)
    inject(doctor, booked, ONE)
    then = timezone.now() - datetime.timedelta(days=60)
    Visit.objects.filter(pk=booked.pk).update(starts_at=then, state="done")
    schedule(Visit.objects.get(pk=booked.pk))
    _answer(booked, then, "1w", 7, 2)
    service = clinic.services.filter(technique="wet").order_by("pk")[0]
    day = timezone.now().date() + datetime.timedelta(days=20)
    row = book(doctor, booked.patient, service, free_slots(clinic, service, day, 7)[0])
    act(doctor, row.pk, STEPS[0])
    return row


def _answer(visit, then, moment, days, pain):
    due = then + datetime.timedelta(days=days)
    row, _ = FollowUpSurvey.objects.get_or_create(visit_id=visit.pk, moment=moment, defaults={"due_at": due})
    answer_pain(row.pk, pain)
    FollowUpSurvey.objects.filter(pk=row.pk).update(answered_at=due)


def test_what_lies_behind_is_read_again_when_it_changes(later, booked, doctor, clinic):
    first = evaluate.think(full(later.pk, clinic.pk)).episode.earlier_sessions[-1]
    assert first.relief_percent == 67
    _answer(booked, timezone.now() - datetime.timedelta(days=60), "4w", 28, 6)
    ended = evaluate.think(full(later.pk, clinic.pk)).episode.earlier_sessions[-1]
    assert ended.relief_weeks != first.relief_weeks
    act(doctor, booked.pk, commands.RecordOutcome(relief_percent=20, relief_weeks=Decimal(1)))
    asked = evaluate.think(full(later.pk, clinic.pk)).episode.earlier_sessions[-1]
    assert asked.relief_percent == 20
    assert thought(later.pk, clinic.pk) == anew(later.pk, clinic.pk)
