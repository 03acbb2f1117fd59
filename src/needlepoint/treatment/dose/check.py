"""Whether a set of injections stays within every limit, with the arithmetic, in exact decimals.

Toxicity of local anesthetics is additive: the percentages of the drugs' limits, over all sites and all doses within the
window, must together not exceed 100%.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from needlepoint.base.knowledge import cite, holding_on
from needlepoint.base.people import GivenDose, Patient
from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.base.wording import mg, ml, number
from needlepoint.treatment.bounds import outside
from needlepoint.treatment.dose.steroid import load_steroids
from needlepoint.treatment.lists.entries import read_lists
from needlepoint.treatment.load import DATA, Modifier, load_dose_rules, load_drugs
from needlepoint.treatment.precautions.traits import plain
from needlepoint.treatment.types import CheckVerdict, DoseCheck, DoseLimit, Drug, DrugShare, Injection, Notice

ONE = Decimal(1)


def check_dose(
    injections: Sequence[Injection],
    patient: Patient,
    as_of: datetime.datetime,
    drugs: dict[str, Drug] | None = None,
) -> DoseCheck:
    """Return the verdict on `injections` for this patient at the instant `as_of` (UTC).

    `drugs` is the practice's formulary with its own, tighter limits; without it our rows apply. Raises Refused, with
    every fault, for a volume, concentration, drug or weight out of range.
    """
    drugs = load_drugs() if drugs is None else drugs
    if faults := _all_faults(injections, patient, drugs):
        raise Refused(faults)
    total_ml = sum((site.volume_ml for site in injections), Decimal(0))
    unknown = _unknown(patient, drugs)
    if unknown:
        return _not_known(unknown, total_ml)
    shares = _shares(injections, patient, as_of, drugs)
    # Shares are quotients: only fractions add exactly.
    exact = sum((_exact(share.dose_mg + share.earlier_mg, share.limit_mg) for share in shares), Fraction(0))
    total = sum((share.share for share in shares), Decimal(0))
    verdict = CheckVerdict.MET if exact <= 1 else CheckVerdict.NOT_MET
    safe = (
        None
        if verdict is CheckVerdict.MET or not injections
        else _largest_safe(injections, patient, as_of, drugs)
    )
    return DoseCheck(
        verdict=verdict,
        because=f"{_sum_of(shares)} = {total:.3f} of the limit",
        because_es=f"{_sum_of(shares)} = {total:.3f} del límite",
        ask=None,
        shares=shares,
        total_share=total,
        total_ml=total_ml,
        largest_safe_volume_ml=safe,
        notices=_notices(total_ml, patient),
    )


def _all_faults(injections: Sequence[Injection], patient: Patient, drugs: dict[str, Drug]) -> list[Fault]:
    """Return everything out of range: at the sites, the weight, and earlier doses."""
    faults = [
        fault
        for index, site in enumerate(injections)
        for fault in _faults(site, drugs, f"injections[{index}]")
    ]
    faults += outside("weight_kg", patient.weight_kg, "patient.weight_kg")
    return faults + [
        Fault(f"patient.given[{n}].dose_mg", mg(dose.dose_mg), "a dose of 0 mg or more")
        for n, dose in enumerate(patient.given or [])
        if dose.dose_mg < 0
    ]


def _sum_of(shares: Sequence[DrugShare]) -> str:
    return " + ".join(f"{share.share:.3f}" for share in shares) or "0"


def _faults(site: Injection, drugs: dict[str, Drug], where: str) -> list[Fault]:
    faults = []
    if site.drug not in drugs:
        hint = nearest(site.drug, drugs)
        faults.append(Fault(f"{where}.drug", repr(site.drug), "a local anesthetic of the formulary", hint))
    if not (site.volume_ml.is_finite() and site.volume_ml > 0):
        faults.append(Fault(f"{where}.volume_ml", str(site.volume_ml), "a volume above 0 mL"))
    strength = site.concentration_percent
    if not (strength.is_finite() and strength > 0):
        faults.append(Fault(f"{where}.concentration_percent", str(strength), "a strength above 0 %"))
    elif strength > load_dose_rules().strength.most_percent:
        meant = f"Did you mean {strength} mg/mL = {strength / 10} %?"
        faults.append(
            Fault(f"{where}.concentration_percent", f"{strength} %", "a strength in percent", meant)
        )
    elif site.drug in drugs and strength not in drugs[site.drug].concentrations_percent:
        made = ", ".join(f"{number(percent)} %" for percent in drugs[site.drug].concentrations_percent)
        expected = f"a strength in which {drugs[site.drug].en} is made or drawn up: {made}"
        meant = next(
            (
                f"Did you mean {number(strength / tenth)} %?"
                for tenth in (10, Decimal("0.1"))
                if strength / tenth in drugs[site.drug].concentrations_percent
            ),
            "",
        )
        faults.append(Fault(f"{where}.concentration_percent", f"{number(strength)} %", expected, meant))
    return faults


def _unknown(patient: Patient, drugs: dict[str, Drug]) -> tuple[str, str] | None:
    if patient.weight_kg is None:
        return "What does the patient weigh, in kg?", "¿Cuánto pesa, en kg?"
    least = load_dose_rules().weight.least_kg
    if patient.weight_kg < least:
        return (
            f"Which dose does a specialist allow? No limit is computed below {least} kg.",
            f"¿Qué dosis permite un especialista? No se calcula ningún límite por debajo de {least} kg.",
        )
    if patient.age_years is None:
        return "How old is the patient?", "¿Qué edad tiene?"
    if patient.given is None:
        return (
            "Was any local anesthetic given in the last 24 hours, here or elsewhere?",
            "¿Recibió algún anestésico local en las últimas 24 horas, aquí o en otro lugar?",
        )
    strange = [dose.drug for dose in patient.given if not _is_known(dose.drug, drugs)]
    if strange:
        return (
            f"What is {strange[0]!r}? It was given before and is not among the program's drugs.",
            f"¿Qué es {strange[0]!r}? Se administró antes y no está entre los fármacos del programa.",
        )
    return None


def _is_known(name: str, drugs: dict[str, Drug]) -> bool:
    steroids = {plain(known) for row in load_steroids().steroid for known in (row.id, *row.names)}
    return _drug_named(name, {**load_drugs(), **drugs}) is not None or plain(name) in steroids


def _drug_named(name: str, drugs: dict[str, Drug]) -> tuple[Drug, int] | None:
    """Return the drug of an earlier dose, and the hours for which it counts; None for an unknown name."""
    said = plain(name)
    for drug in drugs.values():
        if said in {plain(known) for known in drug.depot_names}:
            return drug, drug.depot_window_h
        if said in {plain(known) for known in (drug.id, drug.en, *drug.names)}:
            return drug, drug.window_h
    return None


def _not_known(ask: tuple[str, str], total_ml: Decimal) -> DoseCheck:
    return DoseCheck(
        verdict=CheckVerdict.NOT_KNOWN,
        because="The limit cannot be computed.",
        because_es="No se puede calcular el límite.",
        ask=ask[0],
        ask_es=ask[1],
        shares=(),
        total_share=None,
        total_ml=total_ml,
        largest_safe_volume_ml=None,
        notices=(),
    )


def _shares(
    injections: Sequence[Injection], patient: Patient, as_of: datetime.datetime, drugs: dict[str, Drug]
) -> tuple[DrugShare, ...]:
    # A dose given elsewhere counts even when this practice does not stock the drug.
    known = {**load_drugs(), **drugs}
    earlier = [
        msgspec.structs.replace(dose, drug=found[0].id)
        for dose in patient.given or []
        if (found := _drug_named(dose.drug, known)) is not None
        and as_of - dose.at < datetime.timedelta(hours=found[1])
    ]
    used = dict.fromkeys([*(site.drug for site in injections), *(dose.drug for dose in earlier)])
    return tuple(_share(known[name], injections, earlier, patient, as_of) for name in used)


def _share(
    drug: Drug,
    injections: Sequence[Injection],
    earlier: Sequence[GivenDose],
    patient: Patient,
    as_of: datetime.datetime,
) -> DrugShare:
    now = [site for site in injections if site.drug == drug.id]
    before = [dose for dose in earlier if dose.drug == drug.id]
    # The higher limit applies only when every part of the dose is with epinephrine.
    epinephrine = all(site.with_epinephrine for site in now) and all(d.with_epinephrine for d in before)
    limits = [row for row in holding_on(drug.limits, as_of.date()) if row.with_epinephrine == epinephrine]
    limit_mg, row, words, words_es = _limit(limits, patient, as_of.date())
    dose_mg = sum((site.dose_mg for site in now), Decimal(0))
    earlier_mg = sum((dose.dose_mg for dose in before), Decimal(0))
    return DrugShare(
        drug=drug.id,
        dose_mg=dose_mg,
        earlier_mg=earlier_mg,
        limit_mg=limit_mg,
        share=(dose_mg + earlier_mg) / limit_mg,
        arithmetic=f"({mg(dose_mg)} now + {mg(earlier_mg)} before) / {limit_mg:.1f} mg; {words}",
        arithmetic_es=f"({mg(dose_mg)} ahora + {mg(earlier_mg)} antes) / {limit_mg:.1f} mg; {words_es}",
        citations=cite(DATA, row.source, row.id),
        certainty=row.certainty,
    )


def _limit(
    limits: Sequence[DoseLimit], patient: Patient, as_of: datetime.date
) -> tuple[Decimal, DoseLimit, str, str]:
    """Return the smallest limit in mg for this patient, its row, and its derivation in both languages."""
    weight_kg, ideal = _dosing_weight(patient)
    in_mg = [(row.value * weight_kg if row.unit == "mg_per_kg" else row.value, row) for row in limits]
    limit_mg, row = min(in_mg, key=lambda item: item[0])
    factor, held = _modifier(patient, as_of)
    per_kg = row.unit == "mg_per_kg"
    words = f"{row.value} mg/kg x {number(weight_kg)} kg" if per_kg else f"{row.value} mg"
    by, by_es = (" ideal weight", " de peso ideal") if per_kg and ideal else ("", "")
    why, why_es = ", ".join(one.en for one in held), ", ".join(one.es for one in held)
    return (
        limit_mg * factor,
        row,
        f"limit {words}{by}{f' x {factor} ({why})' if why else ''}",
        f"límite {words}{by_es}{f' x {factor} ({why_es})' if why else ''}",
    )


def _dosing_weight(patient: Patient) -> tuple[Decimal, bool]:
    """Return the weight in kg for a limit, at most the cap; and whether it is the ideal weight, as in obesity."""
    rules = load_dose_rules()
    weight, height, ideal = patient.weight_kg or Decimal(0), patient.height_cm, rules.ideal
    if height is not None and weight / (height / 100) ** 2 >= ideal.bmi_from:
        less = ideal.male_less_cm if patient.sex == "male" else ideal.female_less_cm
        if height - less < min(weight, rules.weight.cap_kg):
            return height - less, True
    return min(weight, rules.weight.cap_kg), False


def _modifier(patient: Patient, as_of: datetime.date) -> tuple[Decimal, list[Modifier]]:
    """The product of the factors that hold for this patient, not below the floor; and their rows."""
    rules = load_dose_rules()
    factor = ONE
    held = []
    aged = False
    groups = {id_ for entry in read_lists(patient, as_of).entries for id_ in entry.groups}
    for row in rules.modifier:
        if row.from_age_years is not None:
            holds = not aged and patient.age_years is not None and patient.age_years >= row.from_age_years
            aged = aged or holds
        elif row.pregnant is not None:
            holds = patient.pregnant is True
        elif row.condition or row.medicine:
            holds = bool(groups & {*row.condition, *row.medicine})
        else:
            holds = row.below_kg is not None and (patient.weight_kg or Decimal(0)) < row.below_kg
        if holds:
            factor *= row.factor
            held.append(row)
    return max(factor, rules.floor.factor), held


def _largest_safe(
    injections: Sequence[Injection], patient: Patient, as_of: datetime.datetime, drugs: dict[str, Drug]
) -> Decimal:
    """Return the largest equal volume for every site, in steps that can be drawn up, at which all limits are met."""
    step = load_dose_rules().volume.step_ml
    shares = _shares(injections, patient, as_of, drugs)
    used = sum((_exact(share.earlier_mg, share.limit_mg) for share in shares), Fraction(0))
    limits = {share.drug: share.limit_mg for share in shares}
    for_one_ml = sum(
        (_exact(site.concentration_percent * 10, limits[site.drug]) for site in injections), Fraction(0)
    )
    steps = math.floor(max((1 - used) / for_one_ml, Fraction(0)) / Fraction(step))
    return steps * step


def _exact(part: Decimal, whole: Decimal) -> Fraction:
    return Fraction(part) / Fraction(whole)


def _notices(total_ml: Decimal, patient: Patient) -> tuple[Notice, ...]:
    rule = load_dose_rules().volume
    notices = []
    if total_ml > rule.notice_ml:
        notices.append(
            Notice(
                id="total_volume",
                en=f"{ml(total_ml)} in all: trigger point injection rarely needs more than {rule.notice_ml} mL.",
                es=f"{ml(total_ml)} en total: rara vez se necesitan más de {rule.notice_ml} mL.",
            )
        )
    if patient.pregnant is None and patient.sex != "male":
        notices.append(
            Notice(
                id="pregnancy_not_known",
                en="Pregnancy is not known: the limits here are those outside pregnancy.",
                es="No se sabe si hay embarazo: estos límites son los de fuera del embarazo.",
            )
        )
    return tuple(notices)
