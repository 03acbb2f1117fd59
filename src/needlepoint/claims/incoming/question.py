"""A request that somebody sent to a payer (270, 276, 278): recognized and shown, never taken for a response."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from needlepoint.claims.x12.reader import Segment, Set

__all__ = ["ReceivedInquiry", "asks", "read_question"]

REQUEST = "13"  # BHT02 of a request; 11 of a response
SERVICES = {"SV1": 1, "SVC": 1, "EQ": 2}  # the element with a service code


class ReceivedInquiry(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a 270 (eligibility), 276 (status) or 278 (authorization): about whom, and which codes."""

    set_id: str
    control: str
    traces: tuple[str, ...]
    names: tuple[tuple[str, str, str], ...]  # entity code, name, id
    codes: tuple[str, ...]


def asks(segments: Sequence[Segment]) -> bool:
    """Return whether a 278 is a request."""
    return any(segment.id == "BHT" and segment.at(2) == REQUEST for segment in segments)


def read_question(set_: Set) -> ReceivedInquiry:
    """Return the request in a set."""
    traces: list[str] = []
    names: list[tuple[str, str, str]] = []
    codes: list[str] = []
    for segment in set_.segments:
        if segment.id == "TRN":
            traces.append(segment.at(2))
        elif segment.id == "NM1":
            name = " ".join(part for part in (segment.at(4), segment.at(3)) if part)
            names.append((segment.at(1), name, segment.at(9)))
        elif segment.id in SERVICES and segment.at(SERVICES[segment.id]):
            codes.append(segment.parts(SERVICES[segment.id])[-1])
    return ReceivedInquiry(
        set_id=set_.id, control=set_.control, traces=tuple(traces), names=tuple(names), codes=tuple(codes)
    )
