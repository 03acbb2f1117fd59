"""Policies and contractors, read once; a practice adds files in a folder of its own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from needlepoint.base.knowledge import Certainty, Dated, cite, rows, toml_files
from needlepoint.base.refusal import Fault, Refused

__all__ = [
    "DATA",
    "Contractor",
    "Need",
    "Policy",
    "PolicyRule",
    "all_policies",
    "kind_of",
    "load_contractors",
    "load_kinds",
    "load_notices",
    "load_payers",
    "load_policies",
    "load_policy",
]

DATA = Path(__file__).parent / "data"


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The conditions of a rule. Every one that is written must be met."""

    diagnosis: list[str] | None = None
    diagnosis_prefix: list[str] | None = None
    not_diagnosis: list[str] | None = None
    signs_from: int | None = None
    any: list[str] | None = None
    all: list[str] | None = None
    none: list[str] | None = None
    pain_weeks_from: Decimal | None = None
    care_weeks_from: Decimal | None = None
    last_relief_percent_from: int | None = None
    last_relief_weeks_from: Decimal | None = None
    last_function: bool | None = None
    last_function_percent_from: int | None = None
    last_same_scale: bool | None = None
    days_since_same_place_from: int | None = None
    sessions_most: int | None = None
    within_months: int | None = None
    per: Literal["place", "region"] | None = None  # counts the sessions of each place, or region, separately
    year_from_first: bool = False  # the year begins in the month of the first session instead of rolling
    regions_most: int | None = None
    without_codes: list[str] | None = None
    drug_on_claim: bool | None = None
    furnished_by: dict[str, list[str]] | None = None  # profession -> its required credentials
    state_allows: bool | None = None
    improving_from_session: int | None = None
    nodule: bool | None = None
    routine: bool | None = None
    diagnostic_once: bool | None = None
    goals_for_movement: bool | None = None
    state_lets: list[str] | None = (
        None  # professions whom every state lets do it; of others the state is asked
    )
    not_by: list[str] | None = None  # professions whom the payer never pays for it
    never: bool | None = None  # met by nothing: the payer covers it for nobody
    documented: list[str] | None = None


class PolicyRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule of a policy, with how far it was checked. `codes`: the only codes that it decides (none: all)."""

    id: str
    en: str
    need: Need
    certainty: Certainty
    source: list[str]
    es: str = ""  # for papers that a patient signs; English if empty
    mend: str = ""
    note: str = ""
    codes: list[str] = []
    excluded: bool = False  # the law itself leaves it out: no notice decides, and the line carries GY


class ModifierRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A modifier that the payer requires on `codes` from a number of sessions on, for a patient who improves."""

    add: str
    codes: list[str]
    from_session: int
    within_months: int
    year_from_first: bool = False
    en: str
    es: str
    certainty: Certainty
    source: list[str]


