"""A made-up practice in which every page has something to show: what the crawl walks through."""

from __future__ import annotations

import datetime
import itertools
import re

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from needlepoint.documents.leaflets.questions import SECTIONS
from needlepoint.guard.models import User
from needlepoint.records.billing.cash import close_day
from needlepoint.records.models import (
    BookingHold,
    License,
    Lot,
    Message,
    Note,
    PatientListItem,
    Picture,
    ReferralLetter,
    Staff,
    Task,
    Visit,
    WaitlistEntry,
)
from needlepoint.records.notes.sign import consent_page, sign_consent, sign_note
from needlepoint.records.portal.accounts import open_account
from needlepoint.records.portal.magic_links import make_link
from needlepoint.records.schedule.slots import hold
from needlepoint.records.schedule.times import free_slots
from needlepoint.records.values import Offer, ReferringDoctor
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from tests.browser.test_patient_pages import Somebody
from tests.kit.portal import enter
from tests.kit.visits import ready
from tests.pages.billing.kit import paid

MODEL = "django.contrib.auth.backends.ModelBackend"
# Staff who are not in the demo: user, profession, roles.
MORE = [
    ("nurse", "nurse", ["assistant"]),
    ("physician", "physician", ["clinician"]),
    ("owner", "", ["owner"]),
]
STAFF = {"desk": "desk", "biller": "biller", "nurse": "nurse", "acupuncturist": "li", "nurse practitioner": "nora",
         "physician": "physician", "owner": "owner", "physician who owns": "wilhelmina"}  # fmt: skip
# Pages that need a passkey of a real device: tests/browser/test_patient_pages.py presses them with a virtual key.
PASSKEYS = {"account_reauthenticate", "mfa_add_webauthn", "mfa_authenticate", "mfa_edit_webauthn", "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn", "mfa_remove_webauthn",
            # The second step of the staff's sign-in: tests/pages/account/test_second_factor.py.
            "mfa_activate_totp", "mfa_deactivate_totp"}  # fmt: skip
# Not asked for, to save time: what answers POST alone, files and pictures, parts of pages, hooks.
NO_PAGE = PASSKEYS | {
    "billing-charge", "billing-close", "billing-copay", "billing-payment", "billing-receipt", "billing-refund",
    "billing-superbill", "billing-void", "reports-chart", "reports-csv",
    "account_confirm_email", "account_reset_password_from_key", "card", "chart", "consent-pdf", "demo-mail",
    "feed", "felt", "home", "intake-begin", "intake-card", "intake-finish", "intake-flags", "intake-names",
    "intake-warning", "link-cancel", "link-ics", "link-open", "link-wait", "me-account", "me-drawing", "me-estimate",
    "me-feedback", "me-fhir", "me-leave", "me-note", "me-pdf", "me-switch", "me-trend", "me-wait", "message-read",
    "mfa_login_webauthn", "move", "note-pdf", "patient-list", "patient-measure", "patient-message", "patient-reply",
    "patient-trend", "patient-void", "patient-wait", "postmark_tracking_webhook", "practice", "robots", "set-up",
    "set_language",
    "service-worker", "settings-people", "sign-out", "sitemap", "stock-correct", "stock-recall", "stock-receive",
    "stock-scan", "stock-withdraw",
    "task-done", "task-new",
    "today-list", "visit-after", "visit-aftercare", "visit-amend", "visit-clear", "visit-done", "visit-drawing",
    "visit-bedside", "visit-event", "visit-find", "visit-hand", "visit-history", "visit-new", "visit-order",
    "visit-motions", "visit-neurological", "visit-payer",
    "visit-price-pdf", "visit-safety", "visit-sign", "visit-state", "visit-told", "visit-undo", "visit-why",
    "visit-withhold", "waiting-remove",
}  # fmt: skip


