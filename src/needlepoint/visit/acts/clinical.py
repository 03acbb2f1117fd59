"""What the patient reports, what is asked before the needle, the examination and the order."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.drawing import read_drawing
from needlepoint.anatomy.geometry import region_ids
from needlepoint.base.refusal import Fault, NotPossible, Refused, nearest
from needlepoint.reasoning.answers import read_answers
from needlepoint.reasoning.patient import ReportedFacts
from needlepoint.treatment.bounds import may_clear, outside
from needlepoint.treatment.dose.steroid import find_steroid
from needlepoint.treatment.load import load_dose_rules, load_drugs
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.treatment.precautions.check import PrecautionDecision, load_precautions
from needlepoint.treatment.types import SteroidOrder
from needlepoint.visit import commands as act
from needlepoint.visit.commands import Command
from needlepoint.visit.context import Context
from needlepoint.visit.facts import OPEN, SIGNS, Cleared, Site, Spot, Visit
from needlepoint.visit.limits import MOST_OWN_WORDS, MOST_REASON, MOST_SENTENCE, MOST_WORDS

__all__ = ["HANDLERS", "checked_spot", "checked_volume", "put_site", "said", "with_facts", "with_zone"]

# Others were notified and booked on this basis: it has its own reverse command with effects, and no undo.
SCHEDULE = ("zone", "starts_at", "minutes", "clinician", "place", "moved")


def with_facts(visit: Visit, **changes: Any) -> Visit:
    """Return the visit with some facts changed."""
    return replace(visit, facts=replace(visit.facts, **changes))


def put_site(visit: Visit, site: Site) -> Visit:
    """Return the visit with this site added, or in place of the one at its spot."""
    if visit.site(site.spot) is None:
        return replace(visit, sites=(*visit.sites, site))
    return replace(visit, sites=tuple(site if one.spot == site.spot else one for one in visit.sites))


def checked_spot(spot: Spot) -> Spot:
    """Return the spot, if the atlas knows it; Refused otherwise."""
    muscle = load_atlas().muscles.get(spot.muscle)
    if muscle is None:
        raise Refused(Fault("muscle", repr(spot.muscle), "a muscle of the atlas"))
    sides = ("left", "right") if muscle.paired else ("midline",)
    if spot.side not in sides:
        raise Refused(Fault("side", repr(spot.side), f"one of {', '.join(sides)}"))
    if spot.point and spot.point not in {point.id for point in muscle.points}:
        raise Refused(Fault("point", repr(spot.point), f"a point of {muscle.name}"))
    return spot


def checked_volume(volume_ml: Any, where: str) -> Any:
    """Return a volume in mL within the bounds for one site, or None; Refused otherwise."""
    rule = load_defaults().defaults
    if volume_ml is not None and not (
        volume_ml.is_finite() and rule.least_volume_ml <= volume_ml <= rule.implausible_ml
    ):
        expected = f"a volume from {rule.least_volume_ml} to {rule.implausible_ml} mL"
        raise Refused(Fault(where, f"{volume_ml} mL", expected, "Were units mixed up?"))
    return volume_ml


def said(text: str, where: str, most: int = MOST_REASON) -> str:
    """Return words that must not be empty."""
    if not text.strip():
        raise Refused(Fault(where, "nothing", "the reason, in words"))
    return text.strip()[:most]


def with_zone(instant: datetime.datetime, where: str) -> datetime.datetime:
    """Return the instant, if it has a time zone; Refused otherwise, because it could not be compared."""
    if instant.tzinfo is None:
        raise Refused(Fault(where, str(instant), "a time with its time zone"))
    return instant


def _pain(value: int | None, where: str) -> int | None:
    if value is not None and not 0 <= value <= 10:
        raise Refused(Fault(where, str(value), "a whole number from 0 to 10"))
    return value


def _report(visit: Visit, command: act.ReportComplaint, context: Context) -> Visit:
    reported = visit.facts.reported
    if command.drawing is not UNSET:
        if command.drawing:
            read_drawing(list(msgspec.to_builtins(command.drawing)))
        reported = replace(reported, drawing=command.drawing)
    if command.regions is not UNSET:
        strange = sorted(command.regions.keys() - set(region_ids()))
        if strange:
            raise Refused(Fault("region", repr(strange[0]), "a region of the chart"))
        reported = replace(reported, regions=command.regions)
    if command.words is not UNSET:
        reported = replace(reported, words=command.words.strip()[:MOST_WORDS])
    if command.symptoms is not UNSET:
        reported = replace(reported, symptoms=command.symptoms)
    if command.pain_now is not UNSET:
        reported = replace(reported, pain_now=_pain(command.pain_now, "now"))
    if command.pain_worst is not UNSET:
        reported = replace(reported, pain_worst=_pain(command.pain_worst, "worst"))
    return with_facts(visit, reported=reported)


def _toggle(visit: Visit, command: act.ToggleRegion, context: Context) -> Visit:
    if command.region not in region_ids():
        raise Refused(Fault("region", repr(command.region), "a region of the chart"))
    regions = visit.facts.reported.regions
    if command.region in regions:
        kept = {name: pain for name, pain in regions.items() if name != command.region}
    else:
        kept = {**regions, command.region: float(_pain(command.intensity, "intensity") or 0)}
    return with_facts(visit, reported=replace(visit.facts.reported, regions=kept))


def _answer(visit: Visit, command: act.AnswerQuestion, context: Context) -> Visit:
    reported = visit.facts.reported
    answers = {id_: said for id_, said in reported.answers.items() if id_ != command.question}
    if command.answer is not None:
        answers[command.question] = command.answer
        read_answers({command.question: command.answer}, ReportedFacts(), "question")
    return with_facts(visit, reported=replace(reported, answers=answers))


def _checked(visit: Visit, **changes: Any) -> Visit:
    return with_facts(visit, checked=replace(visit.facts.checked, **changes))


def _within(id_: str, value: Decimal) -> None:
    """Refused for a value outside the one bound that files and forms share."""
    if not value.is_finite():
        raise Refused(Fault(id_, str(value), "a number"))
    faults = outside(id_, value, id_)
    if faults:
        raise Refused(faults)


def _nothing(visit: Visit, command: act.ReportNothing, context: Context) -> Visit:
    return _checked(visit, given=(), local=())


def _dose(visit: Visit, command: act.ReportDose, context: Context) -> Visit:
    dose = command.dose
    if with_zone(dose.at, "hours") > context.now:
        raise Refused(Fault("hours", str(dose.at), "a time that has passed"))
    _within("dose_mg", dose.dose_mg)
    return _checked(visit, given=(*(visit.facts.checked.given or ()), dose))


def _local(visit: Visit, command: act.ReportLocal, context: Context) -> Visit:
    region = command.state.region
    if region not in region_ids():  # an unknown place would protect no site
        raise Refused(Fault("region", repr(region), "a region of the chart", nearest(region, region_ids())))
    return _checked(visit, local=(*(visit.facts.checked.local or ()), command.state))


def _pregnancy(visit: Visit, command: act.ReportPregnancy, context: Context) -> Visit:
    if command.weeks is not None:
        _within("pregnancy_weeks", Decimal(command.weeks))
    return _checked(visit, pregnant=command.pregnant, pregnancy_weeks=command.weeks)


def _lab(visit: Visit, command: act.ReportLab, context: Context) -> Visit:
    if command.on > context.now.date() + datetime.timedelta(days=1):  # tomorrow in UTC may be today there
        raise Refused(Fault("on", str(command.on), "a day that has come"))
    if command.test in ("inr", "platelets", "neutrophils", "hba1c"):
        _within(command.test, command.value)
    match command.test:
        case "inr":
            return _checked(visit, inr=command.value, inr_on=command.on)
        case "platelets":
            return _checked(visit, platelets_10e9_l=int(command.value), blood_count_on=command.on)
        case "neutrophils":
            return _checked(visit, neutrophils_10e9_l=command.value, blood_count_on=command.on)
        case "hba1c":
            return _checked(visit, hba1c_percent=command.value)
    raise Refused(Fault("test", repr(command.test), "inr, platelets, neutrophils or hba1c"))


def _payer(visit: Visit, command: act.AnswerPayer, context: Context) -> Visit:
    answers = {name: yes for name, yes in visit.facts.payer_answers.items() if name != command.name}
    if command.answer is not None:
        answers[command.name] = command.answer
    return with_facts(visit, payer_answers=answers)


def _signs(visit: Visit, command: act.RecordSigns, context: Context) -> Visit:
    unknown = sorted(command.signs.keys() - set(SIGNS))
    if unknown:
        raise Refused(Fault("sign", repr(unknown[0]), f"one of {', '.join(SIGNS)}"))
    spot = checked_spot(command.spot)
    site = visit.site(spot) or Site(spot=spot)
    return put_site(visit, replace(site, signs=replace(site.signs, **command.signs)))


def _order(visit: Visit, command: act.ChangeOrder, context: Context) -> Visit:
    changes = {
        name: getattr(command, name)
        for name in command.__struct_fields__
        if getattr(command, name) is not UNSET
    }
    techniques = [row.id for row in load_defaults().technique]
    if changes.get("technique") and changes["technique"] not in techniques:
        raise Refused(Fault("technique", repr(changes["technique"]), f"one of {', '.join(techniques)}"))
    if changes.get("drug") and changes["drug"] not in load_drugs():
        known = ", ".join(load_drugs())
        raise Refused(Fault("drug", repr(changes["drug"]), f"one of {known}"))
    checked_volume(changes.get("volume_ml"), "volume_ml")
    _strength(changes.get("concentration_percent"))
    if changes.get("steroid"):
        changes["steroid"] = _steroid(changes["steroid"])
    return with_facts(visit, ordered=replace(visit.facts.ordered, **changes))


def _strength(percent: Decimal | None) -> None:
    """Refused for a concentration that no local anesthetic has."""
    most = load_dose_rules().strength.most_percent
    if percent is not None and not (percent.is_finite() and 0 < percent <= most):
        expected = f"a strength above 0 and up to {most} %"
        raise Refused(Fault("strength", f"{percent} %", expected, "Were units mixed up?"))


def _steroid(order: SteroidOrder) -> SteroidOrder:
    """Return the order under the drug's own id, whatever name was given; Refused for an unknown one."""
    if not (order.dose_mg.is_finite() and order.dose_mg > 0):
        raise Refused(Fault("dose_mg", str(order.dose_mg), "milligrams above 0"))
    return replace(order, drug=find_steroid(order.drug).id)