class Policy(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One payer's policy for one act (injection, dry_needling, any). `replaces`: ids that it replaces on purpose."""

    id: str
    payer: str
    title: str
    act: str
    rule: list[PolicyRule] = msgspec.field(default_factory=list)
    extends: str = ""  # the id of a policy whose rules apply here too, except those that are overridden
    modifier: tuple[ModifierRow, ...] = ()
    replaces: tuple[str, ...] = ()


class Contractor(Dated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A Medicare contractor: its states, and its policy.

    `counties`: the only ones of its states; the rest of such a state belongs to the contractor that names none.
    """

    id: str
    name: str
    lcd: str
    article: str
    policy: str
    states: list[str]
    counties: tuple[str, ...] = ()
    certainty: Certainty
    source: list[str]


class UnreadPayer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payer whose rules could not be read."""

    id: str
    title: str
    certainty: Certainty
    source: list[str]


class PayerKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What payers of one kind require of every claim: the filing indicator, and whether drugs carry an NDC.

    `patient_owes`: whether the patient may be billed for what is covered. `accident`: it pays for accidents only.
    """

    id: str
    payers: list[str]
    filing: list[str]
    ndc: bool
    patient_owes: bool = True
    accident: bool = False
    ask: str = ""  # the question about the plan before the service, when no rule is on file
    federal: bool = False  # its people have no good-faith estimate, and no dispute over one
    authorized: bool = False  # it pays only what it authorized before
    in_full: bool = False  # its payment is payment in full: the patient owes no more than its small copay
    replaces: bool = True  # a processed claim may be replaced or voided by another (frequency 7 or 8)
    en: str
    certainty: Certainty
    source: list[str]


class AdvanceNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a payer's patients sign before a session that will probably not be covered."""

    payer: str
    en: str
    es: str
    certainty: Certainty
    source: list[str]


@lru_cache(maxsize=1)
def load_notices() -> dict[str, AdvanceNotice]:
    """Return the notices by payer, each with its source."""
    found = {row.payer: row for row in rows(DATA / "notices.toml", AdvanceNotice, "notice")}
    for row in found.values():
        cite(DATA, row.source, f"notices.toml {row.payer}")
    return found


@lru_cache(maxsize=1)
def load_payers() -> dict[str, UnreadPayer]:
    """Return the payers without a rule, by id."""
    found = {row.id: row for row in rows(DATA / "payers.toml", UnreadPayer, "payer")}
    for row in found.values():
        cite(DATA, row.source, f"payers.toml {row.id}")
    return found


@lru_cache(maxsize=1)
def load_kinds() -> tuple[PayerKind, ...]:
    """Return the kinds of payers, each with its source."""
    found = tuple(rows(DATA / "payers.toml", PayerKind, "kind"))
    for row in found:
        cite(DATA, row.source, f"payers.toml {row.id}")
    return found


def kind_of(payer: str | None, filing: str) -> PayerKind | None:
    """Return the kind of a payer, by its name or by a filing indicator that is unique to one kind."""
    by_name = next((row for row in load_kinds() if payer in row.payers), None)
    return by_name or next((row for row in load_kinds() if row.filing == [filing]), None)


@lru_cache(maxsize=1)
def load_policies() -> tuple[Policy, ...]:
    """Return every built-in policy, each rule with its source."""
    return read_policies(DATA / "policies")


def read_policies(folder: Path) -> tuple[Policy, ...]:
    """Return the built-in policies in the TOML files of a folder, each rule with its source."""
    found = [policy for path in toml_files(folder) for policy in rows(path, Policy, "policy")]
    for policy in found:
        for rule in policy.rule:
            cite(DATA, rule.source, f"{policy.id} {rule.id}")
    return tuple(load_policy(policy, found) for policy in found)


def load_policy(policy: Policy, policies: Sequence[Policy]) -> Policy:
    """Return the policy with the rules of the one that it extends; a rule with the same id overrides."""
    if not policy.extends:
        return policy
    base = next((row for row in policies if row.id == policy.extends), None)
    if base is None or base.extends:
        raise Refused(Fault(f"{policy.id}.extends", repr(policy.extends), "the id of a policy beside it"))
    mine = {rule.id: rule for rule in policy.rule}
    kept = [mine.pop(rule.id, rule) for rule in base.rule]
    return msgspec.structs.replace(policy, rule=[*kept, *mine.values()])


@lru_cache(maxsize=1)
def load_contractors() -> tuple[Contractor, ...]:
    """Return every contractor, each with its source and an existing policy."""
    found = tuple(rows(DATA / "contractors.toml", Contractor, "contractor"))
    known = {policy.id for policy in load_policies()}
    for row in found:
        cite(DATA, row.source, f"contractors.toml {row.id}")
        if row.policy not in known:
            raise Refused(Fault(f"contractors.toml {row.id}", row.policy, "the id of a policy"))
    return found


def all_policies(own: Sequence[Policy] = ()) -> tuple[Policy, ...]:
    """Return the built-in policies and a practice's own; the practice's come first."""
    return (*own, *load_policies())
