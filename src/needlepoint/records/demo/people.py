"""The made-up patients with their lists."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal

from needlepoint.claims.types import Coverage, Payer, Person
from needlepoint.records.models import (
    Patient,
    PatientListItem,
    Practice,
)
from needlepoint.records.values import PostalAddress

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


CONDITIONS = ["high blood pressure", "type 2 diabetes", "migraine", "asthma", "hypothyroidism"]


MEDICINES = [
    "lisinopril 10 mg",
    "metformin 850 mg",
    "ibuprofen as needed",
    "levothyroxine 75 mcg",
    "sertraline 50 mg",
]


ALLERGIES = [("penicillin", "rash"), ("latex", "itching"), ("ibuprofen", "hives")]


def make_person(rng: random.Random, practice: Practice, number: int) -> Patient:
    """Return a made-up patient, not saved yet."""
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


def lists_of(rng: random.Random, person: Patient) -> Iterator[PatientListItem]:
    """Yield random allergies, conditions and medicines of a patient, not saved yet."""
    if rng.random() < 0.25:
        text, reaction = rng.choice(ALLERGIES)
        yield PatientListItem(patient=person, kind="allergy", text=text, reaction=reaction)
    for text in rng.sample(CONDITIONS, rng.randrange(3)):
        yield PatientListItem(patient=person, kind="condition", text=text)
    for text in rng.sample(MEDICINES, rng.randrange(3)):
        yield PatientListItem(patient=person, kind="medicine", text=text)
