"""The clinic's models. They store the core's values (muscle ids, doses, answers); the core defines their meaning.

Clinical rows are never deleted: they are voided, with who, when and why. Only `records/` services write.
"""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import Q

from needlepoint.claims.types import Coverage
from needlepoint.cost.fees import Fees
from needlepoint.documents.notes import NoteSentence
from needlepoint.guard.encryption.fields import SecretBinaryField, SecretStructField, SecretTextField
from needlepoint.guard.fields import StructField
from needlepoint.records.values import (
    Billing,
    ChangedPart,
    ConsentPage,
    EmergencyContact,
    LineMeaning,
    NamedInsurance,
    NoteTemplate,
    PostalAddress,
    PublicSettings,
    ReferringDoctor,
    WeekHours,
)
from needlepoint.treatment.plan.practice import PracticeRules
from needlepoint.treatment.types import PriorCare
from needlepoint.visit.facts import Facts, Given, Signs, Withdrawn


class Practice(models.Model):
    """One practice. `rules` is the core's overlay (formulary, accepted rows), `fees` its fee schedule."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True, null=True)  # of the public site; None: no site
    outside: StructField[PublicSettings] = StructField(PublicSettings, default=PublicSettings)
    billing: StructField[Billing] = StructField(Billing, default=Billing)
    rules: StructField[PracticeRules] = StructField(PracticeRules, default=PracticeRules)
    fees: StructField[Fees] = StructField(Fees, default=Fees)
    hours: StructField[WeekHours] = StructField(WeekHours, default=dict)
    templates: StructField[tuple[NoteTemplate, ...]] = StructField(tuple[NoteTemplate, ...], default=tuple)
    timezone = models.CharField(max_length=64, default="America/New_York")
    language = models.CharField(max_length=2, default="en")

    def __str__(self) -> str:
        return self.name

    @property
    def has_fees(self) -> bool:
        """Return whether a fee schedule is on file."""
        return self.fees != Fees()


class Locations(models.QuerySet["Location"]):
    """The locations of practices."""

    def in_use(self) -> Locations:
        """Return those that have not been closed."""
        return self.filter(active=True)


class Location(models.Model):
    """Where a practice sees patients. `place`: place of service code; a closed one stays with its past visits."""

    objects = Locations.as_manager()

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="locations")
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=2)
    place = models.CharField(max_length=2, default="11")
    locality = models.CharField(max_length=2, blank=True)
    rooms: StructField[tuple[str, ...]] = StructField(tuple[str, ...], default=tuple)
    phone = models.CharField(max_length=20, blank=True)
    address: StructField[PostalAddress] = StructField(PostalAddress, default=PostalAddress)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Staff(models.Model):
    """A staff member. `roles` as in guard.roles; `profession` as in the core."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="staff")
    name = models.CharField(max_length=120)
    profession = models.CharField(max_length=40, blank=True)
    npi = models.CharField(max_length=10, blank=True)
    roles: StructField[tuple[str, ...]] = StructField(tuple[str, ...], default=tuple)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.name


class License(models.Model):
    """A state license of a staff member, and until when it is valid."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="licenses")
    state = models.CharField(max_length=2)
    number = models.CharField(max_length=40)
    expires_on = models.DateField()
    credentials: StructField[tuple[str, ...]] = StructField(tuple[str, ...], default=tuple)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "state"], name="one_license_a_state")]

    def __str__(self) -> str:
        return f"{self.state} {self.number}"


class Patient(models.Model):
    """A patient. `asked` has the day on which allergies, conditions and medicines were last asked about."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="patients")
    given = models.CharField(max_length=60)
    family = models.CharField(max_length=60)
    preferred = models.CharField(max_length=60, blank=True)
    birth_date = models.DateField()
    sex = models.CharField(max_length=10, blank=True)  # female, male, intersex; '' not known
    gender = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, default="en")
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    referrer: StructField[ReferringDoctor] = StructField(ReferringDoctor, default=ReferringDoctor)
    address: SecretStructField[PostalAddress] = SecretStructField(PostalAddress, default=PostalAddress)
    emergency: SecretStructField[EmergencyContact] = SecretStructField(
        EmergencyContact, default=EmergencyContact
    )
    coverages: SecretStructField[tuple[Coverage, ...]] = SecretStructField(
        tuple[Coverage, ...], default=tuple
    )
    payer = models.CharField(max_length=40, blank=True)  # the payer by the name that policies use
    told_insurance: SecretStructField[NamedInsurance] = SecretStructField(
        NamedInsurance, default=NamedInsurance
    )
    # For each visit, as on the insurance card; None: not recorded.
    copay_usd = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    weight_kg = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    height_cm = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    pregnant = models.BooleanField(null=True)
    asked: StructField[dict[str, datetime.date]] = StructField(dict[str, datetime.date], default=dict)
    timezone = models.CharField(max_length=64, blank=True)  # their time zone; '' for the practice's
    signed_out_at = models.DateTimeField(null=True)  # codes entered before this are no longer valid
    needs: StructField[tuple[str, ...]] = StructField(
        tuple[str, ...], default=tuple
    )  # interpreter, wheelchair, ...
    # channel -> when mail bounced; cleared by a new address
    bounced: StructField[dict[str, datetime.datetime]] = StructField(
        dict[str, datetime.datetime], default=dict
    )

    class Meta:
        indexes = [models.Index(fields=["practice", "family", "given"], name="patients_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the preferred name, else the given one, then the family name."""
        return f"{self.preferred or self.given} {self.family}"


class PatientToken(models.Model):
    """One search token of a patient: a part of the name, the birth date, the phone."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="tokens")
    practice = models.ForeignKey(Practice, models.PROTECT)
    token = models.CharField(max_length=60)

    class Meta:
        indexes = [
            models.Index(fields=["practice", "token"], name="patients_by_token"),
            models.Index(fields=["patient", "token"], name="tokens_of_a_patient"),
        ]

    def __str__(self) -> str:
        return self.token


class PatientListItem(models.Model):
    """One line of a patient's lists (allergies, conditions, medicines). Voided, never deleted."""

    class Kind(models.TextChoices):
        ALLERGY = "allergy"
        CONDITION = "condition"
        MEDICINE = "medicine"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="list_items")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = SecretTextField(max_length=200)
    reaction = SecretTextField(max_length=200, blank=True)
    meaning: SecretStructField[LineMeaning | None] = SecretStructField(
        LineMeaning, null=True
    )  # None: not answered
    noted_at = models.DateTimeField(auto_now_add=True)
    noted_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "kind"], name="listed_by_patient")]

    def __str__(self) -> str:
        return self.text


