"""The account of an episode: provider, payer, patient, prices, and what the patient's plan leaves to pay."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.claims.types import Address, Attachment, Coverage, LinePayment, Person, Provider
from needlepoint.cost import Benefits, Household
from needlepoint.cost.fees import Fees

__all__ = ["Account", "HoldDecision", "Submitter"]


class Submitter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sender and receiver of the file: names, and their ids at the clearinghouse."""

    sender: str
    sender_id: str
    contact: str
    phone: str
    receiver: str
    receiver_id: str
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"


class HoldDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A named person's decision about a hold on the claim, and why. `about` as the hold names it."""

    about: str
    by: str
    why: str
    on: datetime.date | None = None


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a claim and a price need beside the record. Without `coverages` the patient pays.

    `billed` is the sequence (P, S, T) of the coverage that is billed now; the others are listed. `notice_signed`:
    whether the patient signed the payer's notice before the session. `scheduled_on` starts the deadline of the
    estimate.
    """

    claim_id: str = ""
    billing: Provider | None = None
    rendering: Provider | None = None
    referring: Provider | None = None
    supervising: Provider | None = None
    facility: Provider | None = None
    pay_to: Address | None = None
    contact: str = ""
    patient: Person | None = None
    coverages: list[Coverage] = []
    billed: str = "P"
    submitter: Submitter | None = None

    fees: Fees = Fees()
    locality: str | None = None
    benefits: Benefits | None = None
    part_b_deductible_met_usd: Decimal | None = None
    second_benefits: Benefits | None = None
    medigap: str | None = None
    household: Household | None = None
    scheduled_on: datetime.date | None = None
    asked_for_estimate: bool = False
    notice_signed: bool | None = None
    qmb: bool | None = None  # Qualified Medicare Beneficiary
    participating: bool = True  # the clinician in Medicare
    assigned: bool = True  # the claim accepts the payer's amount as the whole price (CLM07)
    decisions: list[HoldDecision] = []

    frequency: str = "1"
    original: str = ""
    authorization: str = ""
    referral: str = ""
    record: str = ""
    note: str = ""
    onset: datetime.date | None = None
    accident: datetime.date | None = None
    related: list[str] = []
    related_state: str = ""
    patient_paid_usd: Decimal | None = None
    attachments: list[Attachment] = []
    payments: list[LinePayment] = []  # what a previous payer paid on the lines, by code
