"""Whether this clinician may do this act in this state on this day, with the law named. Not legal advice."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from needlepoint.knowledge import Certainty, Citation, Dated, cite, read_toml
from needlepoint.people import Clinician
from needlepoint.refusal import Fault, Refused, nearest
from needlepoint.treatment.types import Verdict
from needlepoint.treatment.vocabulary import DATA

__all__ = ["Scope", "ScopeRule", "load_scope", "may"]

ACTS = ("injection", "dry_needling")
# A 'no' that rests on these alone sends to the board instead of refusing.
WEAK = (Certainty.SECONDARY, Certainty.UNVERIFIED)


class ScopeRule(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of `data/scope/scope.toml`."""

    id: str
    states: list[str]
    profession: str
    act: str
    status: str  # yes, no, conditional, silent
    law: str
    checked: datetime.date
    certainty: Certainty
    source: list[str]
    needs: tuple[str, ...] = ()
    only_areas: tuple[str, ...] = ()


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict with the law behind it. `needs` are credentials that are not on file, or questions."""

    verdict: Verdict
    because: str
    rule: str | None
    needs: tuple[str, ...]
    citations: tuple[Citation, ...]
    certainty: Certainty | None
    checked: datetime.date | None
    stale: bool


class _Rows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stale_days: int
    states: tuple[str, ...]
    rule: list[ScopeRule]


@lru_cache(maxsize=1)
def load_scope() -> _Rows:
    """Every rule with a source and known words; Refused when two rules hold for one state on one day."""
    found = msgspec.convert(read_toml(DATA / "scope" / "scope.toml"), _Rows)
    for rule in found.rule:
        cite(DATA, rule.source, f"scope.toml {rule.id}")
        unknown = [state for state in rule.states if state not in (*found.states, "*")]
        if unknown or rule.act not in ACTS or rule.status not in ("yes", "no", "conditional", "silent"):
            raise Refused(
                Fault(f"scope.toml {rule.id}", f"{unknown} {rule.act} {rule.status}", "known words")
            )
    return found


def may(clinician: Clinician, act: str, as_of: datetime.date, body_areas: Sequence[str] = ()) -> Scope:
    """Whether `clinician` may do `act` (injection, dry_needling) on `body_areas` on that day.

    Raises Refused for a profession or a state that the program does not know.
    """
    if clinician.profession is None or clinician.state is None:
        ask = "In which state, and with which profession, does the clinician practise?"
        return _answer(Verdict.NOT_KNOWN, ask, None, (ask,), as_of)
    _check_words(clinician)
    rule = _rule(clinician, act, as_of)
    who = f"{_with_article(clinician.profession)} in {clinician.state}"
    what = act.replace("_", " ")
    if rule is None:
        text = f"No rule is on file for {what} by {who} on {as_of}: ask the board."
        return _answer(Verdict.NOT_KNOWN, text, None, (text,), as_of)
    return _judge(rule, clinician, f"{what} by {who}", body_areas, as_of)


def _with_article(profession: str) -> str:
    words = profession.replace("_", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _check_words(clinician: Clinician) -> None:
    professions = sorted({rule.profession for rule in load_scope().rule})
    faults = []
    if clinician.profession not in professions:
        hint = nearest(str(clinician.profession), professions)
        expected = f"one of {', '.join(professions)}"
        faults.append(Fault("clinician.profession", repr(clinician.profession), expected, hint))
    if clinician.state not in load_scope().states:
        faults.append(Fault("clinician.state", repr(clinician.state), "a state in two letters, such as NY"))
    if faults:
        raise Refused(faults)


def _rule(clinician: Clinician, act: str, as_of: datetime.date) -> ScopeRule | None:
    """The state's own rule on that day, else the general one where the state has no rule of its own at all."""
    rules = [r for r in load_scope().rule if r.profession == clinician.profession and r.act == act]
    own = [rule for rule in rules if clinician.state in rule.states]
    if own:
        return next((rule for rule in own if rule.holds_on(as_of)), None)
    return next((rule for rule in rules if "*" in rule.states and rule.holds_on(as_of)), None)


def _judge(
    rule: ScopeRule, clinician: Clinician, what: str, body_areas: Sequence[str], as_of: datetime.date
) -> Scope:
    outside = [area for area in body_areas if rule.only_areas and area not in rule.only_areas]
    if rule.status == "no" or (rule.status in ("yes", "conditional") and outside):
        where = f" outside {', '.join(rule.only_areas)}".replace("_", " ") if outside else ""
        if rule.certainty in WEAK:
            text = (
                f"{what}{where} is probably not allowed ({rule.law}; {rule.certainty.value}): ask the board."
            )
            return _answer(Verdict.NOT_KNOWN, text[0].upper() + text[1:], rule, (text,), as_of)
        text = f"{what}{where} is not allowed: {rule.law}."
        return _answer(Verdict.NOT_MET, text[0].upper() + text[1:], rule, (), as_of)
    lacking = tuple(need for need in rule.needs if need not in clinician.credentials)
    if rule.status == "silent":
        text = f"{what}: {rule.law}. Ask the board."
        return _answer(Verdict.NOT_KNOWN, text[0].upper() + text[1:], rule, (text,), as_of)
    if lacking:
        names = ", ".join(repr(need) for need in lacking)
        text = f"{what} asks for {names}, which is not on file ({rule.law})."
        return _answer(Verdict.NOT_KNOWN, text[0].upper() + text[1:], rule, lacking, as_of)
    text = f"{what} is allowed ({rule.law}; {rule.certainty.value})."
    return _answer(Verdict.MET, text[0].upper() + text[1:], rule, (), as_of)


def _answer(
    verdict: Verdict, because: str, rule: ScopeRule | None, needs: tuple[str, ...], as_of: datetime.date
) -> Scope:
    stale = rule is not None and (as_of - rule.checked).days > load_scope().stale_days
    if stale and rule is not None:
        because += f" Last checked on {rule.checked}: look again."
    return Scope(
        verdict=verdict,
        because=because,
        rule=rule.id if rule else None,
        needs=needs,
        citations=cite(DATA, rule.source, rule.id) if rule else (),
        certainty=rule.certainty if rule else None,
        checked=rule.checked if rule else None,
        stale=stale,
    )
