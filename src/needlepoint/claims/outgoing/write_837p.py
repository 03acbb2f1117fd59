"""837P (005010X222A1): claims as a file for a clearinghouse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from needlepoint.base.refusal import Fault, Refused
from needlepoint.claims.outgoing.checks import check_claim
from needlepoint.claims.types import (
    Address,
    Adjustment,
    Attachment,
    Claim,
    ClaimLine,
    Coverage,
    LinePayment,
    Person,
    Provider,
    Submission,
)
from needlepoint.claims.x12.elements import date_text
from needlepoint.claims.x12.writer import SetWriter, composite, enveloped, number

__all__ = ["VERSION", "write_837p"]

VERSION = "005010X222A1"
MOST_CLAIMS = 5000  # in one transaction set, as the guide recommends


def write_837p(claims: Sequence[Claim], submission: Submission) -> str:
    """Return one interchange with every claim, or Refused with every fault of every claim: a bad claim is never sent.

    Raises Refused for faults that `check_claim` finds, for no claims at all, and for a duplicate claim number.
    """
    if not claims:
        raise Refused(Fault("claims", "none", "at least one claim"))
    faults = [
        Fault(f"claims[{n}] {fault.where}", fault.given, fault.expected, fault.remedy)
        for n, claim in enumerate(claims)
        for fault in check_claim(claim, submission.created.date())
    ]
    seen: set[tuple[str, str]] = set()
    for n, claim in enumerate(claims):
        key = (claim.id, claim.coverage.sequence)
        if key in seen:
            faults.append(Fault(f"claims[{n}].id", repr(claim.id), "a number used once in a file"))
        seen.add(key)
    if faults:
        raise Refused(faults)
    return enveloped(_sets(claims, submission), submission, "HC", VERSION)


def _sets(claims: Sequence[Claim], submission: Submission) -> Iterator[str]:
    for control, start in enumerate(range(0, len(claims), MOST_CLAIMS), 1):
        yield _set(claims[start : start + MOST_CLAIMS], submission, control)


def _set(claims: Iterable[Claim], submission: Submission, control: int) -> str:
    out = SetWriter("837", VERSION, control)
    at = submission.created
    batch = f"{submission.control}-{control}"
    out.add("BHT", "0019", "00", batch, f"{at:%Y%m%d}", f"{at:%H%M}", "CH")
    out.add("NM1", "41", "2", submission.sender, "", "", "", "", "46", submission.sender_id)
    out.add("PER", "IC", submission.contact, "TE", submission.phone)
    out.add("NM1", "40", "2", submission.receiver, "", "", "", "", "46", submission.receiver_id)
    level = 0
    for _, group in groupby(claims, key=lambda claim: (claim.billing, claim.pay_to)):
        level += 1
        parent = level
        for n, claim in enumerate(group):
            if n == 0:
                _billing(out, claim, level)
            level = _subscriber(out, claim, level, parent)
            _claim(out, claim)
    return out.close()


def _billing(out: SetWriter, claim: Claim, level: int) -> None:
    billing = claim.billing
    out.add("HL", str(level), "", "20", "1")
    if billing.taxonomy:
        out.add("PRV", "BI", "PXC", billing.taxonomy)
    _name(out, "85", billing)
    _address(out, billing.address)
    out.add("REF", billing.tax_id_kind, billing.tax_id)
    if billing.phone:
        out.add("PER", "IC", "", "TE", billing.phone)
    if claim.pay_to:
        out.add("NM1", "87", "1" if billing.first else "2")
        _address(out, claim.pay_to)


def _name(out: SetWriter, kind: str, party: Provider) -> None:
    person = "1" if party.first else "2"
    npi = ("XX", party.npi) if party.npi else ()
    out.add("NM1", kind, person, party.name, party.first, "", "", "", *npi)


def _address(out: SetWriter, address: Address | None) -> None:
    if address:
        out.add("N3", address.line1, address.line2)
        out.add("N4", address.city, address.state, address.zip)


def _subscriber(out: SetWriter, claim: Claim, level: int, parent: int) -> int:
    """Write the levels of the insured and, if someone else, of the patient; return the last level's number."""
    cover = claim.coverage
    dependent = claim.patient is not None
    out.add("HL", str(level + 1), str(parent), "22", "1" if dependent else "0")
    relation = "" if dependent else cover.relation
    out.add(
        "SBR", cover.sequence, relation, cover.group_number, cover.group_name, cover.secondary_reason,
        "", "", "", cover.filing,
    )  # fmt: skip
    _person(out, "IL", cover.insured, ("MI", cover.member_id))
    if not dependent:
        _address(out, cover.insured.address)
        _demographics(out, cover.insured)
    _payer(out, cover)
    if claim.patient is None:
        return level + 1
    out.add("HL", str(level + 2), str(level + 1), "23", "0")
    out.add("PAT", cover.relation)
    _person(out, "QC", claim.patient, ())
    _address(out, claim.patient.address)
    _demographics(out, claim.patient)
    return level + 2


def _person(out: SetWriter, kind: str, person: Person, ids: tuple[str, ...]) -> None:
    out.add("NM1", kind, "1", person.last, person.first, person.middle, "", person.suffix, *ids)


def _demographics(out: SetWriter, person: Person) -> None:
    if person.birth_date:
        out.add("DMG", "D8", date_text(person.birth_date), person.sex)


