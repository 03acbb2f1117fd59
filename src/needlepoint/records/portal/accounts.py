"""Accounts of patients and of people with access, and what they may download."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from needlepoint.base.refusal import Fault, RateLimitError, Refused
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.guard.models import User
from needlepoint.records.models import AccessGrant, Message, Note, Patient, Task, Visit
from needlepoint.records.outbox.queue import queue_to
from needlepoint.records.patients.warning_signs import Warning, alert, painful_places, screen_words
from needlepoint.records.values import HELPER_RIGHTS, Filling

__all__ = [
    "LONGEST_MESSAGE",
    "LONGEST_NAMED",
    "change_rights",
    "end_access",
    "invite",
    "open_account",
    "shared_notes",
    "warnings_in",
    "write_to_practice",
]

MOST_PROXIES = 10
LONGEST_NAMED, LONGEST_MESSAGE = 120, 1000  # characters
MOST_VISITS = 40  # on one page
MOST_WORDS = 200
MOST_A_DAY = 20  # messages of one patient: more come from a script

MOST_LOOKED_AT = 10  # visits searched for the newest report of the patient


def _user_of(email: str, proved: bool) -> User:
    """Return the account of an address, created if there is none. It has no password: sign-in is by code or passkey."""
    rows = EmailAddress.objects.select_related("user").filter(email__iexact=email)
    # An unproved address beside their own does not belong to them.
    address = rows.filter(verified=True).first() or rows.filter(primary=True).first()
    if address is not None:
        user: User = address.user
        if hasattr(user, "staff"):
            raise Refused(Fault("email", "an address of the staff", "an address of your own"))
    else:
        user = User(username=f"p-{email.casefold()}"[:150], email=email)
        user.set_unusable_password()
        user.save()
        address = EmailAddress.objects.create(user=user, email=email.casefold(), primary=True, verified=False)
    if proved and not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])
    return user


@transaction.atomic
def open_account(patient: Patient, proved: bool = False) -> User:
    """Open an account for a patient who proved their identity and has an email address.

    `proved`: they proved this very address just now, by a code that was sent to it.
    """
    if not patient.email:
        raise Refused(Fault("email", "none on file", "an email address", "Give us one first."))
    user = _user_of(patient.email, proved)
    AccessGrant.objects.get_or_create(
        user=user, patient=patient, ended_at=None, defaults={"relation": "self"}
    )
    note_down_outside(patient.practice_id, patient.pk, "patient", "write", "account opened")
    return user


@transaction.atomic
def invite(patient: Patient, email: str, named: str, rights: Sequence[str]) -> AccessGrant:
    """Give another person access, with some of HELPER_RIGHTS. They sign in with a code to that address."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(Fault("email", repr(email[:60]), "an email address such as ana@example.org")) from None
    if not named.strip():
        raise Refused(Fault("named", "nothing", "the name of the person"))
    chosen = _rights(rights)
    if patient.accesses.filter(relation="proxy", ended_at=None).count() >= MOST_PROXIES:
        raise Refused(Fault("proxies", f"{MOST_PROXIES} people", "fewer", "End someone's access first."))
    user = _user_of(email, proved=False)
    row, made = AccessGrant.objects.get_or_create(
        user=user,
        patient=patient,
        ended_at=None,
        defaults={"relation": "proxy", "named": named.strip()[:LONGEST_NAMED], "rights": chosen},
    )
    note_down_outside(patient.practice_id, patient.pk, "patient", "write", f"access {row.pk} given")
    if made:
        queue_to(
            patient.practice,
            "email",
            email,
            patient.language,
            "invited",
            f"invited:{row.pk}",
            Filling(path="/account/login/code/"),
        )
    return row


def _rights(chosen: Sequence[str]) -> tuple[str, ...]:
    """Return the rights in the order of the list. Raises Refused for none, and for one that is not on the list."""
    if not chosen or set(chosen) - set(HELPER_RIGHTS):
        raise Refused(Fault("rights", ", ".join(chosen)[:80] or "nothing", f"some of {HELPER_RIGHTS}"))
    return tuple(right for right in HELPER_RIGHTS if right in chosen)


@transaction.atomic
def change_rights(patient: Patient, access_id: int, rights: Sequence[str]) -> None:
    """Replace this person's rights from now on."""
    chosen = _rights(rights)
    rows = AccessGrant.objects.filter(pk=access_id, patient=patient, relation="proxy", ended_at=None)
    rows.update(rights=chosen)
    what = f"access {access_id}: {', '.join(chosen)}"
    note_down_outside(patient.practice_id, patient.pk, "patient", "write", what)


@transaction.atomic
def end_access(patient: Patient, access_id: int) -> None:
    """End this person's access."""
    AccessGrant.objects.filter(pk=access_id, patient=patient, ended_at=None).update(ended_at=timezone.now())
    note_down_outside(patient.practice_id, patient.pk, "patient", "write", f"access {access_id} ended")


def shared_notes(patient: Patient) -> QuerySet[Note]:
    """Return the signed notes that are not withheld, the newest first."""
    rows = Note.objects.filter(visit__patient=patient, withheld="").select_related("visit__clinician")
    return rows.order_by("-visit__starts_at", "-pk")


@transaction.atomic
def write_to_practice(patient: Patient, who: str, text: str) -> Message:
    """Send a message to the practice, with a task so that it is not overlooked, urgent if it has a warning sign."""
    if not text.strip():
        raise Refused(Fault("text", "nothing", "a word"))
    today = timezone.now() - datetime.timedelta(days=1)
    if patient.messages.filter(by=None, at__gt=today).count() >= MOST_A_DAY:
        raise RateLimitError("You have sent many messages today. Call us.", "messages")
    row = Message.objects.create(patient=patient, by=None, shared=True, text=text.strip()[:LONGEST_MESSAGE])
    Task.objects.create(practice_id=patient.practice_id, patient=patient, title="Message from the patient")
    alert(patient.practice, patient, "message", warnings_in(row))
    note_down_outside(patient.practice_id, patient.pk, who, "write", f"message {row.pk}")
    return row


def warnings_in(message: Message) -> list[Warning]:
    """Return the warning signs in what a patient wrote, with the painful places of their newest report."""
    visits = message.patient.visits.order_by("-starts_at")[:MOST_LOOKED_AT]
    visit = next((row for row in visits if row.facts.reported.told), None)
    places = painful_places(visit) if visit else ()
    return screen_words(message.patient, message.text, message.at.date(), places)


def visits_of(patient: Patient) -> list[Visit]:
    """Return the newest visits first. Everything is in the download."""
    rows = Visit.objects.filter(patient=patient).select_related("clinician", "location", "service")
    return list(rows.order_by("-starts_at", "-pk")[:MOST_VISITS])


def words_with(patient: Patient) -> list[Any]:
    """Return the messages between patient and practice, the oldest first; a page shows the newest of them."""
    rows = patient.messages.filter(shared=True).select_related("by").order_by("-at", "-pk")[:MOST_WORDS]
    return list(rows)[::-1]
