"""Online booking and the public site: what the practice sets and does."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from msgspec.structs import replace

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.coding.load import load_codes
from needlepoint.documents.leaflets import load_sections
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import (
    Availability,
    Intake,
    Location,
    Message,
    Note,
    OneTimeCode,
    OutboxMessage,
    OwnWords,
    Patient,
    Practice,
    Staff,
    TimeOff,
    Visit,
    VisitType,
)
from needlepoint.records.outbox.queue import queue
from needlepoint.records.portal.magic_links import CODE_MINUTES, make_code, make_link, url_of
from needlepoint.records.settings.public_settings import outside_of, read_outside
from needlepoint.records.values import PublicSettings
from needlepoint.visit.facts import State
from needlepoint.visit.states import BEFORE_ROOM

__all__ = [
    "MINUTES", "MOST_TEXT", "MOST_TITLE", "STEP_MINUTES", "add_closed", "add_opening", "add_service",
    "decide_doubtful", "end_closed", "end_opening", "give_code",
    "is_ahead", "is_free_slug", "may_be_lent", "practice_at", "reply",
    "set_outside", "set_service", "set_slug", "set_words", "withhold",
]  # fmt: skip

MINUTES, STEP_MINUTES = (10, 240), 5  # of a visit type
MOST_TEXT, MOST_TITLE = 6000, 120  # of a section in the practice's own text


@transaction.atomic
def set_slug(by: Staff, text: str) -> Practice:
    """Set the public address; '' takes the site down. The former address leads to the new one."""
    practice = Practice.objects.select_for_update().get(pk=by.practice_id)
    slug = slugify(text)[:60] or None
    if slug and not is_free_slug(slug, practice):
        raise NotPossible("Another practice has this public address. Choose another word.", "slug")
    if practice.slug and practice.slug != slug:
        _keep_former(practice, practice.slug)
    practice.slug = slug
    practice.save(update_fields=["slug", "outside"])
    record_audit(by, "write", "practice: public address")
    return practice


def _keep_former(practice: Practice, slug: str) -> None:
    """Keep former addresses: links in search engines, on cards and in messages contain them."""
    former = outside_of(practice).former_slugs
    practice.outside = replace(practice.outside, former_slugs=tuple(dict.fromkeys([*former, slug])))


def practice_at(slug: str) -> Practice | None:
    """Return the practice with this public address, current or former; a current one takes precedence."""
    found = Practice.objects.filter(slug=slug).first()
    rows = [] if found else Practice.objects.exclude(slug=None).order_by("pk")
    return found or next((row for row in rows if slug in outside_of(row).former_slugs), None)


def is_free_slug(slug: str, practice: Practice | None = None) -> bool:
    """Return whether no other practice has this public address or had it: links on its cards still contain it."""
    rows = [row for row in Practice.objects.all() if row != practice]
    return not any(slug == row.slug or slug in outside_of(row).former_slugs for row in rows)


@transaction.atomic
def set_outside(by: Staff, **fields: Any) -> Practice:
    """Save phone, follow-up times, quiet hours, and so on; raise Refused for invalid values."""
    practice = Practice.objects.select_for_update().get(pk=by.practice_id)
    value = msgspec.to_builtins(practice.outside) | msgspec.to_builtins(fields)
    read_outside(value)
    practice.outside = msgspec.convert(value, PublicSettings)
    practice.save(update_fields=["outside"])
    record_audit(by, "write", f"practice: {', '.join(fields)}")
    return practice


@transaction.atomic
def set_words(by: Staff, section: str, language: str, title: str, text: str, shown: bool) -> OwnWords:
    """Save a section in the practice's own text; without text ours is restored. Former versions stay readable."""
    if section not in load_sections() or language not in ("en", "es"):
        raise Refused(Fault("section", repr(section[:40]), f"one of {', '.join(load_sections())}"))
    if text.strip() and not title.strip():
        raise Refused(Fault("title", "nothing", "a title above the text"))
    if len(text) > MOST_TEXT or len(title) > MOST_TITLE:
        raise Refused(Fault("text", f"{len(text)} letters", "at most 6000, and 120 in the title"))
    row = OwnWords.objects.create(
        practice_id=by.practice_id, section=section, language=language, title=title.strip(), text=text.strip(),
        shown=shown, by=by,
    )  # fmt: skip
    record_audit(by, "write", f"public site: {section} ({language})")
    return row


@transaction.atomic
def add_service(
    by: Staff, en: str, es: str, minutes: int, technique: str, codes: list[str], for_new: bool = True
) -> VisitType:
    """A kind of visit that can be booked; `for_new`: also by people who were never here."""
    if not en.strip() or not es.strip():
        raise Refused(Fault("name", "nothing", "a name in English and in Spanish"))
    if not (MINUTES[0] <= minutes <= MINUTES[1] and minutes % STEP_MINUTES == 0):
        raise Refused(Fault("minutes", str(minutes), "from 10 to 240 in steps of five"))
    if technique not in ("", "wet", "dry"):
        raise Refused(Fault("technique", repr(technique), "wet, dry or none"))
    rows = load_codes()
    known = {row.code for row in rows.procedure} | {code for row in rows.visit for code in row.codes}
    known |= {row.code for row in rows.drug}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise Refused(Fault("codes", ", ".join(unknown), "codes that this program prices"))
    row = VisitType.objects.create(
        practice_id=by.practice_id, en=en.strip()[:80], es=es.strip()[:80], minutes=minutes, technique=technique,
        codes=codes, for_new=for_new,
    )  # fmt: skip
    record_audit(by, "write", f"service {row.pk}")
    return row


