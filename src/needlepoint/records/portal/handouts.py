"""Handouts made from the record: why these muscles, and aftercare."""

from __future__ import annotations

import datetime

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.load import load_regions
from needlepoint.anatomy.picture.small import small_figure
from needlepoint.base.refusal import Fault, Refused
from needlepoint.documents import to_pdf
from needlepoint.documents.leaflets.aftercare import AftercareSheet, aftercare_sheet
from needlepoint.documents.leaflets.muscle_atlas import book_page
from needlepoint.documents.notes.write import place
from needlepoint.records.billing.prices import Quote, QuoteLine, household_of, label_of, quote
from needlepoint.records.models import Visit
from needlepoint.records.settings.public_settings import outside_of, zone_of
from needlepoint.records.visit.episode_from_rows import regions_of
from needlepoint.records.visit.evaluate import VisitEvaluation, think
from needlepoint.records.visit.rows import visit_of
from needlepoint.treatment.precautions.situation import NeedledSite
from needlepoint.visit import derive
from needlepoint.visit.facts import SIGNS, Signs

__all__ = ["Why", "WhyMuscle", "aftercare_of", "aftercare_pdf", "why_of", "why_pdf"]


class WhyMuscle(msgspec.Struct, frozen=True, kw_only=True):
    """One planned muscle: its typical pain, which of the drawn places it explains, and the findings of palpation."""

    name: str
    known: tuple[str, ...]
    explains: tuple[str, ...]
    found: tuple[str, ...]


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """The page "why these muscles". `unexplained`: painful places that no planned muscle explains."""

    language: str
    on: datetime.date
    patient: str
    clinician: str
    practice: str
    phone: str
    technique: str
    muscles: tuple[WhyMuscle, ...]
    unexplained: tuple[str, ...]
    others: tuple[str, ...]  # alternatives, from the consent's rows
    price: Quote | None
    figure: str


def why_of(visit: Visit) -> Why:
    """Return it for the current plan; Refused while there is none. `visit` comes from `episode_from_rows.full`."""
    thought = think(visit)
    plan = thought.walked.plan if thought.walked else None
    if plan is None or not plan.sites:
        raise Refused(Fault("plan", "none yet", "a plan", "It is made in the visit."))
    lang = visit.patient.language
    regions = regions_of(visit)
    explained: set[str] = set()
    muscles = []
    signs = {(site.muscle, site.side): site.signs for site in visit.sites.all()}
    for site in plan.sites:
        reached = _reach(site.muscle_id, site.side)
        explains = [name for name in regions if name in reached]
        explained.update(explains)
        felt = signs.get((site.muscle_id, site.side), Signs())
        page = book_page(site.muscle_id, lang)
        muscles.append(
            WhyMuscle(
                name=place(site.muscle_id, site.side, lang),
                known=page.felt if page else (),
                explains=tuple(_said(name, lang) for name in explains),
                found=tuple(sign for sign in SIGNS if getattr(felt, sign) is True),
            )
        )
    zone = zone_of(visit.practice)
    return Why(
        language=lang,
        on=visit.starts_at.astimezone(zone).date(),
        patient=f"{visit.patient.given} {visit.patient.family}",
        clinician=visit.clinician.name,
        practice=visit.practice.name,
        phone=outside_of(visit.practice).phone,
        technique=plan.chosen.technique,
        muscles=tuple(muscles),
        unexplained=tuple(_said(name, lang) for name in regions if name not in explained),
        others=tuple(getattr(row, lang) for row in plan.advice.get("combine", ())),
        price=_price(visit) or _by_plan(thought),
        figure=small_figure(regions),
    )


def _reach(muscle: str, side: str) -> set[str]:
    from needlepoint.anatomy.picture.patterns import on_side

    reached: set[str] = set()
    for point in load_atlas().muscles[muscle].points:
        for zone in (point.essential, point.spill):
            reached |= on_side(zone, side if side in ("left", "right") else "left").keys()
    return reached


def _said(region: str, lang: str) -> str:
    _, _, plain = region.partition("_")
    row = load_regions()[plain]
    return row.es if lang == "es" else row.en


def _price(visit: Visit) -> Quote | None:
    if visit.service is None:
        return None
    on = visit.starts_at.astimezone(zone_of(visit.practice)).date()
    return quote(
        visit.practice, visit.service, visit.location, on, visit.patient, household_of(visit.patient)
    )


def _by_plan(thought: VisitEvaluation) -> Quote | None:
    """Return the price by the codes of the plan, for a visit without a visit type."""
    found = thought.walked.estimate if thought.walked else None
    if found is None:
        return None
    lines = [
        QuoteLine(
            code=price.code,
            en=label_of(price.code)[0],
            es=label_of(price.code)[1],
            amount_usd=price.amount_usd,
        )
        for price in found.prices
    ]
    return Quote(
        total_usd=found.total_usd,
        lines=tuple(lines),
        least_usd=found.patient_usd,
        most_usd=found.patient_usd,
        insured=found.shares is not None or found.patient_usd is None,
    )


def why_pdf(why: Why) -> bytes:
    """Return the page as a PDF."""
    return to_pdf("why", why, why.language)


def aftercare_of(visit: Visit) -> AftercareSheet:
    """Return it for what was done, not for what was planned; Refused before any treatment.

    `visit` comes from `episode_from_rows.full`.
    """
    typed = visit_of(visit)
    thought = think(visit)
    plan = thought.walked.plan if thought.walked else None
    if not typed.treated or plan is None:
        raise Refused(Fault("aftercare", "a visit in which nothing was done", "one with a treated muscle"))
    muscles = load_atlas().muscles
    drugs = tuple(total.drug for total in derive.drug_totals(typed))
    technique = derive.technique(typed) or plan.chosen.technique
    situation = msgspec.structs.replace(
        plan.chosen.situation,
        technique=technique,
        spots=tuple(NeedledSite(muscles[site.spot.muscle], site.spot.side) for site in typed.treated),
        drugs=drugs if technique == "wet" else (),
        as_of=visit.day,
    )
    return aftercare_sheet(situation, visit.patient.language)


def aftercare_pdf(visit: Visit, sheet: AftercareSheet) -> bytes:
    """Return the sheet as a PDF, with the practice's phone number in large type."""
    paper: dict[str, object] = msgspec.to_builtins(sheet)
    paper |= {
        "patient": f"{visit.patient.given} {visit.patient.family}",
        "practice": visit.practice.name,
        "phone": outside_of(visit.practice).phone,
    }
    return to_pdf("aftercare", paper, sheet.language)
