"""The change history in words: every act, field and fixed value of a visit has its words in both languages."""

import re
import typing

import msgspec
import pytest

from needlepoint.base.people import LocalState
from needlepoint.pages.visit.content.changes import Names, change_words, words_of_change
from needlepoint.records.models import VisitChange
from needlepoint.records.values import ChangedPart
from needlepoint.treatment.types import PriorCare
from needlepoint.visit import apply, commands
from needlepoint.visit.facts import EVENTS, Facts, PainHistory, Site, State
from needlepoint.visit.history import COLUMNS, difference
from tests.visit.kit import context
from tests.visit.samples import SAMPLES, before

NAMES = {lang: Names({1: "Dr. Ada Made-Up"}, {1: "Main Street"}, lang) for lang in ("en", "es")}
RAW = re.compile(r"[a-z]_[a-z]|[{}\[\]]|\b(None|True|False)\b|\dT\d")
SHOWN_WHOLE = {"Mark"}  # counted, not told field by field


def structs_in(kind):
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for inner in typing.get_args(kind):
        yield from structs_in(inner)


def fields_of(shape, seen):
    for field in msgspec.structs.fields(shape):
        yield field.name
        for inner in structs_in(field.type):
            if inner not in seen and inner.__name__ not in SHOWN_WHOLE:
                seen.add(inner)
                yield from fields_of(inner, seen)


def test_every_act_has_words():
    acts = {one for one in commands.__all__ if one != "Command"}
    assert acts == change_words().act.keys()


def test_every_field_has_words():
    fields = {*COLUMNS, *(name for shape in (Facts, Site, PainHistory) for name in fields_of(shape, set()))}
    assert fields - {"spot"} <= change_words().field.keys()


def test_every_fixed_value_has_words():
    fixed = {state.value for state in State} | set(EVENTS)
    fixed |= set(typing.get_args(typing.get_type_hints(LocalState)["what"]))
    assert fixed <= change_words().value.keys()


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: type(sample[0]).__name__)
def test_every_act_reads_as_words(sample, lang):
    command, after = sample
    visit = next(visit for state in State for visit in [before(after, state)] if possible(command, visit))
    changed = apply(visit, command, context(visit)).visit
    parts = difference(visit, changed)
    said = words_of_change(row_of(command, visit, changed), NAMES[lang])
    assert bool(said.lines) == bool(parts)
    text = " | ".join(
        [said.act, *(f"{one.where} {one.what}: {one.before} > {one.after}" for one in said.lines)]
    )
    assert not RAW.search(text), text


def row_of(command, visit, changed):
    """The change as the database keeps it."""
    parts = difference(visit, changed)
    return VisitChange(
        command=type(command).__name__,
        before=tuple(ChangedPart(part.spot, part.where, part.before) for part in parts),
        after=tuple(ChangedPart(part.spot, part.where, part.after) for part in parts),
    )


def possible(command, visit):
    try:
        apply(visit, command, context(visit))
    except Exception:
        return False
    return True


@pytest.mark.parametrize("typed", ["no", "done", "other", "dry", "lidocaine", "heart"])
def test_what_a_person_typed_is_quoted_and_never_translated(typed):
    visit = before("nothing", State.IN_ROOM)
    for command in (
        commands.ReportComplaint(words=typed),
        commands.WriteOwnWords(text=typed),
        commands.ReportHistory(prior_care=(PriorCare(what=typed),)),
        commands.EditSentence(key="a:b", words=typed),
    ):
        changed = apply(visit, command, context(visit)).visit
        said = words_of_change(row_of(command, visit, changed), NAMES["es"])
        assert any(one.after.endswith(typed) for one in said.lines), said


def test_a_change_of_an_older_shape_is_shown_as_it_is_stored():
    row = VisitChange(what="told", before=(ChangedPart(None, "complaint", {"a": 1}),), after=())
    said = words_of_change(row, NAMES["en"])
    assert (said.act, said.lines[0].what, said.lines[0].before) == ("told", "complaint", '{"a": 1}')
