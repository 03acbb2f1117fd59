"""Read 837P: our own files, and those of others. Unknown segments are kept, never interpreted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

import msgspec

from needlepoint.base.refusal import Fault, Refused
from needlepoint.claims.types import Attachment, Claim
from needlepoint.claims.x12.elements import adjustments_of, date_of, money_of, quantity_of
from needlepoint.claims.x12.reader import Segment, Set, read_sets, refuse

__all__ = ["ReadClaim", "read_837p"]


class ReadClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as read; `total_usd` is CLM02, which may differ from the sum of the lines."""

    claim: Claim
    total_usd: Decimal
    position: int
    other: tuple[tuple[str, ...], ...]


Fields = dict[str, Any]


def read_837p(stream: BinaryIO) -> Iterator[ReadClaim]:
    """Yield every claim of a file, in constant memory."""
    for set_ in read_sets(stream):
        if set_.id != "837":
            raise Refused(Fault(f"transaction set {set_.control}", repr(set_.id), "837, a file of claims"))
        yield from _Reader(set_).claims()


class _Reader:
    """One transaction set while it is read: the levels above the claim, and the current claim."""

    def __init__(self, set_: Set) -> None:
        self.set = set_
        self.billing: Fields = {}
        self.pay_to: Fields = {}
        self.cover: Fields = {}
        self.patient: Fields | None = None
        self.claim: Fields | None = None
        self.start: Segment | None = None
        self.party: Fields = {}  # the party to which N3, N4, PER and REF belong
        self.other: list[tuple[str, ...]] = []

    def claims(self) -> Iterator[ReadClaim]:
        for segment in self.set.segments:
            if segment.id in ("HL", "CLM") and self.claim is not None:
                yield self._closed()
            self._take(segment)
        if self.claim is not None:
            yield self._closed()

    def _take(self, segment: Segment) -> None:
        if self.claim is None:
            self._take_level(segment)
        elif self.claim["lines"]:
            self._take_line(segment, self.claim["lines"][-1])
        else:
            self._take_claim(segment, self.claim)

    def _take_level(self, segment: Segment) -> None:
        match segment.id, segment.at(1):
            case "HL", _:
                self.party = {}
                if segment.at(3) == "20":
                    self.billing, self.pay_to = {}, {}
                elif segment.at(3) == "22":
                    self.cover, self.patient = {}, None
                elif segment.at(3) == "23":
                    self.patient = {}
            case "PRV", "BI":
                self.billing["taxonomy"] = segment.at(3)
            case "NM1", "85":
                self.party = self.billing
                self.party |= _provider(segment)
            case "NM1", "87":
                self.party = self.pay_to
            case "REF", "EI" | "SY" if self.party is self.billing:
                self.billing |= {"tax_id_kind": segment.at(1), "tax_id": segment.at(2)}
            case "PER", "IC" if self.party is self.billing:
                self.billing["phone"] = segment.at(4)
            case "SBR", _:
                self.cover |= _subscriber(segment)
            case "PAT", relation:
                self.cover["relation"] = relation
            case "NM1", "IL":
                self.party = self.cover["insured"] = _person(segment)
                self.cover["member_id"] = segment.at(9)
            case "NM1", "PR" if self.cover:
                self.party = self.cover["payer"] = {"name": segment.at(3), "id": segment.at(9)}
            case "NM1", "QC":
                self.party = self.patient = _person(segment)
            case _:
                if segment.id == "CLM":
                    self._open(segment)
                elif not _about_party(self.party, segment):
                    self.other.append(tuple(segment.elements))

    def _open(self, segment: Segment) -> None:
        place = [*segment.parts(5), "", "", ""]
        causes = [part for part in segment.parts(11) if part] if segment.at(11) else []
        state = segment.parts(11)[3] if len(segment.parts(11)) > 3 else ""
        self.start, self.other = segment, []
        self.claim = {
            "id": segment.at(1),
            "place": place[0],
            "frequency": place[2],
            "assignment": segment.at(7),
            "related": [cause for cause in causes if cause != state],
            "related_state": state,
            "lines": [],
            "others": [],
            "attachments": [],
            "diagnoses": [],
        }

    def _take_claim(self, segment: Segment, claim: Fields) -> None:
        if claim["others"] and self._take_other(segment, claim["others"][-1]):
            return
        match segment.id, segment.at(1):
            case "DTP", "431":
                claim["onset"] = date_of(segment.at(3))
            case "DTP", "439":
                claim["accident"] = date_of(segment.at(3))
            case "PWK", _:
                claim["attachments"].append(_attachment(segment))
            case "AMT", "F5":
                claim["patient_paid_usd"] = money_of(segment, 2)
            case "REF", ("9F" | "G1" | "F8" | "EA") as kind if not claim["others"]:
                names = {"9F": "referral", "G1": "authorization", "F8": "original", "EA": "record"}
                claim[names[kind]] = segment.at(2)
            case "NTE", "ADD":
                claim["note"] = segment.at(2)
            case "HI", _ if segment.parts(1)[0] in ("ABK", "ABF"):
                for index in range(1, len(segment.elements)):
                    if segment.at(index):
                        claim["diagnoses"].append(segment.parts(index)[1])
            case "SBR", _:
                claim["others"].append(_subscriber(segment))
                self.party = {}
            case "OI", _:
                pass
            case "NM1", ("DN" | "82" | "77" | "DQ") as kind if not claim["others"]:
                self.party = claim[PARTIES[kind]] = _provider(segment)
            case "PRV", "PE":
                self.party["taxonomy"] = segment.at(3)
            case "LX", _:
                claim["lines"].append({"payments": [], "attachments": []})
                self.party = {}
            case _:
                if not _about_party(self.party, segment):
                    self.other.append(tuple(segment.elements))

    def _take_other(self, segment: Segment, other: Fields) -> bool:
        """Read what another payer paid on the whole claim; return whether the segment belongs to it."""
        match segment.id, segment.at(1):
            case "DTP", "573":
                _prior(other)["on"] = date_of(segment.at(3))
            case "AMT", "D":
                _prior(other)["paid_usd"] = money_of(segment, 2)
            case "AMT", "EAF":
                _prior(other)["patient_usd"] = money_of(segment, 2)
            case "CAS", _:
                _prior(other).setdefault("adjustments", []).extend(adjustments_of(segment))
            case "REF", "F8":
                _prior(other)["payer_control"] = segment.at(2)
            case "NM1", "IL":
                self.party = other["insured"] = _person(segment)
                other["member_id"] = segment.at(9)
            case "NM1", "PR":
                self.party = other["payer"] = {"name": segment.at(3), "id": segment.at(9)}
            case _:
                return False
        return True

    def _take_line(self, segment: Segment, line: Fields) -> None:
        assert self.claim is not None
        if _take_payment(segment, line["payments"]):
            return
        match segment.id, segment.at(1):
            case "LX", _:
                self.claim["lines"].append({"payments": [], "attachments": []})
                self.party = {}
            case "SV1", _:
                line |= _service(segment)
            case "PWK", _:
                line["attachments"].append(_attachment(segment))
            case "DTP", "472":
                first, _, last = segment.at(3).partition("-")
                line["on"] = date_of(first)
                if last:
                    line["to"] = date_of(last)
            case "REF", "G1":
                line["authorization"] = segment.at(2)
            case "REF", "6R":
                line["control"] = segment.at(2)
            case "NTE", "ADD":
                line["note"] = segment.at(2)
            case "LIN", _:
                line["drug"] = {"ndc": segment.at(3)}
            case "CTP", _ if "drug" in line:
                line["drug"] |= {"quantity": quantity_of(segment, 4), "unit": segment.parts(5)[0]}
            case "NM1", ("82" | "DQ") as kind:
                self.party = line[PARTIES[kind]] = _provider(segment)
            case "PRV", "PE":
                self.party["taxonomy"] = segment.at(3)
            case _:
                if not _about_party(self.party, segment):
                    self.other.append(tuple(segment.elements))

    def _closed(self) -> ReadClaim:
        assert self.claim is not None
        assert self.start is not None
        start = self.start
        fields = {
            **self.claim,
            "billing": self.billing,
            "coverage": self.cover,
            "patient": self.patient,
            "pay_to": self.pay_to.get("address"),
        }
        self.claim = None
        try:
            claim = msgspec.convert(fields, Claim)
        except msgspec.ValidationError as error:
            expected = "a claim with all that 837P asks for"
            raise refuse(start, f"claim {start.at(1)!r}: {error}", expected) from None
        return ReadClaim(
            claim=claim,
            total_usd=money_of(start, 2),
            position=start.position,
            other=tuple(self.other),
        )


