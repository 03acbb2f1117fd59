"""The interpretation of a list entry: which known things, and whether present, past, of the family, or denied.

Nothing unknown is assumed harmless: text that no name fits is reported as `unknown`, with the nearest names.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from needlepoint.base.people import Meaning, Patient
from needlepoint.treatment.bounds import may_call_harmless
from needlepoint.treatment.lists.complaint.state import aside_of
from needlepoint.treatment.lists.cues import cues, has, reactions
from needlepoint.treatment.lists.line import tokens_of
from needlepoint.treatment.lists.matches import NameMatch, all_names, matches_of, says_nothing, unknown_part
from needlepoint.treatment.lists.names import book, nearest_names, nearly_guarded, plain, surely_harmless
from needlepoint.treatment.lists.plain_forms import is_plain
from needlepoint.treatment.lists.reasons import lacks_reason
from needlepoint.treatment.lists.respell import respelled
from needlepoint.treatment.lists.state import GroupState, is_anaphylaxis, names_allergy, state_of

__all__ = ["ListEntry", "Lists", "is_anaphylaxis", "names_allergy", "read_entry", "read_lists", "reasons_of"]


class ListEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One interpreted line of a list.

    `groups`: what applies now. `unknown`: the part that no name fits ('' when all of it is known), `nearest`
    the known names near it. `spelling`: the name that a misspelled blood thinner is taken for. `which`: a class
    word stands for a medicine that must be named. `why`: an antibiotic without its reason. `when`: it was
    stopped or paused, and the day of the last dose is missing. `aside`: what the line denies, or reports as
    past or of the family, in words, and `settled` its groups. `unsure`: a guarded name beside a 'no' or a
    relative in no plain form; it counts, and `spelling` names it. `matters`: it names or looks like something
    that matters, so that only a physician, PA or NP may call it harmless. `weak`: an answer that is not enough.
    """

    kind: str
    text: str
    groups: frozenset[str] = frozenset()
    unknown: str = ""
    nearest: tuple[str, ...] = ()
    spelling: str = ""
    which: bool = False
    when: bool = False
    why: bool = False
    unsure: bool = False
    aside: tuple[str, ...] = ()
    settled: frozenset[str] = frozenset()
    matters: bool = False
    answered: Meaning | None = None
    weak: Meaning | None = None


class Lists(msgspec.Struct, frozen=True, kw_only=True):
    """A patient's lists, interpreted. `asked`: the kinds that somebody asked for.

    A medicine or an allergy among the conditions ("on Eliquis", "allergic to lidocaine") counts where it belongs,
    whether or not that list was asked for.
    """

    medicine: tuple[ListEntry, ...]
    condition: tuple[ListEntry, ...]
    allergy: tuple[ListEntry, ...]
    asked: frozenset[str]

    @property
    def entries(self) -> tuple[ListEntry, ...]:
        """Return all of them, each once."""
        return tuple(dict.fromkeys((*self.medicine, *self.condition, *self.allergy)))


def read_lists(patient: Patient, as_of: datetime.date) -> Lists:
    """Return the patient's lists, with the answers about unknown entries."""
    answers: dict[tuple[str, str], Meaning] = {(row.kind, plain(row.text)): row for row in patient.meanings}

    def read(kind: str, text: str) -> ListEntry:
        return _answered(kind, text, answers.get((kind, plain(text))), as_of)

    medicines = [
        _cleared(read("medicine", row.name), row.last_taken, as_of) for row in patient.medicines or []
    ]
    conditions = [read("condition", text) for text in patient.conditions or []]
    allergies = [read("allergy", row.substance) for row in patient.allergies or []]
    for text in patient.conditions or []:
        medicines += _across("medicine", text, as_of)
        if has(tokens_of(text), cues().allergy.words):
            allergies += _across("allergy", text, as_of)
    for drug in patient.medicines or []:
        conditions += reasons_of(drug.name, as_of)
        answer = answers.get(("medicine", plain(drug.name)))
        if answer is not None and answer.how and read_entry("medicine", drug.name, as_of).why:
            conditions += reasons_of(f"{drug.name} for {answer.how}", as_of)
    for row in patient.allergies or []:
        conditions += _misplaced("condition", row.substance, as_of)
        medicines += _misplaced("medicine", row.substance, as_of)
    asked = {"medicine": patient.medicines, "condition": patient.conditions, "allergy": patient.allergies}
    return Lists(
        medicine=tuple(medicines),
        condition=tuple(conditions),
        allergy=tuple(allergies),
        asked=frozenset(kind for kind, rows in asked.items() if rows is not None),
    )


