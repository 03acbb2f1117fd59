"""Checks of a claim beyond syntax: check digits, codes, dates, sums, pointers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from needlepoint.base.money import AMOUNT, is_amount
from needlepoint.base.refusal import Fault
from needlepoint.claims.types import Claim, ClaimLine, Coverage, Person, Provider
from needlepoint.claims.x12.writer import ALLOWED
from needlepoint.coding.icd10cm import is_category, is_listed
from needlepoint.coding.shape import looks_like_icd10cm

__all__ = ["check_claim", "npi_is_valid"]

NPI_PREFIX = "80840"  # prefix of the card issuer number in an NPI's check digit
CATEGORY = 3  # letters and digits before the point of a diagnosis code
MOST_LINES, MOST_DIAGNOSES, MOST_POINTERS, MOST_MODIFIERS = 50, 12, 4, 4
CAR = "AA"
CAUSES = (CAR, "EM", "OA")  # car, employment, other accident
PROCEDURE = re.compile(r"[A-Z0-9]\d{3}[A-Z0-9]")
MODIFIER = re.compile(r"[A-Z0-9]{2}")
NDC = re.compile(r"\d{11}")


def npi_is_valid(npi: str) -> bool:
    """Return whether ten digits end in the Luhn check digit over 80840 and the number.

    >>> npi_is_valid("1234567893"), npi_is_valid("1234567890")
    (True, False)
    """
    if not (len(npi) == 10 and npi.isascii() and npi.isdigit()):
        return False
    digits = [int(digit) for digit in NPI_PREFIX + npi]
    doubled = [2 * digit for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(d // 10 + d % 10 for d in doubled)) % 10 == 0


def check_claim(claim: Claim, today: datetime.date | None = None) -> list[Fault]:
    """Return every fault of a claim with its path and remedy; an empty list means that it may be sent."""
    return [
        *_text_faults(claim, "claim"),
        *_party_faults(claim),
        *_coverage_faults(claim.coverage, "claim.coverage", claim.patient is None),
        *_others_faults(claim),
        *_frequency_faults(claim),
        *_accident_faults(claim),
        *_diagnosis_faults(claim),
        *_lines_faults(claim, today),
    ]


LENGTHS = {"id": 38, "name": 60, "last": 60, "first": 35, "middle": 25, "suffix": 10, "line1": 55, "line2": 55,
           "city": 30, "note": 80, "description": 80, "control": 30, "member_id": 80, "phone": 20}  # fmt: skip


def _text_faults(value: msgspec.Struct, where: str) -> Iterator[Fault]:
    """Return text that the file cannot carry: characters outside X12's set, too long, surrounding blanks."""
    for name in value.__struct_fields__:
        part = getattr(value, name)
        if isinstance(part, str):
            if not part:
                continue
            if not ALLOWED.issuperset(part):
                odd = "".join(sorted(set(part) - ALLOWED))
                remedy = "Write it in the letters of X12, e.g. JOSE for José."
                yield Fault(f"{where}.{name}", f"{part!r} with {odd!r}", "X12's character set", remedy)
            if part != part.strip():
                yield Fault(f"{where}.{name}", repr(part), "no blanks around it")
            if len(part) > LENGTHS.get(name, 50):
                yield Fault(f"{where}.{name}", f"{len(part)} characters", f"at most {LENGTHS.get(name, 50)}")
        elif isinstance(part, msgspec.Struct):
            yield from _text_faults(part, f"{where}.{name}")
        elif isinstance(part, list):
            for n, item in enumerate(part):
                if isinstance(item, msgspec.Struct):
                    yield from _text_faults(item, f"{where}.{name}[{n}]")
                elif isinstance(item, str) and not ALLOWED.issuperset(item):
                    yield Fault(f"{where}.{name}[{n}]", repr(item), "X12's character set")


