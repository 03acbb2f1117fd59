"""Whatever came back from a payer or a clearing house: told apart by its set, read by the room's reader for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from needlepoint.claims.acknowledge import (
    Acknowledged,
    ClaimStatus,
    read_acknowledgement,
    read_statuses,
)
from needlepoint.claims.ask import Answered, read_authorisation
from needlepoint.claims.eligibility import Eligibility, read_eligibility
from needlepoint.claims.remit import Payment, RemitClaim, RemitEnd, read_remit_set
from needlepoint.claims.x12 import Set, read_sets
from needlepoint.refusal import Fault, Refused

__all__ = ["Incoming", "read_incoming"]

Incoming = Payment | RemitClaim | RemitEnd | Acknowledged | ClaimStatus | Eligibility | Answered


def read_incoming(stream: BinaryIO) -> Iterator[Incoming]:
    """Every answer in a file, in order and in constant memory; Refused for a set that is no answer."""
    for set_ in read_sets(stream):
        yield from _read(set_)


def _read(set_: Set) -> Iterator[Incoming]:
    match set_.id:
        case "835":
            yield from read_remit_set(set_)
        case "999" | "997" | "TA1":
            yield from read_acknowledgement(set_)
        case "277":
            yield from read_statuses(set_)
        case "271":
            yield from read_eligibility(set_)
        case "278":
            yield from read_authorisation(set_)
        case _:
            expected = "an answer: 835, 999, 997, TA1, 277, 271 or 278"
            remedy = "A file of claims is read by `needlepoint claim`." if set_.id == "837" else ""
            raise Refused(Fault(f"transaction set {set_.control}", repr(set_.id), expected, remedy))
