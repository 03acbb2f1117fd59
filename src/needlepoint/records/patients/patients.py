"""Patients: search, registration and lists."""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.claims.types import Coverage, Payer, Person
from needlepoint.coverage.determine import choices
from needlepoint.coverage.names import load_payer_names
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import Location, Patient, PatientListItem, PatientToken, Staff
from needlepoint.records.values import EmergencyContact, PostalAddress, ReferringDoctor

__all__ = [
    "CardFields",
    "add_listed",
    "change_patient",
    "find_patients",
    "keep_tokens",
    "new_patient",
    "person_of",
    "set_asked",
    "set_measures",
    "set_preferences",
    "tokens_of",
    "void_listed",
]

MOST_FOUND = 12


class CardFields(msgspec.Struct, frozen=True, kw_only=True):
    """An insurance card as it was entered; `reason`: why Medicare pays second."""

    payer_name: str = ""
    payer_id: str = ""
    member_id: str = ""
    group_number: str = ""
    filing: str = ""
    relation: str = ""
    insured_first: str = ""
    insured_last: str = ""
    insured_birth_date: datetime.date | None = None
    reason: str = ""


def plain(text: str) -> str:
    """Return lower case without accents, as names are typed in a hurry."""
    split = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def tokens_of(patient: Patient) -> set[str]:
    """Return every search token of the patient."""
    words = re.findall(r"[a-z0-9]+", plain(f"{patient.given} {patient.family} {patient.preferred}"))
    born = patient.birth_date
    digits = re.sub(r"\D", "", patient.phone)
    days = {f"{born:%Y%m%d}", f"{born:%m%d%Y}", str(born.year)}
    return {*words, *days, *({digits, digits[-4:]} if digits else set())}


def keep_tokens(patient: Patient) -> None:
    """Rewrite the search tokens of the patient."""
    PatientToken.objects.filter(patient=patient).delete()
    PatientToken.objects.bulk_create(
        PatientToken(patient=patient, practice_id=patient.practice_id, token=token)
        for token in sorted(tokens_of(patient))
    )


def find_patients(staff: Staff, typed: str) -> list[Patient]:
    """Return the patients for whom every typed word begins one of their tokens: name, birth date, phone."""
    words = re.findall(r"[a-z0-9]+", plain(re.sub(r"(?<=\d)[/.\-](?=\d)", "", typed)))[:5]
    if not words:
        return []
    first, *others = sorted(words, key=len, reverse=True)  # the longest word matches the fewest
    rows = _beginning(first).filter(practice_id=staff.practice_id)
    for word in others:
        rows = rows.filter(Exists(_beginning(word).filter(patient_id=OuterRef("patient_id"))))
    found = Patient.objects.filter(practice_id=staff.practice_id, pk__in=rows.values("patient_id"))
    return list(found.order_by("family", "given", "pk")[:MOST_FOUND])


def _beginning(word: str) -> QuerySet[PatientToken]:
    """Return the tokens that begin with a word, by the index of each database."""
    if connection.vendor == "postgresql":
        return PatientToken.objects.filter(token__startswith=word)  # by the index with pattern operators
    return PatientToken.objects.filter(token__gte=word, token__lt=f"{word}{{")  # '{' follows 'z'


@transaction.atomic
def new_patient(staff: Staff, **fields: Any) -> Patient:
    """Register a patient; Refused for a birth date in the future, or a patient who exists already."""
    born: datetime.date = fields["birth_date"]
    if not datetime.date(1900, 1, 1) <= born <= timezone.localdate():
        raise Refused(Fault("birth_date", str(born), "a day from 1900 to today"))
    same = Patient.objects.filter(
        practice_id=staff.practice_id,
        given__iexact=fields["given"],
        family__iexact=fields["family"],
        birth_date=born,
    )
    if same.exists():
        raise NotPossible(
            "A patient with this name and date of birth is already on the list. Open that patient.", "patient"
        )
    patient = Patient.objects.create(practice_id=staff.practice_id, **fields)
    keep_tokens(patient)
    record_audit(staff, "write", f"patient {patient.pk}: taken in", patient.pk)
    return patient


@transaction.atomic
def change_patient(
    staff: Staff, patient_id: int, *, cards: tuple[CardFields, CardFields], **fields: Any
) -> Patient:
    """Change a patient's data and the primary and secondary card; Refused for a payer that is in no policy and list."""
    patient = Patient.objects.select_for_update().get(pk=patient_id, practice_id=staff.practice_id)
    address = PostalAddress(**{name: fields.pop(name, "") for name in ("line1", "city", "state", "zip")})
    call = EmergencyContact(name=fields.pop("emergency_name", ""), phone=fields.pop("emergency_phone", ""))
    doctor = ReferringDoctor(
        name=fields.pop("referrer_name", "").strip(), address=fields.pop("referrer_address", "").strip()
    )
    if fields.get("payer"):
        choices(fields["payer"], _state_of(staff), "injection")
    for channel, name in (("email", "email"), ("sms", "phone")):
        if name in fields and fields[name] != getattr(patient, name):  # a new address may work
            patient.bounced = {key: at for key, at in patient.bounced.items() if key != channel}
    for name, value in fields.items():
        setattr(patient, name, value)
    patient.address, patient.emergency, patient.referrer = address, call, doctor
    patient.coverages = _coverages(patient, *cards)
    patient.save()
    keep_tokens(patient)
    record_audit(staff, "write", f"patient {patient.pk}: {', '.join(sorted(fields))}", patient.pk)
    return patient


