"""The place of a fault in a biller's words instead of a file's fields."""

from __future__ import annotations

import re

from needlepoint.base.refusal import Fault

__all__ = ["fault_in_words", "item_in_words"]

PART = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")
OUTER = frozenset(("claim", "account", "episode", "session"))  # parts that tell the reader nothing new
NAMES = {
    "adjustments": "adjustment", "billing": "the practice", "charge": "charges", "claim_id": "claim number",
    "codes": "code", "coverage": "the payer that is billed", "coverages": "payer", "decisions": "decision",
    "diagnoses": "diagnosis", "drugs": "drug", "entered": "line entered by hand", "fees": "fees", "id": "number",
    "lines": "line", "member_id": "member number", "modifiers": "modifiers", "ndc": "package number (NDC)",
    "npi": "NPI", "on": "day of service", "original": "number of the claim that this one replaces",
    "others": "other payer", "paid": "what it paid", "payments": "payment of an earlier payer",
    "pointers": "diagnoses it points at", "related": "cause", "related_state": "state of the accident",
    "sites": "place treated", "tax_id": "tax number", "why": "reason", "zip": "ZIP code",
}  # fmt: skip
COUNTED = frozenset(
    ("adjustments", "codes", "coverages", "decisions", "diagnoses", "drugs", "entered", "lines", "others",
     "payments", "related", "sites")
)  # fmt: skip


def place_in_words(where: str) -> str:
    """Return the place of a fault: 'claim.lines[0].on' is 'line 1, day of service'.

    >>> place_in_words("claim.lines[0].on"), place_in_words("claim.related_state")
    ('line 1, day of service', 'state of the accident')
    """
    if not re.fullmatch(r"[a-z_]+(\[\d+\])?(\.[a-z_]+(\[\d+\])?)*", where):
        return where
    said = []
    for name, number in PART.findall(where):
        if name in OUTER and not number:
            continue
        words = NAMES.get(name, name.replace("_", " "))
        said.append(f"{words} {int(number) + 1}" if number and name in COUNTED else words)
    return ", ".join(said) or where


def fault_in_words(fault: Fault) -> str:
    """Return the fault as a sentence."""
    sentence = f"{place_in_words(fault.where)}: {fault.given}; expected {fault.expected}."
    sentence = f"{sentence} {fault.remedy}" if fault.remedy else sentence
    return sentence[:1].upper() + sentence[1:]


def item_in_words(number: int, fault: Fault) -> str:
    """Return a fault of one of several claims: which one, and the fault."""
    inner = re.sub(r"^\[\d+\]\.?", "", fault.where)
    return f"Claim {number + 1}: {fault_in_words(Fault(inner, fault.given, fault.expected, fault.remedy))}"
