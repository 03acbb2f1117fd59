"""Whether a corticosteroid stays within its limits: this session, the same place, and one year."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, cite, read_toml
from needlepoint.base.people import Patient
from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.base.wording import mg
from needlepoint.treatment.plan.practice import PracticeRules, review_of
from needlepoint.treatment.precautions.traits import DATA, plain
from needlepoint.treatment.types import (
    CheckVerdict,
    EarlierSession,
    SteroidCheck,
    SteroidOrder,
    TreatedSite,
)

__all__ = ["Steroid", "check_steroid", "find_steroid", "load_steroids"]

YEAR = datetime.timedelta(days=365)


class Steroid(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One corticosteroid. Doses in mg over all sites of a session, and over any 365 days."""

    id: str
    en: str
    es: str
    names: list[str]
    holds: list[str]  # preservatives and carriers, by the names of the allergen groups
    particulate: bool
    strengths_mg_ml: list[Decimal]
    most_mg_session: Decimal
    most_mg_year: Decimal
    prednisone_equal_mg: Decimal
    most_sites: int
    note_en: str
    note_es: str
    mix_warning_en: str
    mix_warning_es: str
    certainty: Certainty
    source: list[str]


class Interval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often one place may receive a steroid."""

    same_site_days: int
    same_site_per_year: int
    any_site_days: int
    certainty: Certainty
    source: list[str]


class Steroids(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of `data/steroids/steroids.toml`."""

    steroid: list[Steroid]
    interval: Interval


@lru_cache(maxsize=1)
def load_steroids() -> Steroids:
    """Return the steroids and the interval, each with its source."""
    found = msgspec.convert(read_toml(DATA / "steroids" / "steroids.toml"), Steroids)
    for keys in (found.interval.source, *(row.source for row in found.steroid)):
        cite(DATA, keys, "steroids.toml")
    return found


def find_steroid(name: str) -> Steroid:
    """Return the steroid by any of its names; Refused with the nearest ones."""
    table = {plain(known): row for row in load_steroids().steroid for known in (row.id, *row.names)}
    if plain(name) not in table:
        hint = nearest(plain(name), table)
        raise Refused(Fault("steroid.drug", repr(name), "a corticosteroid of the formulary", hint))
    return table[plain(name)]


def check_steroid(
    order: SteroidOrder,
    sites: Sequence[TreatedSite],
    patient: Patient,
    earlier: Sequence[EarlierSession] | None,
    as_of: datetime.date,
    practice: PracticeRules | None = None,
) -> SteroidCheck:
    """Return the verdict on `order` at `sites`. `earlier` None: not asked, so the yearly limits are unknown.

    Raises Refused for an unknown drug or an invalid dose.
    """
    row = find_steroid(order.drug)
    if not (order.dose_mg.is_finite() and order.dose_mg > 0):
        raise Refused(Fault("steroid.dose_mg", str(order.dose_mg), "a dose above 0 mg"))
    over, within = _session(row, order, sites, _today(patient, earlier or (), as_of))
    ask: list[str] = _not_understood(earlier or ())
    if not (order.indication or "").strip():
        ask.append("Why a steroid? Its benefit in a trigger point is not proven; the reason is written down.")
    if earlier is None or patient.given is None:
        ask.append("Which steroids were injected within the last year, where and how much?")
    else:
        more_over, more_within = _history(row, order, sites, patient, earlier, as_of)
        over, within = [*over, *more_over], [*within, *more_within]
    verdict = CheckVerdict.NOT_MET if over else CheckVerdict.NOT_KNOWN if ask else CheckVerdict.MET
    interval = load_steroids().interval
    return SteroidCheck(
        verdict=verdict,
        drug=row.id,
        dose_mg=order.dose_mg,
        because=(*over, *within),
        ask=tuple(ask),
        notes_en=tuple(note for note in (row.note_en, row.mix_warning_en) if note),
        notes_es=tuple(note for note in (row.note_es, row.mix_warning_es) if note),
        citations=cite(DATA, [*row.source, *interval.source], row.id),
        certainty=row.certainty,
        review=review_of("steroid_limits", practice),
    )


def _known(name: str | None) -> Steroid | None:
    """Return the steroid by any of its names; None for an unknown name."""
    table = {plain(known): row for row in load_steroids().steroid for known in (row.id, *row.names)}
    return table.get(plain(name or ""))


def _not_understood(earlier: Sequence[EarlierSession]) -> list[str]:
    """Return what must be asked about steroids of earlier sessions."""
    ask = []
    for session in earlier:
        if session.steroid and _known(session.steroid) is None:
            ask.append(f"Which steroid is {session.steroid!r}, given on {session.on}?")
        elif session.steroid and session.steroid_mg is None:
            ask.append(f"How many mg of {session.steroid} were given on {session.on}?")
    return ask


