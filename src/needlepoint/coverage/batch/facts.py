"""The conditions on each session, for a whole practice: text once for each distinct value, numbers in arrays."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from needlepoint.coverage.batch.table import MET, UNKNOWN, UNMET, Answers, ClaimTable, listed
from needlepoint.coverage.load import Need
from needlepoint.coverage.rules.needs import GOALS, LINES, THREE_OF_FOUR
from needlepoint.coverage.types import CoverageFacts

__all__ = ["ASK_FACTS", "Asks", "three_values"]

Asks = Callable[[ClaimTable, str, Need], Answers]


def three_values(met: NDArray[np.bool_], known: NDArray[np.bool_]) -> Answers:
    """Return met or not met where it is known, else unknown."""
    return np.where(known, met.astype(np.int8), UNKNOWN)


def _each_text(field: str, of: str = "") -> Callable[[ClaimTable, str, Need], Answers]:
    """A condition on a list of codes, evaluated once for each distinct list. `of`: the column, if it is another's."""

    def ask(table: ClaimTable, line: str, need: Need) -> Answers:
        column = table.texts[of or field]
        met = LINES[line].met(getattr(need, line), need)
        blank = CoverageFacts(on=datetime.date.min, payer="")
        lists = [listed(text) for text in column.texts]
        answers = [met(msgspec.structs.replace(blank, **{field: items}), None) for items in lists]
        coded = np.array([UNKNOWN if answer is None else int(answer) for answer in answers], np.int8)
        return coded[column.codes]

    return ask


def _furnished_by(table: ClaimTable, line: str, need: Need) -> Answers:
    """Who furnished it, evaluated once for each distinct pair of profession and credentials."""
    met = LINES[line].met(getattr(need, line), need)
    who, held = table.texts["profession"], table.texts["credentials"]
    pair = who.codes * len(held.texts) + held.codes
    pairs, inverse = np.unique(pair, return_inverse=True)
    blank = CoverageFacts(on=datetime.date.min, payer="")
    answers = []
    for number in pairs.tolist():
        first, second = divmod(number, len(held.texts))
        facts = msgspec.structs.replace(
            blank, profession=who.texts[first], credentials=listed(held.texts[second])
        )
        answer = met(facts, None)
        answers.append(UNKNOWN if answer is None else np.int8(answer))
    coded = np.array(answers, np.int8)
    return coded[inverse]


def _at_least(field: str) -> Callable[[ClaimTable, str, Need], Answers]:
    def ask(table: ClaimTable, line: str, need: Need) -> Answers:
        values, known = table.number(field)
        return three_values(values >= float(getattr(need, line)), known)

    return ask


def _regions(table: ClaimTable, line: str, need: Need) -> Answers:
    values, known = table.number("regions")
    return three_values(values <= float(getattr(need, line)), known)


def _as_wanted(field: str) -> Callable[[ClaimTable, str, Need], Answers]:
    def ask(table: ClaimTable, line: str, need: Need) -> Answers:
        flag = table.flag(field)
        return np.where(flag == UNKNOWN, UNKNOWN, (flag == int(getattr(need, line))).astype(np.int8))

    return ask


def _flags(any_: bool, wanted: bool) -> Callable[[ClaimTable, str, Need], Answers]:
    def ask(table: ClaimTable, line: str, need: Need) -> Answers:
        columns = [table.flag(name) for name in getattr(need, line)]
        hit = np.zeros(table.rows, np.bool_)
        unknown = np.zeros(table.rows, np.bool_)
        for column in columns:
            hit |= ((column == int(wanted)) == any_) & (column != UNKNOWN)
            unknown |= column == UNKNOWN
        return np.where(hit, np.int8(any_), np.where(unknown, UNKNOWN, np.int8(not any_)))

    return ask


def _nodule(table: ClaimTable, line: str, need: Need) -> Answers:
    flag = table.flag("nodule")
    signs, known = table.number("signs")
    return np.where((flag == UNKNOWN) & known & (signs >= THREE_OF_FOUR), MET, flag)


def _state_lets(table: ClaimTable, line: str, need: Need) -> Answers:
    allows, who = table.flag("state_allows"), table.texts["profession"]
    sure = np.array([text is None or text in getattr(need, line) for text in who.texts])
    asked = np.where(sure, MET, UNKNOWN)[who.codes]
    return np.where(allows == UNKNOWN, asked, allows)


def _not_by(table: ClaimTable, line: str, need: Need) -> Answers:
    who = table.texts["profession"]
    answers = np.array([int(text not in getattr(need, line)) for text in who.texts], np.int8)
    return answers[who.codes]


def _goals(table: ClaimTable, line: str, need: Need) -> Answers:
    care, diagnostic = table.flag("care_failed"), table.flag("diagnostic")
    asked = (table.flag("movement_limited") == MET) & (care != MET) & (diagnostic != MET)
    column = table.texts["documented"]
    noted = [listed(text) for text in column.texts]
    coded = np.array([UNKNOWN if items is None else int(GOALS in items) for items in noted], np.int8)
    note = coded[column.codes]
    unsure = (care == UNKNOWN) | (diagnostic == UNKNOWN) | (note == UNKNOWN)
    answers: Answers = np.where(~asked | (note == MET), MET, np.where(unsure, UNKNOWN, UNMET))
    return answers


def _never(table: ClaimTable, line: str, need: Need) -> Answers:
    return np.full(table.rows, UNMET)


ASK_FACTS: dict[str, Asks] = {
    "never": _never,
    "diagnosis": _each_text("diagnoses", of="pointed"),
    "diagnosis_prefix": _each_text("diagnoses", of="pointed"),
    "not_diagnosis": _each_text("diagnoses"),
    "without_codes": _each_text("codes"),
    "documented": _each_text("documented"),
    "signs_from": _at_least("signs"),
    "pain_weeks_from": _at_least("pain_weeks"),
    "care_weeks_from": _at_least("care_weeks"),
    "any": _flags(any_=True, wanted=True),
    "all": _flags(any_=False, wanted=True),
    "none": _flags(any_=False, wanted=False),
    "nodule": _nodule,
    "goals_for_movement": _goals,
    "state_lets": _state_lets,
    "not_by": _not_by,
    "regions_most": _regions,
    "drug_on_claim": _as_wanted("drug_on_claim"),
    "state_allows": _as_wanted("state_allows"),
    "furnished_by": _furnished_by,
}
