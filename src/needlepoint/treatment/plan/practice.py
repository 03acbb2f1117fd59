"""A practice's overlay over the program's rows: its formulary, and what its medical director accepts or tightens.

Nothing here can loosen a limit: a value above ours is refused. The criteria for injection may be loosened, by name,
date and reason, and every plan that relies on it says so.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.base.knowledge import Review
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.types import Drug

__all__ = ["Loosened", "PracticeRules", "Tightened", "formulary", "review_of"]


class Tightened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dose limit made smaller: the row's id and the value in the row's own unit."""

    limit: str
    value: Decimal


class Loosened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signs that this practice requires before it injects, who decided so, when and why."""

    needs: list[str]
    by: str
    on: datetime.date
    why: str


class PracticeDefaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """This practice's usual dose."""

    drug: str | None = None
    concentration_percent: Decimal | None = None
    volume_ml: Decimal | None = None


class OwnVial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vial that this practice stocks."""

    drug: str
    concentration_percent: Decimal
    volume_ml: Decimal
    kind: str = "single_dose"


class PracticeRules(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """One practice's overlay. `accept` names rows by id; `*` accepts every row as it stands."""

    name: str = ""
    director: str | None = None
    accepted_on: datetime.date | None = None
    accept: list[str] = []
    tighten: list[Tightened] = []
    stops: list[str] = []  # precautions that warn by default and stop here
    drugs: list[str] | None = None  # the formulary; None: all
    techniques: list[str] | None = None  # what is offered; None: all
    ultrasound: bool | None = None
    defaults: PracticeDefaults = PracticeDefaults()
    vials: list[OwnVial] = []
    injectable: Loosened | None = None


def formulary(practice: PracticeRules | None) -> dict[str, Drug]:
    """Return the drugs that the practice uses, with its own, tighter limits."""
    drugs = load_drugs()
    if practice is None:
        return drugs
    tighter = {row.limit: row.value for row in practice.tighten}
    return {
        id_: msgspec.structs.replace(
            drug,
            limits=[
                msgspec.structs.replace(limit, value=tighter.get(limit.id, limit.value))
                for limit in drug.limits
            ],
        )
        for id_, drug in drugs.items()
        if practice.drugs is None or id_ in practice.drugs
    }


def review_of(row: str, practice: PracticeRules | None) -> Review:
    """Return who answers in this practice for the row with this id."""
    if practice is None or not ({row, "*"} & {*practice.accept, *(t.limit for t in practice.tighten)}):
        return Review()
    return Review(accepted_by=practice.director, accepted_on=practice.accepted_on)
