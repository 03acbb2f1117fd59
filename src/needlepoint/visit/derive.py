"""Everything derived from the facts of a visit. Nothing here is stored."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from needlepoint.exam.types import Assessment, Found
from needlepoint.treatment.plan.order import PlanOrder, SiteOrder
from needlepoint.treatment.types import Injection
from needlepoint.visit.facts import MINUTES_AFTER, SIGNS, Site, Vial, Visit

__all__ = [
    "DrugTotal",
    "Strength",
    "diluent_ml",
    "diluted",
    "drug_totals",
    "findings",
    "given_mg",
    "injections",
    "minutes_since_needle",
    "missing_for_billing",
    "observed_from",
    "ordered",
    "relief_now",
    "steroid_mg",
    "technique",
    "too_weak",
    "undeclared_dilutions",
    "vials_moved",
]

ZERO = Decimal(0)
MINUTE = datetime.timedelta(minutes=1)


class DrugTotal(msgspec.Struct, frozen=True, kw_only=True):
    """One drug over the whole visit.

    `wasted_mg` None: unknown from the vials on record. `single_dose` None: no vial, or vials of both kinds.
    """

    drug: str
    given_mg: Decimal
    given_ml: Decimal
    wasted_mg: Decimal | None
    single_dose: bool | None
    lots: tuple[str, ...]


class Strength(msgspec.Struct, frozen=True):
    """A concentration that was given, in percent, and the strongest vial on record that may have given it."""

    drug: str
    given: Decimal
    vial: Decimal


def too_weak(visit: Visit) -> tuple[Strength, ...]:
    """Return concentrations that no vial on record can have given: every opened vial of the drug is weaker."""
    return tuple(row for row in _strengths(visit) if row.vial < row.given)


def diluted(visit: Visit) -> tuple[Strength, ...]:
    """Return concentrations from a stronger vial, when no vial of their own concentration is on record."""
    return tuple(row for row in _strengths(visit) if row.vial > row.given)


def undeclared_dilutions(visit: Visit) -> tuple[Strength, ...]:
    """Return what was diluted and has no diluent on record."""
    written = {(row.drug, row.concentration_percent) for row in visit.facts.diluents}
    return tuple(row for row in diluted(visit) if (row.drug, row.given) not in written)


def diluent_ml(visit: Visit, row: Strength) -> Decimal:
    """Return the mL of diluent in what was given: its volume less what came from the vial."""
    given = [
        one for one in injections(visit) if (one.drug, one.concentration_percent) == (row.drug, row.given)
    ]
    volume = sum((one.volume_ml for one in given), Decimal(0))
    return (volume * (1 - row.given / row.vial)).quantize(Decimal("0.01"))


def _strengths(visit: Visit) -> tuple[Strength, ...]:
    """Return each concentration that was given, once, with its closest vial: its own, else the strongest."""
    found = []
    for drug, given in dict.fromkeys((row.drug, row.concentration_percent) for row in injections(visit)):
        vials = {vial.concentration_percent for vial in visit.facts.vials if vial.drug == drug}
        if vials:
            found.append(Strength(drug, given, given if given in vials else max(vials)))
    return tuple(found)


def given_mg(visit: Visit, drug: str) -> Decimal:
    """Return the milligrams of a local anesthetic that were given, over all sites."""
    return sum((site.given.dose_mg for site in visit.treated if site.given and site.given.drug == drug), ZERO)


def steroid_mg(visit: Visit, drug: str) -> Decimal:
    """Return the milligrams of a corticosteroid that were given, over all sites."""
    rows = (site.given for site in visit.treated if site.given and site.given.steroid == drug)
    return sum((given.steroid_mg or ZERO for given in rows), ZERO)


def drug_totals(visit: Visit) -> tuple[DrugTotal, ...]:
    """Return every drug that was given, in the order of first use, with what is left in its vials."""
    given = [site.given for site in visit.treated if site.given]
    drugs = dict.fromkeys(one.drug for one in given if one.drug)
    steroids = dict.fromkeys(one.steroid for one in given if one.steroid)
    totals = []
    for drug in drugs:
        ml = sum((one.volume_ml or ZERO for one in given if one.drug == drug), ZERO)
        totals.append(_total(visit, drug, given_mg(visit, drug), ml))
    for drug in steroids:
        totals.append(_total(visit, drug, steroid_mg(visit, drug), ZERO))
    return tuple(totals)


def _total(visit: Visit, drug: str, mg: Decimal, ml: Decimal) -> DrugTotal:
    vials = [vial for vial in visit.facts.vials if vial.drug == drug]
    given = [site.given for site in visit.treated if site.given]
    named = [one.lot for one in given if one.lot and drug in (one.drug, one.steroid)]
    lots = tuple(dict.fromkeys([*(vial.lot for vial in vials), *named]))
    return DrugTotal(
        drug=drug,
        given_mg=mg,
        given_ml=ml,
        wasted_mg=_wasted(vials, mg),
        single_dose=_single_dose(vials),
        lots=lots,
    )


def _single_dose(vials: Sequence[Vial]) -> bool | None:
    """Return whether the drug came from single-dose vials; None without vials, or with both kinds."""
    kinds = {vial.single_dose for vial in vials}
    return kinds.pop() if len(kinds) == 1 else None


def _wasted(vials: Sequence[Vial], given: Decimal) -> Decimal | None:
    """Return what is left in opened single-dose vials; None if the vials on record do not determine it."""
    holds = sum((vial.holds_mg for vial in vials), ZERO)
    single_dose = _single_dose(vials)
    if single_dose is None or holds < given:
        return None
    return holds - given if single_dose else ZERO


def vials_moved(before: Visit, after: Visit) -> dict[int, int]:
    """Return the inventory change of a command: lot -> vials opened (above 0) or returned (below 0)."""
    counts = Counter(vial.lot_id for vial in after.facts.vials)
    counts.subtract(vial.lot_id for vial in before.facts.vials)
    return {lot: count for lot, count in counts.items() if count}


def injections(visit: Visit) -> tuple[Injection, ...]:
    """Return what was given, site by site, for the dose check: each with its own drug and concentration."""
    return tuple(
        Injection(
            muscle=site.spot.muscle,
            side=site.spot.side,
            point=site.spot.point or None,
            drug=site.given.drug,
            concentration_percent=site.given.concentration_percent,
            volume_ml=site.given.volume_ml,
        )
        for site in visit.treated
        if site.given and site.given.drug and site.given.concentration_percent and site.given.volume_ml
    )


def technique(visit: Visit) -> str | None:
    """Return how the visit was treated: injection if any site was injected, else the first site's technique."""
    used = [site.given.technique for site in visit.treated if site.given]
    if not used:
        return None
    return "wet" if "wet" in used else used[0]


