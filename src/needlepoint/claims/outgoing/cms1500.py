"""The paper claim: the value of each box of form CMS-1500 (02/12). Box numbers are the form's."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.claims.types import Address, Claim, ClaimLine, Coverage, Person, Provider

__all__ = ["Box", "Cms1500", "cms1500"]

MOST_LINES = 6  # of one page of the form
KINDS = {"MB": "Medicare", "MC": "Medicaid", "CH": "TRICARE", "VA": "CHAMPVA", "BL": "Group health plan",
         "CI": "Group health plan", "HM": "Group health plan", "12": "Group health plan", "WC": "Other"}  # fmt: skip
RELATIONS = {"18": "Self", "01": "Spouse", "19": "Child"}


class Box(msgspec.Struct, frozen=True):
    """One box: its number, its label, and the value; empty stays empty."""

    number: str
    label: str
    value: str


class DiagnosisPointer(msgspec.Struct, frozen=True):
    """One diagnosis of box 21 with its letter."""

    letter: str
    code: str


class ServiceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of box 24; `extra` is the rendering NPI and the shaded half (NDC, or the drug's name)."""

    date: str
    place: str
    code: str
    modifiers: str
    pointers: str
    charge_usd: Decimal
    units: str
    extra: str


class Cms1500(msgspec.Struct, frozen=True, kw_only=True):
    """The boxes of one claim. `pages`: the number of forms, six lines each."""

    claim: str
    boxes: tuple[Box, ...]
    diagnoses: tuple[DiagnosisPointer, ...]
    lines: tuple[ServiceLine, ...]
    totals: tuple[Box, ...]
    pages: int


def cms1500(claim: Claim) -> Cms1500:
    """Return the claim as form CMS-1500."""
    return Cms1500(
        claim=claim.id,
        boxes=tuple(_boxes(claim)),
        diagnoses=tuple(
            DiagnosisPointer("ABCDEFGHIJKL"[n], code.replace(".", ""))
            for n, code in enumerate(claim.diagnoses)
        ),
        lines=tuple(_row(claim, line) for line in claim.lines),
        totals=tuple(_totals(claim)),
        pages=-(-len(claim.lines) // MOST_LINES),
    )


def _boxes(claim: Claim) -> list[Box]:
    cover = claim.coverage
    patient = claim.patient or cover.insured
    other = claim.others[0] if claim.others else None
    medicare_first = cover.filing == "MB" and cover.sequence == "P"
    return [
        Box("1", "Kind of plan", KINDS.get(cover.filing, "Other")),
        Box("1a", "Insured's number", cover.member_id),
        Box("2", "Patient", _name(patient)),
        Box("3", "Birth date, sex", f"{_day(patient.birth_date)} {patient.sex}".strip()),
        Box("4", "Insured", "" if medicare_first else _name(cover.insured)),
        Box("5", "Patient's address", _address(patient.address)),
        Box("6", "Patient is the insured's", RELATIONS.get(cover.relation, "Other")),
        Box("7", "Insured's address", "" if medicare_first else _address(cover.insured.address)),
        Box("9", "Other insured", _name(other.insured) if other else ""),
        Box("9a", "Other policy", other.member_id if other else ""),
        Box("9d", "Other plan", other.payer.name if other else ""),
        Box("10", "Work, car, other accident", _related(claim)),
        Box("11", "Group", "NONE" if medicare_first else cover.group_number),
        Box("11c", "Plan", "" if medicare_first else cover.group_name or cover.payer.name),
        Box("11d", "Another plan", "yes" if other else "no"),
        Box("12, 13", "Signatures", "Signature on file"),
        Box("14", "Onset", f"{_day(claim.onset)} (431)" if claim.onset else ""),
        Box("17, 17b", "Referring", _party("DN", claim.referring) or _party("DQ", claim.supervising)),
        Box("19", "More", claim.note),
        Box("22", "Resubmission", f"{claim.frequency} {claim.original}" if claim.original else ""),
        Box("23", "Authorization", claim.authorization or claim.referral),
    ]


def _totals(claim: Claim) -> list[Box]:
    billing = claim.billing
    tax = f"{billing.tax_id} ({'SSN' if billing.tax_id_kind == 'SY' else 'EIN'})"
    paid = claim.patient_paid_usd
    where = claim.facility or billing
    return [
        Box("25", "Tax number", tax),
        Box("26", "Account", claim.id),
        Box("27", "Assignment", "yes" if claim.assignment == "A" else "no"),
        Box("28", "Charges", f"${claim.total_usd}"),
        Box("29", "Paid", f"${paid}" if paid else ""),
        Box("31", "Signature of the clinician", _party("", claim.rendering or billing)),
        Box("32", "Place", ", ".join(filter(None, (where.name, _address(where.address))))),
        Box("32a", "Place's NPI", where.npi),
        Box("33", "Billing", ", ".join(filter(None, (_whole(billing), _address(claim.pay_to or billing.address))))),
        Box("33a", "Billing NPI", billing.npi),
        Box("33b", "Taxonomy", f"ZZ{billing.taxonomy}" if billing.taxonomy else ""),
        Box("", "Payer", _payer(claim.coverage)),
    ]  # fmt: skip


def _row(claim: Claim, line: ClaimLine) -> ServiceLine:
    rendering = line.rendering or claim.rendering or claim.billing
    shaded = [f"N4{line.drug.ndc} {line.drug.unit}{line.drug.quantity}"] if line.drug else []
    shaded += [text for text in (line.description, line.note) if text]
    until = line.to or line.on
    return ServiceLine(
        date=_day(line.on) if until == line.on else f"{_day(line.on)}-{_day(until)}",
        place=line.place or claim.place,
        code=line.code,
        modifiers=" ".join(line.modifiers),
        pointers="".join("ABCDEFGHIJKL"[n - 1] for n in line.pointers if 1 <= n <= 12),
        charge_usd=line.charge_usd,
        units=f"{line.units.normalize():f}",
        extra="; ".join([rendering.npi, *shaded]),
    )


def _day(day: datetime.date | None) -> str:
    return f"{day:%m %d %Y}" if day else ""


def _name(person: Person) -> str:
    return ", ".join(
        part for part in (f"{person.last} {person.suffix}".strip(), person.first, person.middle) if part
    )


def _whole(party: Provider) -> str:
    return f"{party.first} {party.name}".strip()


def _party(kind: str, party: Provider | None) -> str:
    return f"{kind} {_whole(party)}, NPI {party.npi}".strip() if party else ""


def _address(address: Address | None) -> str:
    if address is None:
        return ""
    street = " ".join(filter(None, (address.line1, address.line2)))
    return f"{street}, {address.city}, {address.state} {address.zip}"


def _related(claim: Claim) -> str:
    names = {
        "EM": "work",
        "AA": f"car ({claim.related_state})" if claim.related_state else "car",
        "OA": "other",
    }
    return ", ".join(names.get(code, code) for code in claim.related) or "no"


def _payer(cover: Coverage) -> str:
    return f"{cover.payer.name}, {cover.payer.id}"
