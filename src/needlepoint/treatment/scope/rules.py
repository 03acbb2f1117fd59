"""Whether this clinician may do this act in this state on this day, with the law cited. Not legal advice.

The answer is 'not met' only where a row that was read in its source (`seen`) says so. A row from a secondary page, from
memory or by inference never refuses: the answer is then 'not known', with whom to ask. One from memory never allows
either.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from needlepoint.base.knowledge import (
    Certainty,
    Citation,
    Dated,
    cite,
    holding_on,
    read_toml,
    rows,
    toml_files,
)
from needlepoint.base.people import Clinician
from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.treatment.precautions.traits import DATA
from needlepoint.treatment.spanish import name_es
from needlepoint.treatment.types import CheckVerdict

__all__ = ["ACTS", "EVERYWHERE", "Scope", "ScopeRule", "load_scope", "may", "scope_table", "treats"]

ACTS = ("injection", "dry_needling")
EVERYWHERE = "*"
Said = tuple[str, str]  # in English and in Spanish
CLAIMS = {
    "yes": CheckVerdict.MET,
    "no": CheckVerdict.NOT_MET,
    "silent": CheckVerdict.NOT_KNOWN,
}  # what an interpretation says on its own


class ScopeRule(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of `data/scope/`: the law of some states for one profession and one act.

    `drugs`: what may be injected, where the law names it (anesthetics by id, `saline`, `steroid`, `epinephrine`); with
    another the board is asked. `not_drugs`: what it excludes.
    `law_es`: the law in Spanish words, with its official English name in “ ”; translated by a model, not reviewed.
    `checked` is the day of the source. `reading` names whose interpretation it is, where two rows disagree.
    """

    id: str
    states: list[str]
    profession: str
    act: Literal["injection", "dry_needling"]
    status: Literal["yes", "no", "conditional", "silent"]
    law: str
    law_es: str
    checked: datetime.date
    certainty: Certainty
    source: list[str]
    needs: tuple[str, ...] = ()
    only_areas: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    not_drugs: tuple[str, ...] = ()
    reading: str = ""
    reading_es: str = ""
    note: str = ""


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict with its law. `needs` are credentials that are not on file, or questions.

    `stale`: the source was checked longer ago than `stale_days` of scope.toml; `because` then says so.
    """

    verdict: CheckVerdict
    because: str
    because_es: str
    rule: str | None
    needs: tuple[str, ...]
    citations: tuple[Citation, ...]
    certainty: Certainty | None
    checked: datetime.date | None
    stale: bool


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stale_days: int
    start_not_known: datetime.date
    states: tuple[str, ...]


class _Rows(msgspec.Struct, frozen=True):
    stale_days: int
    start_not_known: datetime.date
    states: tuple[str, ...]
    rule: tuple[ScopeRule, ...]

    @property
    def professions(self) -> tuple[str, ...]:
        """Return every profession in some row, by name."""
        return tuple(sorted({rule.profession for rule in self.rule}))

    def is_stale(self, rule: ScopeRule, as_of: datetime.date) -> bool:
        """Return whether the row was checked too long before `as_of`."""
        return (as_of - rule.checked).days > self.stale_days


@lru_cache(maxsize=1)
def load_scope() -> _Rows:
    """Return every rule and the settings; Refused for an unknown state, a missing source or a duplicate id."""
    folder = DATA / "scope"
    settings = msgspec.convert(read_toml(folder / "scope.toml"), _Settings)
    files = [path for path in toml_files(folder) if path.name != "scope.toml"]
    found = [rule for path in files for rule in rows(path, ScopeRule, "rule")]
    faults = [fault for rule in found for fault in _faults_of_row(rule, found, settings.states)]
    if faults:
        raise Refused(faults)
    return _Rows(
        stale_days=settings.stale_days,
        start_not_known=settings.start_not_known,
        states=settings.states,
        rule=tuple(found),
    )


def _faults_of_row(rule: ScopeRule, all_rules: Sequence[ScopeRule], states: Sequence[str]) -> list[Fault]:
    where = f"scope row {rule.id}"
    cite(DATA, rule.source, where)
    faults = [
        Fault(f"{where}.states", repr(state), "a state of scope.toml or '*'")
        for state in rule.states
        if state not in states and state != EVERYWHERE
    ]
    if sum(other.id == rule.id for other in all_rules) > 1:
        faults.append(Fault(where, "an id used twice", "one row for each id"))
    if bool(rule.reading) != bool(rule.reading_es):
        faults.append(Fault(f"{where}.reading_es", repr(rule.reading_es), "the Spanish of `reading`"))
    if rule.needs and rule.status != "conditional":
        faults.append(Fault(f"{where}.needs", rule.status, "'conditional', when something is needed"))
    return faults


class _Use(NamedTuple):
    """The areas of the body (of the atlas) and what is injected."""

    areas: Sequence[str] = ()
    drugs: Sequence[str] = ()


def may(
    clinician: Clinician,
    act: str,
    as_of: datetime.date,
    body_areas: Sequence[str] = (),
    drugs: Sequence[str] = (),
) -> Scope:
    """Return whether `clinician` may do `act` (injection, dry_needling) on `body_areas` (of the atlas) on that day.

    `drugs`: what is injected, by the words of `ScopeRule.drugs`.

    Raises Refused for an unknown act, profession or state, all at once.
    """
    _check_words(clinician, act)
    if clinician.profession is None or clinician.state is None:
        ask = "In which state, and with which profession, does the clinician practice?"
        ask_es = "¿En qué estado y con qué profesión ejerce el profesional?"
        return _answer(CheckVerdict.NOT_KNOWN, (ask, ask_es), None, (ask,), as_of)
    what = f"{act.replace('_', ' ')} by {_with_article(clinician.profession)} in {clinician.state}"
    held = _rules(clinician, act, as_of)
    if not held:
        text = f"No rule is on file for {what} on {as_of}: ask the board."
        text_es = f"{_what_es(clinician, act)}: no consta ninguna regla; consulte al consejo estatal."
        return _answer(
            CheckVerdict.NOT_KNOWN, (text, text_es), None, (f"Does the board allow {what}?",), as_of
        )
    return _judge(
        held[0], held[1:], clinician, (what, _what_es(clinician, act)), _Use(body_areas, drugs), as_of
    )


def _what_es(clinician: Clinician, act: str) -> str:
    """The act, the profession and the state in Spanish."""
    return f"{name_es(act)} por {name_es(clinician.profession or '')} en {clinician.state}"


def _with_article(profession: str) -> str:
    words = profession.replace("_", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _check_words(clinician: Clinician, act: str) -> None:
    known = load_scope()
    faults = []
    if act not in ACTS:
        faults.append(Fault("act", repr(act), f"one of {', '.join(ACTS)}", nearest(act, ACTS)))
    if clinician.profession is not None and clinician.profession not in known.professions:
        hint = nearest(clinician.profession, known.professions)
        expected = f"one of {', '.join(known.professions)}"
        faults.append(Fault("clinician.profession", repr(clinician.profession), expected, hint))
    if clinician.state is not None and clinician.state not in known.states:
        hint = nearest(clinician.state.upper(), known.states)
        expected = "a state in two letters, such as NY"
        faults.append(Fault("clinician.state", repr(clinician.state), expected, hint))
    if faults:
        raise Refused(faults)


def treats(profession: str | None, body_areas: Sequence[str]) -> bool:
    """Return whether all these parts of the body are open to a profession; rows may name parts (dentists: the head).

    A profession whose row for any act is bound to parts is held to them for every act.
    """
    bound = {area for rule in load_scope().rule if rule.profession == profession for area in rule.only_areas}
    return not bound or set(body_areas) <= bound


def _rules(clinician: Clinician, act: str, as_of: datetime.date) -> list[ScopeRule]:
    """Return the rows that apply, best checked first: the state's own, or the general one if it has none."""
    ours = [r for r in load_scope().rule if r.profession == clinician.profession and r.act == act]
    own = [rule for rule in ours if clinician.state in rule.states]
    general = [rule for rule in ours if EVERYWHERE in rule.states]
    rank = list(Certainty)
    return sorted(holding_on(own or general, as_of), key=lambda rule: rank.index(rule.certainty))