def reasons_of(text: str, as_of: datetime.date) -> list[ListEntry]:
    """Return the conditions that a line of the medicines names: 'Keflex for cellulitis', 'hierro por anemia'.

    What the medicine prevents is none, nor an infection whose medicine was stopped.
    """
    words, tokens = cues(), tokens_of(text)
    at = next((n for n, token in enumerate(tokens) if token in words.reason.cues), len(tokens))
    line = " ".join([*tokens[:at], *respelled(tokens[at:])])
    if has(tokens, words.reason.prevents):
        return []
    over = has(tokens, words.stopped.words) and not has(tokens, words.past.recent)
    passing = {id_ for id_, group in book("condition").groups.items() if group.passes_days}
    if_needed = has(tokens, words.reason.if_needed)
    return [
        msgspec.structs.replace(entry, text=text)
        for entry in _across("condition", line, as_of)
        if not (over and entry.groups & passing)
        and not (if_needed and entry.groups <= set(words.reason.symptoms))
    ]


def _across(kind: str, text: str, as_of: datetime.date) -> list[ListEntry]:
    """Return what a line of another list says of this kind, if it names something that matters."""
    entry, groups = read_entry(kind, text, as_of, other=True), book(kind).groups
    matters = any(not groups[id_].harmless for id_ in entry.groups if id_ in groups)
    asks = kind == "medicine" and entry.why and not read_entry("condition", text, as_of).groups
    entry = msgspec.structs.replace(entry, unknown="", nearest=(), why=asks)
    return [entry] if matters or asks else []


def _misplaced(kind: str, text: str, as_of: datetime.date) -> list[ListEntry]:
    """Return what a line among the allergies says that is not an allergy: a condition, or a medicine that is taken."""
    tokens = tokens_of(text)
    if has(tokens, cues().allergy.words):
        return []
    if kind == "medicine" and not has(tokens, cues().allergy.taking):
        return []
    if kind == "condition" and read_entry("allergy", text, as_of).groups:
        return []
    kept = set(cues().allergy.not_misplaced)
    return [entry for entry in _across(kind, text, as_of) if entry.groups - kept]


def _answered(kind: str, text: str, answer: Meaning | None, as_of: datetime.date) -> ListEntry:
    """Return the entry with somebody's answer about it. An answer adds to what the text names and removes nothing.

    Only the name that was asked about is replaced (a misspelled blood thinner, one beside a 'no' or a relative), and
    only when the line names nothing else. What looks like something that matters is called harmless only by a
    physician, PA or NP.
    """
    own = read_entry(kind, text, as_of)
    if answer is None:
        return own
    if own.matters and answer.means == "harmless" and not may_call_harmless(answer.profession, answer.how):
        return msgspec.structs.replace(own, weak=answer)
    more = read_entry(kind, answer.entry or answer.how or "", as_of)
    asked = read_entry(kind, own.spelling, as_of).groups if own.spelling else frozenset()
    settled = bool(own.spelling) and own.groups <= asked
    return msgspec.structs.replace(
        own,
        groups=(frozenset() if settled else own.groups)
        | (frozenset() if answer.means == "harmless" else more.groups),
        unknown="",
        nearest=(),
        spelling="",
        unsure=False,
        which=own.which and answer.means == "harmless",
        when=own.when or (more.when and answer.means == "known"),
        why=own.why and not answer.how,
        answered=answer,
    )


def _cleared(entry: ListEntry, last_taken: datetime.datetime | None, as_of: datetime.date) -> ListEntry:
    """Return the entry without the classes whose last dose is long enough ago."""
    if last_taken is None:
        return entry
    days = (as_of - last_taken.date()).days
    groups = book("medicine").groups
    kept = frozenset(
        id_
        for id_ in entry.groups
        if (row := groups.get(id_)) is None or row.clears_days is None or days < row.clears_days
    )
    # What a class implies goes with it.
    owners = {id_ for id_ in kept if id_ in groups}
    implied = {more for id_ in owners for more in groups[id_].ids}
    kept = frozenset(id_ for id_ in kept if id_ in groups or id_ in implied)
    return msgspec.structs.replace(
        entry,
        groups=kept,
        when=False,
        aside=entry.aside if kept else (*entry.aside, f"last taken {days} days ago"),
    )


