"""Online booking: a time is chosen, put on hold for ten minutes, and becomes a visit when the address is proved.

The database prevents double booking (see models.times); here a time that was taken meanwhile gets a message. What a
stranger enters stays in `BookingHold` until then: nobody becomes a patient by filling in a form.
"""

from __future__ import annotations

import datetime
import re

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from needlepoint.base.refusal import Fault, NotPossible, RateLimitError, Refused
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.records.models import (
    BookingHold,
    MagicLink,
    Patient,
    Practice,
    SlotLock,
    Staff,
    Task,
    Visit,
    VisitType,
    WaitlistEntry,
)
from needlepoint.records.outbox.queue import choose, queue_to
from needlepoint.records.patients.patients import keep_tokens
from needlepoint.records.patients.warning_signs import Warning, alert, hear, screen_stranger, screen_words
from needlepoint.records.portal.magic_links import (
    CODE_MINUTES,
    check_hold,
    digest_of,
    new_secret,
    refused_code,
)
from needlepoint.records.schedule.person import BookingPerson
from needlepoint.records.schedule.slots import hold, taken
from needlepoint.records.schedule.times import Slot, free_slots
from needlepoint.records.schedule.waitlist import offer_freed
from needlepoint.records.settings.public_settings import zone_of
from needlepoint.records.values import Filling
from needlepoint.records.visit.act import act_as_patient, act_by_system
from needlepoint.records.visit.create import new_visit
from needlepoint.records.visit.report import tell
from needlepoint.visit.commands import Cancel, Reschedule

__all__ = [
    "ask_for",
    "book",
    "book_again",
    "cancel",
    "clear_expired",
    "confirm",
    "find_asking",
    "find_slot",
    "keep_reason",
    "move_to",
    "person_in",
    "take_offer",
    "warn_desk",
    "warn_reason",
    "warn_refused",
    "warnings_asked",
    "warnings_booked",
]

HELD_MINUTES = CODE_MINUTES
MOST_AHEAD = 8  # visits that one patient books ahead by themselves
MOST_ASKING_A_PRACTICE = 200  # at one time: more come from a script


def find_slot(
    practice: Practice,
    service: VisitType,
    staff_id: int,
    starts_at: datetime.datetime,
    ignore: int | None = None,
) -> Slot:
    """Return the chosen open time; Refused when it is not open (any more)."""
    day = starts_at.astimezone(zone_of(practice)).date()
    slots = free_slots(practice, service, day, 1, staff_id=staff_id, ignore_visit=ignore)
    found = next((slot for slot in slots if slot.starts_at == starts_at), None)
    if found is None:
        known = SlotLock.objects.filter(staff_id=staff_id, at=starts_at).exists()
        raise taken() if known else _never()
    return found


def _never() -> NotPossible:
    return NotPossible("This time cannot be booked. Choose another one.", "no such time")


@transaction.atomic
def ask_for(
    practice: Practice, service: VisitType, slot: Slot, person: BookingPerson
) -> tuple[BookingHold, str]:
    """Hold a time for ten minutes and send a code. The secret goes only to the browser that asked."""
    faults = person.faults()
    if faults:
        raise Refused(faults)
    if BookingHold.objects.filter(practice=practice).count() >= MOST_ASKING_A_PRACTICE:
        raise RateLimitError("Too many people are booking right now. Try again later, or call us.", "booking")
    person = _alert_early(practice, person, slot.starts_at)
    secret = new_secret()
    booking_hold = BookingHold.objects.create(
        practice=practice,
        service=service,
        staff_id=slot.staff_id,
        location_id=slot.location_id,
        room=slot.room,
        starts_at=slot.starts_at,
        person=person,
        digest=digest_of(secret),
        code="!",
        expires_at=timezone.now() + datetime.timedelta(minutes=HELD_MINUTES),
    )
    hold(slot, service.minutes, booking_hold=booking_hold)
    to = person.email if person.by == "email" else person.phone
    code = Filling(booking_hold=booking_hold.pk)
    queue_to(practice, person.by, to, person.language, "code", f"hold:{booking_hold.pk}:0", code)
    return booking_hold, secret


def _alert_early(practice: Practice, person: BookingPerson, starts_at: datetime.datetime) -> BookingPerson:
    """Make an urgent task at once if the person seems to be a patient: they may never enter the code."""
    known = _known(practice, person) if person.reason.strip() else None
    if known is None:
        return msgspec.structs.replace(person, alerted=None)
    found = screen_words(known, person.reason, starts_at.astimezone(zone_of(practice)).date())
    made = alert(practice, known, "asked", found)
    return msgspec.structs.replace(person, alerted=known.pk if made else None)


