"""The change history of a visit as sentences: what somebody did, and each value before and after, in words."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.utils import timezone

from needlepoint.anatomy.drawing import Mark
from needlepoint.anatomy.geometry import region_ids
from needlepoint.base.knowledge import read_toml
from needlepoint.base.wording import clock_words, day_words, number
from needlepoint.documents.notes.examined import motion_words, neuro_words
from needlepoint.documents.notes.write import place
from needlepoint.exam.instruments import load_instruments
from needlepoint.exam.motion import MotionFinding
from needlepoint.pages.visit.body_chart import region_name
from needlepoint.pages.visit.content.board import PAYER_WORDS
from needlepoint.reasoning.causes.rows import load_causes
from needlepoint.reasoning.red_flags.check import flag_titles
from needlepoint.reasoning.types import NeuroFinding
from needlepoint.records.models import VisitChange
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.precautions.check import load_precautions
from needlepoint.visit.acts.preparation import load_options
from needlepoint.visit.facts import Facts, PainHistory, Site, Spot, Visit
from needlepoint.visit.history import HISTORY

__all__ = ["ChangeWords", "ChangedLine", "Names", "change_words", "words_of_change"]

WORDS = Path(__file__).parent / "change_words.toml"
MOST = 300  # characters of one value
FACTS = "facts."


class ChangeTable(msgspec.Struct, frozen=True):
    """Words by act, field and fixed value: (English, Spanish); `coded`: fields of fixed values, not typed text."""

    coded: frozenset[str]
    act: dict[str, tuple[str, str]]
    field: dict[str, tuple[str, str]]
    value: dict[str, tuple[str, str]]
    text: dict[str, tuple[str, str]]


class ChangedLine(msgspec.Struct, frozen=True):
    """One value that changed: where, what, before and after, in words. Without `before`: a line of a list."""

    where: str
    what: str
    before: str
    after: str


class ChangeWords(msgspec.Struct, frozen=True):
    """One change: what was done, and its lines."""

    act: str
    lines: tuple[ChangedLine, ...]


class Names(msgspec.Struct, frozen=True):
    """The names of clinicians and locations by their numbers, and the language."""

    clinicians: Mapping[int, str]
    locations: Mapping[int, str]
    lang: str


@lru_cache(maxsize=1)
def change_words() -> ChangeTable:
    """The words of change_words.toml."""
    return msgspec.convert(read_toml(WORDS), ChangeTable)


def words_of_change(row: VisitChange, names: Names) -> ChangeWords:
    """One change in words; changes from before acts had names keep their old wording."""
    pair = change_words().act.get(row.command)
    act = _of(pair, names.lang) if pair else row.what
    after = {(part.spot, part.where): part.value for part in row.after or ()}
    lines = [
        line
        for part in row.before or ()
        for line in _told(part.spot, part.where, part.value, after.get((part.spot, part.where)), names)
    ]
    return ChangeWords(act, tuple(lines))


def _told(spot: Spot | None, where: str, before: Any, after: Any, names: Names) -> tuple[ChangedLine, ...]:
    """Return the lines of one part; plain values for an older shape that is no longer read."""
    try:
        return tuple(_lines(spot, where, before, after, names))
    except (msgspec.ValidationError, AttributeError, KeyError):
        said = (json.dumps(value, ensure_ascii=False)[:MOST] for value in (before, after))
        name = where.rpartition(".")[2].replace("_", " ")
        return (ChangedLine(place(spot.muscle, spot.side, names.lang) if spot else "", name, *said),)


def _lines(spot: Spot | None, where: str, before: Any, after: Any, names: Names) -> Iterator[ChangedLine]:
    """The lines of one part: of a site, of the facts, of the history, or of the schedule."""
    if spot is not None:
        blank = msgspec.to_builtins(Site(spot=spot))
        pair = msgspec.convert((before or blank, after or blank), tuple[Site, Site])
        yield from _fields(place(spot.muscle, spot.side, names.lang), *pair, names)
    elif where.startswith((FACTS, HISTORY)):
        shape = Facts if where.startswith(FACTS) else PainHistory
        name = where.partition(".")[2]
        old, new = (getattr(msgspec.convert({name: value}, shape), name) for value in (before, after))
        yield from _values("", name, old, new, names)
    else:
        shape = {field.name: field.type for field in msgspec.structs.fields(Visit)}[where]
        yield from _values("", where, msgspec.convert(before, shape), msgspec.convert(after, shape), names)


def _fields(where: str, before: msgspec.Struct, after: msgspec.Struct, names: Names) -> Iterator[ChangedLine]:
    for name in before.__struct_fields__:
        yield from _values(where, name, getattr(before, name), getattr(after, name), names)


def _values(where: str, name: str, before: Any, after: Any, names: Names) -> Iterator[ChangedLine]:
    """Return the lines of one field: each field of a struct, each item of a list of structs, else one line."""
    if before == after:
        return
    what = _of(change_words().field[name], names.lang)
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _keys(where or what, name, before, after, names)
    elif isinstance(before, msgspec.Struct) and isinstance(after, msgspec.Struct):
        yield from _fields(where or what, before, after, names)
    elif _of_structs(before) or _of_structs(after):
        old, new = before or (), after or ()
        for word, items in (
            ("removed", [x for x in old if x not in new]),
            ("added", [x for x in new if x not in old]),
        ):
            said = _of(change_words().text[word], names.lang)
            for item in items:
                yield ChangedLine(where, f"{what}, {said}", "", _said(name, item, names))
    else:
        yield ChangedLine(where, what, _said(name, before, names), _said(name, after, names))


def _keys(
    where: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any], names: Names
) -> Iterator[ChangedLine]:
    """Return one line for each key of a table, such as a question and its answer, whose value changed."""
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        if old != new:
            yield ChangedLine(where, _text(key, names.lang), _said(name, old, names), _said(name, new, names))


def _of_structs(value: Any) -> bool:
    """Return whether it is a list of structs with named items; the marks of a drawing are only counted."""
    return isinstance(value, tuple) and any(
        isinstance(item, msgspec.Struct) and not isinstance(item, Mark) for item in value
    )


def _said(name: str, value: Any, names: Names) -> str:
    """Return one value in words, cut if it is very long: the visit has all of it."""
    text = _whole(name, value, names)
    return text if len(text) <= MOST else f"{text[:MOST]} …"


def _whole(name: str, value: Any, names: Names) -> str:
    lang = names.lang
    match value:
        case None | "":
            return _of(change_words().text["open"], lang)
        case () | [] | {} if not value:
            return _of(change_words().text["none"], lang)
        case bool():
            return _of(change_words().value["yes" if value else "no"], lang)
        case datetime.datetime():
            local = timezone.localtime(value)
            return f"{day_words(local.date(), lang)}, {clock_words(local.time(), lang)}"
        case datetime.date():
            return day_words(value, lang)
        case int() if name in ("clinician", "place"):
            return (names.clinicians if name == "clinician" else names.locations).get(value, str(value))
        case int() | Decimal():
            return number(value)
        case float():
            return f"{value:g}"
        case str():
            return _text(value, lang) if name in change_words().coded else value
        case NeuroFinding():
            return neuro_words(value, lang)
        case MotionFinding():
            return motion_words(value, lang)
        case msgspec.Struct():
            return _item(value, names)
        case dict():
            return ", ".join(f"{_text(key, lang)}: {_whole(name, one, names)}" for key, one in value.items())
        case tuple() | list():
            return _listed(name, value, names)
    return _text(str(getattr(value, "value", value)), lang)


def _listed(name: str, value: tuple[Any, ...] | list[Any], names: Names) -> str:
    if isinstance(value[0], Mark):
        return f"{len(value)} {_of(change_words().text['marks'], names.lang)}"
    return ", ".join(_whole(name, one, names) for one in value)


def _item(item: msgspec.Struct, names: Names) -> str:
    """A struct as its fields that say something."""
    told = [(name, getattr(item, name)) for name in item.__struct_fields__ if name != "lot_id"]
    return "; ".join(
        f"{_of(change_words().field[name], names.lang)}: {_whole(_coded_as(item, name), value, names)}"
        for name, value in told
        if value not in (None, "", (), [])
    )


def _coded_as(item: msgspec.Struct, name: str) -> str:
    """Return the field as `coded` lists it: with its type where another type has typed text under the same name."""
    qualified = f"{type(item).__name__}.{name}"
    return qualified if qualified in change_words().coded else name


def _text(text: str, lang: str) -> str:
    """Return a fixed value, a drug, an area of the body, a rule or a question by its name; else the text itself."""
    if text in change_words().value:
        return _of(change_words().value[text], lang)
    if text in load_drugs():
        drug = load_drugs()[text]
        return drug.es if lang == "es" else drug.en
    if text in region_ids():
        return region_name(text, lang)
    if text in PAYER_WORDS:
        return str(PAYER_WORDS[text])
    return _rule_names(lang).get(text, text)


@lru_cache(maxsize=2)
def _rule_names(lang: str) -> dict[str, str]:
    """Red flags, precautions, questions of the reasoning, ways to prepare and questionnaires, by their ids."""
    asked = {row.id: _of((row.en, row.es), lang) for row in load_causes().questions}
    weighed = {id_: _of((row.en, row.es), lang) for id_, row in load_precautions().items()}
    chosen = {row.id: _of((row.en, row.es), lang) for of in load_options().values() for row in of.values()}
    scored = {row.id: _of((row.en, row.es), lang) for row in load_instruments().instrument}
    return asked | weighed | flag_titles(lang) | chosen | scored


def _of(pair: tuple[str, str], lang: str) -> str:
    return pair[1] if lang == "es" else pair[0]
