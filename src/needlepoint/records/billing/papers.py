"""Papers of the front desk: the receipt of a payment or refund, and the superbill of a signed visit."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from needlepoint.coding import Coding
from needlepoint.cost.ledger import balance_of, load_desk
from needlepoint.documents import to_pdf
from needlepoint.documents.notes.load import word
from needlepoint.episode.account.superbill import superbill_of
from needlepoint.episode.types import Episode
from needlepoint.episode.walk import walk
from needlepoint.records.billing.ledger import entry_of
from needlepoint.records.models import LedgerEntry, Note, Visit
from needlepoint.records.notes.integrity import check_note
from needlepoint.records.notes.sign import moment
from needlepoint.records.settings.public_settings import address_line, outside_of, zone_of
from needlepoint.records.visit.evaluate import own_payers

__all__ = ["receipt_number", "receipt_pdf", "superbill_pdf"]

HEADING = 6  # digits of a receipt number


def receipt_number(row: LedgerEntry) -> str:
    """Return the number as printed: R-000042."""
    return "" if row.number is None else f"R-{row.number:0{HEADING}}"


def receipt_pdf(row: LedgerEntry, lang: str) -> bytes:
    """Return the receipt of a payment or a refund as a PDF."""
    desk, practice = load_desk(), row.practice
    method, purpose = desk.method_of(row.method), desk.purpose_of(row.purpose)
    paper = {
        "kind": row.kind,
        "practice": practice.name,
        "address": address_line(row.location),
        "phone": outside_of(practice).phone or practice.billing.phone,
        "tax_id": practice.billing.tax_id,
        "number": receipt_number(row),
        "at": moment(row.at.astimezone(zone_of(practice)), lang),
        "by": row.by.name if row.by else "",
        "patient": f"{row.patient.given} {row.patient.family}",
        "visit_on": row.visit.day.isoformat() if row.visit else None,
        "purpose_en": purpose.en if purpose else "",
        "purpose_es": purpose.es if purpose else "",
        "method_en": method.en if method else "",
        "method_es": method.es if method else "",
        "reference": row.reference,
        "amount": row.amount,
        "currency": row.currency,
        "voided": row.voided_at is not None,
    }
    return to_pdf("receipt", paper, lang)


def superbill_pdf(note: Note, lang: str) -> bytes:
    """Return the superbill of a signed visit as a PDF, from the record exactly as signed.

    Raises Refused when the note differs from what was signed, and where there is nothing to bill.
    """
    check_note(note)
    visit = note.visit
    bill = superbill_of(_coding(note), visit.practice.fees, visit.day)
    paper = (
        _who(visit, lang)
        | _paid(visit)
        | {
            "bill": bill,
            "signed_by": note.signed_by.name,
            "signed_at": moment(note.signed_at.astimezone(zone_of(visit.practice)), lang),
        }
    )
    return to_pdf("superbill", paper, lang)


def _coding(note: Note) -> Coding | None:
    """Return the codes of the record exactly as signed."""
    return walk(msgspec.json.decode(bytes(note.record), type=Episode), payers=own_payers()).coding


def _who(visit: Visit, lang: str) -> dict[str, object]:
    practice, patient, staff = visit.practice, visit.patient, visit.clinician
    held = [
        row
        for row in staff.licenses.all()
        if row.state == visit.location.state and row.expires_on >= visit.day
    ]
    address = patient.address
    return {
        "practice": practice.billing.name or practice.name,
        "address": address_line(visit.location),
        "phone": outside_of(practice).phone or practice.billing.phone,
        "npi": practice.billing.npi,
        "tax_id": practice.billing.tax_id,
        "place": f"{visit.location.place} · {visit.location.name}",
        "clinician": staff.name,
        "profession": word("profession", staff.profession, lang) if staff.profession else "",
        "clinician_npi": staff.npi,
        "license": f"{held[0].state} {held[0].number}" if held else "",
        "patient": f"{patient.given} {patient.family}",
        "birth_date": patient.birth_date.isoformat(),
        "patient_address": ", ".join(
            filter(None, (address.line1, address.city, f"{address.state} {address.zip}".strip()))
        ),
        "plans": [f"{card.payer.name}, {card.member_id}" for card in patient.coverages],
    }


def _paid(visit: Visit) -> dict[str, object]:
    """Return what was paid for this visit, refunds with a minus."""
    desk, zone = load_desk(), zone_of(visit.practice)
    rows = list(
        LedgerEntry.objects.filter(visit=visit, voided_at=None)
        .exclude(kind=LedgerEntry.Kind.CHARGE)
        .order_by("at", "pk")
    )
    payments = []
    for row in rows:
        method = desk.method_of(row.method)
        payments.append(
            {
                "on": row.at.astimezone(zone).date().isoformat(),
                "method_en": method.en if method else "",
                "method_es": method.es if method else "",
                "number": receipt_number(row),
                "amount": -balance_of([entry_of(row)]),
            }
        )
    return {"payments": payments, "paid": -balance_of(map(entry_of, rows)) or Decimal(0)}