@transaction.atomic
def keep_reason(booking_hold: BookingHold, reason: str) -> None:
    """Change the reason of a time on hold, so that nothing added is lost."""
    row = BookingHold.objects.select_for_update().filter(pk=booking_hold.pk).first()
    if row is None:
        return
    person = person_in(row)
    if reason.strip() in ("", person.reason.strip()):
        return
    person = msgspec.structs.replace(person, reason=reason)
    row.person = _alert_early(row.practice, person, row.starts_at)
    row.save(update_fields=["person"])


def person_in(booking_hold: BookingHold) -> BookingPerson:
    """Return who books. Raises Refused for a time that is only held for an offer."""
    if booking_hold.person is None:
        raise Refused(Fault("booking", "a time that is held for somebody else", "one that was chosen here"))
    return booking_hold.person


def find_asking(secret: str) -> BookingHold | None:
    """Return the hold of a browser by its secret, while it is valid."""
    rows = BookingHold.objects.select_related("practice", "service", "staff", "location")
    return rows.filter(digest=digest_of(secret), expires_at__gt=timezone.now()).first()


def confirm(booking_hold: BookingHold, code: str) -> Visit:
    """Return the visit, once the code is right. The count of tries stays after a wrong code."""
    if not check_hold(booking_hold, code):
        raise refused_code()
    return _make(booking_hold.pk)


@transaction.atomic
def _make(asking_id: int) -> Visit:
    booking_hold = (
        BookingHold.objects.select_for_update().filter(pk=asking_id, expires_at__gt=timezone.now()).first()
    )
    if booking_hold is None:
        raise refused_code()
    person = person_in(booking_hold)
    patient = _patient(booking_hold.practice, person)
    visit = _visit(booking_hold, patient, person.reason)
    if person.alerted != patient.pk:
        _alert(visit)
    SlotLock.objects.filter(booking_hold=booking_hold).update(visit=visit, booking_hold=None)
    booking_hold.delete()
    for channel in ("email", "sms"):
        if channel == person.by:
            choose(patient, channel, person.remind, "booking")
    tell(visit, "booked")
    return visit


def _patient(practice: Practice, person: BookingPerson) -> Patient:
    """Return the patient with this name, birth date and proved address; else a new one."""
    known = _known(practice, person)
    if known is not None:
        return known
    fields = {"given": person.given.strip(), "family": person.family.strip(), "email": person.email}
    patient = Patient.objects.create(
        practice=practice,
        birth_date=person.birth_date,
        language=person.language,
        phone=person.phone,
        needs=tuple(person.needs),
        **fields,
    )
    keep_tokens(patient)
    if _namesakes(practice, person).exclude(pk=patient.pk).exists():
        Task.objects.create(
            practice=practice,
            patient=patient,
            title="Booked from outside: name and birth date of someone who is there already, another address",
        )
    note_down_outside(
        practice.pk, patient.pk, "patient", "write", f"patient {patient.pk}: booked from outside"
    )
    return patient


def _namesakes(practice: Practice, person: BookingPerson) -> QuerySet[Patient]:
    return Patient.objects.filter(
        practice=practice,
        given__iexact=person.given.strip(),
        family__iexact=person.family.strip(),
        birth_date=person.birth_date,
    )


def _known(practice: Practice, person: BookingPerson) -> Patient | None:
    """Return the patient with this name, birth date and address, whether the address is proved or only claimed."""
    named = person.email if person.by == "email" else person.phone
    for patient in _namesakes(practice, person):
        if _alike(patient.email if person.by == "email" else patient.phone, named):
            return patient
    return None


def warnings_asked(booking_hold: BookingHold) -> list[Warning]:
    """Return the warning signs in the reason of someone who has not confirmed their address yet."""
    person = person_in(booking_hold)
    return screen_stranger(person.reason, person.language, person.birth_date)


def warnings_booked(visit: Visit) -> list[Warning]:
    """Return the warning signs in the reason of a visit."""
    return screen_words(visit.patient, visit.reason, visit.day)


def _alert(visit: Visit, told: bool = True) -> list[str]:
    where = "booking" if told else "desk"
    return alert(visit.practice, visit.patient, where, warnings_booked(visit), told=told, visit=visit)


def warn_refused(patient: Patient, reason: str) -> list[Warning]:
    """Return the warning signs in the reason of a visit that could not be booked, with their urgent tasks."""
    return hear(patient.practice, patient, "refused", [reason])


def warn_reason(visit: Visit, reason: str) -> list[str]:
    """Make urgent tasks for what a patient who has this visit told the front desk besides. Return their titles."""
    found = screen_words(visit.patient, reason, visit.day)
    return alert(visit.practice, visit.patient, "desk", found, told=False, visit=visit)


def warn_desk(visit: Visit) -> list[str]:
    """Make urgent tasks for what a patient told the front desk, which must tell them what to do.

    Returns their titles.
    """
    return _alert(visit, told=False)


def _alike(known: str, proved: str) -> bool:
    if "@" in proved:
        return known.casefold() == proved.casefold()
    one, other = (re.sub(r"\D", "", text)[-10:] for text in (known, proved))
    return bool(one) and one == other


