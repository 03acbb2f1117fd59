"""What was done (a session) and its codes. Doses in mg, volumes in mL, exact decimals."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from needlepoint.base.knowledge import Certainty, Citation

__all__ = [
    "ACT_OF",
    "CodedLine",
    "Coding",
    "DrugUsed",
    "EditContext",
    "OfficeVisit",
    "Open",
    "Session",
    "SessionSite",
]


ACT_OF = {"wet": "injection", "saline": "injection", "dry": "dry_needling"}  # technique -> act


class SessionSite(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One treated site, with its drug. `technique`: wet, saline, dry."""

    muscle: str
    side: str
    technique: str
    point: str | None = None
    volume_ml: Decimal | None = None
    drug: str | None = None
    concentration_percent: Decimal | None = None


class DrugUsed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A drug given in the whole session, and what of the opened vials was discarded."""

    drug: str
    given_mg: Decimal
    wasted_mg: Decimal = Decimal(0)
    single_dose: bool | None = None
    with_epinephrine: bool = False
    lot: str | None = None
    ndc: str | None = None  # as printed on the package
    volume_ml: Decimal | None = None  # of its solution, given; required with an ndc


class OfficeVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A visit on the same day: its code, and the separate work in the note."""

    code: str
    own_work: str | None = None


class Entered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line entered by hand: its code, units, modifiers and the numbers of its diagnoses (none: the first).

    `description`: what was done; required for a code for a service without a code of its own.
    """

    code: str
    units: int = 1
    modifiers: list[str] = []
    pointers: list[int] = []
    description: str = ""


class Session(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A session as performed. `picture`: where the saved ultrasound picture is; `place`: place of service code.

    `diagnoses` are codes that the clinician adds to the myalgia of the treated muscles.
    """

    on: datetime.date
    sites: list[SessionSite]
    drugs: list[DrugUsed] = []
    ultrasound: bool = False
    picture: str | None = None
    visit: OfficeVisit | None = None
    entered: list[Entered] = []  # what a biller adds by hand
    diagnoses: list[str] = []
    place: str = "11"


class EditContext(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Further context for edits. `both_sides`: how often this payer counts a muscle treated on both sides."""

    age_years: int | None = None
    profession: str | None = None
    payer: str | None = None
    credentials: tuple[str, ...] = ()
    both_sides: Literal[1, 2] | None = None


class CodedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: code, units, modifiers, the numbers of its diagnoses, and the reason for it."""

    code: str
    en: str
    es: str
    units: int
    modifiers: tuple[str, ...]
    pointers: tuple[int, ...]
    because: str
    citations: tuple[Citation, ...]
    certainty: Certainty
    edits: tuple[str, ...] = ()  # what was changed, and by which edit
    description: str = ""


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """One diagnosis code with the muscles behind it."""

    code: str
    en: str
    es: str
    muscles: tuple[str, ...]
    citations: tuple[Citation, ...]
    certainty: Certainty


class Dropped(msgspec.Struct, frozen=True):
    """What was not coded, and the rule for it."""

    what: str
    rule: str
    en: str


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """Something to settle before the session is billed. `about` names it; `holds`: it holds the claim."""

    about: str
    code: str
    en: str
    holds: bool

    def __str__(self) -> str:
        """Return the sentence."""
        return self.en


class Coding(msgspec.Struct, frozen=True, kw_only=True):
    """The codes of a session. `open` must be settled before it is billed."""

    diagnoses: tuple[Diagnosis, ...]
    lines: tuple[CodedLine, ...]
    dropped: tuple[Dropped, ...]
    notices: tuple[str, ...]
    open: tuple[Open, ...]
