"""The practice's settings for patients: contact, survey and reminder times, quiet hours."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import msgspec

from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.documents.leaflets.holidays import load_holidays
from needlepoint.outcomes import load_moments
from needlepoint.records.models import Location, Patient, Practice
from needlepoint.records.values import PostalAddress

__all__ = ["BOUNDS", "Outside", "address_line", "outside_of", "read_outside", "signature", "zone_of"]

# The lowest and the highest value of each number, for both the file and the form.
BOUNDS = {
    "notice_hours": (0, 336),
    "days_ahead": (1, 365),
    "remind_hours": (1, 168),
    "offer_minutes": (15, 1440),
    "reply_days": (0, 10),
}


class Outside(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`quiet`: local times between which only requested messages are sent; `notice_hours`: minimum notice of online
    booking; `offer_minutes`: how long a waitlist offer is held; `holidays`: on which the practice is closed;
    `reply_days`: open days within which a message is answered; `former_slugs`: former public addresses, which still
    lead to the site.
    """

    phone: str = ""
    email: str = ""
    moments: list[str] = msgspec.field(default_factory=lambda: list(load_moments()))
    quiet: tuple[datetime.time, datetime.time] = (datetime.time(20), datetime.time(9))
    notice_hours: int = 2
    days_ahead: int = 60
    remind_hours: int = 24
    offer_minutes: int = 120
    holidays: list[str] = msgspec.field(
        default_factory=lambda: [row.id for row in load_holidays().values() if row.closed]
    )
    reply_days: int = 1
    former_slugs: list[str] = msgspec.field(default_factory=list)


def read_outside(value: object) -> Outside:
    """Return the stored settings; raise Refused for an unknown moment or a value out of range."""
    found = read_as(value, Outside, "outside")
    unknown = [name for name in found.moments if name not in load_moments()]
    if unknown:
        raise Refused(Fault("moments", ", ".join(unknown), f"some of {', '.join(load_moments())}"))
    strange = [name for name in found.holidays if name not in load_holidays()]
    if strange:
        raise Refused(Fault("holidays", ", ".join(strange), f"some of {', '.join(load_holidays())}"))
    for name, (low, high) in BOUNDS.items():
        if not low <= getattr(found, name) <= high:
            raise Refused(Fault(name, str(getattr(found, name)), f"from {low} to {high}"))
    return found


def outside_of(practice: Practice) -> Outside:
    """Return the practice's settings, or our defaults."""
    return read_outside(msgspec.to_builtins(practice.outside))


def zone_of(practice: Practice, patient: Patient | None = None) -> ZoneInfo:
    """Return the patient's time zone, or the practice's."""
    return ZoneInfo((patient.timezone if patient else "") or practice.timezone)


def signature(practice: Practice, place: Location | None = None) -> str:
    """Return the practice's name, address and phone for the end of a mail. `place`: the location it is about."""
    at = place or practice.locations.order_by("pk").first()
    known = at.address if at else PostalAddress()
    region = f"{known.state} {known.zip[:5]}".strip()
    where = ", ".join(part for part in (known.line1, known.city, region) if part)
    return "\n".join(line for line in (practice.name, where, outside_of(practice).phone) if line)


def address_line(place: Location) -> str:
    """A location with its address on one line: "Main Street, 1 Example Street, Albany, NY 12207"."""
    known = place.address
    region = f"{known.state or place.state} {known.zip[:5]}".strip()
    parts = (place.name, known.line1, known.city, region if known.city else "")
    return ", ".join(part for part in parts if part)