class Episode(models.Model):
    """One episode of pain, from the first visit to relief. `prior_care` holds the core's values."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="episodes")
    title = models.CharField(max_length=120, blank=True)
    began_on = models.DateField(null=True)  # of the pain
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    prior_care: SecretStructField[tuple[PriorCare, ...] | None] = SecretStructField(
        tuple[PriorCare, ...], null=True
    )  # None: not asked

    class Meta:
        indexes = [models.Index(fields=["patient", "-opened_on"], name="episodes_by_patient")]

    def __str__(self) -> str:
        return self.title or f"episode {self.pk}"


class Visit(models.Model):
    """One visit. Until it is signed it is a draft with a version; each change is recorded in `VisitChange`.

    `facts` and the rows of `Site` store the core's typed visit; only `records.visit` writes them, through `apply`.
    """

    class State(models.TextChoices):
        BOOKED = "booked"
        ARRIVED = "arrived"
        INTAKE_DONE = "intake_done"
        IN_ROOM = "in_room"
        TO_SIGN = "to_sign"
        DONE = "done"
        CANCELED = "canceled"
        NO_SHOW = "no_show"

    service = models.ForeignKey("records.VisitType", models.PROTECT, null=True, related_name="visits")
    by_patient = models.BooleanField(default=False)  # booked by the patient, not at the desk
    moved = models.PositiveSmallIntegerField(
        default=0
    )  # how often it was rescheduled: the calendar's SEQUENCE
    practice = models.ForeignKey(Practice, models.PROTECT)
    location = models.ForeignKey(Location, models.PROTECT)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="visits")
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="visits")
    clinician = models.ForeignKey(Staff, models.PROTECT, related_name="visits")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=30)
    state = models.CharField(max_length=12, choices=State.choices, default=State.BOOKED)
    arrived_at = models.DateTimeField(null=True)
    room = models.CharField(max_length=20, blank=True)
    reason = SecretTextField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)
    facts: SecretStructField[Facts] = SecretStructField(Facts, default=Facts)

    class Meta:
        indexes = [
            models.Index(fields=["practice", "starts_at"], name="visits_by_day"),
            models.Index(fields=["patient", "-starts_at"], name="visits_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.patient_id}"

    @property
    def day(self) -> datetime.date:
        """Return the date of service: the day of the visit in the practice's time zone."""
        return self.starts_at.astimezone(ZoneInfo(self.practice.timezone)).date()

    @property
    def open(self) -> bool:
        """Return whether it can still be changed."""
        return self.state not in (self.State.DONE, self.State.CANCELED, self.State.NO_SHOW)


