"""What the neurological examination adds: the odds of roots, nerves and cord, warning signs, and which tests to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import Certainty, cite, read_toml
from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.reasoning.causes.rows import load_causes
from needlepoint.reasoning.types import NeuroFinding

__all__ = [
    "NO_RESULTS",
    "SCALES",
    "Examine",
    "NeuroResults",
    "NeuroTest",
    "checked_finding",
    "examine",
    "is_abnormal",
    "load_neurological",
    "read_findings",
    "value_words",
]

DATA = Path(__file__).parent / "data"
# The highest value of each kind, and the value that is normal.
SCALES = {"sensation": (2, 2), "strength": (5, 5), "reflex": (4, 2), "sign": (1, 0)}
MIDLINE = "midline"
CORD = "cord"


class Weighs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often a result is abnormal with one of the causes, and how often it is normal without them."""

    causes: list[str]
    sensitivity: float
    specificity: float
    certainty: Certainty
    source: list[str]

    def ratio(self, abnormal: bool) -> float:
        """Return the likelihood ratio of an abnormal or a normal result."""
        if abnormal:
            return self.sensitivity / (1.0 - self.specificity)
        return (1.0 - self.sensitivity) / self.specificity


class NeuroTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One test. `kind` is its scale; `group` arm, leg or cord; a test that is not paired has no side."""

    id: str
    kind: str
    group: str
    paired: bool
    en: str
    es: str
    weighs: list[Weighs]

    @property
    def sides(self) -> tuple[str, ...]:
        """Return the sides on which it is done."""
        return ("left", "right") if self.paired else (MIDLINE,)


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the examination may move the odds of one cause."""

    most: float
    least: float
    least_urgent: float
    source: list[str]


class Brisk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What any brisk reflex says."""

    weighs: list[Weighs]


class AskFor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """When a group of tests is asked for, and why."""

    group: str
    en: str
    es: str
    causes: list[str]
    from_: float


class Shows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A warning sign that tests show or deny."""

    finding: str
    any: list[str]
    denied_by: list[str]
    both_sides: bool = False


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of the values of one kind, from 0."""

    kind: str
    en: list[str]
    es: list[str]


class NeuroRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of `data/neurological.toml`."""

    limits: Limits
    brisk: Brisk
    scale: list[Scale]
    ask: list[AskFor]
    shows: list[Shows]
    test: list[NeuroTest]

    @property
    def tests(self) -> dict[str, NeuroTest]:
        """Return the tests by id, in the order of the file."""
        return {row.id: row for row in self.test}


@lru_cache(maxsize=1)
def load_neurological() -> NeuroRows:
    """Return the tests; each weighs known causes and names its sources."""
    found = msgspec.convert(read_toml(DATA / "neurological.toml"), NeuroRows)
    causes = {cause.id for cause in load_causes().causes}
    for id_, row in [(test.id, row) for test in found.test for row in test.weighs]:
        cite(DATA, row.source, f"neurological.toml {id_}")
        if set(row.causes) - causes:
            raise Refused(Fault(f"neurological.toml {id_}", str(row.causes), "known causes"))
    named = {id_ for row in found.shows for id_ in (*row.any, *row.denied_by)}
    if named - found.tests.keys():
        raise Refused(
            Fault("neurological.toml shows", str(sorted(named - found.tests.keys())), "known tests")
        )
    return found


def value_words(kind: str, lang: str) -> list[str]:
    """Return the words of the values of a kind, from 0."""
    row = next(row for row in load_neurological().scale if row.kind == kind)
    return row.es if lang == "es" else row.en


def checked_finding(finding: NeuroFinding, where: str) -> NeuroFinding:
    """Return the finding; Refused for an unknown test, a side that it does not have, or a value off its scale."""
    tests = load_neurological().tests
    if finding.test not in tests:
        hint = nearest(finding.test, tests)
        raise Refused(Fault(f"{where}.test", repr(finding.test), "a neurological test", hint))
    test = tests[finding.test]
    if finding.side not in test.sides:
        raise Refused(Fault(f"{where}.side", repr(finding.side), f"one of {', '.join(test.sides)}"))
    most = SCALES[test.kind][0]
    if not 0 <= finding.value <= most:
        raise Refused(Fault(f"{where}.value", str(finding.value), f"a whole number from 0 to {most}"))
    return finding


def is_abnormal(finding: NeuroFinding) -> bool:
    """Return whether a result is not the normal value of its scale."""
    return finding.value != SCALES[load_neurological().tests[finding.test].kind][1]


class NeuroResults(msgspec.Struct, frozen=True):
    """The examination as evidence: factors on the odds by cause, words for and against each, warning signs."""

    odds: dict[str, float] = {}
    for_: dict[str, tuple[str, ...]] = {}
    against: dict[str, tuple[str, ...]] = {}
    shown: dict[str, str] = {}
    denied: frozenset[str] = frozenset()


NO_RESULTS = NeuroResults()


