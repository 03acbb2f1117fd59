"""Whether a corticosteroid stays within its limits: this session, the same place, and one year."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.base.knowledge import Certainty, cite, read_toml
from needlepoint.base.people import Patient
from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.base.wording import mg
from needlepoint.treatment.plan.practice import PracticeRules, review_of
from needlepoint.treatment.precautions.traits import DATA, plain
from needlepoint.treatment.spanish import place_es
from needlepoint.treatment.types import (
    CheckVerdict,
    EarlierSession,
    SteroidCheck,
    SteroidOrder,
    TreatedSite,
)

__all__ = ["Steroid", "check_steroid", "find_steroid", "load_steroids"]

YEAR = datetime.timedelta(days=365)
Said = tuple[str, str]  # in English and in Spanish
WHY = (
    "Why a steroid? Its benefit in a trigger point is not proven; the reason is written down.",
    "¿Por qué un corticoide? Su beneficio en un punto gatillo no está probado; se anota el motivo.",
)
WHICH = (
    "Which steroids were injected within the last year, where and how much?",
    "¿Qué corticoides se inyectaron en el último año, dónde y cuánto?",
)


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
    ask = _not_understood(earlier or ())
    if not (order.indication or "").strip():
        ask.append(WHY)
    if earlier is None or patient.given is None:
        ask.append(WHICH)
    else:
        more_over, more_within = _history(row, order, sites, patient, earlier, as_of)
        over, within = [*over, *more_over], [*within, *more_within]
    verdict = CheckVerdict.NOT_MET if over else CheckVerdict.NOT_KNOWN if ask else CheckVerdict.MET
    interval = load_steroids().interval
    return SteroidCheck(
        verdict=verdict,
        drug=row.id,
        dose_mg=order.dose_mg,
        because=tuple(en for en, _ in (*over, *within)),
        because_es=tuple(es for _, es in (*over, *within)),
        ask=tuple(en for en, _ in ask),
        ask_es=tuple(es for _, es in ask),
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


def _not_understood(earlier: Sequence[EarlierSession]) -> list[Said]:
    """What must be asked about steroids of earlier sessions."""
    ask = []
    for session in earlier:
        if session.steroid and _known(session.steroid) is None:
            words = f"Which steroid is {session.steroid!r}, given on {session.on}?"
            ask.append((words, f"¿Qué corticoide es {session.steroid!r}, dado el {session.on}?"))
        elif session.steroid and session.steroid_mg is None:
            words = f"How many mg of {session.steroid} were given on {session.on}?"
            ask.append((words, f"¿Cuántos mg de {session.steroid} se dieron el {session.on}?"))
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
) -> tuple[list[Said], list[Said]]:
    """What this session breaks together with what was given elsewhere today, and what it keeps."""
    used = sum((Fraction(dose) / Fraction(other.most_mg_session) for other, dose in today), Fraction(0))
    share = used + Fraction(order.dose_mg) / Fraction(row.most_mg_session)
    before = "".join(f" + {mg(dose)} of {other.en} given today" for other, dose in today)
    before_es = "".join(f" + {mg(dose)} de {other.es} dados hoy" for other, dose in today)
    dose, most = mg(order.dose_mg), mg(row.most_mg_session)
    checks = [
        (share <= 1, (f"{dose}{before} of {most} a session", f"{dose}{before_es} de {most} por sesión")),
        (
            len(sites) <= row.most_sites,
            (f"{len(sites)} of {row.most_sites} sites", f"{len(sites)} de {row.most_sites} sitios"),
        ),
    ]
    return _sorted(checks)


def _history(
    row: Steroid,
    order: SteroidOrder,
    sites: Sequence[TreatedSite],
    patient: Patient,
    earlier: Sequence[EarlierSession],
    as_of: datetime.date,
) -> tuple[list[Said], list[Said]]:
    """What the year before breaks, and what it keeps."""
    rule = load_steroids().interval
    year = _in_a_year(patient, earlier, as_of)
    share = sum((Fraction(mg) / Fraction(found.most_mg_year) for found, mg in year), Fraction(0))
    share += Fraction(order.dose_mg) / Fraction(row.most_mg_year)
    used = f"{float(share):.2f}"
    checks = [
        (
            share <= 1,
            (
                f"{used} of the steroid of a year, this session included",
                f"{used} del corticoide de un año, con esta sesión",
            ),
        )
    ]
    last = _last_steroid(patient, earlier, as_of)
    if last is not None:
        days = (as_of - last).days
        least = rule.any_site_days
        words = (
            f"a steroid {days} days ago, {least} asked",
            f"un corticoide hace {days} días, se piden {least}",
        )
        checks.append((days >= least, words))
    for site in sites:
        before = [
            session.on
            for session in earlier
            if session.steroid
            and as_of - YEAR < session.on <= as_of
            and any((s.muscle, s.side) == (site.muscle, site.side) for s in session.sites)
        ]
        if before:
            checks += _same_place(site, before, as_of)
    return _sorted(checks)


def _same_place(
    site: TreatedSite, before: Sequence[datetime.date], as_of: datetime.date
) -> list[tuple[bool, Said]]:
    """How long ago and how often this year the same place got a steroid."""
    rule = load_steroids().interval
    days, count = (as_of - max(before)).days, len(before) + 1
    place = f"{site.side} {site.muscle}".replace("_", " ")
    there = place_es(load_atlas().muscles[site.muscle], site.side)
    least, most = rule.same_site_days, rule.same_site_per_year
    return [
        (
            days >= least,
            (f"{place}: last {days} days ago, {least} asked", f"{there}: hace {days} días, se piden {least}"),
        ),
        (count <= most, (f"{place}: {count} of {most} a year", f"{there}: {count} de {most} al año")),
    ]


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


def _sorted(checks: Sequence[tuple[bool, Said]]) -> tuple[list[Said], list[Said]]:
    over = [
        (f"over the limit: {en}", f"por encima del límite: {es}") for fits, (en, es) in checks if not fits
    ]
    return over, [words for fits, words in checks if fits]