PARTIES = {"DN": "referring", "82": "rendering", "77": "facility", "DQ": "supervising"}


def _about_party(party: Fields, segment: Segment) -> bool:
    """Read address and demographics of the party in the last NM1."""
    match segment.id:
        case "N3":
            party["address"] = {
                "line1": segment.at(1),
                "line2": segment.at(2),
                "city": "",
                "state": "",
                "zip": "",
            }
        case "N4":
            party.setdefault("address", {"line1": ""})
            party["address"] |= {"city": segment.at(1), "state": segment.at(2), "zip": segment.at(3)}
        case "DMG":
            party["birth_date"] = date_of(segment.at(2))
            party["sex"] = segment.at(3)
        case _:
            return False
    return True


def _take_payment(segment: Segment, payments: list[Fields]) -> bool:
    """Read what another payer paid on the line; return whether the segment belongs to it."""
    if segment.id == "SVD":
        payments.append(_line_payment(segment))
        return True
    if not payments:
        return False
    match segment.id, segment.at(1):
        case "DTP", "573":
            payments[-1]["on"] = date_of(segment.at(3))
        case "CAS", _:
            payments[-1]["adjustments"] += adjustments_of(segment)
        case "AMT", "EAF":
            payments[-1]["patient_usd"] = money_of(segment, 2)
        case _:
            return False
    return True


