"""Read a 271: active coverage, remaining deductible, copay, and out-of-pocket maximum. Unknown stays None."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

import msgspec

from needlepoint.claims.x12.elements import date_of, money_of, quantity_of
from needlepoint.claims.x12.reader import Segment, Set

__all__ = ["Benefit", "BenefitSummary", "Eligibility", "read_eligibility", "summarize"]


class Benefit(msgspec.Struct, frozen=True, kw_only=True):
    """One EB: 1 active, 6 inactive, A coinsurance, B copay, C deductible, G out-of-pocket maximum; and its services."""

    info: str
    coverage: str  # IND, FAM, ...
    services: tuple[str, ...]
    plan_kind: str
    plan: str
    period: str  # 23 calendar year, 29 remaining, 27 visit, ...
    amount_usd: Decimal | None
    share: Decimal | None
    authorization: bool | None
    in_network: bool | None  # None: both or not stated
    codes: tuple[str, ...]
    messages: tuple[str, ...]
    named: str = ""  # the other payer that a row names


class Eligibility(msgspec.Struct, frozen=True, kw_only=True):
    """A payer's response about one person. `refused` holds the reasons for no answer (AAA03)."""

    trace: str
    payer: str
    payer_id: str
    last: str
    first: str
    member_id: str
    birth_date: datetime.date | None
    benefits: tuple[Benefit, ...]
    refused: tuple[str, ...]
    other: tuple[tuple[str, ...], ...]


class BenefitSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What the price needs of a response, in-network and for the person where the payer distinguishes them."""

    active: bool | None
    deductible_left_usd: Decimal | None
    coinsurance: Decimal | None
    copay_usd: Decimal | None
    out_of_pocket_left_usd: Decimal | None
    authorization: bool | None
    others: tuple[tuple[str, str], ...] = ()  # further payers: the kind of plan and its name


T = TypeVar("T")
YES_NO = {"Y": True, "N": False}
PERSON_LEVELS = ("22", "23")


class _Open(msgspec.Struct):
    """A person while the response is read."""

    payer: str
    payer_id: str
    trace: str = ""
    last: str = ""
    first: str = ""
    member_id: str = ""
    birth_date: datetime.date | None = None
    benefits: list[Benefit] = []
    refused: list[str] = []
    other: list[tuple[str, ...]] = []


def read_eligibility(set_: Set) -> list[Eligibility]:
    """Read a 271: every person in it."""
    found: list[Eligibility] = []
    payer, payer_id, trace = "", "", ""
    person: _Open | None = None
    refused: list[str] = []  # reasons above the level of a person
    for segment in set_.segments:
        if segment.id == "HL":
            if person and (segment.at(3) != "23" or person.benefits or person.refused):
                found.append(_closed(person))
            person = _Open(payer, payer_id, trace=trace) if segment.at(3) in PERSON_LEVELS else None
        elif segment.id == "NM1" and segment.at(1) == "PR" and person is None:
            payer, payer_id = segment.at(3), segment.at(9)
        elif segment.id == "TRN" and person is None:
            trace = segment.at(2)
        elif segment.id == "AAA" and person is None:
            refused.append(segment.at(3))
        elif person is not None:
            _take(person, segment)
    if person:
        found.append(_closed(person))
    if refused and not found:
        found.append(_closed(_Open(payer, payer_id, trace=trace, refused=refused)))
    return found


def _take(person: _Open, segment: Segment) -> None:
    match segment.id:
        case "NM1" if segment.at(1) in ("IL", "03") and not person.last:
            person.last, person.first, person.member_id = segment.at(3), segment.at(4), segment.at(9)
        case "DMG":
            person.birth_date = date_of(segment.at(2))
        case "TRN" if segment.at(1) == "2" or not person.trace:  # 2: the number that we sent
            person.trace = segment.at(2)
        case "AAA":
            person.refused.append(segment.at(3))
        case "EB":
            person.benefits.append(_benefit(segment))
        case "NM1" if person.benefits:
            named = msgspec.structs.replace(person.benefits[-1], named=segment.at(3))
            person.benefits[-1] = named
        case "MSG" if person.benefits:
            last = person.benefits[-1]
            said = (*last.messages, segment.at(1))
            person.benefits[-1] = msgspec.structs.replace(last, messages=said)
        case _:
            person.other.append(tuple(segment.elements))


def _benefit(segment: Segment) -> Benefit:
    repeated = segment.delimiters.repetition
    services = segment.at(3).split(repeated) if repeated else [segment.at(3)]
    codes = [part for part in segment.parts(13)[1:] if part]
    return Benefit(
        info=segment.at(1),
        coverage=segment.at(2),
        services=tuple(service.strip() for service in services if service.strip()),
        plan_kind=segment.at(4),
        plan=segment.at(5),
        period=segment.at(6),
        amount_usd=money_of(segment, 7) if segment.at(7) else None,
        share=quantity_of(segment, 8) if segment.at(8) else None,
        authorization=YES_NO.get(segment.at(11)),
        in_network=YES_NO.get(segment.at(12)),
        codes=tuple(codes),
        messages=(),
    )


def _closed(person: _Open) -> Eligibility:
    return Eligibility(
        trace=person.trace,
        payer=person.payer,
        payer_id=person.payer_id,
        last=person.last,
        first=person.first,
        member_id=person.member_id,
        birth_date=person.birth_date,
        benefits=tuple(person.benefits),
        refused=tuple(person.refused),
        other=tuple(person.other),
    )


REMAINING = "29"
OTHER_PAYER = "R"


def summarize(found: Eligibility, services: Sequence[str] = ("2", "98", "30")) -> BenefitSummary:
    """Return what is left, from the rows for the first of `services` (X12 service types) in the response.

    A sum without 'remaining' is the whole year's and does not give what is left: it is not used.
    """
    return BenefitSummary(
        active=_active(found.benefits),
        deductible_left_usd=_amount(_rows(found.benefits, "C", services), REMAINING),
        coinsurance=_first(row.share for row in _rows(found.benefits, "A", services)),
        copay_usd=_amount(_rows(found.benefits, "B", services), None),
        out_of_pocket_left_usd=_amount(_rows(found.benefits, "G", services), REMAINING),
        authorization=_first(row.authorization for row in _for_services(found.benefits, services)),
        others=tuple((row.plan_kind, row.named) for row in found.benefits if row.info == OTHER_PAYER),
    )


def _active(benefits: Iterable[Benefit]) -> bool | None:
    infos = {row.info for row in benefits}
    if infos & {"1", "2", "3", "4", "5"}:
        return True
    return False if infos & {"6", "7", "8"} else None


def _for_services(benefits: Iterable[Benefit], services: Sequence[str]) -> list[Benefit]:
    usable = [row for row in benefits if row.in_network is not False and row.coverage in ("", "IND")]
    return sorted(
        (row for row in usable if set(row.services) & set(services) or not row.services),
        key=lambda row: min(
            (services.index(s) for s in row.services if s in services), default=len(services)
        ),
    )


def _rows(benefits: Iterable[Benefit], info: str, services: Sequence[str]) -> list[Benefit]:
    return [row for row in _for_services(benefits, services) if row.info == info]


def _amount(rows: Iterable[Benefit], period: str | None) -> Decimal | None:
    return _first(row.amount_usd for row in rows if period is None or row.period == period)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
