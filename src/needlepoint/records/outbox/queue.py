"""Queue messages to patients: once, on their preferred channel, outside of their quiet hours."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from needlepoint.documents.leaflets.letters import load_letters
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.outcomes import out_of_quiet
from needlepoint.records.models import ContactPreference, OutboxMessage, Patient, Practice, Visit
from needlepoint.records.settings.public_settings import outside_of, zone_of
from needlepoint.records.values import Filling

__all__ = ["cancel_queued", "choose", "queue", "queue_to", "reached_by", "wanted", "ways"]


def ways(patient: Patient) -> dict[str, str]:
    """Return channel -> address, for addresses that are known, supported here and not bounced."""
    found = {"email": patient.email, "sms": patient.phone if settings.SMS_URL else ""}
    return {channel: to for channel, to in found.items() if to and channel not in patient.bounced}


def wanted(patient: Patient, channel: str) -> bool | None:
    """Return the patient's last choice for this channel; None if they were never asked."""
    row = patient.contact_preferences.filter(channel=channel).order_by("-at", "-pk").first()
    return row.wanted if row else None


def reached_by(patient: Patient, choice: bool) -> str | None:
    """Return the channel for a message: with consent where it is needed, else any they did not refuse."""
    known = ways(patient)
    said = {channel: wanted(patient, channel) for channel in known}
    yes = [channel for channel in known if said[channel] is True]
    maybe = [channel for channel in known if said[channel] is None and channel == "email"]
    # Messages about a visit that they booked themselves still go by email; a text message needs consent.
    after_no = [channel for channel in known if said[channel] is False and channel == "email"]
    found = yes if choice else yes + maybe + after_no
    return found[0] if found else None


def choose(patient: Patient, channel: str, yes: bool, how: str) -> None:
    """Record the patient's choice; a no cancels queued messages that need consent."""
    ContactPreference.objects.create(patient=patient, channel=channel, wanted=yes, how=how)
    if not yes:
        kinds = [row.id for row in load_letters().values() if row.choice]
        waiting = OutboxMessage.objects.filter(
            patient=patient, channel=channel, kind__in=kinds, state="queued"
        )
        waiting.update(state=OutboxMessage.State.CANCELED, error="no longer wanted")
    note_down_outside(
        patient.practice_id, patient.pk, "patient", "write", f"{channel}: {'yes' if yes else 'no'}"
    )


def queue(
    patient: Patient,
    kind: str,
    key: str,
    due_at: datetime.datetime | None = None,
    visit: Visit | None = None,
    at_once: bool = False,
    channel: str | None = None,
    *,
    link: str = "",
    target: str = "",
    when: datetime.datetime | None = None,
    for_link: int | None = None,
) -> OutboxMessage | None:
    """Queue a message; the same key twice is one message. None when this patient cannot be reached.

    `link`, `target`, `when` and `for_link` are the values for its text (`values.Filling`).
    """
    by = channel or reached_by(patient, load_letters()[kind].choice)
    if by is None:
        return None
    due = due_at or timezone.now()
    if not at_once:
        due = out_of_quiet(due, zone_of(patient.practice, patient), outside_of(patient.practice).quiet)
    return _once(
        practice_id=patient.practice_id,
        patient=patient,
        visit=visit,
        channel=by,
        kind=kind,
        language=patient.language,
        key=key,
        due_at=due,
        at_once=at_once,
        words=Filling(link=link, target=target, when=when, for_link=for_link),
    )


def queue_to(
    practice: Practice, channel: str, to: str, lang: str, kind: str, key: str, words: Filling
) -> OutboxMessage:
    """The same, to the address of someone who is not a patient yet."""
    return _once(
        practice=practice,
        to=to,
        channel=channel,
        kind=kind,
        language=lang,
        key=key,
        due_at=timezone.now(),
        at_once=True,
        words=words,
    )


def _once(key: str, **fields: Any) -> OutboxMessage:
    try:
        with transaction.atomic():
            return OutboxMessage.objects.create(key=key, **fields)
    except IntegrityError:
        return OutboxMessage.objects.get(key=key)


def cancel_queued(visit: Visit, *kinds: str) -> None:
    """Cancel the queued messages of these kinds about a visit."""
    OutboxMessage.objects.filter(visit=visit, kind__in=kinds, state="queued").update(
        state=OutboxMessage.State.CANCELED, error="the visit changed"
    )
