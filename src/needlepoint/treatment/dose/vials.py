"""Which vials to open for a volume, how to dilute, and what is discarded."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

import msgspec

from needlepoint.treatment.plan.defaults import VialSize, load_vials
from needlepoint.treatment.plan.practice import PracticeRules
from needlepoint.treatment.spanish import name_es

__all__ = ["DrawUp", "draw_up"]


class DrawUp(msgspec.Struct, frozen=True, kw_only=True):
    """What to open: `vials` of `vial_ml` mL, `from_vial_ml` from them, `saline_ml` to dilute, and the waste."""

    drug: str
    vials: int
    vial_ml: Decimal
    vial_percent: Decimal
    kind: str
    from_vial_ml: Decimal
    saline_ml: Decimal
    waste_ml: Decimal
    waste_mg: Decimal
    words: str
    words_es: str
    certainty: str


def draw_up(
    drug: str, percent: Decimal, volume_ml: Decimal, practice: PracticeRules | None = None
) -> DrawUp | None:
    """Return the vial with the least waste that gives `volume_ml` of `percent`; None when no vial is known for it."""
    options = [_from(vial, percent, volume_ml) for vial in _vials(drug, practice)]
    fitting = [option for option in options if option is not None]
    # Least discarded drug first; then without dilution.
    return min(fitting, key=lambda option: (option.waste_mg, option.saline_ml), default=None)


def _vials(drug: str, practice: PracticeRules | None) -> Sequence[VialSize]:
    own = practice.vials if practice else []
    if own:
        return [
            VialSize(
                drug=vial.drug,
                concentration_percent=vial.concentration_percent,
                volume_ml=vial.volume_ml,
                kind=vial.kind,
            )
            for vial in own
            if vial.drug == drug
        ]
    return [vial for vial in load_vials() if vial.drug == drug]


def _from(vial: VialSize, percent: Decimal, volume_ml: Decimal) -> DrawUp | None:
    if vial.concentration_percent < percent:
        return None  # a weak solution cannot be made stronger
    needed = volume_ml * percent / vial.concentration_percent
    vials = int((needed / vial.volume_ml).to_integral_value(ROUND_CEILING))
    waste = vials * vial.volume_ml - needed
    saline = volume_ml - needed
    single = vial.kind == "single_dose"
    dilute = f", with {_ml(saline)} mL of saline" if saline else ""
    dilute_es = f", con {_ml(saline)} mL de suero salino" if saline else ""
    rest = (
        f"; {_ml(waste)} mL is thrown away, single dose, for one patient only"
        if single
        else f"; {_ml(waste)} mL stays in the multi-dose vial"
    )
    rest_es = (
        f"; se desechan {_ml(waste)} mL, monodosis, para una sola persona"
        if single
        else f"; quedan {_ml(waste)} mL en el vial multidosis"
    )
    return DrawUp(
        drug=vial.drug,
        vials=vials,
        vial_ml=vial.volume_ml,
        vial_percent=vial.concentration_percent,
        kind=vial.kind,
        from_vial_ml=needed,
        saline_ml=saline,
        waste_ml=waste if vial.kind == "single_dose" else Decimal(0),
        waste_mg=waste * vial.concentration_percent * 10 if vial.kind == "single_dose" else Decimal(0),
        words=f"open {vials} x {vial.volume_ml} mL of {vial.drug} {vial.concentration_percent} %: draw"
        f" {_ml(needed)} mL{dilute}{rest}",
        words_es=f"abra {vials} x {vial.volume_ml} mL de {name_es(vial.drug)} {vial.concentration_percent} %: cargue"
        f" {_ml(needed)} mL{dilute_es}{rest_es}",
        certainty=vial.certainty.value,
    )


def _ml(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01')).normalize():f}"
