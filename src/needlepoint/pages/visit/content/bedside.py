"""What the board shows around the needle: time-out, vital signs, questionnaires, position and skin, discharge."""

from __future__ import annotations

from decimal import Decimal

from needlepoint.base.wording import number
from needlepoint.exam.instruments import find_instrument, score
from needlepoint.pages.visit.content.page import Bedside, BeforeNeedle, DilutionRow, InstrumentRow
from needlepoint.pages.visit.forms.bedside import BedsidePartForm, PreparationForm, VitalsForm
from needlepoint.visit import Visit, derive
from needlepoint.visit.acts.preparation import INSTRUMENTS, VITALS, load_options
from needlepoint.visit.facts import AnsweredInstrument, Preparation

__all__ = ["bedside_of"]


def bedside_of(visit: Visit, lang: str, before: BeforeNeedle) -> Bedside:
    """What is recorded so far, and what can be chosen."""
    facts = visit.facts
    preparation, vitals = facts.preparation or Preparation(), facts.vitals
    known = {row.instrument: row for row in facts.instruments}
    return Bedside(
        time_outs=(*((facts.time_out,) if facts.time_out else ()), *facts.added_time_outs),
        before=before,
        vitals=vitals,
        vital_fields=tuple(
            (name, _label(VitalsForm, name), _written(getattr(vitals, name) if vitals else None))
            for name in VITALS
        ),
        chosen=tuple(
            (name, _label(PreparationForm, name), _options(name, lang), getattr(preparation, name))
            for name in ("position", "skin", "approach")
        ),
        dilutions=tuple(_dilution(visit, row) for row in derive.diluted(visit)),
        diluents=_options("diluent", lang),
        discharge=facts.observed.discharge,
        discharges=_options("discharge", lang),
        instruments=tuple(_instrument(name, known.get(name), lang) for name in INSTRUMENTS),
    )


def _dilution(visit: Visit, row: derive.Strength) -> DilutionRow:
    """What was diluted; the mL follow from what was given until they are on record."""
    found = [
        one for one in visit.facts.diluents if (one.drug, one.concentration_percent) == (row.drug, row.given)
    ]
    return DilutionRow(
        drug=row.drug,
        given=number(row.given),
        vial=number(row.vial),
        ml=number(found[0].volume_ml if found else derive.diluent_ml(visit, row)),
        what=found[0].what if found else "",
    )


def _label(form: type[BedsidePartForm], name: str) -> str:
    return str(form.base_fields[name].label)


def _options(of: str, lang: str) -> tuple[tuple[str, str], ...]:
    return tuple((row.id, row.es if lang == "es" else row.en) for row in load_options()[of].values())


def _written(value: Decimal | None) -> str:
    return "" if value is None else number(value)


def _instrument(name: str, answered: AnsweredInstrument | None, lang: str) -> InstrumentRow:
    row = find_instrument(name)
    words = row.item_es if lang == "es" else row.item_en
    answers = answered.answers if answered else (None,) * row.items
    found = score(name, answers) if answered else None
    band = (found.band_es if lang == "es" else found.band_en) if found else None
    said = f"{number(found.value)} {found.unit}".rstrip() if found and found.value is not None else ""
    return InstrumentRow(
        id=name,
        title=row.es if lang == "es" else row.en,
        low=number(row.low),
        high=number(row.high),
        items=tuple(
            (n, words[n - 1] if words else f"{n}", _written(answer)) for n, answer in enumerate(answers, 1)
        ),
        score=f"{said} ({band})" if said and band else said,
    )