class Site(models.Model):
    """One muscle on one side (at its point, or as a whole) in one visit: the core's `visit.facts.Site` as a row."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="sites")
    muscle = models.CharField(max_length=60)
    side = models.CharField(max_length=8)
    point = models.CharField(max_length=40, blank=True)
    signs: StructField[Signs] = StructField(Signs, default=Signs)
    planned = models.BooleanField(null=True)
    volume_ml = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    given: StructField[Given | None] = StructField(Given, null=True)
    withdrawn: StructField[tuple[Withdrawn, ...]] = StructField(tuple[Withdrawn, ...], default=tuple)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "muscle", "side", "point"], name="a_site_once_a_visit")
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.muscle}"


class VisitChange(models.Model):
    """One change of a visit, in order. Rows are only ever added.

    `command` names the act; `before` and `after` are [spot or None, part, value] for every changed part. `undoes`: the
    change that this one undid.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True)  # None: the patient, or the system
    command = models.CharField(max_length=40, blank=True)  # '' : from before commands had names
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    what = models.CharField(max_length=80)
    before: SecretStructField[tuple[ChangedPart, ...] | None] = SecretStructField(
        tuple[ChangedPart, ...], null=True
    )
    after: SecretStructField[tuple[ChangedPart, ...] | None] = SecretStructField(
        tuple[ChangedPart, ...], null=True
    )
    key = models.CharField(max_length=40, blank=True)  # idempotency key of the device: sent twice, done once

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "version"], name="versions_in_order"),
            models.UniqueConstraint(fields=["visit", "key"], condition=~Q(key=""), name="a_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} v{self.version} {self.what}"


class Consent(models.Model):
    """A consent as shown and signed. `text` is the whole page in its language; `sha256` is of the PDF."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="consents")
    technique = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    text: SecretStructField[ConsentPage] = SecretStructField(ConsentPage)
    signed_by = models.CharField(max_length=120)
    signature = SecretTextField(blank=True)  # SVG path of a drawn signature
    signed_at = models.DateTimeField(auto_now_add=True)
    pdf = SecretBinaryField()
    sha256 = models.CharField(max_length=64)
    voided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.technique} {self.signed_by}"


class Note(models.Model):
    """A signed note: its sentences, and the whole episode as JSON, exactly as signed."""

    visit = models.OneToOneField(Visit, models.PROTECT, related_name="note")
    sentences: SecretStructField[tuple[NoteSentence, ...]] = SecretStructField(tuple[NoteSentence, ...])
    record: SecretStructField[msgspec.Raw] = SecretStructField(msgspec.Raw)
    signed_by = models.ForeignKey(Staff, models.PROTECT)
    signed_at = models.DateTimeField(auto_now_add=True)
    pdf = SecretBinaryField()
    sha256 = models.CharField(max_length=64)
    withheld = models.CharField(
        max_length=200, blank=True
    )  # why the patient does not see it; '' means shared

    def __str__(self) -> str:
        return f"note of visit {self.visit_id}"


class ReferralLetter(models.Model):
    """A letter about a signed visit to the referring doctor, as it was made. Rows are only ever added."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="letters")
    to: StructField[ReferringDoctor] = StructField(ReferringDoctor)
    asked = SecretTextField(blank=True)
    pdf = SecretBinaryField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Staff, models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"letter {self.pk} to {self.to.name}"


class Addendum(models.Model):
    """An addendum to a signed note. Rows are only ever added."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="addenda")
    text = SecretTextField()
    by = models.ForeignKey(Staff, models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "addenda"

    def __str__(self) -> str:
        return f"addendum to note {self.note_id}"


class Lot(models.Model):
    """One lot of one drug in stock: vials of a size and strength. A recalled or expired lot cannot be used."""

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="lots")
    drug = models.CharField(max_length=40)
    concentration_percent = models.DecimalField(max_digits=5, decimal_places=3)
    vial_ml = models.DecimalField(max_digits=5, decimal_places=1)
    single_dose = models.BooleanField(default=True)
    gtin = models.CharField(max_length=14, blank=True)
    ndc = models.CharField(max_length=13, blank=True)
    number = models.CharField(max_length=40)
    expires_on = models.DateField()
    vials = models.PositiveIntegerField()
    recalled_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)  # received in error

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "drug", "number"], name="a_lot_once")]

    def __str__(self) -> str:
        return f"{self.drug} {self.number}"


class VialOpened(models.Model):
    """A vial of a lot that was opened for a visit. What was given and discarded follows from the visit."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="opened")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="vials")
    by = models.ForeignKey(Staff, models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.lot} for visit {self.visit_id}"


class Message(models.Model):
    """A message about a patient between staff, or with the patient. Rows are only ever added.

    `by` None: the patient (or a proxy) wrote it. `shared`: the patient can read it.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="messages")
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    shared = models.BooleanField(default=False)
    to = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="messages")
    text = SecretTextField(max_length=1000)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["patient", "-at"], name="messages_by_patient"),
            models.Index(fields=["to", "read_at"], name="messages_to_read"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Task(models.Model):
    """A task for the staff."""

    practice = models.ForeignKey(Practice, models.PROTECT)
    patient = models.ForeignKey(Patient, models.PROTECT, null=True)
    visit = models.ForeignKey("records.Visit", models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200)
    about = StructField[list[str]](
        list[str], default=list
    )  # red flags and safety alerts: one open task for each in a visit
    urgent = models.BooleanField(default=False)
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["practice", "done_at", "due_on"], name="tasks_open")]

    def __str__(self) -> str:
        return self.title