@transaction.atomic
def set_measures(staff: Staff, patient_id: int, **measured: Decimal) -> Patient:
    """Save `weight_kg` or `height_cm`, each within the bounds that the form checks."""
    patient = Patient.objects.select_for_update().get(pk=patient_id, practice_id=staff.practice_id)
    for name, value in measured.items():
        setattr(patient, name, value)
    patient.save(update_fields=list(measured))
    record_audit(staff, "write", f"patient {patient.pk}: {', '.join(sorted(measured))}", patient.pk)
    return patient


def set_preferences(patient: Patient, needs: tuple[str, ...], language: str, timezone: str) -> None:
    """Save the patient's preferences for their own pages and visits."""
    patient.needs, patient.language, patient.timezone = tuple(needs), language, timezone
    patient.save(update_fields=["needs", "language", "timezone"])


def _state_of(staff: Staff) -> str | None:
    place = Location.objects.filter(practice_id=staff.practice_id).order_by("pk").first()
    return place.state if place else None


def _coverages(patient: Patient, first: CardFields, second: CardFields) -> tuple[Coverage, ...]:
    """Return the plans of a patient whose data are changed: none without the number of the primary plan."""
    if not first.member_id:
        return ()
    primary = _coverage(patient, first, patient.payer)
    if not second.member_id:
        return (primary,)
    reason = second.reason if second.filing == "MB" else ""
    secondary = _coverage(patient, second, "")
    return (primary, msgspec.structs.replace(secondary, sequence="S", secondary_reason=reason))


def _coverage(patient: Patient, card: CardFields, payer: str) -> Coverage:
    """The card as a claim wants it; the patient is the insured unless the card says who else is."""
    named = load_payer_names().get(payer)
    relation = card.relation or "18"
    return Coverage(
        filing=card.filing or "CI",
        payer=Payer(name=card.payer_name or (named.name if named else payer), id=card.payer_id),
        member_id=card.member_id,
        group_number=card.group_number,
        relation=relation,
        insured=person_of(patient) if relation == "18" else _subscriber(card),
    )


def _subscriber(card: CardFields) -> Person:
    return Person(first=card.insured_first, last=card.insured_last, birth_date=card.insured_birth_date)


def person_of(patient: Patient) -> Person:
    """Return the patient as named on a claim."""
    return Person(
        first=patient.given,
        last=patient.family,
        birth_date=patient.birth_date,
        sex={"female": "F", "male": "M"}.get(patient.sex, "U"),
        address=patient.address.for_claim(),
    )


@transaction.atomic
def add_listed(staff: Staff, patient: Patient, kind: str, text: str, reaction: str = "") -> PatientListItem:
    """Add a line to the patient's allergies, conditions or medicines."""
    if not text.strip():
        raise Refused(Fault(kind, "nothing", "a name"))
    row = PatientListItem.objects.create(
        patient=patient, kind=kind, text=text.strip()[:200], reaction=reaction.strip()[:200], noted_by=staff
    )
    _note_asked(patient, kind)
    record_audit(staff, "write", f"{kind} {row.pk}: added", patient.pk)
    return row


@transaction.atomic
def void_listed(staff: Staff, patient: Patient, row_id: int, reason: str) -> PatientListItem:
    """Void a line, with the reason; it stays readable."""
    if not reason.strip():
        raise Refused(Fault("reason", "nothing", "why this line no longer holds"))
    row = PatientListItem.objects.select_for_update().get(pk=row_id, patient=patient)
    row.voided_at, row.voided_by, row.void_reason = timezone.now(), staff, reason.strip()[:200]
    row.save()
    record_audit(staff, "write", f"{row.kind} {row.pk}: voided", patient.pk)
    return row


@transaction.atomic
def set_asked(staff: Staff, patient: Patient, kind: str) -> None:
    """Record that somebody asked and there is nothing: an empty list that means 'none'."""
    _note_asked(patient, kind)
    record_audit(staff, "write", f"{kind}: asked, none", patient.pk)


def _note_asked(patient: Patient, kind: str) -> None:
    patient.asked = patient.asked | {kind: timezone.localdate()}
    patient.save(update_fields=["asked"])
