"""What the note says of the measurements, the questionnaires, the time-out, and how the procedure was prepared."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from needlepoint.base.wording import number
from needlepoint.documents.notes.load import word
from needlepoint.documents.notes.sentence import NoteSentence, clock_of, place, sentence
from needlepoint.exam.instruments import find_instrument, score
from needlepoint.reasoning.causes.rows import load_causes
from needlepoint.visit import derive
from needlepoint.visit.acts.preparation import load_options
from needlepoint.visit.facts import Visit, VitalSigns

__all__ = ["injected", "measured", "option", "prepared"]


def option(of: str, id_: str, lang: str) -> str:
    """A choice of the preparation in words."""
    row = load_options()[of][id_]
    return row.es if lang == "es" else row.en


def measured(visit: Visit, lang: str) -> Iterator[NoteSentence]:
    """Vital signs and scored questionnaires."""
    vitals = visit.facts.vitals
    if vitals is not None:
        values = ", ".join(_values(vitals, lang))
        yield sentence("vitals", lang, at=clock_of(vitals.at, visit.zone, lang), values=values)
    for n, row in enumerate(visit.facts.instruments):
        found, known = score(row.instrument, row.answers), find_instrument(row.instrument)
        title = known.es if lang == "es" else known.en
        band = found.band_es if lang == "es" else found.band_en
        if found.value is not None:
            said = f" ({band})" if band else ""
            value = number(found.value)
            yield sentence(
                "instrument",
                lang,
                f"facts.instruments[{n}]",
                title=title,
                value=value,
                unit=found.unit,
                band=said,
            )


def _values(vitals: VitalSigns, lang: str) -> Iterator[str]:
    if vitals.systolic is not None and vitals.diastolic is not None:
        yield word("vitals", "pressure", lang, s=number(vitals.systolic), d=number(vitals.diastolic))
    for name in ("pulse", "respirations", "spo2", "temperature_f"):
        value: Decimal | None = getattr(vitals, name)
        if value is not None:
            yield word("vitals", name, lang, n=number(value))


def injected(technique: str, drug: str, percent: Decimal | None, lang: str) -> str:
    """Return the procedure in words: the technique, and the drug with its strength where there is one."""
    act = word("act", technique, lang)
    return f"{act}, {drug} {number(percent)} %" if technique == "wet" and drug and percent else act


def prepared(visit: Visit, lang: str) -> Iterator[NoteSentence]:
    """The time-out, position, skin and approach, as far as they are recorded; only of a visit with a needle."""
    if not visit.treated:
        return
    time_out, preparation = visit.facts.time_out, visit.facts.preparation
    if time_out is not None:
        yield sentence("time_out", lang, at=clock_of(time_out.at, visit.zone, lang), by=time_out.by)
    else:
        yield sentence("no_time_out", lang)
    for n, one in enumerate(visit.facts.added_time_outs):
        where = ", ".join(place(spot.muscle, spot.side, lang) for spot in one.sites)
        at = clock_of(one.at, visit.zone, lang)
        what = (
            f" ({injected(one.technique, one.drug, one.concentration_percent, lang)})"
            if one.technique
            else ""
        )
        source = f"facts.added_time_outs.{n}"
        yield sentence("time_out_added", lang, source, at=at, by=one.by, where=where, what=what)
    for name in ("position", "skin", "approach"):
        chosen = getattr(preparation, name) if preparation else ""
        if chosen:
            yield sentence(name, lang, f"facts.preparation.{name}", words=option(name, chosen, lang))


def dilutions(visit: Visit, lang: str) -> Iterator[NoteSentence]:
    """Return what was diluted, with its diluent where it is on record."""
    written = {(row.drug, row.concentration_percent): row for row in visit.facts.diluents}
    for n, one in enumerate(derive.diluted(visit)):
        values = {"drug": one.drug, "given": number(one.given), "vial": number(one.vial)}
        row = written.get((one.drug, one.given))
        if row is None:
            yield sentence("diluted", lang, f"session.vials[{n}]", **values)
        else:
            what, ml = option("diluent", row.what, lang), number(row.volume_ml)
            yield sentence("diluted_with", lang, f"session.vials[{n}]", what=what, ml=ml, **values)


def screened(visit: Visit, lang: str) -> Iterator[NoteSentence]:
    """Return the questions about warning signs with their answers, and what was asked before the needle."""
    questions = {row.id: row.es if lang == "es" else row.en for row in load_causes().questions}
    for id_, answer in visit.facts.reported.answers.items():
        if id_ in questions:
            said = word("answers", answer, lang)
            yield sentence("screened", lang, f"answers.{id_}", question=questions[id_], answer=said)
    checked = visit.facts.checked
    if checked.given == () and checked.local == ():
        yield sentence("sound", lang)
