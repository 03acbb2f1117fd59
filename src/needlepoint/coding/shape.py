"""The form of a code, before looking it up in any list."""

from __future__ import annotations

import re

__all__ = ["looks_like_icd10cm", "looks_like_procedure"]

# A letter (U as well: U07.1, U09.9), a digit (or A: QA1.71), a digit or letter; after the point one to four more.
ICD10CM = re.compile(r"[A-Z][0-9A][0-9A-Z](\.[0-9A-Z]{1,4})?")
PROCEDURE = re.compile(r"[A-Z0-9]\d{3}[A-Z0-9]")
ICD10CM_SENT = re.compile(r"[A-Z][0-9A][0-9A-Z][0-9A-Z]{0,4}")  # as on a claim: without the point


def looks_like_icd10cm(code: str, point: bool = True) -> bool:
    """Return whether `code` has the form of an ICD-10-CM code; with `point` False the point may be missing.

    >>> looks_like_icd10cm("U09.9"), looks_like_icd10cm("M7918"), looks_like_icd10cm("M7918", point=False)
    (True, False, True)
    """
    return bool(ICD10CM.fullmatch(code)) or (not point and bool(ICD10CM_SENT.fullmatch(code)))


def looks_like_procedure(code: str) -> bool:
    """Return whether `code` has the form of a CPT or HCPCS code.

    >>> looks_like_procedure("20553"), looks_like_procedure("J3301"), looks_like_procedure("2055")
    (True, True, False)
    """
    return bool(PROCEDURE.fullmatch(code))
