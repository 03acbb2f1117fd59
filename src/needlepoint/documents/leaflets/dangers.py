"""Warning signs in patients' words, and which of them the intake asks about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.base.knowledge import Certainty, cite, rows
from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.documents.leaflets.load import DATA
from needlepoint.reasoning.red_flags.actions import Action
from needlepoint.reasoning.red_flags.check import actions_of_flags

__all__ = [
    "ChecklistItem",
    "Danger",
    "danger_of",
    "listed_by_action",
    "load_dangers",
    "to_check",
    "uncovered",
]

FILE = DATA / "dangers.toml"


class ChecklistItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of the checklist: asked if a place of `where` hurts (none: always), at these ages, of this sex."""

    en: str
    es: str
    where: list[str] = []
    age_from: int = 0
    age_to: int = 150
    sex: str | None = None


class Danger(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A red flag for patients. `listed`: it is on the page of urgent signs.

    `covered_by`: red flags beside which this one is not shown, because they say as much and are at least as urgent.
    """

    flag: str
    covered_by: list[str] = []
    listed: bool
    en: str
    es: str
    check: ChecklistItem | None = None
    certainty: Certainty
    source: list[str]

    @property
    def action(self) -> Action:
        """Return what to do, from the table of the red flags."""
        return actions_of_flags()[self.flag]


# A red flag without a row of its own is shown in general words.
ANY_OTHER = Danger(
    flag="",
    listed=False,
    en="Something you told us should be checked by a doctor",
    es="Un médico debe revisar algo que usted nos contó",
    certainty=Certainty.PROPOSED,
    source=["np_leaflets"],
)


@lru_cache(maxsize=1)
def load_dangers() -> dict[str, Danger]:
    """Return the rows by red flag; each names an existing flag, places and a source."""
    found = {row.flag: row for row in rows(FILE, Danger, "danger")}
    atlas = load_atlas()
    places = {*atlas.regions, *(region.body_area for region in atlas.regions.values())}
    for row in found.values():
        cite(DATA, row.source, f"dangers.toml {row.flag}")
        if row.flag not in actions_of_flags():
            hint = nearest(row.flag, actions_of_flags())
            raise Refused(Fault(f"dangers.toml {row.flag}", repr(row.flag), "a red flag of rules.toml", hint))
        weaker = [
            name for name in row.covered_by if actions_of_flags()[name].urgency.rank > row.action.urgency.rank
        ]
        if weaker:
            raise Refused(
                Fault(f"dangers.toml {row.flag}", ", ".join(weaker), "flags that are as urgent or more")
            )
        unknown = sorted({*(row.check.where if row.check else ())} - places)
        if unknown:
            raise Refused(Fault(f"dangers.toml {row.flag}", ", ".join(unknown), "body areas or regions"))
    return found


def danger_of(flag: str) -> Danger:
    """Return a red flag for patients; general words if there is no row for it."""
    return load_dangers().get(flag, ANY_OTHER)


def uncovered(flags: Collection[str]) -> list[str]:
    """Return the flags to show a patient, without those that another flag covers."""
    return [flag for flag in flags if not set(danger_of(flag).covered_by) & set(flags)]


def listed_by_action() -> list[tuple[Action, list[Danger]]]:
    """Return the rows of the page of urgent signs, by what to do, the most urgent first."""
    found: dict[str, tuple[Action, list[Danger]]] = {}
    for flag, action in sorted(actions_of_flags().items(), key=lambda item: item[1].urgency.rank):
        row = load_dangers().get(flag)
        if row is not None and row.listed:
            found.setdefault(action.id, (action, []))[1].append(row)
    return list(found.values())


def to_check(painful: Collection[str], age: int, sex: str | None) -> list[Danger]:
    """Return the checklist for this age (years), sex and painful places (region ids without their side).

    Unknown facts exclude nothing: without a place every place is asked about, without a sex both.
    """
    regions = load_atlas().regions
    places = {*painful, *(regions[name].body_area for name in painful if name in regions)}
    return [row for row in load_dangers().values() if row.check and _fits(row.check, places, age, sex)]


def _fits(check: ChecklistItem, places: Iterable[str], age: int, sex: str | None) -> bool:
    here = not check.where or not places or bool(set(check.where) & set(places))
    return here and check.age_from <= age <= check.age_to and (None in (check.sex, sex) or check.sex == sex)
