"""The state of a name in a line: present, denied, past, of the family or stopped."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from needlepoint.treatment.lists.cues import cues, has
from needlepoint.treatment.lists.line import bare_days, days_ago, in_childhood, tokens_of
from needlepoint.treatment.lists.matches import NameMatch, segment
from needlepoint.treatment.lists.names import Group, book
from needlepoint.treatment.lists.plain_forms import says_only_stopped
from needlepoint.treatment.lists.respell import respelled

__all__ = ["GroupState", "is_anaphylaxis", "names_allergy", "state_of"]

RECENT_DAYS = 84  # a heart attack, a stroke or an operation counts as recent for twelve weeks


class GroupState(NamedTuple):
    """The groups that apply by a name; else why not, in words.

    `when`: the day of the last dose must be asked for. `unsure`: a 'no' or a relative in no plain form; it counts.
    """

    groups: frozenset[str] = frozenset()
    aside: str = ""
    when: bool = False
    unsure: bool = False


def state_of(
    kind: str, tokens: Sequence[str], match: NameMatch, as_of: datetime.date, whole: bool, plainly: bool
) -> GroupState:
    """Return the state of this match. `whole`: all of the line is about it. `plainly`: a 'no' in it is a plain form."""
    words, group = cues(), book(kind).groups[match.name.group]
    if group.harmless and not group.recent_is:
        return GroupState(group.ids)
    start, end = (0, len(tokens)) if whole else segment(tokens, match)
    around = [*tokens[start : match.start], "|", *tokens[match.end : end]]
    stopped = kind == "medicine" and has(around, words.stopped.words)  # "no longer takes" is not a denial
    if not stopped and _is_denied(tokens, start, end, match):
        return _set_aside(group, f"not so: {match.name.text}", plainly)
    family = has(around, words.family.words) or _is_family_line(tokens)
    if family and not has(around, words.family.but):
        return _set_aside(group, f"in the family: {match.name.text}", plainly)
    if group.guarded and stopped and not says_only_stopped(tokens[start:end], match):
        return GroupState(group.ids, when=True)
    if kind == "medicine":
        return _of_medicine(group, around, days_ago(tokens[start:end], as_of, since=stopped), match)
    return _of_condition(
        group, [*around, "|", *_time_in(tokens, match)], days_ago(tokens[start:end], as_of), match
    )


def _is_family_line(tokens: Sequence[str]) -> bool:
    """Return whether the line is a list of the family alone: 'FHx: CAD (father), breast ca (mother)'."""
    family = cues().family
    line = " ".join(tokens) + " "
    return any(line.startswith(f"{head} ") for head in family.heads) and not has(
        tokens, (*family.own, *family.but)
    )


def _time_in(tokens: Sequence[str], match: NameMatch) -> list[str]:
    """Return the words of a form that may contain a time; none for a name."""
    return list(tokens[match.start : match.end]) if match.name.form else []


def _set_aside(group: Group, why: str, plainly: bool) -> GroupState:
    return GroupState(aside=why) if plainly else GroupState(group.ids, unsure=True)


def _of_medicine(group: Group, around: Sequence[str], days: int | None, match: NameMatch) -> GroupState:
    stopped = has(around, cues().stopped.words)
    if group.clears_days is None or not (stopped or has(around, cues().stopped.paused)):
        return GroupState(group.ids)
    if days is None:
        return GroupState(group.ids, when=True)
    if stopped and days >= group.clears_days:
        return GroupState(aside=f"stopped: {match.name.text}")
    return GroupState(group.ids)


def _of_condition(group: Group, around: Sequence[str], days: int | None, match: NameMatch) -> GroupState:
    past = cues().past
    recent = has(around, past.recent) or (days is not None and days < RECENT_DAYS)
    bare = bare_days(around) if group.recent_is and days is None else None
    if group.recent_is and (recent or (bare is not None and bare < RECENT_DAYS)):
        return GroupState(group.ids | {group.recent_is})
    over = has(around, past.words) or days is not None or in_childhood(around)
    if group.guarded:
        over = over and has(around, past.resolved)
    if group.passes_days is None or recent or not over or has(around, past.still):
        return GroupState(group.ids)
    if days is not None and days < group.passes_days:
        return GroupState(group.ids)
    return GroupState(aside=f"in the past: {match.name.text}")


def names_allergy(text: str, *, told: bool = False) -> bool:
    """Return whether the words mention an allergy; the patient's own words (`told`) also when misspelled."""
    tokens = respelled(tokens_of(text)) if told else tokens_of(text)
    return has(tokens, cues().allergy.words)


def is_anaphylaxis(text: str) -> bool:
    """Return whether the words mention anaphylaxis: by name, or by throat, breathing or collapse."""
    return has(tokens_of(text), cues().allergy.anaphylaxis)


def _is_denied(tokens: Sequence[str], start: int, end: int, match: NameMatch) -> bool:
    """Return whether the line denies it, directly before or after the name."""
    denied = cues().denied
    at = match.start
    while at > start:
        one, two = tokens[at - 1], " ".join(tokens[max(at - 2, start) : at])
        if one in denied.before or two in denied.before:
            return True
        if one not in denied.between and not _is_name_end(tokens, at, start):
            break
        at -= 1
    behind = tokens[match.end : end]
    return bool(behind) and (behind[0] in denied.behind or " ".join(behind[:2]) in denied.behind)


def _is_name_end(tokens: Sequence[str], at: int, start: int) -> bool:
    """Return whether a known name of any list ends at this token ('no diabetes or hemophilia')."""
    return any(
        " ".join(tokens[first:at]) in book(kind).names
        for first in range(max(start, at - 4), at)
        for kind in ("condition", "medicine")
    )