def _line_payment(segment: Segment) -> Fields:
    parts = segment.parts(3)
    return {
        "payer_id": segment.at(1),
        "paid_usd": money_of(segment, 2),
        "code": parts[1] if len(parts) > 1 else parts[0],
        "modifiers": [part for part in parts[2:6] if part],
        "units": quantity_of(segment, 5, Decimal(1)),
        "adjustments": [],
    }


def _provider(segment: Segment) -> Fields:
    return {"name": segment.at(3), "first": segment.at(4), "npi": segment.at(9)}


def _person(segment: Segment) -> Fields:
    return {
        "last": segment.at(3),
        "first": segment.at(4),
        "middle": segment.at(5),
        "suffix": segment.at(7),
    }


def _subscriber(segment: Segment) -> Fields:
    return {
        "sequence": segment.at(1),
        "relation": segment.at(2),
        "group_number": segment.at(3),
        "group_name": segment.at(4),
        "secondary_reason": segment.at(5),
        "filing": segment.at(9),
    }


def _prior(other: Fields) -> Fields:
    found: Fields = other.setdefault("paid", {"paid_usd": Decimal(0)})
    return found


def _attachment(segment: Segment) -> Attachment:
    return Attachment(kind=segment.at(1), by=segment.at(2), control=segment.at(6))


def _service(segment: Segment) -> Fields:
    parts = [*segment.parts(1), ""]
    pointers = [part for part in segment.parts(7) if part]
    if not all(part.isascii() and part.isdigit() and len(part) <= 2 for part in pointers):
        raise refuse(segment, f"{segment.at(7)!r} in SV107", "the numbers of diagnoses")
    return {
        "code": parts[1],
        "modifiers": [part for part in parts[2:6] if part],
        "description": parts[6] if len(parts) > 7 else "",
        "charge_usd": money_of(segment, 2),
        "unit": segment.at(3),
        "units": quantity_of(segment, 4),
        "place": segment.at(5),
        "pointers": [int(part) for part in pointers],
    }
