"""The ABN, which a Medicare patient signs before a service that is probably not covered: the content of its blanks."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import Certainty, cite, read_toml
from needlepoint.base.money import AMOUNT, is_amount
from needlepoint.base.refusal import Fault, Refused
from needlepoint.coverage.load import DATA
from needlepoint.coverage.types import CoverageVerdict, Determination, RuleVerdict

__all__ = [
    "Abn",
    "AbnService",
    "Notifier",
    "NotifierAddress",
    "Offered",
    "abn_modifier",
    "within_good_faith",
    "write_abn",
]


class NotifierAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The notifier's address."""

    line1: str
    city: str
    state: str
    zip: str


class Notifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The provider who gives the notice."""

    name: str
    phone: str
    address: NotifierAddress


class Offered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One offered service, in plain words, with its expected cost in USD."""

    label_en: str
    label_es: str
    cost_usd: Decimal


class AbnService(msgspec.Struct, frozen=True, kw_only=True):
    """Blanks D, E and F: the service, why Medicare may not pay, its cost."""

    label_en: str
    label_es: str
    reason_en: str
    reason_es: str
    cost_usd: Decimal


class Abn(msgspec.Struct, frozen=True, kw_only=True):
    """The content of the form, with the options in words."""

    notifier: Notifier
    patient: str
    identification: str
    made_on: datetime.date
    services: tuple[AbnService, ...]
    carry: dict[str, str]
    choices: tuple[dict[str, object], ...]
    more: tuple[dict[str, str], ...]


class AbnText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence of the page."""

    en: str
    es: str
    certainty: Certainty
    source: list[str]
    id: str = ""
    name: dict[str, str] = {}
    dual_en: str = ""  # for someone with Medicare and Medicaid (QMB)
    dual_es: str = ""


class Modifiers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The modifiers of a line, by what was signed."""

    signed: str
    not_signed: str
    excluded: str
    certainty: Certainty
    source: list[str]


class Within(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How near an estimate must be to count as made in good faith."""

    within_usd: Decimal
    within_share: Decimal
    certainty: Certainty
    source: list[str]


class AbnRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data/abn.toml`."""

    carry: AbnText
    choice: list[AbnText]
    more: list[AbnText]
    modifiers: Modifiers
    estimate: Within


@lru_cache(maxsize=1)
def load_abn() -> AbnRows:
    """Return every row with its source."""
    found = msgspec.convert(read_toml(DATA / "abn.toml"), AbnRows)
    for words in (found.carry, *found.choice, *found.more):
        cite(DATA, words.source, "abn.toml")
    cite(DATA, [*found.modifiers.source, *found.estimate.source], "abn.toml")
    return found


def write_abn(
    determination: Determination,
    offered: list[Offered],
    notifier: Notifier,
    patient: str,
    identification: str,
    made_on: datetime.date,
    service_on: datetime.date,
    dual: bool = False,
) -> Abn:
    """Return the notice for what is not covered, for example only the guidance of a covered session.

    `dual`: the patient also has Medicaid (QMB), so the first option promises no payment.

    Raises Refused when no notice applies (covered, or unknown: a notice given to everyone is void), after the service,
    and without a service or its cost.
    """
    if faults := _faults(determination, offered, made_on, service_on):
        raise Refused(faults)
    words = load_abn()
    return Abn(
        notifier=notifier,
        patient=patient,
        identification=identification,
        made_on=made_on,
        services=_services(determination, offered),
        carry={"en": words.carry.en, "es": words.carry.es},
        choices=tuple(_choice(row, dual) for row in words.choice),
        more=tuple({"en": row.en, "es": row.es} for row in words.more),
    )


def _against(determination: Determination) -> list[RuleVerdict]:
    """Return the rules that are not met."""
    return [row for row in determination.rules if row.verdict is CoverageVerdict.NOT_COVERED]


def _faults(
    determination: Determination,
    offered: list[Offered],
    made_on: datetime.date,
    service_on: datetime.date,
) -> list[Fault]:
    """Return why there can be no notice."""
    faults = []
    if not _against(determination):
        given = f"a determination of {determination.verdict.value}"
        remedy = "A notice handed to everyone is void: name the rule that is not met."
        faults.append(Fault("determination", given, "one that is not covered, by a rule", remedy))
    if made_on > service_on:
        faults.append(Fault("made_on", str(made_on), f"a day before or on the service, {service_on}"))
    if not offered:
        faults.append(Fault("services", "none", "at least one service with its cost"))
    faults += [
        Fault(f"services[{n}].cost_usd", str(item.cost_usd), AMOUNT)
        for n, item in enumerate(offered)
        if not is_amount(item.cost_usd)
    ]
    return faults


def _services(determination: Determination, offered: list[Offered]) -> tuple[AbnService, ...]:
    """Return blanks D, E and F. Each service has the same reason: the rules that are not met."""
    against = _against(determination)
    reason_en = "; ".join(f"Medicare asks for: {row.asks} (here: {row.shows})" for row in against)
    reason_es = "; ".join(f"Medicare exige: {row.asks_es} (aquí: {row.shows})" for row in against)
    return tuple(
        AbnService(
            label_en=item.label_en,
            label_es=item.label_es,
            reason_en=reason_en,
            reason_es=reason_es,
            cost_usd=item.cost_usd,
        )
        for item in offered
    )


def _choice(row: AbnText, dual: bool) -> dict[str, object]:
    changed = dual and row.dual_en
    en, es = (row.dual_en, row.dual_es) if changed else (row.en, row.es)
    return {"id": row.id, "name": row.name, "en": en, "es": es}


def abn_modifier(signed: bool, excluded: bool) -> str:
    """Return the modifier of a line that is expected not to be covered."""
    rows = load_abn().modifiers
    if excluded:
        return rows.excluded
    return rows.signed if signed else rows.not_signed


def within_good_faith(estimated_usd: Decimal, actual_usd: Decimal) -> bool:
    """Return whether an estimate was near enough to the cost."""
    rule = load_abn().estimate
    return abs(actual_usd - estimated_usd) <= max(rule.within_usd, actual_usd * rule.within_share)
