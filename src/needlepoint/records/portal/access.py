"""Which patient a browser may see: proved by a one-time code entered in it, or by an account with access.

Everything is denied unless a row or a proof allows it; a staff account sees nothing here. A tablet that staff handed
over opens the intake of one visit and nothing else.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from needlepoint.guard.audit.log import note_down_outside
from needlepoint.guard.audit.origin import LENT, LENT_BY
from needlepoint.guard.sign_in.again import must_sign_again
from needlepoint.guard.sign_in.sessions import end_all, of_account
from needlepoint.records.models import AccessGrant, Patient
from needlepoint.records.values import HELPER_RIGHTS

__all__ = [
    "Me",
    "grant_session",
    "is_lent",
    "lend",
    "let_out",
    "proved_address",
    "proved_lately",
    "proved_patients",
    "seen_by",
    "sign_out_everywhere",
]

PROVED = "proved_patients"  # patient id -> until when, in the session
PROVED_AT = "proved_at"  # patient id -> since when
PROVED_ADDRESS = "proved_address"  # patient id -> where the code was sent
CHOSEN = "chosen_patient"
SHARED = "shared_device"  # other people use this device
PROVED_FOR = "proved_for"  # on such a device: the one address that the last code opens
HOURS, LENT_HOURS, SHARED_HOURS = 12, 1, 0.5


class Me(NamedTuple):
    """The patient whose page it is, and who is viewing: patient, proxy or tablet. `rights`: a proxy's rights."""

    patient: Patient
    who: str
    rights: tuple[str, ...] = HELPER_RIGHTS


def grant_session(
    request: HttpRequest, patient: Patient, proved: str = "", shared: bool = False, target: str = ""
) -> None:
    """Give this browser session access to a patient for some hours, under a new session key.

    `proved`: the address that the code was sent to; with it an account can be opened at once. `shared`: a device used
    by others: the access ends after half an hour, and with the browser, and each download of the record needs a code of
    its own. `target`: the page that the code was asked for.
    """
    shared = shared or SHARED in request.session
    request.session.cycle_key()
    request.session[PROVED_ADDRESS] = {str(patient.pk): proved}
    before = {} if is_lent(request) else request.session.get(PROVED, {})
    _prove(request, patient, before, SHARED_HOURS if shared else HOURS)
    if shared:
        request.session.set_expiry(0)
        request.session[SHARED], request.session[PROVED_FOR] = True, target
    request.session.pop(LENT, None)
    request.session.pop(LENT_BY, None)
    note_down_outside(patient.practice_id, patient.pk, "patient", "sign-in", "signed in by a code")


def lend(request: HttpRequest, patient: Patient, visit_id: int, staff_id: int | None) -> None:
    """Mark this as a tablet that staff handed over for the intake of one visit. Earlier access in it ends."""
    logout(request)
    _prove(request, patient, {}, LENT_HOURS)
    request.session[LENT] = visit_id
    request.session[LENT_BY] = staff_id
    what = f"tablet handed over for the intake of visit {visit_id}"
    note_down_outside(patient.practice_id, patient.pk, "tablet", "sign-in", what, staff_id=staff_id)


def _prove(request: HttpRequest, patient: Patient, before: dict[str, str], hours: float) -> None:
    now, key = timezone.now(), str(patient.pk)
    request.session[PROVED] = before | {key: (now + datetime.timedelta(hours=hours)).isoformat()}
    request.session[PROVED_AT] = request.session.get(PROVED_AT, {}) | {key: now.isoformat()}
    request.session[CHOSEN] = patient.pk


def proved_address(request: HttpRequest, patient: Patient) -> str:
    """Return the address to which this browser's code was sent; '' where none belongs to this patient."""
    if patient not in proved_patients(request):
        return ""
    return str(request.session.get(PROVED_ADDRESS, {}).get(str(patient.pk), ""))


def proved_lately(request: HttpRequest, patient: Patient) -> bool:
    """Return whether this browser proved a short time ago who it is: by a code for this patient, or by the account.

    On a device that other people use, only by a code for this very page, which opens it once.
    """
    if SHARED in request.session and request.session.pop(PROVED_FOR, "") != request.path:
        return False
    seconds = settings.SIGN_AGAIN_SECONDS["export"]
    if request.user.is_authenticated and not must_sign_again(request, seconds):
        return True
    at = request.session.get(PROVED_AT, {}).get(str(patient.pk))
    since = timezone.now() - datetime.timedelta(seconds=seconds)
    return at is not None and datetime.datetime.fromisoformat(at) > since


def is_lent(request: HttpRequest) -> bool:
    """Return whether this is a tablet of the practice."""
    return LENT in request.session


def let_out(request: HttpRequest) -> None:
    """End the access of this browser."""
    for key in (PROVED, PROVED_AT, PROVED_ADDRESS, CHOSEN, SHARED, PROVED_FOR, LENT, LENT_BY):
        request.session.pop(key, None)


@transaction.atomic
def sign_out_everywhere(patient: Patient) -> None:
    """End every browser's access to a patient: entered codes, and the sessions of the patient's account."""
    Patient.objects.filter(pk=patient.pk).update(signed_out_at=timezone.now())
    end_all(of_account(None, patient.pk))
    for row in patient.accesses.filter(relation="self", ended_at=None).select_related("user"):
        end_all(of_account(row.user_id))
        # A session is valid as long as the password it began with; patients never sign in with this one.
        row.user.set_unusable_password()
        row.user.save(update_fields=["password"])
    note_down_outside(patient.practice_id, patient.pk, "patient", "sign-out", "signed out on every device")


def seen_by(request: HttpRequest) -> list[Me]:
    """Return the patients whose pages this browser may see; none on the clinic's tablet."""
    if is_lent(request):
        return []
    found = {patient.pk: Me(patient, "patient") for patient in proved_patients(request)}
    if request.user.is_authenticated:
        rows = AccessGrant.objects.filter(user_id=request.user.pk, ended_at=None)
        for row in rows.select_related("patient__practice").order_by("pk"):
            me = (
                Me(row.patient, "patient") if row.relation == "self" else Me(row.patient, "proxy", row.rights)
            )
            found.setdefault(row.patient_id, me)
    return list(found.values())


def proved_patients(request: HttpRequest) -> list[Patient]:
    """Return the patients whose code was entered in this browser recently."""
    now = timezone.now()
    rows = request.session.get(PROVED, {}).items()
    proved = [int(pk) for pk, until in rows if datetime.datetime.fromisoformat(until) > now]
    patients = Patient.objects.select_related("practice")
    return [row for row in patients.filter(pk__in=proved) if _still(request, row)] if proved else []


def _still(request: HttpRequest, patient: Patient) -> bool:
    """Return whether the code was entered after the patient signed out on every device."""
    since = request.session.get(PROVED_AT, {}).get(str(patient.pk), "")
    ended = patient.signed_out_at
    return ended is None or (bool(since) and datetime.datetime.fromisoformat(since) > ended)