@lru_cache(maxsize=8192)
def read_entry(
    kind: str, text: str, as_of: datetime.date, *, told: bool = False, other: bool = False, own: bool = False
) -> ListEntry:
    """Interpret one line of the list of this kind (medicine, condition, allergy) on that day.

    `told`: it is a sentence of the patient's own, of which only the part around a name must be plain; `own`: its writer
    is the patient, so that other persons in it are not. `other`: it is a line of another list, in which no spelling is
    corrected.
    """
    written = tokens_of(text)
    tokens = respelled(written) if told else written if other else _rightly_spelled(kind, written)
    if all(token == "|" for token in tokens):
        return ListEntry(kind=kind, text=text, unknown=text.strip() or "?")
    matches = matches_of(kind, tokens)
    if not (told or other):
        matches = _with_misspelled(kind, tokens, _asked_where_respelled(kind, tokens, written, matches))
    whole = _is_about_one(kind, tokens, matches)
    states = [
        (_told_aside(kind, tokens, match, own) if told else None)
        or state_of(kind, tokens, match, as_of, whole, is_plain(kind, tokens, match, matches, told))
        for match in matches
    ]
    why = kind == "medicine" and any(lacks_reason(tokens, match, matches, as_of) for match in matches)
    entry = _entry(kind, text, tokens, matches, states)
    return msgspec.structs.replace(entry, why=True) if why else entry


def _told_aside(kind: str, tokens: Sequence[str], match: NameMatch, own: bool) -> GroupState | None:
    """Return the state of a name that a patient's sentence denies; None where it does not."""
    if book(kind).groups[match.name.group].guarded:
        return None
    why = aside_of(tokens, match, own)
    return GroupState(aside=why) if why else None


def _is_about_one(kind: str, tokens: Sequence[str], matches: Sequence[NameMatch]) -> bool:
    """Return whether the text after a comma still concerns the only name of the line."""
    if len(matches) != 1:
        return False
    if kind == "medicine":
        return len(all_names(kind, tokens, matches)) == 1
    return kind == "condition" and has(tokens, cues().past.resolved)


def _rightly_spelled(kind: str, written: Sequence[str]) -> list[str]:
    """Return a line with misspelled names that matter corrected, if that names more."""
    right = respelled(written)
    if right == list(written):
        return right
    before, after = ({match.name.group for match in matches_of(kind, line)} for line in (written, right))
    return right if after - before else list(written)


def _asked_where_respelled(
    kind: str, tokens: Sequence[str], written: Sequence[str], matches: Sequence[NameMatch]
) -> list[NameMatch]:
    """Return the matches, with those that appear only after correction marked as misspelled."""
    line, groups = f" {' '.join(written)} ", book(kind).groups
    return [
        match
        if f" {' '.join(tokens[match.start : match.end])} " in line or groups[match.name.group].harmless
        else match._replace(name=msgspec.structs.replace(match.name, misspelled=True))
        for match in matches
    ]


def _with_misspelled(kind: str, tokens: Sequence[str], matches: Sequence[NameMatch]) -> list[NameMatch]:
    """Return the matches, and each further word that is nearly a blood thinner's name or surely a harmless one."""
    inside = {n for match in matches for n in range(match.start, match.end)}
    loose = [n for n, token in enumerate(tokens) if n not in inside and not says_nothing(token)]
    more = [
        NameMatch(n, n + 1, name)
        for n in loose
        if (
            name := (nearly_guarded(tokens[n]) if kind == "medicine" else None)
            or surely_harmless(kind, tokens[n])
        )
    ]
    return sorted([*matches, *more])


def _entry(
    kind: str, text: str, tokens: Sequence[str], matches: Sequence[NameMatch], states: Sequence[GroupState]
) -> ListEntry:
    groups = book(kind).groups
    pairs = list(zip(matches, states, strict=True))
    unknown = unknown_part(kind, tokens, matches)
    empty = reactions() if kind == "allergy" else frozenset()
    if not matches and not unknown and all(t == "|" or says_nothing(t) or t in empty for t in tokens):
        unknown = " ".join(token for token in tokens if token != "|")
    unsure = next((str(match.name) for match, state in pairs if state.unsure), "")
    spelled = next((match for match, state in pairs if match.name.misspelled and not state.aside), None)
    near = nearest_names(kind, unknown) if unknown else ()
    held = frozenset(id_ for state in states for id_ in state.groups)
    return ListEntry(
        kind=kind,
        text=text,
        groups=held,
        unknown=unknown,
        nearest=tuple(str(name) for name in near),
        spelling=_right_name(kind, spelled) or unsure,
        unsure=bool(unsure),
        which=any(groups[match.name.group].ask_which and state.groups for match, state in pairs),
        when=any(state.when for state in states),
        aside=tuple(state.aside for state in states if state.aside),
        settled=frozenset(match.name.group for match, state in pairs if state.aside),
        matters=any(not groups[name.group].harmless for name in near)
        or any(not groups[id_].harmless for id_ in held if id_ in groups),
    )


def _right_name(kind: str, spelled: NameMatch | None) -> str:
    """Return the correctly spelled name nearest to a misspelled one."""
    if spelled is None:
        return ""
    near = [name for name in nearest_names(kind, plain(spelled.name.text)) if name.of == spelled.name.of]
    return str(near[0]) if near else spelled.name.of