def _party_faults(claim: Claim) -> Iterator[Fault]:
    billing = claim.billing
    where = "claim.billing"
    if not claim.id:
        yield Fault("claim.id", "nothing", "the practice's number of this claim")
    yield from _provider_faults(billing, where)
    if not re.fullmatch(r"\d{9}", billing.tax_id):
        yield Fault(f"{where}.tax_id", repr(billing.tax_id), "nine digits without a dash")
    if billing.tax_id_kind not in ("EI", "SY"):
        yield Fault(
            f"{where}.tax_id_kind", repr(billing.tax_id_kind), "EI (employer) or SY (social security)"
        )
    if billing.address is None:
        yield Fault(f"{where}.address", "nothing", "the street address of the practice")
    elif not re.fullmatch(r"\d{9}", billing.address.zip):
        yield Fault(f"{where}.address.zip", repr(billing.address.zip), "nine digits: ZIP+4 without a dash")
    elif re.match(r"p\.?\s*o\.?\s*box", billing.address.line1, re.IGNORECASE):
        yield Fault(f"{where}.address.line1", repr(billing.address.line1), "a street: a box goes to pay_to")
    for name in ("rendering", "referring", "supervising", "facility"):
        party: Provider | None = getattr(claim, name)
        if party:
            yield from _provider_faults(party, f"claim.{name}")
    if claim.facility and claim.facility.address is None:
        yield Fault("claim.facility.address", "nothing", "where the service was given")


def _provider_faults(party: Provider, where: str) -> Iterator[Fault]:
    if not party.name:
        yield Fault(f"{where}.name", "nothing", "a name")
    if not npi_is_valid(party.npi):
        yield Fault(f"{where}.npi", repr(party.npi), "ten digits with a check digit that is right")
    if party.taxonomy and not re.fullmatch(r"[A-Z0-9]{9}X", party.taxonomy):
        yield Fault(f"{where}.taxonomy", repr(party.taxonomy), "ten characters that end in X")


def _coverage_faults(cover: Coverage, where: str, is_patient: bool) -> Iterator[Fault]:
    if cover.sequence not in "PSTABCDEFGHU" or len(cover.sequence) != 1:
        yield Fault(f"{where}.sequence", repr(cover.sequence), "P, S or T")
    if not cover.member_id:
        yield Fault(f"{where}.member_id", "nothing", "the number on the card")
    if not cover.payer.id:
        yield Fault(f"{where}.payer.id", "nothing", "the payer's id at the clearing house")
    if is_patient:
        if cover.relation != "18":
            yield Fault(f"{where}.relation", repr(cover.relation), "18 (self), or a patient of its own")
        yield from _person_faults(cover.insured, f"{where}.insured")
    elif cover.relation == "18":
        yield Fault(f"{where}.relation", "'18' (self) beside a patient", "01, 19, 20, 21, 39, 40, 53 or G8")


def _person_faults(person: Person, where: str) -> Iterator[Fault]:
    if person.address is None:
        yield Fault(f"{where}.address", "nothing", "the patient's address")
    if person.birth_date is None:
        yield Fault(f"{where}.birth_date", "nothing", "the patient's date of birth")
    if person.sex not in ("F", "M", "U"):
        yield Fault(f"{where}.sex", repr(person.sex), "F, M or U")


def _others_faults(claim: Claim) -> Iterator[Fault]:
    if claim.patient:
        yield from _person_faults(claim.patient, "claim.patient")
    taken = {claim.coverage.sequence}
    for n, other in enumerate(claim.others):
        where = f"claim.others[{n}]"
        if other.sequence in taken:
            expected = "an order of its own among the payers"
            yield Fault(f"{where}.sequence", repr(other.sequence), expected)
        taken.add(other.sequence)
        before = "PST".find(other.sequence) < "PST".find(claim.coverage.sequence)
        if before and other.paid is None and not any(line.payments for line in claim.lines):
            expected = "what this payer paid, as it comes before the one that is billed"
            yield Fault(f"{where}.paid", "nothing", expected, "Enter its remittance.")


def _frequency_faults(claim: Claim) -> Iterator[Fault]:
    if claim.frequency not in ("1", "7", "8"):
        yield Fault("claim.frequency", repr(claim.frequency), "1 (new), 7 (replaces) or 8 (voids)")
    if claim.frequency in ("7", "8") and not claim.original:
        yield Fault(
            "claim.original", "nothing", "the payer's number of the claim that this one replaces or voids"
        )
    if claim.assignment not in ("A", "B", "C"):
        yield Fault("claim.assignment", repr(claim.assignment), "A, B or C")