def findings(visit: Visit) -> list[Found]:
    """Return the findings of palpation for the examination."""
    return [
        Found(
            muscle=site.spot.muscle,
            side=site.spot.side,
            point=site.spot.point or None,
            **{name: getattr(site.signs, name) for name in SIGNS},
        )
        for site in visit.sites
        if site.signs.recorded
    ]


def ordered(visit: Visit, assessment: Assessment | None) -> PlanOrder | None:
    """Return the order with every site of the plan by name; None while nothing is ordered and nothing qualifies.

    Without a named site the plan takes all that qualify. If the clinician excluded all of those, the list is empty.
    """
    order = visit.facts.ordered
    sites = [_site_order(site) for site in visit.sites if _is_planned(site, assessment)]
    left_out = any(site.planned is False for site in visit.sites)
    if not sites and not left_out and order == type(order)():
        return None
    return PlanOrder(
        technique=order.technique or None,
        drug=order.drug or None,
        concentration_percent=order.concentration_percent,
        volume_ml=order.volume_ml,
        steroid=order.steroid,
        sites=sites if sites or left_out else None,
        decided=list(order.decided),
    )


def _is_planned(site: Site, assessment: Assessment | None) -> bool:
    """Return whether a site is planned: if treated, else by the clinician's decision, else by the examination."""
    if site.given is not None or site.planned is not None:
        return site.given is not None or site.planned is True
    spots = assessment.spots if assessment else ()
    here = (site.spot.muscle, site.spot.side, site.spot.point or None)
    return any(
        (spot.found.muscle, spot.found.side, spot.found.point) == here and spot.injectable for spot in spots
    )


def _site_order(site: Site) -> SiteOrder:
    given = site.given.volume_ml if site.given else None
    return SiteOrder(
        muscle=site.spot.muscle,
        side=site.spot.side,
        point=site.spot.point or None,
        volume_ml=given if given is not None else site.volume_ml,
    )


def relief_now(visit: Visit) -> int | None:
    """Return immediate relief in percent of the pain before; None if either is unknown or the pain did not ease."""
    before, after = visit.facts.reported.pain_now, visit.facts.observed.pain_after
    if not before or after is None or after > before:
        return None
    return int((Decimal(100 * (before - after)) / before).quantize(Decimal(1), ROUND_HALF_UP))


def minutes_since_needle(visit: Visit, now: datetime.datetime) -> int:
    """Return whole minutes since the last needle; 0 without one."""
    last = _last_needle(visit)
    return max((now - last) // MINUTE, 0) if last else 0


def observed_from(visit: Visit, minutes_after: int = MINUTES_AFTER) -> datetime.datetime | None:
    """Return when so many minutes have passed since the last needle; None without one."""
    last = _last_needle(visit)
    return last + minutes_after * MINUTE if last else None


def _last_needle(visit: Visit) -> datetime.datetime | None:
    return max((site.given.at for site in visit.treated if site.given), default=None)


def minutes(visit: Visit) -> int | None:
    """Return the duration of the procedure in whole minutes."""
    started, ended = visit.facts.started_at, visit.facts.ended_at
    if started is None or ended is None:
        return None
    return (ended - started) // MINUTE


def missing_for_billing(visit: Visit) -> tuple[str, ...]:
    """Return ids of what a claim will lack (words in notes/data/gaps): vials, and a picture if ultrasound is billed."""
    found = []
    if any(total.wasted_mg is None for total in drug_totals(visit)):
        found.append("no_vials")
    guidance = visit.facts.guidance
    if guidance and guidance.ultrasound and not guidance.picture:
        found.append("no_picture")
    return tuple(found)
