"""Claims of made-up people, plain and with everything that a claim can carry."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import msgspec

from needlepoint.claims.types import (
    Address,
    Adjustment,
    Attachment,
    Claim,
    ClaimLine,
    Coverage,
    DrugPackage,
    LinePayment,
    Payer,
    Person,
    PriorPayment,
    Provider,
    Submission,
)

ON = datetime.date(2026, 7, 14)
CLINIC_ADDRESS = Address(line1="1 EXAMPLE ST", city="ALBANY", state="NY", zip="122070001")
CLINIC = Provider(
    name="EXAMPLE CLINIC",
    npi="1234567893",
    taxonomy="208100000X",
    tax_id="123456789",
    address=CLINIC_ADDRESS,
    phone="5555550100",
)
DOCTOR = Provider(name="SAMPLE", first="ALEX", npi="1245319599", taxonomy="208100000X")
COLLEAGUE = Provider(name="COLLEAGUE", first="BO", npi="1245319599")
JANE = Person(
    last="EXAMPLE",
    first="JANE",
    birth_date=datetime.date(1950, 1, 1),
    sex="F",
    address=Address(line1="2 SAMPLE AVE", city="ALBANY", state="NY", zip="12207"),
)
SAM = msgspec.structs.replace(JANE, first="SAM", birth_date=datetime.date(2010, 2, 28), sex="M")
MEDICARE = Coverage(
    payer=Payer(name="EXAMPLE PAYER", id="RECEIVERID"), insured=JANE, member_id="1EG4TE5MK73", filing="MB"
)
INJECTION = ClaimLine(
    code="20553", charge_usd=Decimal(120), units=Decimal(1), on=ON, pointers=[1, 2], control="L1"
)
LIDOCAINE = ClaimLine(
    code="J2003",
    charge_usd=Decimal(10),
    units=Decimal(30),
    on=ON,
    pointers=[1],
    control="L2",
    drug=DrugPackage(ndc="00000000000", quantity=Decimal(3)),
)
SUBMISSION = Submission(
    sender="EXAMPLE CLINIC",
    sender_id="SENDERID",
    contact="BILLING DESK",
    phone="5555550100",
    receiver="EXAMPLE PAYER",
    receiver_id="RECEIVERID",
    created=datetime.datetime(2026, 7, 15, 12, tzinfo=datetime.UTC),
)


def claim(number: int = 1, **changed: Any) -> Claim:
    fields: dict[str, Any] = {
        "id": f"TPI-{number:05}",
        "billing": CLINIC,
        "coverage": MEDICARE,
        "diagnoses": ["M79.18", "M54.2"],
        "lines": [INJECTION, LIDOCAINE],
        "rendering": DOCTOR,
    }
    return Claim(**(fields | changed))


def dependent() -> Claim:
    """A child under a parent's plan."""
    parent = Person(last="EXAMPLE", first="JANE")
    plan = msgspec.structs.replace(MEDICARE, relation="19", filing="CI", insured=parent)
    return claim(2, coverage=plan, patient=SAM)


def second_payer() -> Claim:
    """A corrected claim to a second payer after the first has paid, with every party and paper."""
    first = Coverage(
        payer=Payer(name="FIRST PAYER", id="FIRST1"),
        insured=Person(last="EXAMPLE", first="JANE", address=JANE.address),
        member_id="X1",
        group_number="G1",
        paid=PriorPayment(paid_usd=Decimal(80), on=datetime.date(2026, 7, 10), patient_usd=Decimal(20)),
    )
    paid = LinePayment(
        payer_id="FIRST1",
        paid_usd=Decimal(80),
        on=datetime.date(2026, 7, 10),
        code="20553",
        adjustments=[
            Adjustment(group="CO", reason="45", amount_usd=Decimal(20)),
            Adjustment(group="PR", reason="2", amount_usd=Decimal(20)),
        ],
    )
    return claim(
        3,
        coverage=msgspec.structs.replace(MEDICARE, sequence="S", secondary_reason="12"),
        others=[first],
        lines=[msgspec.structs.replace(INJECTION, payments=[paid]), LIDOCAINE],
        referring=COLLEAGUE,
        supervising=COLLEAGUE,
        facility=Provider(name="EXAMPLE HOSPITAL", npi="1245319599", address=CLINIC_ADDRESS),
        place="22",
        frequency="7",
        original="PAYERNUMBER1",
        authorization="AUTH1",
        referral="REF1",
        record="MR1",
        note="A NOTE",
        attachments=[Attachment(kind="OZ", by="EL", control="ATT1")],
        onset=datetime.date(2026, 1, 1),
        accident=datetime.date(2026, 1, 1),
        related=["EM"],
        patient_paid_usd=Decimal("11.96"),
        pay_to=Address(line1="PO BOX 1", city="ALBANY", state="NY", zip="12207"),
    )


def unlisted_drug() -> Claim:
    """A void after a car accident, with a drug that has no code of its own."""
    line = ClaimLine(
        code="J3490",
        charge_usd=Decimal("12.34"),
        units=Decimal(1),
        on=ON,
        to=datetime.date(2026, 7, 15),
        pointers=[1],
        description="PROCAINE 20 MG",
        modifiers=["JZ"],
        authorization="A1",
        note="20 MG PROCAINE",
        attachments=[Attachment(kind="OZ", by="AA")],
        rendering=DOCTOR,
        place="12",
    )
    return claim(
        4,
        lines=[line],
        related=["AA"],
        related_state="NY",
        accident=datetime.date(2026, 7, 1),
        frequency="8",
        original="PAYERNUMBER2",
    )


EVERY_KIND = {"plain": claim, "dependent": dependent, "second payer": second_payer, "unlisted": unlisted_drug}