def _payer(out: SetWriter, cover: Coverage) -> None:
    out.add("NM1", "PR", "2", cover.payer.name, "", "", "", "", "PI", cover.payer.id)
    _address(out, cover.payer.address)


def _claim(out: SetWriter, claim: Claim) -> None:
    causes = composite(*[*claim.related[:3], *[""] * (3 - len(claim.related[:3])), claim.related_state])
    out.add(
        "CLM", claim.id, number(claim.total_usd), "", "", composite(claim.place, "B", claim.frequency),
        "Y", claim.assignment, "Y", "Y", "", causes,
    )  # fmt: skip
    if claim.onset:
        out.add("DTP", "431", "D8", date_text(claim.onset))
    if claim.accident:
        out.add("DTP", "439", "D8", date_text(claim.accident))
    _attachments(out, claim.attachments)
    if claim.patient_paid_usd:
        out.add("AMT", "F5", number(claim.patient_paid_usd))
    for kind, value in (
        ("9F", claim.referral),
        ("G1", claim.authorization),
        ("F8", claim.original),
        ("EA", claim.record),
    ):
        if value:
            out.add("REF", kind, value)
    if claim.note:
        out.add("NTE", "ADD", claim.note)
    codes = [code.replace(".", "") for code in claim.diagnoses]
    out.add("HI", *(composite("ABF" if n else "ABK", code) for n, code in enumerate(codes)))
    _providers(out, claim)
    for other in claim.others:
        _other(out, other)
    for n, line in enumerate(claim.lines, 1):
        _line(out, claim, line, n)


def _attachments(out: SetWriter, attachments: Iterable[Attachment]) -> None:
    for paper in attachments:
        ids = ("", "", "AC", paper.control) if paper.control else ()
        out.add("PWK", paper.kind, paper.by, *ids)


def _providers(out: SetWriter, claim: Claim) -> None:
    if claim.referring:
        _name(out, "DN", claim.referring)
    if claim.rendering:
        _rendering(out, claim.rendering)
    if claim.facility:
        _name(out, "77", claim.facility)
        _address(out, claim.facility.address)
    if claim.supervising:
        _name(out, "DQ", claim.supervising)


def _rendering(out: SetWriter, provider: Provider) -> None:
    _name(out, "82", provider)
    if provider.taxonomy:
        out.add("PRV", "PE", "PXC", provider.taxonomy)


def _other(out: SetWriter, other: Coverage) -> None:
    out.add(
        "SBR", other.sequence, other.relation, other.group_number, other.group_name,
        other.secondary_reason, "", "", "", other.filing,
    )  # fmt: skip
    if other.paid:
        _adjustments(out, other.paid.adjustments)
        out.add("AMT", "D", number(other.paid.paid_usd))
        if other.paid.patient_usd is not None:
            out.add("AMT", "EAF", number(other.paid.patient_usd))
    out.add("OI", "", "", "Y", "", "", "Y")
    _person(out, "IL", other.insured, ("MI", other.member_id))
    _address(out, other.insured.address)
    _payer(out, other)
    if other.paid and other.paid.on:
        out.add("DTP", "573", "D8", date_text(other.paid.on))
    if other.paid and other.paid.payer_control:
        out.add("REF", "F8", other.paid.payer_control)


def _adjustments(out: SetWriter, adjustments: Iterable[Adjustment]) -> None:
    """Write CAS by group, six to a segment."""
    ordered = sorted(adjustments, key=lambda row: row.group)
    for group, rows in groupby(ordered, key=lambda row: row.group):
        listed = list(rows)
        for start in range(0, len(listed), 6):
            trios: list[str] = []
            for row in listed[start : start + 6]:
                trios += [row.reason, number(row.amount_usd), number(row.quantity)]
            out.add("CAS", group, *trios)


def _line(out: SetWriter, claim: Claim, line: ClaimLine, n: int) -> None:
    out.add("LX", str(n))
    modifiers = [*line.modifiers, "", "", "", ""][:4]
    service = composite("HC", line.code, *modifiers, line.description)
    pointers = composite(*map(str, line.pointers))
    place = line.place if line.place != claim.place else ""
    out.add("SV1", service, number(line.charge_usd), line.unit, number(line.units), place, "", pointers)
    _attachments(out, line.attachments)
    if line.to and line.to != line.on:
        out.add("DTP", "472", "RD8", f"{date_text(line.on)}-{date_text(line.to)}")
    else:
        out.add("DTP", "472", "D8", date_text(line.on))
    if line.authorization:
        out.add("REF", "G1", line.authorization)
    if line.control:
        out.add("REF", "6R", line.control)
    if line.note:
        out.add("NTE", "ADD", line.note)
    if line.drug:
        out.add("LIN", "", "N4", line.drug.ndc)
        out.add("CTP", "", "", "", number(line.drug.quantity), line.drug.unit)
    if line.rendering:
        _rendering(out, line.rendering)
    if line.supervising:
        _name(out, "DQ", line.supervising)
    for payment in line.payments:
        _payment(out, payment)


def _payment(out: SetWriter, paid: LinePayment) -> None:
    service = composite("HC", paid.code, *paid.modifiers)
    out.add("SVD", paid.payer_id, number(paid.paid_usd), service, "", number(paid.units))
    _adjustments(out, paid.adjustments)
    out.add("DTP", "573", "D8", date_text(paid.on))
    if paid.patient_usd is not None:
        out.add("AMT", "EAF", number(paid.patient_usd))
