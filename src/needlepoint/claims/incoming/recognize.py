"""Read any response of a payer or clearinghouse: dispatch by its transaction set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from needlepoint.base.refusal import Fault, Refused
from needlepoint.claims.incoming.acknowledge import (
    Acknowledged,
    ClaimStatus,
    read_acknowledgment,
    read_statuses,
)
from needlepoint.claims.incoming.eligibility import Eligibility, read_eligibility
from needlepoint.claims.incoming.question import ReceivedInquiry, asks, read_question
from needlepoint.claims.incoming.remit import Payment, RemitClaim, RemitEnd, read_remit_set
from needlepoint.claims.outgoing.inquiries import AuthorizationAnswer, read_authorization
from needlepoint.claims.x12.reader import Set, read_sets

__all__ = ["Incoming", "read_incoming"]

Incoming = (
    Payment
    | RemitClaim
    | RemitEnd
    | Acknowledged
    | ClaimStatus
    | Eligibility
    | AuthorizationAnswer
    | ReceivedInquiry
)


def read_incoming(stream: BinaryIO, view: bool = False) -> Iterator[Incoming]:
    """Yield every response in a file, in order and in constant memory; Refused for any other set.

    `view`: sums that do not balance are listed in `faults` instead of refused; such a file must not be posted.
    """
    for set_ in read_sets(stream):
        yield from _read(set_, view)


def _read(set_: Set, view: bool) -> Iterator[Incoming]:
    match set_.id:
        case "835":
            yield from read_remit_set(set_, view)
        case "999" | "997" | "TA1":
            yield from read_acknowledgment(set_)
        case "277":
            yield from read_statuses(set_)
        case "271":
            yield from read_eligibility(set_)
        case "270" | "276":
            yield read_question(set_)
        case "278":
            yield from _authorization(set_)
        case _:
            expected = "835, 999, 997, TA1, 270, 271, 276, 277 or 278"
            remedy = "A file of claims is read by `needlepoint claim`." if set_.id == "837" else ""
            raise Refused(Fault(f"transaction set {set_.control}", repr(set_.id), expected, remedy))


def _authorization(set_: Set) -> Iterator[Incoming]:
    """Read a 278 request or response, which BHT distinguishes."""
    segments = list(set_.segments)
    kept = msgspec.structs.replace(set_, segments=iter(segments))
    if asks(segments):
        yield read_question(kept)
    else:
        yield from read_authorization(kept)
