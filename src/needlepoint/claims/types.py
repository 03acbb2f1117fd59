"""A professional claim with X12's names: parties, coverages, lines. Money in USD, exact; dates of service are dates."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

__all__ = [
    "Address",
    "Adjustment",
    "Attachment",
    "Claim",
    "ClaimLine",
    "Coverage",
    "DrugPackage",
    "LinePayment",
    "Payer",
    "Person",
    "PriorPayment",
    "Provider",
    "Submission",
]


class Adjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """An amount that was not paid: group (CO, PR, OA, PI, CR), reason (CARC), amount, units."""

    group: str
    reason: str
    amount_usd: Decimal
    quantity: Decimal | None = None


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A street address; `zip` as 5 or 9 digits without a dash (a billing provider's needs 9)."""

    line1: str
    city: str
    state: str
    zip: str
    line2: str = ""


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person (with `first`) or an organization. `tax_id` is an EIN, or an SSN when `tax_id_kind` is SY."""

    name: str
    npi: str
    first: str = ""
    taxonomy: str = ""
    tax_id: str = ""
    tax_id_kind: str = "EI"
    address: Address | None = None
    phone: str = ""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An insured person or a patient. `sex` F, M or U."""

    last: str
    first: str
    middle: str = ""
    suffix: str = ""
    birth_date: datetime.date | None = None
    sex: str = "U"
    address: Address | None = None


class Payer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A payer with its id at the clearinghouse."""

    name: str
    id: str
    address: Address | None = None


class PriorPayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What another payer paid on the whole claim before this one."""

    paid_usd: Decimal
    on: datetime.date | None = None
    patient_usd: Decimal | None = None
    adjustments: list[Adjustment] = []
    payer_control: str = ""


class Coverage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One coverage. `sequence` P, S or T; `filing` MB, CI, MC, WC, ...; `relation` 18 self, 01 spouse, 19 child."""

    payer: Payer
    insured: Person
    member_id: str
    sequence: str = "P"
    filing: str = "CI"
    relation: str = "18"
    group_number: str = ""
    group_name: str = ""
    secondary_reason: str = ""  # why Medicare is secondary (SBR05)
    paid: PriorPayment | None = None


class DrugPackage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The package of a drug line: NDC as 11 digits, and how much in ML, UN, GR, ME or F2."""

    ndc: str
    quantity: Decimal
    unit: str = "ML"


class LinePayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What another payer paid on one line."""

    payer_id: str
    paid_usd: Decimal
    on: datetime.date
    code: str
    modifiers: list[str] = []
    units: Decimal = Decimal(1)
    adjustments: list[Adjustment] = []
    patient_usd: Decimal | None = None


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An attachment of the claim: its kind (PWK01), its transmission (PWK02), its number."""

    kind: str
    by: str
    control: str = ""


class ClaimLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One service line. `pointers` count the claim's diagnoses from 1; `description` for drugs without a code."""

    code: str
    charge_usd: Decimal
    units: Decimal
    on: datetime.date
    pointers: list[int]
    modifiers: list[str] = []
    to: datetime.date | None = None
    unit: str = "UN"
    place: str = ""
    description: str = ""
    note: str = ""
    control: str = ""
    authorization: str = ""
    attachments: list[Attachment] = []
    drug: DrugPackage | None = None
    rendering: Provider | None = None
    supervising: Provider | None = None
    payments: list[LinePayment] = []


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One claim. `frequency` 1 new, 7 replaces, 8 voids `original`; `others`: the payers before or after this one."""

    id: str
    billing: Provider
    coverage: Coverage
    diagnoses: list[str]
    lines: list[ClaimLine]
    patient: Person | None = None  # None: the insured is the patient
    others: list[Coverage] = []
    rendering: Provider | None = None
    referring: Provider | None = None
    supervising: Provider | None = None
    facility: Provider | None = None
    pay_to: Address | None = None
    place: str = "11"
    frequency: str = "1"
    original: str = ""
    assignment: str = "A"
    onset: datetime.date | None = None
    accident: datetime.date | None = None
    related: list[str] = []  # AA car, EM employment, OA other accident
    related_state: str = ""
    patient_paid_usd: Decimal | None = None
    authorization: str = ""
    referral: str = ""
    record: str = ""
    note: str = ""
    attachments: list[Attachment] = []

    @property
    def total_usd(self) -> Decimal:
        """Return the sum of the lines, which CLM02 must equal."""
        return sum((line.charge_usd for line in self.lines), Decimal(0))


class Submission(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sender and receiver of a numbered file. `created` is UTC; `test` marks a file that must not be paid."""

    sender: str
    sender_id: str
    contact: str
    phone: str
    receiver: str
    receiver_id: str
    created: datetime.datetime
    control: int = 1
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    test: bool = True
