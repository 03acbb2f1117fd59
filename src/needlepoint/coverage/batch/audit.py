"""A whole practice's history at once: the same rules as `determine`, in numpy. One row is one claim.

Earlier sessions of a patient are the earlier rows of the same patient. Text columns are judged once for each distinct
text, by the same functions that judge one claim; numbers and the history are judged in arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from needlepoint.base.knowledge import Certainty
from needlepoint.base.refusal import Fault, Refused
from needlepoint.coverage.batch.facts import ASK_FACTS, Asks
from needlepoint.coverage.batch.history import ASK_HISTORY
from needlepoint.coverage.batch.row import facts_at
from needlepoint.coverage.batch.table import (
    COLUMNS,
    FLAGS,
    LISTS,
    NEEDED,
    NUMBERS,
    UNKNOWN,
    UNMET,
    Answers,
    ClaimTable,
    Columns,
    Ints,
    listed,
)
from needlepoint.coverage.determine import PolicyChoice, choices
from needlepoint.coverage.load import Policy, PolicyRule
from needlepoint.coverage.rules.needs import lines_of
from needlepoint.coverage.types import CoverageVerdict

__all__ = ["ASK", "COLUMNS", "FLAGS", "LISTS", "NEEDED", "NUMBERS", "Audited", "Columns", "audit", "facts_at"]

VERDICTS = (CoverageVerdict.COVERED, CoverageVerdict.NOT_COVERED, CoverageVerdict.NOT_KNOWN)
COVERED, NOT_COVERED, NOT_KNOWN = range(3)
ASK: dict[str, Asks] = {**ASK_FACTS, **ASK_HISTORY}


class Audited(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict for every row: `verdict` counts in VERDICTS, `because` names the deciding rules.

    `lines` names codes that are not covered, or unknown, although their session may be: '76942 not_covered IMG-1'.
    """

    verdict: NDArray[np.int8]
    policy: list[str]
    because: list[str]
    lines: list[str]

    def verdicts(self) -> list[str]:
        """Return the verdicts in words."""
        words = [verdict.value for verdict in VERDICTS]
        return [words[code] for code in self.verdict.tolist()]


def audit(columns: Columns, own: Sequence[Policy] = ()) -> Audited:
    """Return a verdict for every row of `columns`.

    Text columns are sequences of text, '' or None for nothing (lists separated by ';'), `on` is datetime64[D], numbers
    are float64 with NaN for unknown, flags int8 with -1 for unknown. Raises Refused for a missing column or unequal
    lengths.
    """
    rows = _rows_of(columns)
    table = ClaimTable(columns, rows)
    policies, choice, faults = _choose(table, tuple(own))
    verdict = np.full(rows, NOT_KNOWN, np.int8)
    because = np.zeros(rows, np.int64)
    words: list[str] = ["", *faults]
    lines = [""] * rows
    because[choice < 0] = -choice[choice < 0]
    named = ["", *(policy.id for policy in policies)]
    for number, policy in enumerate(policies, 1):
        here = choice == number
        if here.any():
            table.counts(policy.act)
            said, deciding = _judge(policy, table, here)
            verdict[here] = said
            masks, inverse = np.unique(deciding, return_inverse=True)
            because[here] = inverse + len(words)
            words += [_named_rules(policy, int(mask)) for mask in masks]
            _apart(policy, table, here, lines)
    no_rule = len(words)
    words.append("no rule is held")
    because[choice == 0] = no_rule
    ids = np.maximum(choice, 0).tolist()
    return Audited(
        verdict=verdict,
        policy=[named[number] for number in ids],
        because=[words[number] for number in because.tolist()],
        lines=lines,
    )


def _rows_of(columns: Columns) -> int:
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise Refused(Fault("columns", f"none named {', '.join(missing)}", f"at least {', '.join(NEEDED)}"))
    lengths = {name: len(column) for name, column in columns.items() if column is not None}
    if len(set(lengths.values())) > 1:
        raise Refused(Fault("columns", str(lengths), "columns of one length"))
    return lengths["claim_id"]