def _judge(
    rule: ScopeRule,
    others: Sequence[ScopeRule],
    clinician: Clinician,
    what: Said,
    use: _Use,
    as_of: datetime.date,
) -> Scope:
    verdict, (because, because_es), needs = _verdict(rule, clinician, what, use)
    for other in others:
        if _claimed(other, clinician) is not verdict:
            because += f" {_reading(other)}"
            because_es += f" {_reading_es(other)}"
    return _answer(verdict, (because[0].upper() + because[1:], because_es), rule, needs, as_of)


def _claimed(rule: ScopeRule, clinician: Clinician) -> CheckVerdict:
    """Return what an interpretation says on its own, however well it was checked."""
    if rule.status == "conditional":
        return CheckVerdict.MET if set(rule.needs) <= set(clinician.credentials) else CheckVerdict.NOT_KNOWN
    return CLAIMS[rule.status]


def _verdict(
    rule: ScopeRule, clinician: Clinician, what: Said, use: _Use
) -> tuple[CheckVerdict, Said, tuple[str, ...]]:
    """Return one row's verdict, its sentence in both languages, and what is missing."""
    words, words_es = what
    ask = f"Does the board allow {words}?"
    if rule.status == "silent":
        silent = (
            f"{words}: {rule.law}. Ask the board.",
            f"{words_es}: {rule.law_es}. Consulte al consejo estatal.",
        )
        return CheckVerdict.NOT_KNOWN, silent, (ask,)
    outside = [area for area in use.areas if rule.only_areas and area not in rule.only_areas]
    if rule.status == "no" or outside:
        return _not_allowed(rule, what, bool(outside), ask)
    if barred := [drug for drug in use.drugs if drug in rule.not_drugs]:
        return _not_allowed(rule, _with_drugs(what, barred), False, ask)
    if rule.only_areas and not use.areas:
        return _areas_unknown(rule, what)
    lacking = tuple(need for need in rule.needs if need not in clinician.credentials)
    if lacking:
        names = ", ".join(repr(need) for need in lacking)
        asked = f"{words} asks for {names}, which is not on file ({rule.law})."
        names_es = ", ".join(name_es(need) for need in lacking)
        asked_es = f"{words_es}: se pide {names_es}, que no consta ({rule.law_es})."
        return CheckVerdict.NOT_KNOWN, (asked, asked_es), lacking
    if unnamed := [drug for drug in use.drugs if rule.drugs and drug not in rule.drugs]:
        return _not_named(rule, _with_drugs(what, unnamed))
    ground, ground_es = _ground(rule)
    if rule.certainty is Certainty.UNVERIFIED:  # a source that nobody has read neither refuses nor allows
        probably = f"{words} is probably allowed ({ground}): ask the board."
        probably_es = f"{words_es}: probablemente permitido ({ground_es}); consulte al consejo estatal."
        return CheckVerdict.NOT_KNOWN, (probably, probably_es), (ask,)
    return CheckVerdict.MET, (f"{words} is allowed ({ground}).", f"{words_es}: permitido ({ground_es})."), ()