def read_findings(findings: Sequence[NeuroFinding], painful: Iterable[str], where: str) -> NeuroResults:
    """Return what the findings say for pain in these regions; Refused for a finding that cannot be."""
    if not findings:
        return NO_RESULTS
    by_test: dict[str, dict[str, int]] = {}
    for number, finding in enumerate(findings):
        checked_finding(finding, f"{where}[{number}]")
        by_test.setdefault(finding.test, {})[finding.side] = finding.value
    sides = {region.partition("_")[0] for region in painful} & {"left", "right"} or {"left", "right"}
    shown, denied = _warning_signs(by_test)
    return _weighed(by_test, sides, shown, denied)


def _weighed(
    by_test: Mapping[str, Mapping[str, int]],
    sides: Collection[str],
    shown: dict[str, str],
    denied: frozenset[str],
) -> NeuroResults:
    odds: dict[str, float] = {}
    reasons: dict[bool, dict[str, tuple[str, ...]]] = {True: {}, False: {}}
    for words, abnormal, weighs in _counted(by_test, sides):
        for row in weighs:
            for cause in row.causes:
                odds[cause] = odds.get(cause, 1.0) * row.ratio(abnormal)
                told = reasons[abnormal]
                told[cause] = (*told.get(cause, ()), words)
    odds = {cause: _limited(cause, factor) for cause, factor in odds.items()}
    return NeuroResults(odds=odds, for_=reasons[True], against=reasons[False], shown=shown, denied=denied)


def _limited(cause: str, factor: float) -> float:
    limits = load_neurological().limits
    urgent = next(row.urgency for row in load_causes().causes if row.id == cause) == "emergency"
    return min(max(factor, limits.least_urgent if urgent else limits.least), limits.most)


def _counted(
    by_test: Mapping[str, Mapping[str, int]], sides: Collection[str]
) -> list[tuple[str, bool, list[Weighs]]]:
    """Return each test that counts here: its words, whether it is abnormal, and what it weighs."""
    rows, found = load_neurological(), []
    brisk = [
        value
        for id_, values in by_test.items()
        if rows.tests[id_].kind == "reflex"
        for value in values.values()
    ]
    for id_, values in by_test.items():
        test = rows.tests[id_]
        here = (
            values
            if test.group == CORD or not test.paired
            else {s: v for s, v in values.items() if s in sides}
        )
        if here:
            abnormal = any(_is_low(test, value, values) for value in here.values())
            found.append((f"{test.en}: {'abnormal' if abnormal else 'normal'}", abnormal, test.weighs))
    if brisk:
        is_brisk = any(value > SCALES["reflex"][1] for value in brisk)
        found.append(("brisk reflexes" if is_brisk else "no brisk reflex", is_brisk, rows.brisk.weighs))
    return found


def _is_low(test: NeuroTest, value: int, both: Mapping[str, int]) -> bool:
    """Return whether a value speaks for a root or the cord. A reflex that is equally weak on both sides does not."""
    normal = SCALES[test.kind][1]
    if test.kind == "reflex":
        return value < normal and (len(both) < len(test.sides) or len(set(both.values())) > 1)
    return value > 0 if test.kind == "sign" else value < normal


def _warning_signs(by_test: Mapping[str, Mapping[str, int]]) -> tuple[dict[str, str], frozenset[str]]:
    """Return the warning signs that the tests show, with the words, and those that they deny."""
    rows = load_neurological()
    shown, denied = {}, set()
    for row in rows.shows:
        seen = [(id_, side) for id_ in row.any for side, value in by_test.get(id_, {}).items()
                if _is_low(rows.tests[id_], value, by_test[id_])]  # fmt: skip
        if seen and (not row.both_sides or {side for _, side in seen} >= {"left", "right"}):
            shown[row.finding] = "examination: " + ", ".join(
                dict.fromkeys(rows.tests[id_].en for id_, _ in seen)
            )
        elif not seen and all(_is_complete(rows.tests[id_], by_test.get(id_, {})) for id_ in row.denied_by):
            denied.add(row.finding)
    return shown, frozenset(denied)


def _is_complete(test: NeuroTest, values: Mapping[str, int]) -> bool:
    return set(test.sides) <= values.keys()


class Examine(msgspec.Struct, frozen=True):
    """A group of tests to do: why, the causes with their probability together, the tests that are not done yet."""

    group: str
    en: str
    es: str
    probability: float
    tests: tuple[str, ...]


def examine(chances: Mapping[str, float], findings: Sequence[NeuroFinding]) -> tuple[Examine, ...]:
    """Return the groups of tests that are asked for, most likely first, without those that are done."""
    done: dict[str, set[str]] = {}
    for finding in findings:
        done.setdefault(finding.test, set()).add(finding.side)
    found = []
    for row in load_neurological().ask:
        chance = min(sum(chances.get(cause, 0.0) for cause in row.causes), 1.0)
        tests = _of_group(row, chances, done) if chance >= row.from_ else ()
        if tests:
            found.append(Examine(row.group, row.en, row.es, round(chance, 4), tests))
    return tuple(sorted(found, key=lambda item: -item.probability))


def _of_group(row: AskFor, chances: Mapping[str, float], done: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return the open tests that tell something of the likelier causes of a group."""
    likely = {cause for cause in row.causes if chances.get(cause, 0.0) >= row.from_ / 4}
    return tuple(
        test.id
        for test in load_neurological().test
        if any(likely & set(weighs.causes) for weighs in test.weighs)
        and not set(test.sides) <= done.get(test.id, set())
    )
