"""835: what a payer paid and why not more. Read claim by claim; every sum must come out to the cent."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO

import msgspec

from needlepoint.claims.elements import adjustments_of, date_of, money_of, quantity_of
from needlepoint.claims.types import Adjustment
from needlepoint.claims.x12 import Segment, Set, read_sets, refuse
from needlepoint.refusal import Fault, Refused

__all__ = [
    "Payment",
    "ProviderAdjustment",
    "Remit",
    "RemitClaim",
    "RemitEnd",
    "RemitLine",
    "read_remits",
    "stream_remits",
]

ZERO = Decimal(0)


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """The head of one remittance: who pays whom, how much, how, when."""

    control: str
    sender: str
    payer: str
    payer_id: str
    payee: str
    payee_id: str
    amount_usd: Decimal
    method: str  # ACH, CHK, NON, ...
    paid_on: datetime.date | None
    trace: str
    test: bool
    other: tuple[tuple[str, ...], ...]


class RemitLine(msgspec.Struct, frozen=True, kw_only=True):
    """One service line as it was adjudicated."""

    code: str
    modifiers: tuple[str, ...]
    charge_usd: Decimal
    paid_usd: Decimal
    units: Decimal
    billed_code: str  # when the payer changed it, the code that was sent
    on: datetime.date | None
    control: str
    allowed_usd: Decimal | None
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]
    other: tuple[tuple[str, ...], ...]


class RemitClaim(msgspec.Struct, frozen=True, kw_only=True):
    """One claim as it was adjudicated. `status` 1 primary, 2 secondary, 3 tertiary, 4 denied, 22 reversal."""

    id: str
    status: str
    charge_usd: Decimal
    paid_usd: Decimal
    patient_usd: Decimal
    payer_control: str
    patient: str
    member_id: str
    crossover: str  # the payer to which it was passed on
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]
    lines: tuple[RemitLine, ...]
    notices: tuple[str, ...]
    other: tuple[tuple[str, ...], ...]

    def all_adjustments(self) -> tuple[Adjustment, ...]:
        """Those of the claim and those of its lines."""
        return self.adjustments + tuple(a for line in self.lines for a in line.adjustments)


class ProviderAdjustment(msgspec.Struct, frozen=True):
    """What is taken from (positive) or added to (negative) the payment and belongs to no claim."""

    reason: str
    reference: str
    amount_usd: Decimal


class RemitEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The end of one remittance that balances."""

    claims: int
    paid_usd: Decimal
    provider_adjustments: tuple[ProviderAdjustment, ...]


class Remit(msgspec.Struct, frozen=True, kw_only=True):
    """One whole remittance."""

    payment: Payment
    claims: tuple[RemitClaim, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...]


def read_remits(stream: BinaryIO) -> list[Remit]:
    """Every remittance of a file, or Refused with what is wrong: nothing is half read."""
    found: list[Remit] = []
    claims: list[RemitClaim] = []
    payment: Payment | None = None
    for part in stream_remits(stream):
        if isinstance(part, Payment):
            payment, claims = part, []
        elif isinstance(part, RemitClaim):
            claims.append(part)
        elif payment is not None:
            adjusted = part.provider_adjustments
            found.append(Remit(payment=payment, claims=tuple(claims), provider_adjustments=adjusted))
    return found


def stream_remits(stream: BinaryIO) -> Iterator[Payment | RemitClaim | RemitEnd]:
    """Head, claims and end of each remittance as they come, in constant memory.

    A claim that does not balance is refused when it has been read, a payment when its end has been read; what came
    before the refusal must then be let go of.
    """
    for set_ in read_sets(stream):
        if set_.id != "835":
            expected = "835: this file is another answer"
            raise Refused(Fault(f"transaction set {set_.control}", repr(set_.id), expected))
        yield from read_remit_set(set_)


def read_remit_set(set_: Set) -> Iterator[Payment | RemitClaim | RemitEnd]:
    """One 835: its payment, its claims, its end."""
    source = _Ahead(set_.segments)
    head, start = _payment(source, set_)
    yield head
    paid, claims = ZERO, 0
    taken: list[ProviderAdjustment] = []
    while (segment := source.next()) is not None:
        match segment.id:
            case "CLP":
                claim = _claim(segment, source)
                paid += claim.paid_usd
                claims += 1
                yield claim
            case "PLB":
                taken += _provider_adjustments(segment)
            case "LX" | "TS2" | "TS3":
                continue
            case _:
                expected = "CLP, PLB or SE"
                raise refuse(segment, f"{segment.id} where no claim is open", expected)
    out = sum((row.amount_usd for row in taken), ZERO)
    if head.amount_usd != paid - out:
        given = f"{head.amount_usd} paid in BPR02"
        expected = f"{paid - out} USD: {paid} for {claims} claims less {out} in PLB"
        remedy = (
            f"The difference is {head.amount_usd - (paid - out)} USD. Ask the payer for a corrected file."
        )
        raise refuse(start, given, expected, remedy)
    yield RemitEnd(claims=claims, paid_usd=paid, provider_adjustments=tuple(taken))


class _Ahead:
    """Segments with one that can be put back."""

    def __init__(self, source: Iterator[Segment]) -> None:
        self.source = source
        self.kept: Segment | None = None

    def next(self) -> Segment | None:
        segment, self.kept = self.kept or next(self.source, None), None
        return segment

    def back(self, segment: Segment) -> None:
        self.kept = segment


HEAD_ENDS = ("LX", "CLP", "PLB", "TS3", "TS2")


