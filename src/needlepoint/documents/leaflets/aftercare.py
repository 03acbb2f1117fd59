"""The aftercare sheet, based on what was actually done, where, and with which drug."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec

from needlepoint.anatomy import load_atlas
from needlepoint.base.knowledge import read_toml
from needlepoint.documents.leaflets.load import DATA, StretchRow, stretch_for
from needlepoint.documents.leaflets.picture import stretch_picture
from needlepoint.treatment.plan.practice import formulary
from needlepoint.treatment.precautions.advice import advise
from needlepoint.treatment.precautions.situation import Situation

__all__ = ["AftercareSheet", "Move", "aftercare_sheet", "steps_of"]


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise at home for one side: its muscles, how to do it, and its drawing as SVG."""

    title: str
    side: str
    muscles: tuple[str, ...]
    steps: tuple[str, ...]
    picture: str


class AftercareSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A patient's aftercare instructions, in one language."""

    language: str
    on: datetime.date
    places: tuple[str, ...]
    had: tuple[str, ...]
    today: tuple[str, ...]
    gently: str
    moves: tuple[Move, ...]
    call_now: tuple[str, ...]
    call_today: tuple[str, ...]
    call_office: tuple[str, ...]


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    table = read_toml(DATA / "aftercare.toml")
    return {key: value for key, value in table.items() if key != "sides"}


@lru_cache(maxsize=1)
def _sides() -> dict[str, dict[str, str]]:
    sides: dict[str, dict[str, str]] = read_toml(DATA / "aftercare.toml")["sides"]
    return sides


def aftercare_sheet(done: Situation, lang: str) -> AftercareSheet:
    """Return the aftercare sheet of a session. `done` has the sites and drugs given, not those planned."""
    advice = advise(done)
    return AftercareSheet(
        language=lang,
        on=done.as_of,
        places=tuple(_place(spot.muscle.id, spot.side, lang) for spot in done.spots),
        had=_had(done, lang),
        today=tuple(getattr(row, lang) for row in advice["aftercare"]),
        gently=_words()["gently"][lang],
        moves=_moves([(spot.muscle.id, spot.side) for spot in done.spots], lang),
        call_now=tuple(getattr(row, lang) for row in advice["call_now"]),
        call_today=tuple(getattr(row, lang) for row in advice["call_today"]),
        call_office=tuple(getattr(row, lang) for row in advice["call_office"]),
    )


def _place(muscle: str, side: str, lang: str) -> str:
    row = load_atlas().muscles[muscle]
    name = row.name_es if lang == "es" else row.name
    return f"{name} ({side_word(side, lang, 'es_m')})" if side in _sides() else name


def side_word(side: str, lang: str, form: str = "es_f") -> str:
    """Return left or right in the language; Spanish for a hand or a side (`es_f`), or for a muscle (`es_m`)."""
    return _sides()[side]["en" if lang == "en" else form]


def _had(done: Situation, lang: str) -> tuple[str, ...]:
    """Return what was injected, and for how long it numbs."""
    if done.technique == "dry":
        return (_words()["no_drug"][lang],)
    if done.technique == "saline" or not done.drugs:
        return (_words()["saline"][lang],)
    drugs = formulary(None)
    said = []
    for name in done.drugs:
        drug = drugs.get(name)
        if drug is None:
            continue
        hours = drug.numb_most_h
        words = _words()["numb_hour" if hours == 1 else "numb_hours"][lang]
        said.append(words.format(hours=_short(hours), drug=drug.es if lang == "es" else drug.en))
    return tuple(said)


def _short(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _moves(spots: Sequence[tuple[str, str]], lang: str) -> tuple[Move, ...]:
    """Return each exercise once for a side, with all treated muscles that it helps."""
    found: dict[tuple[str, str], list[str]] = {}
    rows: dict[str, StretchRow] = {}
    for muscle, side in spots:
        row = stretch_for(muscle)
        if row is not None:
            rows[row.id] = row
            found.setdefault((row.id, side if side in _sides() else "left"), []).append(muscle)
    atlas = load_atlas().muscles
    return tuple(
        Move(
            title=_title(rows[id_], lang),
            side=side_word(side, lang, "es_m"),
            muscles=tuple(
                dict.fromkeys(atlas[name].name_es if lang == "es" else atlas[name].name for name in muscles)
            ),
            steps=steps_of(rows[id_], side, lang),
            picture=stretch_picture(id_, side, _title(rows[id_], lang), tuple(muscles)),
        )
        for (id_, side), muscles in found.items()
    )


def _title(row: StretchRow, lang: str) -> str:
    return row.title_es if lang == "es" else row.title_en


def steps_of(row: StretchRow, side: str, lang: str) -> tuple[str, ...]:
    """Return the steps of a stretch, worded for the treated side."""
    other = "right" if side == "left" else "left"
    form = {"side": side_word(side, lang), "other": side_word(other, lang)}
    masculine = {"side": side_word(side, lang, "es_m"), "other": side_word(other, lang, "es_m")}
    return tuple(_filled(step, form, masculine) for step in (row.es if lang == "es" else row.en))


# Spanish agrees with the noun before the side: 'la mano izquierda', 'el codo izquierdo'.
MASCULINE = ("lado", "codo", "hombro", "antebrazo", "brazo", "tobillo", "talón", "pie")


def _filled(step: str, feminine: dict[str, str], masculine: dict[str, str]) -> str:
    words: list[str] = []
    for word in step.split(" "):
        before = words[-1].lower() if words else ""
        words.append(word.format(**(masculine if before in MASCULINE else feminine)))
    return " ".join(words)