def _with_drugs(what: Said, drugs: Sequence[str]) -> Said:
    """The act with what is injected."""
    return (
        f"{what[0]} with {', '.join(drugs)}",
        f"{what[1]}, con {', '.join(name_es(drug) for drug in drugs)}",
    )


def _not_named(rule: ScopeRule, what: Said) -> tuple[CheckVerdict, Said, tuple[str, ...]]:
    """Return the answer about a drug that the law, as far as it was read, does not name."""
    said = (
        f"{what[0]}: the law does not name it as far as it was read ({rule.law}). Ask the board.",
        f"{what[1]}: la ley, hasta donde se leyó, no lo nombra ({rule.law_es}). Consulte al consejo estatal.",
    )
    return CheckVerdict.NOT_KNOWN, said, (f"Does the board allow {what[0]}?",)


def _ground(rule: ScopeRule) -> Said:
    """The law, and how far it was checked."""
    certainty = rule.certainty.value
    return f"{rule.law}; {certainty}", f"{rule.law_es}; {name_es(certainty)}"


def _areas(rule: ScopeRule) -> Said:
    return (
        ", ".join(rule.only_areas).replace("_", " "),
        ", ".join(name_es(area) for area in rule.only_areas),
    )


def _not_allowed(
    rule: ScopeRule, what: Said, outside: bool, ask: str
) -> tuple[CheckVerdict, Said, tuple[str, ...]]:
    words, words_es = what
    areas, areas_es = _areas(rule)
    if outside:
        words, words_es = f"{words} outside {areas}", f"{words_es} fuera de {areas_es}"
    if rule.certainty is Certainty.SEEN:
        said = (f"{words} is not allowed: {rule.law}.", f"{words_es}: no permitido: {rule.law_es}.")
        return CheckVerdict.NOT_MET, said, ()
    ground, ground_es = _ground(rule)
    said = (
        f"{words} is probably not allowed ({ground}): ask the board.",
        f"{words_es}: probablemente no permitido ({ground_es}); consulte al consejo estatal.",
    )
    return CheckVerdict.NOT_KNOWN, said, (ask,)