def _accident_faults(claim: Claim) -> Iterator[Fault]:
    """Check CLM11: the cause that the condition is related to, and the state for a car accident."""
    for n, cause in enumerate(claim.related):
        if cause not in CAUSES:
            yield Fault(f"claim.related[{n}]", repr(cause), f"one of {', '.join(CAUSES)}")
    if CAR in claim.related and not re.fullmatch(r"[A-Z]{2}", claim.related_state):
        given = repr(claim.related_state) if claim.related_state else "nothing"
        yield Fault("claim.related_state", given, "the state of the car accident, in two letters")


def _diagnosis_faults(claim: Claim) -> Iterator[Fault]:
    codes = [code.replace(".", "") for code in claim.diagnoses]
    if not 1 <= len(codes) <= MOST_DIAGNOSES:
        yield Fault("claim.diagnoses", f"{len(codes)} codes", f"from 1 to {MOST_DIAGNOSES}")
    for n, code in enumerate(claim.diagnoses):
        if not looks_like_icd10cm(code, point=False):
            yield Fault(f"claim.diagnoses[{n}]", repr(code), "a code of ICD-10-CM")
        elif _is_invalid(code, claim):
            expected = "a code that is valid to the last digit on the day of service"
            yield Fault(f"claim.diagnoses[{n}]", code, expected, "Look up the more exact codes below it.")
        if codes[n] in codes[:n]:
            yield Fault(f"claim.diagnoses[{n}]", repr(code), "each code once")


def _is_invalid(code: str, claim: Claim) -> bool:
    """Return whether the code list of the day of service is on file and lacks the code."""
    pointed = code if "." in code or len(code) <= CATEGORY else f"{code[:CATEGORY]}.{code[CATEGORY:]}"
    day = min((line.on for line in claim.lines), default=None)
    if day is None:
        return False
    return is_listed(pointed, day) is False or is_category(pointed, day)


def _lines_faults(claim: Claim, today: datetime.date | None) -> Iterator[Fault]:
    if not 1 <= len(claim.lines) <= MOST_LINES:
        yield Fault("claim.lines", f"{len(claim.lines)} lines", f"from 1 to {MOST_LINES}")
    for n, line in enumerate(claim.lines):
        yield from _line_faults(claim, line, f"claim.lines[{n}]", today)


def _line_faults(claim: Claim, line: ClaimLine, where: str, today: datetime.date | None) -> Iterator[Fault]:
    rules: list[tuple[str, object, bool, str]] = [
        ("code", line.code, bool(PROCEDURE.fullmatch(line.code)), "a CPT or HCPCS code"),
        ("charge_usd", line.charge_usd, is_amount(line.charge_usd), AMOUNT),
        ("units", line.units, line.units.is_finite() and 0 < line.units < 10000, "more than 0, below 10000"),
        ("modifiers", line.modifiers, len(line.modifiers) <= MOST_MODIFIERS, f"at most {MOST_MODIFIERS}"),
        ("modifiers", line.modifiers, all(map(MODIFIER.fullmatch, line.modifiers)), "two characters each"),
        ("pointers", line.pointers, 1 <= len(line.pointers) <= MOST_POINTERS, f"from 1 to {MOST_POINTERS}"),
        ("to", line.to, line.to is None or line.to >= line.on, "a day on or after the first"),
        ("on", line.on, today is None or line.on <= today, "no day that lies ahead"),
        ("drug.ndc", line.drug and line.drug.ndc, not line.drug or bool(NDC.fullmatch(line.drug.ndc)), "11 digits"),
    ]  # fmt: skip
    yield from (
        Fault(f"{where}.{name}", str(given), expected) for name, given, good, expected in rules if not good
    )
    wrong = [pointer for pointer in line.pointers if not 1 <= pointer <= len(claim.diagnoses)]
    if wrong or len(set(line.pointers)) < len(line.pointers):
        expected = f"each from 1 to {len(claim.diagnoses)}, once"
        yield Fault(f"{where}.pointers", str(line.pointers), expected)
    for m, paid in enumerate(line.payments):
        adjusted = sum((row.amount_usd for row in paid.adjustments), Decimal(0))
        if paid.paid_usd + adjusted != line.charge_usd:
            given = f"{paid.paid_usd} paid and {adjusted} adjusted of {line.charge_usd}"
            yield Fault(f"{where}.payments[{m}]", given, "sums that come to the line's charge")