def _visit(booking_hold: BookingHold, patient: Patient, reason: str) -> Visit:
    slot = Slot(
        starts_at=booking_hold.starts_at,
        staff_id=booking_hold.staff_id,
        staff="",
        location_id=booking_hold.location_id,
        location="",
        room=booking_hold.room,
    )
    return _booked(booking_hold.practice, patient, booking_hold.service, slot, reason, by_patient=True)


def _booked(
    practice: Practice, patient: Patient, service: VisitType, slot: Slot, reason: str, by_patient: bool
) -> Visit:
    visit = new_visit(
        practice, patient, slot.staff_id, slot.location_id, slot.starts_at, service, reason, by_patient
    )
    who = "patient" if by_patient else "staff"
    note_down_outside(practice.pk, patient.pk, who, "write", f"visit {visit.pk}: booked")
    return visit


@transaction.atomic
def book(
    staff: Staff, patient: Patient, service: VisitType, slot: Slot, reason: str = "", overbook: bool = False
) -> Visit:
    """Book at the front desk, for a patient who is present or on the phone."""
    visit = _booked(staff.practice, patient, service, slot, reason, by_patient=False)
    hold(slot, service.minutes, overbook=overbook, visit=visit)
    tell(visit, "booked")
    return visit


@transaction.atomic
def book_again(patient: Patient, service: VisitType, slot: Slot, reason: str = "") -> Visit:
    """Book the next visit of a signed-in patient, without a code. Raises Refused when too many are booked."""
    ahead = Visit.objects.filter(
        patient=patient, state=Visit.State.BOOKED, starts_at__gt=timezone.now()
    ).count()
    if ahead >= MOST_AHEAD:
        raise NotPossible("Too many visits are booked ahead. Call us.", "visits")
    visit = _booked(patient.practice, patient, service, slot, reason, by_patient=True)
    _alert(visit)
    hold(slot, service.minutes, visit=visit)
    tell(visit, "booked")
    return visit


def cancel(visit: Visit) -> Visit:
    """Cancel for the patient: the time is offered to the waitlist. Idempotent."""
    if Visit.objects.filter(pk=visit.pk, state=Visit.State.CANCELED).exists():
        return Visit.objects.get(pk=visit.pk)
    return act_as_patient(visit.pk, Cancel())


def move_to(visit: Visit, slot: Slot) -> Visit:
    """Reschedule for the patient: the new minutes are taken before the old ones are released."""
    if visit.service is None:
        raise NotPossible("This visit cannot be moved. Call us.", "visit")
    command = Reschedule(
        starts_at=slot.starts_at,
        minutes=visit.service.minutes,
        clinician=slot.staff_id,
        place=slot.location_id,
        room=slot.room,
    )
    return act_as_patient(visit.pk, command)


@transaction.atomic
def take_offer(link: MagicLink) -> Visit:
    """Take an offered time; a later visit that it replaces is canceled."""
    rows = WaitlistEntry.objects.select_for_update().filter(
        pk=int(link.target or 0), patient_id=link.patient_id, closed_at=None
    )
    row = rows.first()
    booking_hold = BookingHold.objects.select_for_update(of=("self",)).select_related("practice", "service").filter(
        pk=row.offered.booking_hold if row and row.offered else 0, expires_at__gt=timezone.now()
    ).first()  # fmt: skip
    if row is None or booking_hold is None:
        raise NotPossible("This time has gone to someone else. Call us.", "offer")
    visit = _visit(booking_hold, row.patient, "")
    SlotLock.objects.filter(booking_hold=booking_hold).update(visit=visit, booking_hold=None)
    booking_hold.delete()
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    if row.instead_of is not None and row.instead_of.state == Visit.State.BOOKED:
        act_by_system(row.instead_of.pk, Cancel(because="an earlier time was taken"))
    tell(visit, "booked")
    return visit


@transaction.atomic
def clear_expired() -> int:
    """Release expired holds; expired offers go to the next person on the waitlist."""
    now = timezone.now()
    over = list(BookingHold.objects.select_for_update().filter(expires_at__lte=now))
    practices = {booking_hold.practice_id for booking_hold in over}
    for booking_hold in over:
        if booking_hold.waitlist_entry_id is not None:
            row = (
                WaitlistEntry.objects.select_for_update()
                .filter(pk=booking_hold.waitlist_entry_id, closed_at=None)
                .first()
            )
            if row is not None:
                row.declined = (*row.declined, booking_hold.starts_at)
                row.offered, row.offer_ends_at = None, None
                row.save(update_fields=["declined", "offered", "offer_ends_at"])
    BookingHold.objects.filter(pk__in=[booking_hold.pk for booking_hold in over]).delete()
    for practice in Practice.objects.filter(pk__in=practices):
        offer_freed(practice)
    return len(over)
