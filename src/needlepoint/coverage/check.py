"""Every fault of a payer's file at once: file, policy, rule, field, what was given and what was expected."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import TypeVar, get_type_hints

import msgspec

from needlepoint.base.compiled import TomlTable
from needlepoint.base.knowledge import Certainty, read_toml, toml_files
from needlepoint.base.refusal import Fault, Refused, nearest, read_as
from needlepoint.coding.shape import looks_like_icd10cm, looks_like_procedure
from needlepoint.coverage.fields import field_faults
from needlepoint.coverage.load import Need, Policy, PolicyRule, load_policies, load_policy
from needlepoint.coverage.rules.needs import lines_of
from needlepoint.coverage.types import CoverageFacts

__all__ = ["check_folder", "read_own"]

ANY = "any"
ACTS = ("injection", "dry_needling", "acupuncture", "evaluation", ANY)
NATIONAL = "medicare"  # by law: the same for everyone
PREFIX_LENGTH = 3  # letters and digits of an ICD-10-CM category


def read_own(folder: Path) -> tuple[Policy, ...]:
    """Return the policies of a practice's own folder; Refused with every fault in it."""
    found, faults = check_folder(folder)
    if faults:
        raise Refused(faults)
    return tuple(load_policy(policy, found) for policy in found)


def check_folder(folder: Path) -> tuple[list[Policy], list[Fault]]:
    """Return the readable policies, and everything that is wrong in the folder's files."""
    paths = list(toml_files(folder))
    if not paths:
        return [], [
            Fault(folder.name, "no file that ends in .toml", "at least one file with [[policy]] rows")
        ]
    found: list[Policy] = []
    faults: list[Fault] = []
    for path in paths:
        policies, wrong = _in_file(path)
        found += policies
        faults += wrong
    faults += [*_across(found), *_overlaps(found), *_built_in(found)]
    return found, faults


def _in_file(path: Path) -> tuple[list[Policy], list[Fault]]:
    try:
        table = read_toml(path)
    except Refused as refusal:
        return [], list(refusal.faults)
    extra = [name for name in table if name != "policy"]
    faults = [Fault(path.name, f"a table [[{name}]]", "[[policy]] tables only") for name in extra]
    rows = table.get("policy", [])
    if not rows or not isinstance(rows, list):
        return [], [*faults, Fault(path.name, "no [[policy]] rows", "at least one [[policy]]")]
    found: list[Policy] = []
    for number, row in enumerate(rows, 1):
        policy, wrong = _policy(row, path.name, number)
        faults += wrong
        found += [policy] if policy else []
    return found, faults


def _policy(row: object, file: str, number: int) -> tuple[Policy | None, list[Fault]]:
    """Return one policy with its readable rules."""
    where = f"{file}, policy {_name(row, number)}"
    if not isinstance(row, dict):
        return None, [Fault(where, repr(row), "a [[policy]] table")]
    rules = row.get("rule", [])
    head = {name: value for name, value in row.items() if name != "rule"}
    faults = list(field_faults(head, Policy, where))
    if not isinstance(rules, list):
        faults.append(Fault(f"{where}.rule", repr(rules), "[[policy.rule]] tables"))
        rules = []
    read: list[PolicyRule] = []
    for n, item in enumerate(rules, 1):
        rule, wrong = _rule(item, f"{where}, rule {_name(item, n)}")
        faults += wrong
        read += [rule] if rule else []
    policy = _with_what_fits(head, Policy, BLANK_POLICY)
    policy = msgspec.structs.replace(policy, rule=read)
    faults += _policy_faults(policy, where, bool(rules))
    return (None if any(field_faults(head, Policy, where)) else policy), faults


def _rule(item: object, place: str) -> tuple[PolicyRule | None, list[Fault]]:
    """Return one rule, or everything that is wrong with it: its fields, and the content of the readable ones."""
    if not isinstance(item, dict):
        return None, [Fault(place, repr(item), "a [[policy.rule]] table")]
    faults = list(field_faults(item, PolicyRule, place))
    fits = _with_what_fits(item, PolicyRule, BLANK_RULE)
    if isinstance(item.get("need"), dict):
        need = _with_what_fits(item["need"], Need, Need())
        fits = msgspec.structs.replace(fits, need=need)
    found = list(_rule_faults(fits, place, item))
    return (None if faults else read_as(item, PolicyRule, place)), [*faults, *found]


BLANK_POLICY = Policy(id="", payer="", title="", act=ANY, from_=datetime.date.min)
BLANK_RULE = PolicyRule(id="", en="", need=Need(), certainty=Certainty.UNVERIFIED, source=["-"])
R = TypeVar("R", bound=msgspec.Struct)


def _with_what_fits(row: TomlTable, shape: type[R], blank: R) -> R:
    """`blank` with those fields of a row that can be read: what they say is judged beside what cannot."""
    fields = {field.encode_name: field.name for field in msgspec.structs.fields(shape)}
    kinds = get_type_hints(shape)
    fits = {}
    for name, value in row.items():
        if name in fields and name != "need":
            with suppress(msgspec.ValidationError):
                fits[fields[name]] = msgspec.convert(value, kinds[fields[name]])
    return msgspec.structs.replace(blank, **fits)


def _name(row: object, number: int) -> str:
    """Return the id of a row, or its number if it has none."""
    return str(row.get("id", number)) if isinstance(row, dict) else str(number)


