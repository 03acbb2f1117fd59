"""A visit of a made-up patient without any database: examined sites, a real plan, and one clinician who acts."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.base.people import Clinician, Patient
from needlepoint.base.refusal import Refused
from needlepoint.exam import assess
from needlepoint.treatment.plan.make import Plan, PlanInput, make_plan
from needlepoint.treatment.types import TreatedSite
from needlepoint.visit import Actor, Context, Spot, State, Visit, apply, derive
from needlepoint.visit import commands as act
from needlepoint.visit.before_needle import planned_spots, without_time_out

ACTIVE = {"taut_band": True, "tender_spot": True, "familiar_pain": True, "referred_pain": True}
LEFT, RIGHT = Spot("soleus", "left"), Spot("soleus", "right")
CALF = Spot("gastrocnemius", "left")
DOCTOR = Actor(name="Dr. Ada Made-Up", staff=1, profession="physician")
DESK = Actor(name="Fred Frontdesk", staff=2)
PATIENT = Actor(name="Alma Invented")
SYSTEM = Actor(name="")
START = datetime.datetime(2026, 11, 20, 15, tzinfo=datetime.UTC)
_PLANS: dict[bytes, tuple[Plan | None, str]] = {}
PHYSICIAN = Clinician(profession="physician", state="TX", credentials=["advanced_needling"])


def patient_of(visit: Visit) -> Patient:
    """40 years, 70 kg, healthy; what was given before and how the skin is come from the visit."""
    checked = visit.facts.checked
    return Patient(
        age_years=40,
        sex="male",
        weight_kg=Decimal(70),
        height_cm=Decimal(175),
        pregnant=False,
        allergies=[],
        conditions=[],
        medicines=[],
        given=None if checked.given is None else list(checked.given),
        local=None if checked.local is None else list(checked.local),
    )


def plan_of(visit: Visit) -> tuple[Plan | None, str]:
    """The plan as the visit stands, or why there is none; made once for each visit that is the same."""
    key = msgspec.msgpack.encode(visit)
    if key not in _PLANS:
        _PLANS[key] = _made(visit)
    return _PLANS[key]


def _made(visit: Visit) -> tuple[Plan | None, str]:
    found = derive.findings(visit)
    if not found:
        return None, "Nothing was examined."
    assessment = assess(found)
    order = derive.ordered(visit, assessment)
    given = PlanInput(
        patient=patient_of(visit),
        clinician=PHYSICIAN,
        assessment=assessment,
        as_of=visit.starts_at,
        earlier=[],
        prior_care=[],
        given=derive.injections(visit),
        treated=[
            TreatedSite(site.spot.muscle, site.spot.side, site.spot.point or None) for site in visit.treated
        ],
    )
    try:
        return make_plan(given if order is None else msgspec.structs.replace(given, order=order)), ""
    except Refused as refusal:
        return None, str(refusal)


def context(visit: Visit, actor: Actor = DOCTOR, minutes: int = 5, **more: object) -> Context:
    """What an act of this visit stands on, some minutes after the start."""
    plan, _ = plan_of(visit)
    now = visit.starts_at + datetime.timedelta(minutes=minutes)
    more.setdefault("consents", ("wet", "dry"))
    return Context(actor=actor, now=now, plan=plan, **more)


def do(visit: Visit, *commands: act.Command, actor: Actor = DOCTOR, minutes: int = 5) -> Visit:
    """The visit after these acts."""
    for command in commands:
        visit = apply(visit, command, context(visit, actor, minutes)).visit
    return visit


def confirmed(visit: Visit, *commands: act.Command, **more: object) -> Visit:
    """The same, with a time-out before each needle that still needs one."""
    for command in commands:
        plan, _ = plan_of(visit)
        needle = isinstance(command, act.RecordInjection | act.RecordPlanned)
        if needle and plan and without_time_out(visit, planned_spots(plan), plan.chosen):
            visit = do(visit, act.RecordTimeOut(), **more)
        visit = do(visit, command, **more)
    return visit


def booked(**changes: object) -> Visit:
    """A visit of which nothing is known yet."""
    fresh = Visit(zone="America/New_York", starts_at=START, minutes=30, clinician=1, place=1)
    return msgspec.structs.replace(fresh, **changes)


def examined(*spots: Spot, state: State = State.IN_ROOM, time_out: bool = True) -> Visit:
    """Two sites (or those named) that qualify; all asked, nothing found; 1 % lidocaine, 1 mL a site; time-out done."""
    visit = do(
        booked(),
        act.ReportNothing(),
        *(act.RecordSigns(spot=spot, signs=ACTIVE) for spot in spots or (LEFT, CALF)),
        act.ChangeOrder(
            technique="wet", drug="lidocaine", concentration_percent=Decimal(1), volume_ml=Decimal(1)
        ),
        *([act.RecordTimeOut()] if time_out else []),
    )
    return msgspec.structs.replace(visit, state=state)


def vial(drug: str, percent: str, ml: str, single_dose: bool = True, lot: int = 1) -> act.OpenVial:
    """Open one vial."""
    return act.OpenVial(
        lot_id=lot,
        lot=f"LOT{lot}",
        drug=drug,
        concentration_percent=Decimal(percent),
        vial_ml=Decimal(ml),
        single_dose=single_dose,
    )
