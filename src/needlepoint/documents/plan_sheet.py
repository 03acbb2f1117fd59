"""The plan on paper: every statement, site, depth, guidance and hazard of a plan, the minor ones at the end."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from needlepoint.anatomy import in_language
from needlepoint.base.wording import mg, ml
from needlepoint.treatment.plan.make import Plan
from needlepoint.treatment.plan.sites import PlannedSite
from needlepoint.treatment.plan.statements import PlanStatement
from needlepoint.treatment.spanish import name_es, side_es, structure_of

__all__ = ["PlanSheet", "is_minor", "plan_sheet"]


class SheetStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement in the sheet's language."""

    kind: str
    words: str
    do: str
    decided: str


class SheetSite(msgspec.Struct, frozen=True, kw_only=True):
    """One site: where, how deep, with what, and what the needle avoids."""

    name: str
    facts: str
    landmark: str
    approach: str
    hazards: tuple[str, ...]


class PlanSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What the template prints."""

    verdict: str
    technique: str
    why: str
    scope: str
    sites: tuple[SheetSite, ...]
    dose: tuple[str, ...]
    statements: tuple[SheetStatement, ...]
    minor: tuple[SheetStatement, ...]
    left_out: tuple[str, ...]


def is_minor(row: PlanStatement) -> bool:
    """Whether a statement may be collapsed: a low one that blocks nothing and was not decided over."""
    return row.severity == "low" and not row.blocks and row.kind in ("warn", "notice")


def plan_sheet(plan: Plan, lang: str) -> PlanSheet:
    """Return a plan in the words of one language, in the order of the core: the most severe first."""
    spanish = lang == "es"
    dose, chosen = plan.chosen.dose, plan.chosen
    return PlanSheet(
        verdict=plan.verdict.value,
        technique=name_es(chosen.technique) if spanish else chosen.technique,
        why=plan.why_es if spanish else plan.why_en,
        scope=chosen.scope.because_es if spanish else chosen.scope.because,
        sites=tuple(_site(site, lang) for site in plan.sites),
        dose=tuple(share.arithmetic_es if spanish else share.arithmetic for share in dose.shares)
        if dose
        else (),
        statements=_rows([row for row in plan.statements if not is_minor(row)], spanish),
        minor=_rows([row for row in plan.statements if is_minor(row)], spanish),
        left_out=plan.left_out_es if spanish else plan.left_out,
    )


def _rows(rows: Sequence[PlanStatement], spanish: bool) -> tuple[SheetStatement, ...]:
    return tuple(_row(row, spanish) for row in rows)


def _row(row: PlanStatement, spanish: bool) -> SheetStatement:
    words, do = (row.es, row.do_es) if spanish else (row.en, row.do_en)
    grounds = row.because_es if spanish else row.because
    because = f" ({'; '.join(grounds)})" if grounds else ""
    return SheetStatement(kind=row.kind, words=words + because, do=do, decided=row.decided or "")


def _site(site: PlannedSite, lang: str) -> SheetSite:
    spanish = lang == "es"
    needle, low, high = site.needle, *site.depth_mm
    thick = f"{needle.gauge} G" if needle.gauge else f"{needle.thickness_mm} mm"
    amount = [ml(site.volume_ml)] if site.volume_ml else []
    amount += [mg(site.dose_mg)] if site.dose_mg else []
    guidance = name_es(site.guidance) if spanish else site.guidance
    deep, sound = ("profundidad", "ecografía") if spanish else ("depth", "ultrasound")
    return SheetSite(
        name=f"{site.muscle_es} ({side_es(site.side)})" if spanish else f"{site.side} {site.muscle}",
        facts=" · ".join(
            [
                f"{thick} x {needle.length_mm} mm",
                f"{deep} {low}–{high} mm",
                f"{sound}: {guidance}",
                *amount,
            ]
        ),
        landmark=in_language(site.landmark, lang),
        approach=in_language(site.approach, lang),
        hazards=tuple(
            f"{structure_of(hazard, lang)}: {in_language(hazard.avoid, lang)}" for hazard in site.hazards
        ),
    )
