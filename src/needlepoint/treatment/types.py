"""Input and output of a dose check. All doses in mg, volumes in mL, as exact decimals."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import Enum

import msgspec

from needlepoint.base.knowledge import Certainty, Citation, Dated, Review


class CheckVerdict(Enum):
    """The three values of every check."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_KNOWN = "not_known"


class DoseLimit(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One published limit of one drug, for plain solution or with epinephrine."""

    id: str
    value: Decimal
    unit: str  # mg_per_kg, mg
    with_epinephrine: bool
    certainty: Certainty
    source: list[str]


class Drug(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A local anesthetic, as in its file. `window_h`: earlier doses within this many hours count."""

    id: str
    en: str
    es: str
    class_: str = msgspec.field(name="class")  # amide, ester
    concentrations_percent: list[Decimal]
    onset: str
    duration: str
    numb_most_h: Decimal  # longest numbness of skin and muscle, by `duration`
    window_h: int
    names: list[str] = []  # brands and spellings of earlier doses
    depot_names: list[str] = []  # slow-release products, which count for `depot_window_h`
    depot_window_h: int = 96
    note: str
    limits: list[DoseLimit]


class Injection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One planned site: the muscle and side, the drug, its concentration (1% = 10 mg/mL) and volume."""

    muscle: str
    side: str
    drug: str
    concentration_percent: Decimal
    volume_ml: Decimal
    point: str | None = None
    with_epinephrine: bool = False

    @property
    def dose_mg(self) -> Decimal:
        """Return milligrams of drug at this site."""
        return self.concentration_percent * 10 * self.volume_ml


class DrugShare(msgspec.Struct, frozen=True, kw_only=True):
    """The used part of one drug's limit."""

    drug: str
    dose_mg: Decimal
    earlier_mg: Decimal
    limit_mg: Decimal
    share: Decimal
    arithmetic: str
    arithmetic_es: str
    citations: tuple[Citation, ...]
    certainty: Certainty


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A fact worth knowing that neither stops nor asks."""

    id: str
    en: str
    es: str


class DoseCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on a set of injections: each drug's part of its limit, their sum, and what would be safe."""

    verdict: CheckVerdict
    because: str
    because_es: str
    ask: str | None
    shares: tuple[DrugShare, ...]
    total_share: Decimal | None
    total_ml: Decimal
    largest_safe_volume_ml: Decimal | None  # for each site, when the plan exceeds the limit
    notices: tuple[Notice, ...]
    ask_es: str | None = None


class TreatedSite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A site that was treated before; `technique` wet, saline or dry if known."""

    muscle: str
    side: str
    point: str | None = None
    technique: str | None = None


class EarlierSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An earlier session: when, where, and how much it helped for how long. None: not recorded."""

    on: datetime.date
    sites: list[TreatedSite]
    technique: str | None = None
    relief_percent: int | None = None
    relief_weeks: Decimal | None = None
    steroid: str | None = None
    steroid_mg: Decimal | None = None


class PriorCare(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Less invasive care that was tried, or why it was not possible."""

    what: str
    weeks: Decimal | None = None
    helped: bool | None = None
    cannot: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Something to ask. `blocks`: the plan is not safe before it is answered.

    For an unknown entry of a list, `about` is the list (medicine, condition, allergy), `text` what was entered, and
    `nearest` the known names near it.
    """

    key: str
    en: str
    es: str
    blocks: bool = False
    about: str = ""
    text: str = ""
    nearest: tuple[str, ...] = ()


class Concern(msgspec.Struct, frozen=True, kw_only=True):
    """One precaution that applies to this plan.

    `level`: stop, confirm, overridden, warn, notice. `severity`: high, medium, low. `absolute`: cannot be overridden.
    """

    id: str
    level: str
    en: str
    es: str
    do_en: str
    do_es: str
    because: tuple[str, ...]
    citations: tuple[Citation, ...]
    certainty: Certainty
    review: Review
    severity: str = "medium"
    absolute: bool = False
    decided: str | None = None
    because_es: tuple[str, ...] = ()


class SteroidOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An ordered corticosteroid: the whole dose of the session in mg, and why."""

    drug: str
    dose_mg: Decimal
    indication: str | None = None


class SteroidCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on a steroid, with the arithmetic of each limit."""

    verdict: CheckVerdict
    drug: str
    dose_mg: Decimal
    because: tuple[str, ...]
    because_es: tuple[str, ...]
    ask: tuple[str, ...]
    ask_es: tuple[str, ...]
    notes_en: tuple[str, ...]
    notes_es: tuple[str, ...]
    citations: tuple[Citation, ...]
    certainty: Certainty
    review: Review
