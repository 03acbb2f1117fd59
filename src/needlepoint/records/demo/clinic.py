"""The demo practice: its settings, staff, availability and inventory."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from needlepoint.cost.fees import Amount, Fees
from needlepoint.guard.models import User
from needlepoint.records.models import (
    Availability,
    License,
    Location,
    Lot,
    Practice,
    Staff,
    VisitType,
)
from needlepoint.records.values import Billing, NoteTemplate, PostalAddress, PublicSettings
from needlepoint.treatment.plan.practice import PracticeRules

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


TEXTS = (NoteTemplate(name="Driving", text="Advised not to drive for two hours after the injection."),)


class DemoPractice(NamedTuple):
    """The practice with its staff."""

    practice: Practice
    location: Location
    clinicians: Sequence[Staff]
    lidocaine: Lot


ZONE = ZoneInfo("America/New_York")


def make_practice(day: datetime.date) -> DemoPractice:
    """Create the practice with its location, visit types, staff and inventory."""
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
    return DemoPractice(practice, location, _staff(practice, location), _shelf(practice, day))


def _staff(practice: Practice, location: Location) -> list[Staff]:
    """Create the staff; return the clinicians, with license and availability."""
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
    return clinicians


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
