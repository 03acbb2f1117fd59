"""The code rows, read once: procedures, visits, drugs, diagnoses and invalid combinations."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import Certainty, Dated, cite, read_toml, rows

__all__ = [
    "DATA",
    "CodeList",
    "CodeRows",
    "DiagnosisRow",
    "DrugRow",
    "Procedure",
    "load_changes",
    "load_codes",
    "load_edits",
    "load_notes",
]

DATA = Path(__file__).parent / "data"


class CheckedRow(Dated, frozen=True, kw_only=True):
    """A dated row with the day until which a published file confirmed it."""

    checked_to: datetime.date
    certainty: Certainty
    source: list[str]


class Procedure(CheckedRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A procedure code. `muscles`: least and most distinct muscles (0: no upper limit)."""

    code: str
    en: str
    es: str
    act: str
    muscles: tuple[int, int]
    units_a_day: int = 0  # maximum units by the code's definition (0: no limit)
    before: str = ""  # what was billed before its first day


class VisitRow(CheckedRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Visit codes and the modifier for a separate visit on the day of a procedure."""

    en: str
    es: str
    codes: list[str]
    modifier: str


class DrugRow(CheckedRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A drug code and how many mg (or mL) one unit is. `paid_apart`: an office is paid for it beside the procedure.

    `up_to_mg`: the largest dose of the code, where codes depend on the dose (0: any).
    """

    code: str
    drug: str
    epinephrine: bool
    unit_mg: Decimal = Decimal(0)
    unit_ml: Decimal = Decimal(0)
    paid_apart: bool
    up_to_mg: Decimal = Decimal(0)


class DiagnosisRow(CheckedRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A diagnosis code and its muscles."""

    code: str
    en: str
    es: str
    muscles: tuple[str, ...] = ()
    body_area: tuple[str, ...] = ()
    any: bool = False


class OtherCode(CheckedRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A code that the program never makes itself, and the days on which it is valid; `instead`: its successor.

    `unlisted`: it covers what has no code of its own, and requires a description.
    """

    code: str
    unlisted: bool = False
    instead: str = ""
    act: str = ""  # its meaning for a payer's policy


class Waste(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The modifiers for discarded drug (JW) and for none (JZ)."""

    discarded: str
    none: str
    from_: datetime.date = msgspec.field(name="from")
    certainty: Certainty
    source: list[str]


class Never(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Invalid combinations: `modifiers` on `codes`, or `codes` (or a span of them) beside `with`."""

    id: str
    en: str
    es: str
    certainty: Certainty
    source: list[str]
    codes: list[str] = []
    modifiers: list[str] = []
    with_: list[str] = msgspec.field(name="with", default_factory=list)
    codes_from: str | None = None
    codes_to: str | None = None


class PlaceRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """In these places of service these codes carry a modifier."""

    id: str
    codes: list[str]
    places: list[str]
    add: str
    en: str
    es: str
    certainty: Certainty
    source: list[str]


class Facility(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The places of service in which a facility bills its own part, including drugs."""

    places: list[str]
    en: str
    es: str
    certainty: Certainty
    source: list[str]


class Hospital(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Places of service of one kind: a hospital's outpatient departments, for example."""

    places: list[str]
    certainty: Certainty
    source: list[str]


class Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Place of service codes."""

    codes: list[str]
    certainty: Certainty
    source: list[str]


class PlaceAsks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question by place of service. `needle`: only with (or only without) a needle; `payers`: of these only."""

    id: str
    places: list[str]
    en: str
    es: str
    certainty: Certainty
    source: list[str]
    needle: bool | None = None
    payers: list[str] = []


class Unlisted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The question for a code for services or drugs without a code of their own."""

    en: str
    es: str
    certainty: Certainty
    source: list[str]


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A span of procedure codes of one kind, both ends included."""

    first: str
    last: str
    en: str
    asks: bool = False  # whether a payer counts it among other injections is a question
    certainty: Certainty
    source: list[str]

    def holds(self, code: str) -> bool:
        """Return whether the code is within the span."""
        return len(code) == len(self.first) and self.first <= code <= self.last


class StatusCodes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Prefixes of diagnoses to which no procedure line points."""

    begins: tuple[str, ...]
    certainty: Certainty
    source: list[str]


class FirstReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Prefixes of the diagnoses to which a line of this act points first."""

    act: str
    begins: tuple[str, ...]
    certainty: Certainty
    source: list[str]


class WhoRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A code that does not suit a profession or a patient. `bars`: the line is removed; else it is asked."""

    id: str
    codes: list[str]
    en: str
    es: str
    bars: bool
    certainty: Certainty
    source: list[str]
    professions: list[str] = []
    payers: list[str] = []
    below_age: int | None = None
    from_age: int | None = None
    unless: list[str] = []  # with all these credentials it asks instead, in the words of `then`
    then: str = ""


class Pairs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Modifiers for a separate second service where a pair allows it."""

    bypass: list[str]
    certainty: Certainty
    source: list[str]


class CodeList(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file with every diagnosis code that is valid on those days."""

    file: str
    file_day: (
        datetime.date
    )  # the day of which the file is; the changes between it and the first day give this list
    sides: str  # the file with those codes that name one side alone
    certainty: Certainty
    source: list[str]


class CodeChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The diagnosis codes that began to be valid to the last digit on a day, and those that ended the day before."""

    on: datetime.date
    began: frozenset[str]
    ended: frozenset[str]
    certainty: Certainty
    source: list[str]


class Known(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Diagnosis codes found in a code file, and headers that are not billable."""

    codes: list[str]
    categories: list[str]
    certainty: Certainty
    source: list[str]


class Excludes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Codes (by prefix) that exclude others."""

    code: str
    not_: list[str] = msgspec.field(name="not")
    certainty: Certainty
    source: list[str]


class CodeNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the tabular list asks beside a code (by prefix)."""

    code: str
    en: str
    es: str
    certainty: Certainty
    source: list[str]


class TabularNotes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/icd10cm_notes.toml`."""

    excludes: list[Excludes]
    note: list[CodeNote]


class Edits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/edits.toml`."""

    facility: Facility
    hospital: Hospital
    facility_rate: Hospital
    places: Places
    place_asks: list[PlaceAsks]
    status: StatusCodes
    first_reason: list[FirstReason]
    unlisted: Unlisted
    block: list[Span]
    place: list[PlaceRow]
    who: list[WhoRow]
    pairs: Pairs
    list_: list[CodeList] = msgspec.field(name="list")
    known: list[Known]


@lru_cache(maxsize=1)
def load_edits() -> Edits:
    """Return every row with its source."""
    found = msgspec.convert(read_toml(DATA / "edits.toml"), Edits)
    keys = [found.pairs.source, found.facility.source, found.hospital.source, found.status.source]
    keys += [found.facility_rate.source, found.places.source, *(row.source for row in found.place_asks)]
    keys += [row.source for row in found.first_reason]
    keys += [found.unlisted.source, *(row.source for row in found.block)]
    keys += [*(row.source for row in found.place), *(row.source for row in found.who)]
    keys += [row.source for row in found.list_]
    keys += [row.source for row in found.known]
    for source in keys:
        cite(DATA, source, "edits.toml")
    return found


@lru_cache(maxsize=1)
def load_notes() -> TabularNotes:
    """Return the notes of the tabular list, each with its source."""
    found = msgspec.convert(read_toml(DATA / "icd10cm_notes.toml"), TabularNotes)
    for source in [row.source for row in found.excludes] + [row.source for row in found.note]:
        cite(DATA, source, "icd10cm_notes.toml")
    return found


@lru_cache(maxsize=1)
def load_changes() -> tuple[CodeChange, ...]:
    """Return the changes of the diagnosis codes, the earliest first."""
    found = rows(DATA / "icd10cm_changes.toml", CodeChange, "change")
    for row in found:
        cite(DATA, row.source, "icd10cm_changes.toml")
    return tuple(sorted(found, key=lambda row: row.on))


class BothSides(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How often one muscle treated on both sides counts for a payer ('*': every other)."""

    payer: str
    count: int
    certainty: Certainty
    source: list[str]


class CodeRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/codes.toml`."""

    both_sides: list[BothSides]
    procedure: list[Procedure]
    visit: list[VisitRow]
    drug: list[DrugRow]
    code: list[OtherCode]
    waste: Waste
    diagnosis: list[DiagnosisRow]
    never: list[Never]


@lru_cache(maxsize=1)
def load_codes() -> CodeRows:
    """Return every row with its source."""
    found = msgspec.convert(read_toml(DATA / "codes.toml"), CodeRows)
    keys = [found.waste.source, *(row.source for row in found.both_sides)]
    keys += [row.source for row in found.procedure] + [row.source for row in found.visit]
    keys += [row.source for row in found.drug] + [row.source for row in found.diagnosis]
    keys += [row.source for row in found.never] + [row.source for row in found.code]
    for source in keys:
        cite(DATA, source, "codes.toml")
    return found