@transaction.atomic
def set_service(by: Staff, service_id: int, active: bool) -> None:
    """Offer it, or stop offering it."""
    VisitType.objects.filter(pk=service_id, practice_id=by.practice_id).update(active=active)
    record_audit(by, "write", f"service {service_id}: {'offered' if active else 'not offered'}")


@transaction.atomic
def add_opening(
    by: Staff, staff_id: int, location_id: int, weekday: int, begins: datetime.time, ends: datetime.time
) -> Availability:
    """Add weekly availability of a clinician."""
    staff = Staff.objects.get(pk=staff_id, practice_id=by.practice_id)
    place = Location.objects.get(pk=location_id, practice_id=by.practice_id)
    if not (0 <= weekday <= 6 and begins < ends):
        raise Refused(Fault("opening", f"{begins} to {ends}", "a time that ends after it begins"))
    row = Availability.objects.create(staff=staff, location=place, weekday=weekday, begins=begins, ends=ends)
    record_audit(by, "write", f"opening {row.pk}")
    return row


@transaction.atomic
def end_opening(by: Staff, opening_id: int) -> None:
    """Remove it. Visits booked in it stay booked."""
    Availability.objects.filter(pk=opening_id, staff__practice_id=by.practice_id).delete()
    record_audit(by, "write", f"opening {opening_id}: ended")


@transaction.atomic
def add_closed(
    by: Staff, staff_id: int | None, first: datetime.date, last: datetime.date, reason: str
) -> TimeOff:
    """Add time off, for one person or for all."""
    if last < first:
        raise Refused(Fault("last", str(last), f"a day from {first} on"))
    staff = Staff.objects.get(pk=staff_id, practice_id=by.practice_id) if staff_id else None
    row = TimeOff.objects.create(
        practice_id=by.practice_id, staff=staff, first=first, last=last, reason=reason[:120]
    )
    record_audit(by, "write", f"closed {row.pk}")
    return row


@transaction.atomic
def end_closed(by: Staff, closed_id: int) -> None:
    """Cancel a planned absence."""
    TimeOff.objects.filter(pk=closed_id, practice_id=by.practice_id).delete()
    record_audit(by, "write", f"closed {closed_id}: ended")


def is_ahead(visit: Visit) -> bool:
    """Return whether it is a visit of today or later that has not begun."""
    today = timezone.now().astimezone(ZoneInfo(visit.practice.timezone)).date()
    return State(visit.state) in BEFORE_ROOM and visit.day >= today


def may_be_lent(visit: Visit) -> bool:
    """Return whether the tablet may be handed over: it is upcoming, and its intake is still open."""
    handed_in = Intake.objects.filter(visit=visit).exclude(handed_in_at=None)
    return is_ahead(visit) and not handed_in.exists()


@transaction.atomic
def give_code(by: Staff, visit: Visit) -> tuple[str, str]:
    """Return an address and a code to hand over in person: for the tablet, or to someone without email and phone.

    It opens the intake of this one visit. Raises Refused for a visit that is over or has begun.
    """
    if not may_be_lent(visit):
        raise NotPossible(
            "This visit has begun, is over, or its questions are answered. Ask the patient in the room.",
            "visit",
        )
    link, token = make_link("open", visit.patient, visit, f"/me/visits/{visit.pk}/intake/")
    code, kept = make_code()
    ends = timezone.now() + datetime.timedelta(minutes=CODE_MINUTES)
    OneTimeCode.objects.create(link=link, channel="desk", code=kept, expires_at=ends, given_by=by)
    record_audit(by, "write", f"visit {visit.pk}: code given at the desk for its intake", visit.patient_id)
    return url_of("open", token), code


@transaction.atomic
def reply(by: Staff, patient: Patient, text: str) -> Message:
    """Send a message to the patient, with a notification."""
    if not text.strip():
        raise Refused(Fault("text", "nothing", "a word"))
    row = Message.objects.create(patient=patient, by=by, shared=True, text=text.strip()[:1000])
    record_audit(by, "write", f"message {row.pk} to the patient", patient.pk)
    queue(patient, "paper", f"message:{row.pk}", link="open", target="/me/messages/")
    return row


@transaction.atomic
def withhold(by: Staff, visit_id: int, why: str) -> Note:
    """Withhold a signed note from the patient, with the required reason; without a reason share it again."""
    note = Note.objects.select_related("visit").get(visit_id=visit_id, visit__practice_id=by.practice_id)
    note.withheld = why.strip()[:200]
    note.save(update_fields=["withheld"])
    record_audit(
        by,
        "write",
        f"note of visit {visit_id}: {'withheld' if note.withheld else 'shared'}",
        note.visit.patient_id,
    )
    return note


@transaction.atomic
def decide_doubtful(by: Staff, message_id: int, again: bool) -> None:
    """Handle a message whose delivery is unknown: send it again, or leave it."""
    rows = OutboxMessage.objects.select_for_update().filter(pk=message_id, practice_id=by.practice_id)
    message = rows.filter(state__in=("doubtful", "failed")).first()
    if message is None:
        return
    message.state = OutboxMessage.State.QUEUED if again else OutboxMessage.State.CANCELED
    message.handing_at, message.tries, message.due_at = None, 0, timezone.now()
    message.save(update_fields=["state", "handing_at", "tries", "due_at"])
    record_audit(by, "write", f"message {message_id}: {'again' if again else 'left'}", message.patient_id)