class World(Somebody):
    """Everything of `Somebody`, and of the clinic: a signed visit, an open board with a plan, staff of every role."""

    def __init__(self):
        super().__init__()
        self.practice = self.patient.practice
        self.doctor = Staff.objects.get(user__username="wilhelmina")
        for username, profession, roles in MORE:
            user = User.objects.create(username=username, password=make_password(None))
            staff = Staff.objects.create(
                user=user, practice=self.practice, name=username.title(), profession=profession, roles=roles
            )
            if profession:
                until = datetime.date(2028, 12, 31)
                License.objects.create(staff=staff, state="NY", number=f"NY-{staff.pk}", expires_on=until)
        rooms = Visit.objects.filter(state="in_room").order_by("pk")
        self.signed, self.board = rooms[0], rooms[1]
        sign_note(self.doctor, self.signed.pk, ready(self.doctor, self.signed))
        self.board.clinician = self.doctor
        self.board.save()
        ready(self.doctor, self.board)
        self.bare = Visit.objects.filter(state="arrived").order_by("pk").first()
        now = full(self.bare.pk, self.practice.pk)
        PatientListItem.objects.create(
            patient=self.board.patient, kind="medicine", text="warfarin", noted_by=self.doctor
        )
        self.waiting = self._waiting()
        self.consent = self.signed.consents.first() or sign_consent(
            self.doctor, self.bare.pk, "A. Person", "M1,1L5,5", consent_page(now, think(now))
        )
        self.examples = self._examples()

    def _waiting(self):
        slot = free_slots(self.practice, self.service, self.slot.starts_at.date(), 7)[1]
        ends = timezone.now() + datetime.timedelta(hours=1)
        row = WaitlistEntry.objects.create(
            practice=self.practice, patient=self.patient, service=self.service, until=slot.starts_at.date(),
        )  # fmt: skip
        booking_hold = BookingHold.objects.create(
            practice=self.practice, service=self.service, staff_id=slot.staff_id, location_id=slot.location_id,
            room=slot.room, starts_at=slot.starts_at, waitlist_entry=row, digest="0" * 64, code="!", expires_at=ends,
        )  # fmt: skip
        hold(slot, self.service.minutes, booking_hold=booking_hold)
        row.offered, row.offer_ends_at = Offer(booking_hold=booking_hold.pk, starts_at=slot.starts_at), ends
        row.save()
        return row

    def _examples(self):
        """By the name of the part of an address: what may stand there. A new part needs a line here."""
        slot = free_slots(self.practice, self.service, self.slot.starts_at.date(), 7)[3]
        first = paid(self.patient)
        closed = close_day(self.doctor, first.location, first.amount, "")
        entry = paid(self.patient)
        message = Message.objects.create(
            patient=self.patient, by=self.doctor, to=self.doctor, text="Please call."
        )
        task = Task.objects.create(practice=self.practice, title="Call back", patient=self.patient)
        picture = Picture.objects.create(patient=self.patient, kind="card_front", jpeg=b"x")
        line = PatientListItem.objects.create(
            patient=self.patient, kind="allergy", text="latex", noted_by=self.doctor
        )
        signed = Note.objects.filter(visit__practice=self.practice, signed_at__isnull=False).first()
        to = ReferringDoctor(name="Dr. Made Up")
        letter = ReferralLetter.objects.create(note=signed, to=to, pdf=b"%PDF-", sha256="", by=self.doctor)
        return {
            "slug": ["example"], "lang": ["en"], "muscle_id": ["trapezius"], "service_id": [self.service.pk],
            "staff_id": [slot.staff_id], "at": [slot.at], "stretch_id": ["none"], "side": ["left"],
            "message_id": [message.pk], "task_id": [task.pk], "picture_id": [picture.pk], "row_id": [line.pk],
            "consent_id": [self.consent.pk], "lot_id": [Lot.objects.first().pk], "kind": ["medicines"], "pk": [1],
            "patient_id": [self.patient.pk, self.board.patient_id], "name": [*SECTIONS, "done"], "key": ["x"],
            "uidb36": ["x"], "waiting_id": [self.waiting.pk], "entry_id": [entry.pk],
            "location_id": [first.location_id],
            "close_id": [closed.pk], "letter_id": [letter.pk],
        }  # fmt: skip

    def values(self, route, part):
        """What may stand in this part of the route."""
        if part == "visit_id":
            own = [self.ahead.pk, self.past.pk, self.signed.pk]
            clinic = [self.board.pk, self.signed.pk, self.bare.pk, self.ahead.pk]
            return own if route.startswith("me/") else clinic
        if part == "token":
            return [self._token(route)]
        return self.examples[part]

    def _token(self, route):
        purposes = {"v": ("visit", self.ahead, ""), "offer": ("offer", None, str(self.waiting.pk)),
                    "c": ("check_in", None, str(self.check_in.pk)), "stop": ("stop", None, "email"),
                    "go": ("open", None, "/me/"), "cal": ("feed", None, "")}  # fmt: skip
        purpose, visit, target = purposes[route.split("/")[0]]
        return make_link(purpose, self.patient, visit, target)[1]

    def addresses(self):
        """Every address of the site: its name and one path for each combination of examples."""
        for name, route in routes():
            parts = re.findall(r"<(?:\w+:)?(\w+)>", route)
            for chosen in itertools.product(*(self.values(route, part) for part in parts)):
                path = re.sub(r"<(?:\w+:)?\w+>", "{}", route).format(*chosen)
                yield name, f"/{path}"

    def roles(self):
        """A signed-in client for everybody who may come, by what they are."""
        found = {"public": Client(), "patient by link": enter(Client(), self.patient)}
        found["patient after a signed visit"] = enter(Client(), self.signed.patient)
        found["patient with an account"] = Client()
        found["patient with an account"].force_login(
            open_account(self.patient), "allauth.account.auth_backends.AuthenticationBackend"
        )
        found["patient who is signing in"] = Client()
        found["patient who is signing in"].post("/account/login/code/", {"email": self.patient.email})
        for role, username in STAFF.items():
            found[role] = Client()
            found[role].force_login(User.objects.get(username=username), MODEL)
        return found


def closed_routes():
    """Addresses of the library that this site has closed: they answer 'not found' to everybody."""
    return {name for name, route in routes() if name.startswith("account_") and _closed(route)}


def _closed(route):
    callback = resolve("/" + re.sub(r"<\w+>", "x", route)).func
    return callback.__qualname__ == "closed"


def routes(patterns=None, before=""):
    """(name, route) of every address that the resolver knows; regular expressions of a library as they stand."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        route = before + re.sub(r"\(\?P(<\w+>)[^)]*\)|[\^$]", r"\1", str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield entry.name, route
