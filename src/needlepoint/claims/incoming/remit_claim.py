"""One claim of an 835 while it is read, and whether its sums balance."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import msgspec

from needlepoint.base.refusal import Fault
from needlepoint.claims.incoming.remit_types import RemitClaim, RemitLine
from needlepoint.claims.types import Adjustment
from needlepoint.claims.x12.elements import adjustments_of, date_of, money_of, quantity_of
from needlepoint.claims.x12.reader import Segment, refuse

__all__ = ["ReadingClaim"]

ZERO = Decimal(0)


class _Open:
    """A claim or a line while it is read."""

    def __init__(self, start: Segment) -> None:
        self.start = start
        self.adjustments: list[Adjustment] = []
        self.remarks: list[str] = []
        self.other: list[tuple[str, ...]] = []
        self.on: datetime.date | None = None
        self.control = self.patient = self.member_id = self.crossover = ""
        self.allowed: Decimal | None = None


class ReadingClaim(_Open):
    """A claim with its lines; segments belong to the current line."""

    def __init__(self, start: Segment) -> None:
        super().__init__(start)
        self.line: _Open | None = None
        self.lines: list[RemitLine] = []

    def take(self, segment: Segment) -> None:
        """Read one segment into the current line, or into the claim."""
        name = segment.elements[0]
        if name == "SVC":
            self._end_line()
            self.line = _Open(segment)
            return
        open_ = self.line or self
        take = TAKE.get(name)
        if take is None or not take(open_, segment):
            open_.other.append(tuple(segment.elements))

    def _end_line(self) -> None:
        if self.line is not None:
            self.lines.append(_line(self.line))
            self.line = None

    def closed(self) -> RemitClaim:
        """Return the claim with all its lines."""
        self._end_line()
        return _closed(self, self.lines)


def _line(line: _Open) -> RemitLine:
    start = line.start
    code, modifiers = _procedure(start, 1)
    return RemitLine(
        code=code,
        modifiers=modifiers,
        charge_usd=money_of(start, 2, ZERO),
        paid_usd=money_of(start, 3, ZERO),
        units=quantity_of(start, 5, Decimal(1)),
        billed_code=_procedure(start, 6)[0] if start.at(6) else code,
        on=line.on,
        control=line.control,
        allowed_usd=line.allowed,
        adjustments=tuple(line.adjustments),
        remarks=tuple(line.remarks),
        other=tuple(line.other),
    )


def _procedure(segment: Segment, index: int) -> tuple[str, tuple[str, ...]]:
    """Return code and modifiers of `HC:20553:59`; a code without its qualifier stays unchanged."""
    parts = segment.parts(index)
    if len(parts) < 3:
        return parts[-1], ()
    return parts[1], tuple(part for part in parts[2:6] if part)


def _take_adjustments(open_: _Open, segment: Segment) -> bool:
    open_.adjustments += adjustments_of(segment)
    return True


def _take_remark(open_: _Open, segment: Segment) -> bool:
    if segment.at(1) not in ("HE", "RX"):
        return False
    open_.remarks.append(segment.at(2))
    return True


def _take_claim_remarks(open_: _Open, segment: Segment) -> bool:
    open_.remarks += [segment.at(i) for i in REMARK_PLACES[segment.id] if segment.at(i)]
    return True


def _take_date(open_: _Open, segment: Segment) -> bool:
    if segment.at(1) not in ("472", "150", "232"):
        return False
    open_.on = date_of(segment.at(2))
    return True


def _take_reference(open_: _Open, segment: Segment) -> bool:
    if segment.at(1) != "6R":
        return False
    open_.control = segment.at(2)
    return True


def _take_amount(open_: _Open, segment: Segment) -> bool:
    if segment.at(1) != "B6":
        return False
    open_.allowed = money_of(segment, 2)
    return True


def _take_name(open_: _Open, segment: Segment) -> bool:
    match segment.at(1):
        case "QC":
            open_.patient = ", ".join(part for part in (segment.at(3), segment.at(4)) if part)
            open_.member_id = open_.member_id or segment.at(9)
        case "IL":
            open_.member_id = segment.at(9) or open_.member_id
        case "TT":
            open_.crossover = segment.at(3)
        case _:
            return False
    return True


REMARK_PLACES = {"MOA": range(3, 8), "MIA": (5, 20, 21, 22, 23)}


TAKE: dict[str, Callable[[_Open, Segment], bool]] = {
    "CAS": _take_adjustments,
    "LQ": _take_remark,
    "MOA": _take_claim_remarks,
    "MIA": _take_claim_remarks,
    "DTM": _take_date,
    "REF": _take_reference,
    "AMT": _take_amount,
    "NM1": _take_name,
}


def _closed(claim: ReadingClaim, lines: list[RemitLine]) -> RemitClaim:
    start = claim.start
    if not start.at(1):
        raise refuse(start, "a claim without a number in CLP01", "the number that was sent with the claim")
    made = RemitClaim(
        id=start.at(1),
        status=start.at(2),
        charge_usd=money_of(start, 3),
        paid_usd=money_of(start, 4),
        patient_usd=money_of(start, 5, ZERO),
        payer_control=start.at(7),
        patient=claim.patient,
        member_id=claim.member_id,
        crossover=claim.crossover,
        adjustments=tuple(claim.adjustments),
        remarks=tuple(claim.remarks),
        lines=tuple(lines),
        notices=(),
        other=tuple(claim.other),
    )
    notices, faults = _balance(made, start)
    return msgspec.structs.replace(made, notices=notices, faults=faults)


def _balance(claim: RemitClaim, start: Segment) -> tuple[tuple[str, ...], tuple[Fault, ...]]:
    """Return notes on a claim that balances, or the differences of one that does not."""
    faults: list[Fault] = []
    adjusted = sum((a.amount_usd for a in claim.all_adjustments()), ZERO)
    if claim.charge_usd - adjusted != claim.paid_usd:
        given = f"claim {claim.id}: charge {claim.charge_usd}, adjustments {adjusted}, paid {claim.paid_usd}"
        remedy = f"The difference is {claim.paid_usd - (claim.charge_usd - adjusted)} USD."
        faults += refuse(start, given, f"{claim.charge_usd - adjusted} USD paid", remedy).faults
    notices = []
    odd = ZERO
    for number, line in enumerate(claim.lines, 1):
        left = line.charge_usd - sum((a.amount_usd for a in line.adjustments), ZERO) - line.paid_usd
        if left:
            odd += left
            notices.append(f"line {number} ({line.code}) is {left} USD off on its own")
    own = sum((a.amount_usd for a in claim.adjustments), ZERO)
    if notices and (
        odd != own or not own
    ):  # some payers put the lines' missing adjustments at the claim level
        given = f"claim {claim.id}: {'; '.join(notices)}"
        faults += refuse(start, given, "lines whose charge less adjustments is paid").faults
    charged = sum((line.charge_usd for line in claim.lines), ZERO)
    if claim.lines and charged != claim.charge_usd:
        notices.append(f"its lines come to {charged} USD of {claim.charge_usd} charged")
    return tuple(notices), tuple(faults)
