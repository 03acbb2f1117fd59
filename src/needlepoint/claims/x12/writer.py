"""X12 output: one writer for every set, with its envelope."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from needlepoint.base.refusal import Fault, Refused
from needlepoint.claims.types import Submission
from needlepoint.claims.x12.elements import text_of_number

__all__ = ["SetWriter", "enveloped", "no_marks"]

ELEMENT, COMPONENT, REPETITION, END = "*", ":", "^", "~"
MARKS = frozenset(ELEMENT + COMPONENT + REPETITION + END)
# X12's basic and extended character sets; receivers reject anything else
ALLOWED = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !\"&'()+,-./;?=%@[]_{}\\|<>#$"
)


def no_marks(value: str, where: str) -> str:
    """Return `value` for an element; Refused with the characters that are not allowed."""
    if not ALLOWED.issuperset(value):
        odd = "".join(sorted(set(value) - ALLOWED))
        expected = "letters, digits and plain punctuation: the character set of X12"
        raise Refused(Fault(where, f"{value!r} with {odd!r}", expected, "Write it without them."))
    return value


class SetWriter:
    """The segments of one transaction set, from ST to SE."""

    def __init__(self, set_id: str, version: str, control: int) -> None:
        self.control = f"{control:04}"
        self.text: list[str] = []
        self.count = 0
        self.add("ST", set_id, self.control, version)

    def add(self, *elements: str) -> None:
        """Add one segment; trailing empty elements are omitted."""
        line = ELEMENT.join(elements).rstrip(ELEMENT)
        self.text.append(line)
        self.count += 1

    def close(self) -> str:
        """Return the whole set."""
        self.add("SE", str(self.count + 1), self.control)
        return f"{END}\n".join(self.text) + f"{END}\n"


def composite(*parts: str) -> str:
    """Return the components of one element; trailing empty ones are omitted."""
    return COMPONENT.join(parts).rstrip(COMPONENT)


def number(value: Decimal | None) -> str:
    """Return a number, or nothing."""
    return "" if value is None else text_of_number(value)


def enveloped(sets: Iterable[str], submission: Submission, kind: str, version: str) -> str:
    """Return the sets in one group in one interchange. `kind` is the functional identifier (HC, HS, ...)."""
    bodies = list(sets)
    faults = [
        Fault(f"submission.{name}", repr(value), "1 to 15 characters of X12")
        for name in ("sender_id", "receiver_id")
        if not 1 <= len(value := getattr(submission, name)) <= 15 or not ALLOWED.issuperset(value)
    ]
    if not 0 < submission.control < 10**9:
        faults.append(Fault("submission.control", str(submission.control), "from 1 to 999999999"))
    if faults:
        raise Refused(faults)
    at = submission.created
    control = f"{submission.control:09}"
    isa = ELEMENT.join(
        (
            "ISA", "00", " " * 10, "00", " " * 10,
            submission.sender_qualifier, f"{submission.sender_id:15}",
            submission.receiver_qualifier, f"{submission.receiver_id:15}",
            f"{at:%y%m%d}", f"{at:%H%M}", REPETITION, "00501", control, "0",
            "T" if submission.test else "P", COMPONENT,
        )
    )  # fmt: skip
    gs = ELEMENT.join(
        (
            "GS", kind, submission.sender_id, submission.receiver_id,
            f"{at:%Y%m%d}", f"{at:%H%M}", str(submission.control), "X", version,
        )
    )  # fmt: skip
    tail = f"GE*{len(bodies)}*{submission.control}{END}\nIEA*1*{control}{END}\n"
    return f"{isa}{END}\n{gs}{END}\n{''.join(bodies)}{tail}"