def _choose(table: ClaimTable, own: tuple[Policy, ...]) -> tuple[list[Policy], Ints, list[str]]:
    """For each row return the number of its policy (from 1), 0 for none on file, below 0 the number of a fault."""
    payer, state, act = (table.texts[name] for name in ("payer", "state", "act"))
    county = table.texts["county"]
    where = state.codes * len(county.texts) + county.codes
    places = len(state.texts) * len(county.texts)
    who = (payer.codes * places + where) * len(act.texts) + act.codes
    policies: list[Policy] = []
    faults: list[str] = []
    chosen = np.zeros(table.rows, np.int64)
    for key in np.unique(who).tolist():
        rest, act_code = divmod(key, len(act.texts))
        payer_code, place_code = divmod(rest, places)
        state_code, county_code = divmod(place_code, len(county.texts))
        here = who == key
        try:
            found = choices(
                payer.texts[payer_code] or "",
                state.texts[state_code],
                act.texts[act_code] or "injection",
                own,
                county.texts[county_code],
            )
        except Refused as refusal:
            faults.append(str(refusal))
            chosen[here] = -len(faults)
            continue
        for choice in found:
            free = here & (chosen == 0) & _within(table.date, choice)
            if free.any():
                chosen[free] = _number_of(choice.policy, policies)
    return policies, chosen, faults


def _within(date: NDArray[np.datetime64], choice: PolicyChoice) -> NDArray[np.bool_]:
    late = date >= np.datetime64(choice.from_, "D")
    return late if choice.to is None else late & (date <= np.datetime64(choice.to, "D"))


def _number_of(policy: Policy, policies: list[Policy]) -> int:
    for number, known in enumerate(policies, 1):
        if known is policy:
            return number
    policies.append(policy)
    return len(policies)


def _judge(policy: Policy, table: ClaimTable, here: NDArray[np.bool_]) -> tuple[Answers, Ints]:
    """Return the verdicts of the rows `here`, and a bit for each deciding rule."""
    against = np.zeros(table.rows, np.int64)
    open_ = np.zeros(table.rows, np.int64)
    for bit, rule in enumerate(policy.rule):
        if rule.codes:  # decides only these codes
            continue
        unmet, unknown = _of_rule(rule, table)
        against |= unmet.astype(np.int64) << bit
        open_ |= (unknown & ~unmet).astype(np.int64) << bit
    against, open_ = against[here], open_[here]
    verdict = np.where(against > 0, NOT_COVERED, np.where(open_ > 0, NOT_KNOWN, COVERED)).astype(np.int8)
    return verdict, np.where(against > 0, against, open_)


def _of_rule(rule: PolicyRule, table: ClaimTable) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where a rule is not met, and where it is unknown."""
    answers = [ASK[name](table, name, rule.need) for name in lines_of(rule.need)]
    unmet = np.logical_or.reduce([answer == UNMET for answer in answers])
    unknown = np.logical_or.reduce([answer == UNKNOWN for answer in answers])
    if rule.certainty is Certainty.UNVERIFIED:  # an unverified rule asks; it never refuses
        return np.zeros_like(unmet), unknown | unmet
    return unmet, unknown


def _apart(policy: Policy, table: ClaimTable, here: NDArray[np.bool_], lines: list[str]) -> None:
    """Write into `lines` the codes that rules of their own do not cover."""
    column = table.texts["codes"]
    billed = [listed(text) or [] for text in column.texts]
    for rule in policy.rule:
        if not rule.codes:
            continue
        named = [[code for code in codes if code in rule.codes] for codes in billed]
        asked = np.array([bool(codes) for codes in named])[column.codes] & here
        unmet, unknown = _of_rule(rule, table)
        for row in np.flatnonzero(asked & (unmet | unknown)).tolist():
            word = "not_covered" if unmet[row] else "not_known"
            said = "; ".join(f"{code} {word} {rule.id}" for code in named[column.codes[row]])
            lines[row] = f"{lines[row]}; {said}" if lines[row] else said


def _named_rules(policy: Policy, mask: int) -> str:
    return " ".join(rule.id for bit, rule in enumerate(policy.rule) if mask >> bit & 1)
