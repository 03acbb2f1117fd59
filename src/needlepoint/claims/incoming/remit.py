"""835: what a payer paid, and the adjustments. Read claim by claim; every sum must balance to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO

from needlepoint.base.refusal import Fault, Refused
from needlepoint.claims.incoming.remit_claim import ReadingClaim
from needlepoint.claims.incoming.remit_types import (
    Payment,
    ProviderAdjustment,
    Remit,
    RemitClaim,
    RemitEnd,
    RemitLine,
)
from needlepoint.claims.x12.elements import date_of, money_of
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


def read_remits(stream: BinaryIO) -> list[Remit]:
    """Return every remittance of a file, or Refused with what is wrong: nothing is read in part."""
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
    """Yield head, claims and end of each remittance, in constant memory.

    A claim that does not balance is refused when it has been read, a payment at its end; the caller must then discard
    what came before.
    """
    for set_ in read_sets(stream):
        if set_.id != "835":
            expected = "835: this file is another answer"
            raise Refused(Fault(f"transaction set {set_.control}", repr(set_.id), expected))
        yield from read_remit_set(set_)


def read_remit_set(set_: Set, view: bool = False) -> Iterator[Payment | RemitClaim | RemitEnd]:
    """One 835: its payment, its claims, its end."""
    yield from _SetReader(set_, view).items()


class _SetReader:
    """One 835 while it is read: the current head or claim, and the sums so far."""

    def __init__(self, set_: Set, view: bool) -> None:
        self.set, self.view = set_, view
        self.head: _Head | None = _Head()
        self.bpr: Segment | None = None
        self.claim: ReadingClaim | None = None
        self.amount = self.paid = ZERO
        self.claims = 0
        self.taken: list[ProviderAdjustment] = []

    def items(self) -> Iterator[Payment | RemitClaim | RemitEnd]:
        for segment in self.set.segments:
            if segment.elements[0] in HEAD_ENDS:
                yield from self._close()
                self._open(segment)
            else:
                self._take(segment)
        yield from self._close()
        yield self._end()

    def _close(self) -> Iterator[Payment | RemitClaim]:
        """Yield what is complete: the payment, or the previous claim."""
        if self.head is not None:
            payment = self.head.closed(self.set)
            self.bpr, self.amount, self.head = self.head.bpr, payment.amount_usd, None
            yield payment
        if self.claim is not None:
            made = self.claim.closed()
            self.claim, self.paid, self.claims = None, self.paid + made.paid_usd, self.claims + 1
            yield _posted(made, self.view)

    def _open(self, segment: Segment) -> None:
        if segment.id == "CLP":
            self.claim = ReadingClaim(segment)
        elif segment.id == "PLB":
            self.taken += _provider_adjustments(segment)

    def _take(self, segment: Segment) -> None:
        if self.claim is not None:
            self.claim.take(segment)
        elif self.head is not None:
            self.head.take(segment)
        else:
            raise refuse(segment, f"{segment.id} where no claim is open", "CLP, PLB or SE")

    def _end(self) -> RemitEnd:
        out = sum((row.amount_usd for row in self.taken), ZERO)
        faults: tuple[Fault, ...] = ()
        if self.amount != self.paid - out:
            unbalanced = self._unbalanced(out)
            if not self.view:
                raise unbalanced
            faults = unbalanced.faults
        return RemitEnd(
            claims=self.claims, paid_usd=self.paid, provider_adjustments=tuple(self.taken), faults=faults
        )

    def _unbalanced(self, out: Decimal) -> Refused:
        assert self.bpr is not None  # a head without BPR has been refused
        due = self.paid - out
        expected = f"{due} USD: {self.paid} for {self.claims} claims less {out} in PLB"
        remedy = f"The difference is {self.amount - due} USD. Ask the payer for a corrected file."
        return refuse(self.bpr, f"{self.amount} paid in BPR02", expected, remedy)


def _posted(claim: RemitClaim, view: bool) -> RemitClaim:
    """Return the claim; Refused where its sums do not balance, unless it is only viewed."""
    if claim.faults and not view:
        raise Refused(claim.faults)
    return claim


HEAD_ENDS = frozenset(("LX", "CLP", "PLB", "TS3", "TS2"))  # segments that end the head, or the previous claim


class _Head:
    """The segments before the first claim."""

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