def _plan_site(visit: Visit, command: act.PlanSite, context: Context) -> Visit:
    spot = checked_spot(command.spot)
    site = visit.site(spot) or Site(spot=spot)
    if command.planned is not UNSET:
        if command.planned is False and site.given is not None:
            raise NotPossible("This site was treated. Withdraw that first.", "site")
        site = replace(site, planned=command.planned)
    if command.volume_ml is not UNSET:
        site = replace(site, volume_ml=checked_volume(command.volume_ml, "volume_ml"))
    return put_site(visit, site)


def _remove_site(visit: Visit, command: act.RemoveSite, context: Context) -> Visit:
    site = visit.site(command.spot)
    if site is None:
        return visit
    if site.given is not None or site.withdrawn:
        raise NotPossible("This site was treated. It stays on record.", "site")
    return replace(visit, sites=tuple(one for one in visit.sites if one.spot != command.spot))


def _decide(visit: Visit, command: act.DecidePrecaution, context: Context) -> Visit:
    if command.rule not in load_precautions():
        raise Refused(Fault("rule", repr(command.rule), "a precaution of the plan"))
    actor, why = context.actor, said(command.why, "why")
    made = PrecautionDecision(rule=command.rule, by=actor.name, why=why, profession=actor.profession)
    ordered = visit.facts.ordered
    return with_facts(visit, ordered=replace(ordered, decided=(*ordered.decided, made)))


