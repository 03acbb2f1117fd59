"""The package number (NDC) of a drug in the eleven digits of a claim."""

from __future__ import annotations

from needlepoint.base.refusal import Fault, Refused

__all__ = ["ndc11"]

SHAPES = {(4, 4, 2), (5, 3, 2), (5, 4, 1), (5, 4, 2)}
FULL = (5, 4, 2)


def ndc11(text: str) -> str:
    """Return an NDC as printed on a label (three parts with dashes, or eleven digits) in eleven digits.

    Raises Refused for anything else: ten digits without dashes are ambiguous.

    >>> ndc11("0000-1234-56"), ndc11("00000-123-56"), ndc11("00000-1234-5"), ndc11("00000123456")
    ('00000123456', '00000012356', '00000123405', '00000123456')
    """
    parts = text.strip().split("-")
    digits = all(part.isascii() and part.isdigit() for part in parts)
    if digits and tuple(map(len, parts)) in SHAPES:
        return "".join(part.zfill(size) for part, size in zip(parts, FULL, strict=True))
    if digits and len(parts) == 1 and len(text.strip()) == 11:
        return text.strip()
    expected = "three parts with dashes (as 0000-1234-56) or eleven digits"
    raise Refused(Fault("ndc", repr(text), expected, "Copy it from the package with its dashes."))