def _areas_unknown(rule: ScopeRule, what: Said) -> tuple[CheckVerdict, Said, tuple[str, ...]]:
    areas, areas_es = _areas(rule)
    question = "Which part of the body is treated?"
    said = (
        f"{what[0]} is for {areas} only ({rule.law}). {question}",
        f"{what[1]}: solo para {areas_es} ({rule.law_es}). ¿Qué parte del cuerpo se trata?",
    )
    return CheckVerdict.NOT_KNOWN, said, (question,)


def _reading(rule: ScopeRule) -> str:
    says = {"yes": "it is allowed", "no": "it is not allowed", "silent": "the law is silent"}
    claim = says.get(rule.status, "it is allowed on conditions")
    return f"Another reading, of {rule.reading} ({rule.certainty.value}): {claim}; {rule.law}."


def _reading_es(rule: ScopeRule) -> str:
    says = {"yes": "está permitido", "no": "no está permitido", "silent": "la ley no lo dice"}
    claim = says.get(rule.status, "está permitido con condiciones")
    return f"Otra lectura, de {rule.reading_es} ({name_es(rule.certainty.value)}): {claim}; {rule.law_es}."


def _answer(
    verdict: CheckVerdict, said: Said, rule: ScopeRule | None, needs: tuple[str, ...], as_of: datetime.date
) -> Scope:
    because, because_es = said
    stale = rule is not None and load_scope().is_stale(rule, as_of)
    if stale and rule is not None:
        because += f" Last checked on {rule.checked}: look again."
        because_es += f" Revisado por última vez el {rule.checked}: vuelva a mirar."
    return Scope(
        verdict=verdict,
        because=because,
        because_es=because_es,
        rule=rule.id if rule else None,
        needs=needs,
        citations=cite(DATA, rule.source, rule.id) if rule else (),
        certainty=rule.certainty if rule else None,
        checked=rule.checked if rule else None,
        stale=stale,
    )


def scope_table(as_of: datetime.date) -> tuple[ScopeRule, ...]:
    """Return every row in force on that day, by act, profession, first state and id (the general rows first)."""
    held = (rule for rule in load_scope().rule if rule.holds_on(as_of))
    return tuple(sorted(held, key=lambda rule: (rule.act, rule.profession, rule.states, rule.id)))
