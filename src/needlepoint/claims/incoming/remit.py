"""835: what a payer paid and why not more. Read claim by claim; every sum must come out to the cent."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import BinaryIO

import msgspec

from needlepoint.base.refusal import Fault, Refused
from needlepoint.claims.types import Adjustment
from needlepoint.claims.x12.elements import adjustments_of, date_of, money_of, quantity_of
from needlepoint.claims.x12.reader import Segment, Set, read_sets, refuse

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


class RemitLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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


class RemitClaim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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
    faults: tuple[
        Fault, ...
    ] = ()  # sums that do not balance; only where a file is viewed, never where it is posted

    def all_adjustments(self) -> tuple[Adjustment, ...]:
        """Those of the claim and those of its lines."""
        return self.adjustments + tuple(a for line in self.lines for a in line.adjustments)


class ProviderAdjustment(msgspec.Struct, frozen=True):
    """What is taken from (positive) or added to (negative) the payment and belongs to no claim."""

    reason: str
    reference: str
    amount_usd: Decimal


class RemitEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The end of one remittance. It balances when `faults` is empty."""

    claims: int
    paid_usd: Decimal
    provider_adjustments: tuple[ProviderAdjustment, ...]
    faults: tuple[Fault, ...] = ()


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


def read_remit_set(set_: Set, view: bool = False) -> Iterator[Payment | RemitClaim | RemitEnd]:
    """One 835: its payment, its claims, its end."""
    head: _Head | None = _Head()
    bpr: Segment | None = None
    claim: _Claim | None = None
    amount = paid = ZERO
    claims = 0
    taken: list[ProviderAdjustment] = []
    for segment in set_.segments:
        name = segment.elements[0]
        if name in HEAD_ENDS:
            if head is not None:
                bpr = head.bpr
                payment = head.closed(set_)
                amount, head = payment.amount_usd, None
                yield payment
            if claim is not None:
                made = claim.closed()
                claim, paid, claims = None, paid + made.paid_usd, claims + 1
                yield _posted(made, view)
            if name == "CLP":
                claim = _Claim(segment)
            elif name == "PLB":
                taken += _provider_adjustments(segment)
        elif claim is not None:
            claim.take(segment)
        elif head is not None:
            head.take(segment)
        else:
            raise refuse(segment, f"{name} where no claim is open", "CLP, PLB or SE")
    if head is not None:
        bpr = head.bpr
        payment = head.closed(set_)
        amount = payment.amount_usd
        yield payment
    if claim is not None:
        made = claim.closed()
        paid, claims = paid + made.paid_usd, claims + 1
        yield _posted(made, view)
    out = sum((row.amount_usd for row in taken), ZERO)
    faults: tuple[Fault, ...] = ()
    if amount != paid - out:
        assert bpr is not None  # a head without BPR has been refused
        given = f"{amount} paid in BPR02"
        expected = f"{paid - out} USD: {paid} for {claims} claims less {out} in PLB"
        remedy = f"The difference is {amount - (paid - out)} USD. Ask the payer for a corrected file."
        unbalanced = refuse(bpr, given, expected, remedy)
        if not view:
            raise unbalanced
        faults = unbalanced.faults
    yield RemitEnd(claims=claims, paid_usd=paid, provider_adjustments=tuple(taken), faults=faults)


def _posted(claim: RemitClaim, view: bool) -> RemitClaim:
    """The claim; Refused where its sums do not balance, unless it is only viewed."""
    if claim.faults and not view:
        raise Refused(claim.faults)
    return claim


HEAD_ENDS = frozenset(("LX", "CLP", "PLB", "TS3", "TS2"))  # where the head, or the claim before, is over


class _Head:
    """What stands before the first claim."""

    def __init__(self) -> None:
        self.bpr: Segment | None = None
        self.trace = self.party = ""
        self.names = {"PR": "", "PE": ""}
        self.ids = {"PR": "", "PE": ""}
        self.other: list[tuple[str, ...]] = []

    def take(self, segment: Segment) -> None:
        match segment.id, segment.at(1):
            case "BPR", _:
                self.bpr = segment
            case "TRN", _:
                self.trace = segment.at(2)
            case "N1", party:
                self.party = party
                self.names[party], self.ids[party] = segment.at(2), segment.at(4)
            case "REF", "2U" if self.party == "PR":
                self.ids["PR"] = self.ids["PR"] or segment.at(2)
            case _:
                self.other.append(tuple(segment.elements))

    def closed(self, set_: Set) -> Payment:
        bpr = self.bpr
        if bpr is None:
            where = f"transaction set {set_.control}"
            raise Refused(Fault(where, "no BPR segment", "an 835, which begins with the payment (BPR)"))
        return Payment(
            control=set_.control,
            sender=set_.sender,
            payer=self.names["PR"],
            payer_id=self.ids["PR"],
            payee=self.names["PE"],
            payee_id=self.ids["PE"],
            amount_usd=-money_of(bpr, 2) if bpr.at(3) == "D" else money_of(bpr, 2),
            method=bpr.at(4),
            paid_on=date_of(bpr.at(16)),
            trace=self.trace,
            test=set_.test,
            other=tuple(self.other),
        )


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


class _Claim(_Open):
    """A claim with its lines; segments go to the line that is open."""

    def __init__(self, start: Segment) -> None:
        super().__init__(start)
        self.line: _Open | None = None
        self.lines: list[RemitLine] = []

    def take(self, segment: Segment) -> None:
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
    """Code and modifiers of `HC:20553:59`; a code that came without its qualifier stays as it is."""
    parts = segment.parts(index)
    if len(parts) < 3:
        return parts[-1], ()
    return parts[1], tuple(part for part in parts[2:6] if part)


# What each kind of segment adds. False: it adds nothing that we know, and is kept as it came.


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


def _closed(claim: _Claim, lines: list[RemitLine]) -> RemitClaim:
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
    """What is odd about a claim that balances, and the differences of one that does not."""
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
    ):  # some payers adjust at the head of the claim what the lines then lack
        given = f"claim {claim.id}: {'; '.join(notices)}"
        faults += refuse(start, given, "lines whose charge less adjustments is paid").faults
    charged = sum((line.charge_usd for line in claim.lines), ZERO)
    if claim.lines and charged != claim.charge_usd:
        notices.append(f"its lines come to {charged} USD of {claim.charge_usd} charged")
    return tuple(notices), tuple(faults)