def _clear(visit: Visit, command: act.ClearFlag, context: Context) -> Visit:
    actor, why = context.actor, said(command.why, "why")
    if not may_clear(actor.profession, command.flag):
        raise NotPossible(
            "A physician, physician assistant or nurse practitioner clears this warning sign.", "flag"
        )
    cleared = Cleared(flag=command.flag, by=actor.name, why=why, profession=actor.profession)
    return with_facts(visit, cleared=(*visit.facts.cleared, cleared))


def _edit(visit: Visit, command: act.EditSentence, context: Context) -> Visit:
    note = visit.facts.note
    edits = {key: words for key, words in note.edits.items() if key != command.key}
    before = {key: words for key, words in note.edited_from.items() if key != command.key}
    if command.words is not None:
        edits[command.key[:200]] = command.words[:MOST_SENTENCE]
        before[command.key[:200]] = command.instead_of[:MOST_SENTENCE]
    return with_facts(visit, note=replace(note, edits=edits, edited_from=before))


def _own_words(visit: Visit, command: act.WriteOwnWords, context: Context) -> Visit:
    return with_facts(visit, note=replace(visit.facts.note, own_words=command.text.strip()[:MOST_OWN_WORDS]))


def _undo(visit: Visit, command: act.Undo, context: Context) -> Visit:
    before = command.previous
    if before.state not in OPEN or any(getattr(before, name) != getattr(visit, name) for name in SCHEDULE):
        raise NotPossible(
            "A change of the schedule is not undone. Cancel or reschedule the visit instead.", "undo"
        )
    return before


HANDLERS: dict[type[Command], Callable[[Visit, Any, Any], Visit]] = {
    act.ReportComplaint: _report,
    act.ToggleRegion: _toggle,
    act.AnswerQuestion: _answer,
    act.ReportNothing: _nothing,
    act.ReportDose: _dose,
    act.ReportLocal: _local,
    act.ReportPregnancy: _pregnancy,
    act.ReportLab: _lab,
    act.AnswerPayer: _payer,
    act.RecordSigns: _signs,
    act.ChangeOrder: _order,
    act.PlanSite: _plan_site,
    act.RemoveSite: _remove_site,
    act.DecidePrecaution: _decide,
    act.ClearFlag: _clear,
    act.EditSentence: _edit,
    act.WriteOwnWords: _own_words,
    act.Undo: _undo,
}
