"""A realistic practice of made-up people, made by the core itself: two years of episodes, sessions and relief."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.drawing import drawing_of
from needlepoint.anatomy.types import Muscle
from needlepoint.base import people
from needlepoint.claims.types import Coverage, Payer, Person
from needlepoint.cost.fees import Amount, Fees
from needlepoint.exam import Found, assess
from needlepoint.guard.models import User
from needlepoint.records.models import (
    Availability,
    Episode,
    License,
    Location,
    Lot,
    Patient,
    PatientListItem,
    PatientToken,
    Practice,
    Site,
    Staff,
    Visit,
    VisitType,
)
from needlepoint.records.patients.patients import tokens_of
from needlepoint.records.values import Billing, NoteTemplate, PostalAddress, PublicSettings
from needlepoint.records.visit.rows import fill, site_row
from needlepoint.treatment.plan.make import Plan, PlanInput, make_plan
from needlepoint.treatment.plan.order import PlanOrder
from needlepoint.treatment.plan.practice import PracticeRules
from needlepoint.treatment.types import PriorCare
from needlepoint.visit import Actor, Context, apply, commands
from needlepoint.visit import facts as core
from needlepoint.visit.commands import Command
from needlepoint.visit.facts import SIGNS

__all__ = ["PASSWORD", "STAFF", "make_demo"]

PASSWORD = "made-up people only"
ADDRESS = PostalAddress(line1="1 Example Street", city="Albany", state="NY", zip="122070001")
BILLING = Billing(
    name="Example Pain Clinic", npi="1234567893", taxonomy="208100000X", tax_id="123456789", phone="5555550100",
    address=ADDRESS,
)  # fmt: skip
FEES = Fees(
    charge=[
        Amount(code=code, amount_usd=Decimal(amount), from_=datetime.date(2024, 1, 1))
        for code, amount in (("99203", "190.00"), ("20552", "150.00"), ("20553", "190.00"), ("20560", "70.00"),
                             ("20561", "90.00"), ("76942", "180.00"), ("J2003", "0.05"), ("99213", "140.00"))
    ]
)  # fmt: skip
RULES = PracticeRules(
    name="Example Pain Clinic", ultrasound=True, director="Dr. Ada Made-Up", accept=["*"],
    accepted_on=datetime.date(2026, 10, 1), drugs=["lidocaine", "ropivacaine"],
)  # fmt: skip
STAFF: tuple[tuple[str, str, str, list[str], list[str]], ...] = (
    # user, name, profession, roles, credentials
    ("wilhelmina", "Dr. Wilhelmina Example", "physician", ["clinician", "owner"], []),
    ("nora", "Nora Invented, NP", "nurse_practitioner", ["clinician"], ["practice_authority"]),
    ("li", "Li Pretend, LAc", "acupuncturist", ["clinician"], []),
    ("desk", "Fred Frontdesk", "", ["front_desk"], []),
    ("biller", "Bea Billing", "", ["biller"], []),
)
OUTSIDE = PublicSettings(phone="555-555-0100", email="desk@example.org")
SERVICES: tuple[tuple[str, str, int, str, tuple[str, ...], bool], ...] = (
    # English, Spanish, minutes, technique, codes, for new patients
    ("First visit with injection", "Primera consulta con inyección", 45, "wet", ("99203", "20552"), True),
    (
        "First visit with dry needling",
        "Primera consulta con punción seca",
        45,
        "dry",
        ("99203", "20560"),
        True,
    ),
    ("Talk and examination only", "Solo consulta y examen", 30, "", ("99203",), True),
    ("Follow-up visit with injection", "Consulta de seguimiento con inyección", 30, "wet", ("20552",), False),
    (
        "Follow-up visit with dry needling",
        "Consulta de seguimiento con punción seca",
        30,
        "dry",
        ("20560",),
        False,
    ),
)
HALVES = ((datetime.time(8, 30), datetime.time(12)), (datetime.time(13), datetime.time(17, 30)))
GIVEN = [
    "Alma",
    "Bruno",
    "Carmen",
    "Dario",
    "Edda",
    "Felipe",
    "Greta",
    "Hugo",
    "Ines",
    "Jakob",
    "Kira",
    "Luis",
    "Marta",
    "Nils",
    "Olga",
    "Pablo",
    "Rosa",
    "Silas",
    "Teresa",
    "Ulf",
    "Vera",
    "Wanda",
    "Ximena",
    "Yusuf",
    "Zoe",
    "José",
    "Núria",
    "Anaïs",
]
FAMILY = [
    "Made-Up",
    "Invented",
    "Fictional",
    "Notreal",
    "Pretend",
    "Example",
    "Imaginary",
    "Placeholder-Smith",
    "Inventada",
    "Ejemplo",
    "Ficticio",
    "Unreal",
    "Sampleson",
    "Demuestra",
    "Testing",
    "Specimen",
]
TEXTS = (NoteTemplate(name="Driving", text="Advised not to drive for two hours after the injection."),)
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
CONDITIONS = ["high blood pressure", "type 2 diabetes", "migraine", "asthma", "hypothyroidism"]
MEDICINES = [
    "lisinopril 10 mg",
    "metformin 850 mg",
    "ibuprofen as needed",
    "levothyroxine 75 mcg",
    "sertraline 50 mg",
]
ALLERGIES = [("penicillin", "rash"), ("latex", "itching"), ("ibuprofen", "hives")]
BATCH = 2000
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


class DemoPractice(NamedTuple):
    """The practice with its staff."""

    practice: Practice
    location: Location
    clinicians: Sequence[Staff]
    lidocaine: Lot


ZONE = ZoneInfo("America/New_York")


@transaction.atomic
def make_demo(patients: int = 200, seed: int = 1, today: datetime.date | None = None) -> int:
    """Make a practice with this many patients; return the number of episodes. The same seed makes the same people."""
    rng = random.Random(seed)
    day = today or timezone.localdate(timezone=ZONE)
    place = _practice(day)
    made = 0
    for start in range(0, patients, BATCH):
        made += _patients(rng, place, start, min(BATCH, patients - start), day)
    return made


def _practice(day: datetime.date) -> DemoPractice:
    hours = (datetime.time(8, 30), datetime.time(17, 30))
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), hours)
    practice = Practice.objects.create(
        name="Example Pain Clinic", slug="example", timezone=ZONE.key,
        outside=OUTSIDE, billing=BILLING, rules=RULES, fees=FEES,
        hours=week, templates=TEXTS,
    )  # fmt: skip
    location = Location.objects.create(
        practice=practice, name="Main Street", state="NY", locality="99", rooms=["1", "2", "3", "4"],
        phone="555-555-0100", address=ADDRESS,
    )  # fmt: skip
    VisitType.objects.bulk_create(
        VisitType(
            practice=practice,
            en=en,
            es=es,
            minutes=minutes,
            technique=technique,
            codes=codes,
            for_new=for_new,
        )
        for en, es, minutes, technique, codes, for_new in SERVICES
    )
    password = make_password(PASSWORD)
    clinicians = []
    for username, name, profession, roles, credentials in STAFF:
        user = User.objects.create(username=username, password=password)
        npi = "1245319599" if profession else ""
        staff = Staff.objects.create(
            user=user, practice=practice, name=name, profession=profession, roles=roles, npi=npi
        )
        if profession:
            License.objects.create(
                staff=staff, state="NY", number=f"NY-{staff.pk:06}", expires_on=datetime.date(2028, 12, 31),
                credentials=credentials,
            )  # fmt: skip
            clinicians.append(staff)
            Availability.objects.bulk_create(
                Availability(staff=staff, location=location, weekday=day, begins=begins, ends=ends)
                for day in range(5)
                for begins, ends in HALVES
            )
    return DemoPractice(practice, location, clinicians, _shelf(practice, day))


def _patients(rng: random.Random, place: DemoPractice, start: int, count: int, day: datetime.date) -> int:
    people = [_person(rng, place.practice, start + n) for n in range(count)]
    Patient.objects.bulk_create(people)
    PatientToken.objects.bulk_create(
        (
            PatientToken(patient=person, practice=place.practice, token=token)
            for person in people
            for token in tokens_of(person)
        ),
        batch_size=5000,
    )
    PatientListItem.objects.bulk_create(
        (row for person in people for row in _lists(rng, person)), batch_size=5000
    )
    stories = [_story(rng, place, person, start + n, day) for n, person in enumerate(people)]
    Episode.objects.bulk_create([story.episode for story in stories])
    Visit.objects.bulk_create([row for story in stories for row in story.visits], batch_size=2000)
    Site.objects.bulk_create((site for story in stories for site in story.sites), batch_size=5000)
    return len(stories)


def _person(rng: random.Random, practice: Practice, number: int) -> Patient:
    born = datetime.date(1938, 1, 1) + datetime.timedelta(days=rng.randrange(25_000))
    old = born.year < 1961
    language = "es" if rng.random() < 0.2 else "en"
    sex = rng.choice(["female", "female", "male"])
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    address = PostalAddress(line1=f"{number + 1} Sample Avenue", city="Albany", state="NY", zip="12207")
    insured = Person(
        first=given, last=family, birth_date=born, sex=sex[0].upper(), address=address.for_claim()
    )
    payer = Payer(name="Example Medicare Contractor" if old else "Example Health Plan", id="00000")
    cover = Coverage(insured=insured, member_id=f"EX{number:07}", payer=payer, filing="MB" if old else "CI")
    return Patient(
        practice=practice,
        given=given,
        family=family,
        birth_date=born,
        sex=sex,
        language=language,
        phone=f"555{number % 10_000_000:07}",
        email=f"person{number}@example.org",
        address=address,
        coverages=(cover,),
        payer="medicare" if old else rng.choice(["aetna", "cigna", "other"]),
        weight_kg=Decimal(rng.randrange(500, 1050)) / 10,
        height_cm=Decimal(rng.randrange(1500, 1950)) / 10,
        pregnant=False if sex == "female" else None,
        asked=dict.fromkeys(("allergy", "condition", "medicine"), datetime.date(2026, 1, 1)),
    )


def _lists(rng: random.Random, person: Patient) -> Iterator[PatientListItem]:
    if rng.random() < 0.25:
        text, reaction = rng.choice(ALLERGIES)
        yield PatientListItem(patient=person, kind="allergy", text=text, reaction=reaction)
    for text in rng.sample(CONDITIONS, rng.randrange(3)):
        yield PatientListItem(patient=person, kind="condition", text=text)
    for text in rng.sample(MEDICINES, rng.randrange(3)):
        yield PatientListItem(patient=person, kind="medicine", text=text)


class DemoEpisode(NamedTuple):
    """One episode with its visits and sites, not saved yet."""

    episode: Episode
    visits: list[Visit]
    sites: list[Site]


def _story(
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
    context = Context(actor=actor, now=row.starts_at, plan=plan)
    for one in acts:
        visit = apply(visit, one, context).visit
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


def _shelf(practice: Practice, day: datetime.date) -> Lot:
    """Make the inventory; return the lot of lidocaine in use."""
    rows = [
        ("lidocaine", "1", "5", "LX100", 400, 40, None),
        ("lidocaine", "1", "5", "LX099", 20, 8, None),
        ("lidocaine", "1", "5", "LX090", -5, 3, None),
        ("ropivacaine", "0.5", "20", "RP210", 200, 12, None),
        ("ropivacaine", "0.5", "20", "RP200", 90, 6, timezone.now()),
    ]
    Lot.objects.bulk_create(
        Lot(
            practice=practice, drug=drug, concentration_percent=Decimal(percent), vial_ml=Decimal(size), number=number,
            expires_on=day + datetime.timedelta(days=days), vials=vials, recalled_at=recalled,
        )
        for drug, percent, size, number, days, vials, recalled in rows
    )  # fmt: skip
    return Lot.objects.get(practice=practice, number="LX100")