def _payment(source: _Ahead, set_: Set) -> tuple[Payment, Segment]:
    bpr: Segment | None = None
    trace, names, ids, party = "", {"PR": "", "PE": ""}, {"PR": "", "PE": ""}, ""
    other: list[tuple[str, ...]] = []
    while (segment := source.next()) is not None:
        if segment.id in HEAD_ENDS:
            source.back(segment)
            break
        if segment.id == "BPR":
            bpr = segment
        elif segment.id == "TRN":
            trace = segment.at(2)
        elif segment.id == "N1":
            party = segment.at(1)
            names[party], ids[party] = segment.at(2), segment.at(4)
        elif segment.id == "REF" and segment.at(1) == "2U" and party == "PR":
            ids["PR"] = ids["PR"] or segment.at(2)
        else:
            other.append(tuple(segment.elements))
    if bpr is None:
        where = f"transaction set {set_.control}"
        raise Refused(Fault(where, "no BPR segment", "an 835, which begins with the payment (BPR)"))
    head = Payment(
        control=set_.control,
        sender=set_.sender,
        payer=names["PR"],
        payer_id=ids["PR"],
        payee=names["PE"],
        payee_id=ids["PE"],
        amount_usd=-money_of(bpr, 2) if bpr.at(3) == "D" else money_of(bpr, 2),
        method=bpr.at(4),
        paid_on=date_of(bpr.at(16)),
        trace=trace,
        test=set_.test,
        other=tuple(other),
    )
    return head, bpr


def _provider_adjustments(segment: Segment) -> list[ProviderAdjustment]:
    found = []
    for index in (3, 5, 7, 9, 11, 13):
        if not segment.at(index) and not segment.at(index + 1):
            continue
        reason, *reference = segment.parts(index)
        found.append(
            ProviderAdjustment(reason, reference[0] if reference else "", money_of(segment, index + 1))
        )
    return found


class _Open(msgspec.Struct):
    """A claim or a line while it is read."""

    start: Segment
    adjustments: list[Adjustment] = []
    remarks: list[str] = []
    other: list[tuple[str, ...]] = []
    on: datetime.date | None = None
    control: str = ""
    allowed: Decimal | None = None
    patient: str = ""
    member_id: str = ""
    crossover: str = ""


REMARK_PLACES = {"MOA": range(3, 8), "MIA": (5, 20, 21, 22, 23)}


def _claim(start: Segment, source: _Ahead) -> RemitClaim:
    claim, lines = _Open(start), []
    while (segment := source.next()) is not None:
        if segment.id in HEAD_ENDS:
            source.back(segment)
            break
        if segment.id == "SVC":
            lines.append(_line(segment, source))
        else:
            _take(claim, segment)
    return _closed(claim, lines)


def _line(start: Segment, source: _Ahead) -> RemitLine:
    line = _Open(start)
    while (segment := source.next()) is not None:
        if segment.id in HEAD_ENDS or segment.id == "SVC":
            source.back(segment)
            break
        _take(line, segment)
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
    """Code and modifiers of `HC:20553:59`; a code that came without its qualifier stays as it is."""
    parts = segment.parts(index)
    if len(parts) == 1:
        return parts[0], ()
    return parts[1], tuple(part for part in parts[2:6] if part)


def _take(open_: _Open, segment: Segment) -> None:
    """What one segment adds; what is not known is kept as it came."""
    match segment.id, segment.at(1):
        case "CAS", _:
            open_.adjustments += adjustments_of(segment)
        case "LQ", "HE" | "RX":
            open_.remarks.append(segment.at(2))
        case (("MOA" | "MIA"), _):
            open_.remarks += [segment.at(i) for i in REMARK_PLACES[segment.id] if segment.at(i)]
        case "DTM", "472" | "150" | "232":
            open_.on = date_of(segment.at(2))
        case "REF", "6R":
            open_.control = segment.at(2)
        case "AMT", "B6":
            open_.allowed = money_of(segment, 2)
        case "NM1", "QC":
            open_.patient = ", ".join(part for part in (segment.at(3), segment.at(4)) if part)
            open_.member_id = open_.member_id or segment.at(9)
        case "NM1", "IL":
            open_.member_id = segment.at(9) or open_.member_id
        case "NM1", "TT":
            open_.crossover = segment.at(3)
        case _:
            open_.other.append(tuple(segment.elements))


def _closed(claim: _Open, lines: list[RemitLine]) -> RemitClaim:
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
    return msgspec.structs.replace(made, notices=_balance(made, start))


def _balance(claim: RemitClaim, start: Segment) -> tuple[str, ...]:
    """What is odd about a claim that balances; Refused with the difference when it does not."""
    adjusted = sum((a.amount_usd for a in claim.all_adjustments()), ZERO)
    if claim.charge_usd - adjusted != claim.paid_usd:
        given = f"claim {claim.id}: charge {claim.charge_usd}, adjustments {adjusted}, paid {claim.paid_usd}"
        remedy = f"The difference is {claim.paid_usd - (claim.charge_usd - adjusted)} USD."
        raise refuse(start, given, f"{claim.charge_usd - adjusted} USD paid", remedy)
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
    ):  # some payers adjust at the head of the claim what the lines then lack
        raise refuse(
            start, f"claim {claim.id}: {'; '.join(notices)}", "lines whose charge less adjustments is paid"
        )
    charged = sum((line.charge_usd for line in claim.lines), ZERO)
    if claim.lines and charged != claim.charge_usd:
        notices.append(f"its lines come to {charged} USD of {claim.charge_usd} charged")
    return tuple(notices)