def _today(
    patient: Patient, earlier: Sequence[EarlierSession], as_of: datetime.date
) -> list[tuple[Steroid, Decimal]]:
    """Return steroids given on the day of the session, elsewhere or in an earlier session."""
    doses = [(dose.drug, dose.dose_mg) for dose in patient.given or [] if dose.at.date() == as_of]
    doses += [
        (row.steroid, row.steroid_mg)
        for row in earlier
        if row.on == as_of and row.steroid and row.steroid_mg is not None
    ]
    return [(row, dose) for name, dose in doses if (row := _known(name)) is not None]


def _session(
    row: Steroid, order: SteroidOrder, sites: Sequence[TreatedSite], today: Sequence[tuple[Steroid, Decimal]]
) -> tuple[list[str], list[str]]:
    """Return the limits that this session breaks, including today's doses elsewhere, and those it keeps."""
    used = sum((Fraction(dose) / Fraction(other.most_mg_session) for other, dose in today), Fraction(0))
    share = used + Fraction(order.dose_mg) / Fraction(row.most_mg_session)
    before = "".join(f" + {mg(dose)} of {other.en} given today" for other, dose in today)
    checks = [
        (share <= 1, f"{mg(order.dose_mg)}{before} of {mg(row.most_mg_session)} a session"),
        (len(sites) <= row.most_sites, f"{len(sites)} of {row.most_sites} sites"),
    ]
    return _sorted(checks)


def _history(
    row: Steroid,
    order: SteroidOrder,
    sites: Sequence[TreatedSite],
    patient: Patient,
    earlier: Sequence[EarlierSession],
    as_of: datetime.date,
) -> tuple[list[str], list[str]]:
    """Return the limits of the past year that are broken, and those that are kept."""
    rule = load_steroids().interval
    year = _in_a_year(patient, earlier, as_of)
    share = sum((Fraction(mg) / Fraction(found.most_mg_year) for found, mg in year), Fraction(0))
    share += Fraction(order.dose_mg) / Fraction(row.most_mg_year)
    checks = [(share <= 1, f"{float(share):.2f} of the steroid of a year, this session included")]
    last = _last_steroid(patient, earlier, as_of)
    if last is not None:
        days = (as_of - last).days
        checks.append((days >= rule.any_site_days, f"a steroid {days} days ago, {rule.any_site_days} asked"))
    for site in sites:
        before = [
            session.on
            for session in earlier
            if session.steroid
            and as_of - YEAR < session.on <= as_of
            and any((s.muscle, s.side) == (site.muscle, site.side) for s in session.sites)
        ]
        if before:
            days = (as_of - max(before)).days
            place = f"{site.side} {site.muscle}".replace("_", " ")
            checks.append(
                (days >= rule.same_site_days, f"{place}: last {days} days ago, {rule.same_site_days} asked")
            )
            count = len(before) + 1
            checks.append(
                (count <= rule.same_site_per_year, f"{place}: {count} of {rule.same_site_per_year} a year")
            )
    return _sorted(checks)


def _last_steroid(
    patient: Patient, earlier: Sequence[EarlierSession], as_of: datetime.date
) -> datetime.date | None:
    """Return the last day before this one on which a steroid was injected, here or elsewhere."""
    here = [session.on for session in earlier if session.steroid]
    elsewhere = [dose.at.date() for dose in patient.given or [] if _known(dose.drug) is not None]
    return max((day for day in (*here, *elsewhere) if day < as_of), default=None)


def _in_a_year(
    patient: Patient, earlier: Sequence[EarlierSession], as_of: datetime.date
) -> list[tuple[Steroid, Decimal]]:
    """Return (steroid, mg) of the last 365 days, from sessions here and doses given elsewhere."""
    here = [
        (found, session.steroid_mg)
        for session in earlier
        if session.steroid_mg is not None
        and as_of - YEAR < session.on <= as_of
        and (found := _known(session.steroid)) is not None
    ]
    elsewhere = [
        (found, dose.dose_mg)
        for dose in patient.given or []
        if as_of - YEAR < dose.at.date() <= as_of and (found := _known(dose.drug)) is not None
    ]
    return [*here, *elsewhere]


def _sorted(checks: Sequence[tuple[bool, str]]) -> tuple[list[str], list[str]]:
    over = [f"over the limit: {words}" for fits, words in checks if not fits]
    return over, [words for fits, words in checks if fits]
