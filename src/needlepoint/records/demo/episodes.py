"""Episodes of the made-up patients: past sessions and the visits of today."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.drawing import drawing_of
from needlepoint.anatomy.types import Muscle
from needlepoint.base import people
from needlepoint.exam import Found, assess
from needlepoint.records.demo.clinic import RULES, DemoPractice
from needlepoint.records.models import (
    Episode,
    Lot,
    Patient,
    Site,
    Staff,
    Visit,
)
from needlepoint.records.visit.rows import fill, site_row
from needlepoint.treatment.plan.make import Plan, PlanInput, make_plan
from needlepoint.treatment.plan.order import PlanOrder
from needlepoint.treatment.types import PriorCare
from needlepoint.visit import Actor, Context, apply, commands
from needlepoint.visit import facts as core
from needlepoint.visit.commands import Command
from needlepoint.visit.facts import MINUTES_AFTER, SIGNS

COMMON = [
    "trapezius",
    "levator_scapulae",
    "infraspinatus",
    "sternocleidomastoid",
    "quadratus_lumborum",
    "gluteus_medius",
    "gluteus_minimus",
    "piriformis",
    "splenius_capitis",
    "rhomboids",
    "supraspinatus",
    "soleus",
]


TOLD = "It pulls and aches, worse at the desk. No numbness."


TODAY_STATES = [
    "in_room",
    "in_room",
    "in_room",
    "intake_done",
    "intake_done",
    "arrived",
    "arrived",
    "booked",
    "booked",
]


class DemoEpisode(NamedTuple):
    """One episode with its visits and sites, not saved yet."""

    episode: Episode
    visits: list[Visit]
    sites: list[Site]


def story_of(
    rng: random.Random, place: DemoPractice, person: Patient, number: int, day: datetime.date
) -> DemoEpisode:
    """Make an episode: pain from one or two muscles, a session about every two months, and the relief of each."""
    atlas = load_atlas()
    side = rng.choice(["left", "right"])
    muscles = [atlas.muscles[id_] for id_ in rng.sample(COMMON, rng.choice([1, 1, 2, 3]))]
    began = day - datetime.timedelta(days=rng.randrange(100, 900))
    first = began + datetime.timedelta(days=rng.randrange(30, 90))
    episode = Episode(
        patient=person,
        title=f"{muscles[0].body_area.replace('_', ' and ').capitalize()} pain",
        began_on=began,
        opened_on=first,
        prior_care=(PriorCare(what="physical therapy", weeks=Decimal(rng.randrange(4, 12)), helped=False),),
    )
    clinician = rng.choice(place.clinicians)
    technique = "dry" if clinician.profession == "acupuncturist" else "wet"
    pain = rng.randrange(6, 10)
    visits: list[Visit] = []
    sites: list[Site] = []
    on = first
    while on < day and len(visits) < 8:
        after = max(0, pain - rng.randrange(2, 5))
        visit, treated = _past(
            rng, place, person, episode, clinician, on, (pain, after), technique, muscles, side
        )
        visits.append(visit)
        sites += treated
        pain = max(1, pain - rng.choice([0, 1, 1, 2]))
        on += datetime.timedelta(days=rng.randrange(45, 130))
    if number < len(TODAY_STATES):
        visits.append(_today(place, person, episode, day, number, muscles, side, pain))
    return DemoEpisode(episode, visits, sites)


def _visit(
    place: DemoPractice,
    person: Patient,
    episode: Episode,
    clinician: Staff,
    starts: datetime.datetime,
    **more: Any,
) -> Visit:
    return Visit(
        practice=place.practice,
        location=place.location,
        patient=person,
        episode=episode,
        clinician=clinician,
        starts_at=starts,
        **more,
    )


def _past(
    rng: random.Random,
    place: DemoPractice,
    person: Patient,
    episode: Episode,
    clinician: Staff,
    on: datetime.date,
    pain: tuple[int, int],
    technique: str,
    muscles: Sequence[Muscle],
    side: str,
) -> tuple[Visit, list[Site]]:
    """Make a signed visit by the commands of that day."""
    before, after = pain
    starts = datetime.datetime.combine(on, datetime.time(14 + rng.randrange(6)), datetime.UTC)
    row = _visit(place, person, episode, clinician, starts)
    spots = [core.Spot(muscle.id, side if muscle.paired else "midline") for muscle in muscles]
    regions = {name: float(value) for name, value in _regions(muscles, side, before).items()}
    acts: list[Command] = [
        commands.CheckIn(),
        commands.ReportComplaint(pain_now=before, pain_worst=min(10, before + 1)),
        *(commands.ToggleRegion(region=name, intensity=before) for name in regions),
        commands.AssignRoom(room=rng.choice(place.location.rooms)),
        *(commands.RecordSigns(spot=spot, signs=dict.fromkeys(SIGNS[:4], True)) for spot in spots),
        commands.ReportNothing(),
        commands.RecordTimeOut(),
        commands.RecordPlanned(questions_open=True),
        *(commands.RecordResponse(spot=spot, twitch=True) for spot in spots),
        *([_vial(place.lidocaine)] if technique == "wet" else []),
        commands.RecordObserved(pain_after=after, reactions=()),
        commands.Sign(),
    ]
    plan = _plan(tuple(spots), technique, clinician.profession)
    visit = _acted(place, row, acts, clinician, plan)
    relief = commands.RecordOutcome(
        relief_percent=rng.choice([30, 50, 60, 70, 80]), relief_weeks=Decimal(rng.randrange(3, 12))
    )
    actor = Actor(name=clinician.name, staff=clinician.pk)
    visit = apply(visit, relief, Context(actor=actor, now=starts + datetime.timedelta(weeks=12))).visit
    return _filled(row, visit)


def _acted(
    place: DemoPractice, row: Visit, acts: Sequence[Command], clinician: Staff, plan: Plan | None = None
) -> core.Visit:
    """Return the visit after these commands, at its own time."""
    visit = core.Visit(
        zone=place.practice.timezone,
        starts_at=row.starts_at,
        minutes=row.minutes,
        clinician=clinician.pk,
        place=place.location.pk,
    )
    actor = Actor(name=clinician.name, staff=clinician.pk, profession=clinician.profession)
    signed = (plan.chosen.technique,) if plan else ()
    now = row.starts_at
    for one in acts:
        if isinstance(one, commands.RecordObserved):
            now += datetime.timedelta(minutes=MINUTES_AFTER)
        visit = apply(visit, one, Context(actor=actor, now=now, plan=plan, consents=signed)).visit
    return visit


def _filled(row: Visit, visit: core.Visit) -> tuple[Visit, list[Site]]:
    """Return the visit as rows, not saved yet."""
    fill(row, visit)
    return row, [site_row(row, site) for site in visit.sites]


@cache
def _plan(spots: tuple[core.Spot, ...], technique: str, profession: str) -> Plan:
    """Return a plan for these places, made once per combination, for a patient without open questions."""
    found = [
        Found(
            muscle=spot.muscle,
            side=spot.side,
            taut_band=True,
            tender_spot=True,
            familiar_pain=True,
            referred_pain=True,
        )
        for spot in spots
    ]
    patient = people.Patient(
        age_years=45,
        sex="male",
        weight_kg=Decimal(70),
        height_cm=Decimal(170),
        allergies=[],
        conditions=[],
        medicines=[],
        given=[],
        local=[],
    )
    return make_plan(
        PlanInput(
            patient=patient,
            clinician=people.Clinician(profession=profession, state="NY", credentials=[]),
            assessment=assess(found),
            as_of=datetime.datetime(2026, 1, 1, 15, tzinfo=datetime.UTC),
            order=PlanOrder(technique=technique),
            practice=RULES,
            earlier=[],
            prior_care=[PriorCare(what="physical therapy", weeks=Decimal(8), helped=False)],
        )
    )


def _vial(lot: Lot) -> Command:
    return commands.OpenVial(
        lot_id=lot.pk,
        lot=lot.number,
        drug=lot.drug,
        concentration_percent=Decimal(lot.concentration_percent),
        vial_ml=Decimal(lot.vial_ml),
        single_dose=lot.single_dose,
    )


def _regions(muscles: Sequence[Muscle], side: str, intensity: int) -> dict[str, int]:
    """Return the regions where these muscles hurt, as a patient would mark them."""
    regions: dict[str, int] = {}
    for muscle in muscles:
        for name, weight in muscle.points[0].essential.items():
            if weight >= 0.5 and ":" not in name:
                key = name if name.startswith("mid_") else f"{side}_{name}"
                if _paired(name):
                    regions[key] = intensity
    return regions


def _paired(name: str) -> bool:
    row = load_atlas().regions.get(name)
    return row is not None and row.paired


def _today(
    place: DemoPractice,
    person: Patient,
    episode: Episode,
    day: datetime.date,
    number: int,
    muscles: Sequence[Muscle],
    side: str,
    pain: int,
) -> Visit:
    """Make one visit of today in one of the day's states, all for the physician, who can then sign them."""
    state = TODAY_STATES[number]
    starts = datetime.datetime.combine(day, datetime.time(13, 30), datetime.UTC) + datetime.timedelta(
        minutes=30 * number
    )
    acts: list[Command] = [] if state == "booked" else [commands.CheckIn()]
    if state not in ("booked", "arrived"):
        drawn = drawing_of(_regions(muscles, side, pain) or {f"{side}_shoulder_top": pain})
        acts += [
            commands.ReportComplaint(
                drawing=drawn.marks, words=TOLD, pain_now=pain, pain_worst=min(10, pain + 2)
            ),
            commands.FinishIntake(),
        ]
    if state == "in_room":
        acts.append(commands.AssignRoom(room=str(number + 1)))
    clinician = place.clinicians[0]
    row = _visit(place, person, episode, clinician, starts, reason="Follow-up")
    return _filled(row, _acted(place, row, acts, clinician))[0]