def _policy_faults(policy: Policy, where: str, has_rules: bool) -> Iterator[Fault]:
    if policy.act not in ACTS:
        expected = f"one of {', '.join(ACTS)}"
        yield Fault(f"{where}.act", repr(policy.act), expected, nearest(policy.act, ACTS))
    if policy.to is not None and policy.to < policy.from_:
        yield Fault(f"{where}.to", str(policy.to), f"a day on or after {policy.from_}")
    if not has_rules and not policy.extends:
        yield Fault(f"{where}.rule", "no rules", "at least one [[policy.rule]]: without one nothing is asked")
    for name, times in Counter(rule.id for rule in policy.rule).items():
        if times > 1:
            yield Fault(f"{where}, rule {name}", f"{times} times", "each rule id once")


def _rule_faults(rule: PolicyRule, where: str, row: TomlTable) -> Iterator[Fault]:
    need = rule.need
    asked = row.get("need")
    if isinstance(asked, dict) and not lines_of(need) and not any(field_faults(asked, Need, where)):
        yield Fault(f"{where}.need", "nothing", "at least one thing that the rule asks for")
    if not [name for name in rule.source if name.strip()]:
        yield Fault(f"{where}.source", "none", "where the rule was read")
    for field in ("any", "all", "none"):
        yield from _words(getattr(need, field), _flags(), f"{where}.need.{field}")
    yield from _words(need.documented, _notes(), f"{where}.need.documented")
    for field in ("diagnosis", "not_diagnosis"):
        yield from _codes(
            getattr(need, field), looks_like_icd10cm, "an ICD-10-CM code", f"{where}.need.{field}"
        )
    yield from _codes(need.diagnosis_prefix, _looks_like_prefix, "how an ICD-10-CM code begins",
                      f"{where}.need.diagnosis_prefix")  # fmt: skip
    yield from _codes(
        need.without_codes, looks_like_procedure, "a CPT or HCPCS code", f"{where}.need.without_codes"
    )
    yield from _codes(rule.codes, looks_like_procedure, "a CPT or HCPCS code", f"{where}.codes")
    yield from _numbers(need, where)


def _words(given: Sequence[str] | None, known: Iterable[str], where: str) -> Iterator[Fault]:
    for word in given or ():
        if word not in known:
            expected = f"one of {', '.join(sorted(known))}"
            yield Fault(where, repr(word), expected, nearest(word, known))


def _codes(
    given: Sequence[str] | None, fits: Callable[[str], bool], expected: str, where: str
) -> Iterator[Fault]:
    for code in given or ():
        if not fits(code):
            yield Fault(where, repr(code), expected)


def _numbers(need: Need, where: str) -> Iterator[Fault]:
    for name in need.__struct_fields__:
        value = getattr(need, name)
        if not isinstance(value, (bool, str, list, dict)) and value is not None and value < 0:
            yield Fault(f"{where}.need.{name}", str(value), "0 or more")


def _looks_like_prefix(code: str) -> bool:
    """Return whether `code` is the beginning of some ICD-10-CM code, e.g. M54.5 or M79."""
    return looks_like_icd10cm(code) or (
        len(code) < PREFIX_LENGTH and looks_like_icd10cm(code.ljust(PREFIX_LENGTH, "0"))
    )


def _across(policies: Sequence[Policy]) -> Iterator[Fault]:
    """Check for two policies with one id."""
    for name, times in Counter(policy.id for policy in policies).items():
        if times > 1:
            yield Fault(f"policy {name}", f"an id used {times} times", "one policy for each id")


def _overlaps(policies: Sequence[Policy]) -> Iterator[Fault]:
    """Check for two policies of one payer for one act on the same days: it would be unclear which applies."""
    for one, other in combinations(policies, 2):
        if one.payer != other.payer or not _same_act(one, other) or one.id == other.id:
            continue
        first, last = max(one.from_, other.from_), _earlier(one.to, other.to)
        if last is None or first <= last:
            given = f"two policies of {one.payer} for one act from {first}"
            expected = (
                f"one that ends (`to`) before the other begins, or one policy with all rules of {one.id}"
            )
            yield Fault(f"policies {one.id} and {other.id}", given, expected)


def _built_in(policies: Sequence[Policy]) -> Iterator[Fault]:
    """Check for a policy of a payer whose published rules are built in: it would silently replace them."""
    for policy in policies:
        held = [row for row in load_policies() if row.payer == policy.payer and _same_act(row, policy)]
        if held and policy.payer == NATIONAL:
            given = f"the payer {policy.payer}"
            expected = (
                f"a payer of your own: {policy.payer} has published rules already, which no file replaces"
            )
            yield Fault(f"policy {policy.id}.payer", given, expected)
        elif held and not {row.id for row in held} & set(policy.replaces):
            given = f"the payer {policy.payer}, whose rules the program holds ({', '.join(row.id for row in held)})"
            expected = "a payer of your own, or `replaces` with the ids whose place this policy takes"
            yield Fault(f"policy {policy.id}.payer", given, expected)


def _same_act(one: Policy, other: Policy) -> bool:
    return one.act == other.act or ANY in (one.act, other.act)


def _earlier(one: datetime.date | None, other: datetime.date | None) -> datetime.date | None:
    return min((day for day in (one, other) if day), default=None)


@lru_cache(maxsize=1)
def _flags() -> frozenset[str]:
    """Return the yes-or-no facts that a rule may use."""
    return frozenset(
        field.name for field in msgspec.structs.fields(CoverageFacts) if field.type == bool | None
    )


@lru_cache(maxsize=1)
def _notes() -> frozenset[str]:
    """Return what a note may contain, in the words of the built-in policies."""
    return frozenset(
        word for policy in load_policies() for rule in policy.rule for word in rule.need.documented or ()
    )
