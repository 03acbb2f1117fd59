"""A plain object as an episode: every muscle by its atlas id, every value within its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.coding import Session
from needlepoint.episode.types import Cleared, Episode
from needlepoint.exam import Found
from needlepoint.treatment.bounds import (
    borrowed_faults,
    deciding_faults,
    local_faults,
    outside,
    patient_faults,
)
from needlepoint.treatment.precautions.check import PrecautionDecision
from needlepoint.treatment.types import EarlierSession

__all__ = ["checked_episode", "read_episode"]


def read_episode(obj: Any) -> Episode:
    """Return a plain object as an Episode with atlas ids; Refused with every path that does not fit."""
    if not isinstance(obj, dict):
        raise Refused(Fault("episode", type(obj).__name__, "an object with 'id' and 'complaint'"))
    strange = local_faults(obj.get("patient"), "episode.patient")
    if strange:
        raise Refused(strange)
    return checked_episode(read_as(obj, Episode, "episode"))


def checked_episode(episode: Episode) -> Episode:
    """Return the episode with atlas ids; Refused with every value that is out of bounds or unknown."""
    faults = [*_people_faults(episode), *_session_faults(episode.session)]
    found, more = _named(episode.findings or [])
    earlier, still_more = _named_sessions(episode.earlier_sessions or [])
    faults += [*more, *still_more]
    if faults:
        raise Refused(faults)
    return msgspec.structs.replace(
        episode,
        findings=None if episode.findings is None else found,
        earlier_sessions=None if episode.earlier_sessions is None else earlier,
    )


def _people_faults(episode: Episode) -> list[Fault]:
    """Return faults: values out of range, and decisions that the named person may not make."""
    pain = episode.pain
    return [
        *patient_faults(episode.patient, episode.earlier_sessions or [], episode.as_of, "episode"),
        *outside("nprs", pain.now_nprs, "episode.pain.now_nprs"),
        *outside("nprs", pain.worst_nprs, "episode.pain.worst_nprs"),
        *outside("pain_weeks", pain.weeks, "episode.pain.weeks"),
        *_word_faults(episode),
    ]


def _word_faults(episode: Episode) -> list[Fault]:
    """Return what is wrong with written decisions and cleared red flags."""
    words: list[tuple[str, Cleared | PrecautionDecision]] = [
        *((f"episode.cleared[{n}]", row) for n, row in enumerate(episode.cleared)),
        *(
            (f"episode.plan.decided[{n}]", row)
            for n, row in enumerate(episode.plan.decided if episode.plan else [])
        ),
    ]
    return [
        fault
        for where, row in words
        for fault in (
            *deciding_faults(row.by, row.why, row.profession, where),
            *borrowed_faults(row.by, row.profession, episode.clinician, where),
        )
    ]


def _session_faults(session: Session | None) -> list[Fault]:
    """Return sites with an incomplete dose: a default would fill in what nobody gave."""
    faults = []
    for n, site in enumerate(session.sites if session else []):
        told = [
            name
            for name, value in (
                ("drug", site.drug),
                ("concentration_percent", site.concentration_percent),
                ("volume_ml", site.volume_ml),
            )
            if value is not None
        ]
        by_total = told == ["volume_ml"] and session is not None and bool(session.drugs)
        if site.technique == "wet" and len(told) in (1, 2) and not by_total:
            expected = "drug, concentration_percent and volume_ml together"
            remedy = "Or tell the whole dose in session.drugs."
            faults.append(Fault(f"episode.session.sites[{n}]", " and ".join(told), expected, remedy))
    return faults


def _named(findings: Sequence[Found]) -> tuple[list[Found], list[Fault]]:
    """Return the findings with atlas ids, and what is wrong with them."""
    named: list[Found] = []
    faults: list[Fault] = []
    for n, found in enumerate(findings):
        where = f"episode.findings[{n}]"
        try:
            muscle = find_muscle(load_atlas(), found.muscle)
        except Refused as refusal:
            faults.extend(refusal.under(where).faults)
            continue
        sides = ("left", "right") if muscle.paired else ("midline",)
        if found.side not in sides:
            faults.append(Fault(f"{where}.side", repr(found.side), f"one of {', '.join(sides)}"))
        if any(
            (other.muscle, other.side, other.point) == (muscle.id, found.side, found.point) for other in named
        ):
            place = f"{found.side} {muscle.name} twice"
            faults.append(Fault(where, place, "each muscle and side once, or a point for each"))
        named.append(msgspec.structs.replace(found, muscle=muscle.id))
    return named, faults


def _named_sessions(sessions: Sequence[EarlierSession]) -> tuple[list[EarlierSession], list[Fault]]:
    named: list[EarlierSession] = []
    faults: list[Fault] = []
    known = load_atlas().muscles
    for n, session in enumerate(sessions):
        if all(site.muscle in known for site in session.sites):
            named.append(session)
            continue
        where = f"episode.earlier_sessions[{n}]"
        sites = []
        for m, site in enumerate(session.sites):
            try:
                muscle = find_muscle(load_atlas(), site.muscle)
            except Refused as refusal:
                faults.extend(refusal.under(f"{where}.sites[{m}]").faults)
                continue
            sites.append(msgspec.structs.replace(site, muscle=muscle.id))
        named.append(msgspec.structs.replace(session, sites=sites))
    return named, faults
