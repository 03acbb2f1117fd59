"""What the patient's own words name that is on no list, read sentence by sentence like the lists."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from needlepoint.base.people import Patient
from needlepoint.treatment.lists.complaint.figures import is_written_for, questions_of_figures, sentences_of
from needlepoint.treatment.lists.complaint.state import tells_of_self
from needlepoint.treatment.lists.entries import Lists, read_entry
from needlepoint.treatment.lists.line import tokens_of
from needlepoint.treatment.lists.matches import KINDS
from needlepoint.treatment.lists.names import Group, book
from needlepoint.treatment.lists.state import names_allergy
from needlepoint.treatment.types import Question

__all__ = ["questions_of_words", "sentences_of"]

KINDS_EN = {"medicine": "medicines", "condition": "conditions", "allergy": "allergies"}
KINDS_ES = {"medicine": "medicamentos", "condition": "enfermedades", "allergy": "alergias"}


class GroupMention(msgspec.Struct, frozen=True):
    """A group in a sentence."""

    kind: str
    group: Group
    sentence: str


def questions_of_words(
    told: str, lists: Lists, patient: Patient, as_of: datetime.date, plan: frozenset[str] = frozenset({"any"})
) -> tuple[Question, ...]:
    """Return a blocking question for each list that lacks what the words name. `plan`: what it contains (any, wet,
    steroid, epinephrine) and the kinds of its places, which select groups by their `told`."""
    missing = [
        said for said in _said(told, as_of) if said.group.told in plan and not _known(said, lists, patient)
    ]
    found = [
        _question(kind, rows) for kind in KINDS if (rows := [row for row in missing if row.kind == kind])
    ]
    return (*found, *questions_of_figures(told, patient))


@lru_cache(maxsize=512)
def _said(told: str, as_of: datetime.date) -> tuple[GroupMention, ...]:
    """Return every group that must be on a list when the words name it, with its sentence."""
    own = tells_of_self(tokens_of(told)) and not is_written_for(told)
    return tuple(
        GroupMention(kind, group, sentence)
        for sentence in sentences_of(told)
        for kind in KINDS
        if kind != "allergy" or names_allergy(sentence, told=True)
        for group in _groups(kind, sentence, as_of, own)
    )


def _groups(kind: str, sentence: str, as_of: datetime.date, own: bool) -> Iterator[Group]:
    """Return the groups in a sentence, without those implied by another one."""
    groups = book(kind).groups
    read = read_entry(kind, sentence, as_of, told=True, own=own).groups
    named = [groups[id_] for id_ in sorted(read) if id_ in groups]
    implied = {id_ for group in named for id_ in group.is_}
    return (group for group in named if group.told and group.id not in implied)


def _known(said: GroupMention, lists: Lists, patient: Patient) -> bool:
    """Return whether the lists, the skin or the record already state or deny it."""
    group = said.group
    listed = {id_ for entry in lists.entries for id_ in (*entry.groups, *entry.settled)}
    same = group.ids if group.guarded and said.kind != "medicine" else {group.id}
    named = bool(same & listed) or (group.ask_which and bool(listed & {"anticoagulant", "antiplatelet"}))
    here = any(state.what in group.local for state in patient.local or [])
    if group.id == "pregnancy" and patient.sex == "male" and not tells_of_self(tokens_of(said.sentence)):
        return True
    return named or here or group.id in _recorded(patient)


def _recorded(patient: Patient) -> set[str]:
    """Return groups that have a field of their own."""
    fields = {
        "pregnancy": patient.pregnant is True,
        "recent_anesthetic": bool(patient.given),
        "recent_steroid": bool(patient.given),
        "low_platelets": patient.platelets_10e9_l is not None,
        "low_neutrophils": patient.neutrophils_10e9_l is not None,
    }
    return {id_ for id_, there in fields.items() if there}


def _question(kind: str, rows: Sequence[GroupMention]) -> Question:
    first = rows[0].group
    names_en, names_es = (
        dict.fromkeys(row.group.en for row in rows),
        dict.fromkeys(row.group.es for row in rows),
    )
    words = "; ".join(dict.fromkeys(f"“{row.sentence}”" for row in rows))
    return Question(
        key=f"told_{kind}",
        en=f"The patient's own words name {', '.join(names_en)}: {words}. It is not among the {KINDS_EN[kind]}."
        f" Add it there, or “no {first.en}” if it is not so.",
        es=f"La persona nombra {', '.join(names_es)}: {words}. No está entre las {KINDS_ES[kind]}."
        f" Agréguelo, o “sin {first.es}” si no es así.",
        blocks=True,
        about=kind,
    )
