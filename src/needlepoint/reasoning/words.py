"""Patients' words, in English or Spanish, as regions of the chart and features of the atlas."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from needlepoint.anatomy.load import VOCABULARIES, load_atlas
from needlepoint.anatomy.lookup import plain_name
from needlepoint.anatomy.types import Feature
from needlepoint.knowledge import read_toml
from needlepoint.reasoning.phrases import Lexicon, Mention, PhraseRow, compile_lexicon, find, load_lexicon

DATA = Path(__file__).parent / "data" / "words"
_SIDE = re.compile(
    r"\b(?:(?P<both>both|bilateral\w*|ambos|ambas|los dos lados)"
    r"|(?P<right>right|derech[oa]s?)(?! away| now)|(?P<left>left|izquierd[oa]s?))\b",
    re.IGNORECASE,
)
_BORDER = re.compile(r"[.!?;\n]+")
# A place is sided by the nearest side word of its sentence that stands this near (in characters).
NEAR = 28


class RegionMention(msgspec.Struct, frozen=True):
    """A place on the body where the text says it. `side` is left, right, both or unspecified."""

    region: str
    side: str
    words: str
    negated: bool
    painful: bool = True

    def ids(self, unspecified: str) -> tuple[str, ...]:
        """The region ids of the chart; a place without a side is put on the side `unspecified`."""
        if not load_atlas().regions[self.region].paired:
            return (f"mid_{self.region}",)
        if self.side == "both":
            return (f"left_{self.region}", f"right_{self.region}")
        return (f"{unspecified if self.side == 'unspecified' else self.side}_{self.region}",)


class FeatureMention(msgspec.Struct, frozen=True):
    """A movement, lost motion, symptom or circumstance where the text says it."""

    vocabulary: str
    id: str
    words: str
    negated: bool


class Reading(msgspec.Struct, frozen=True):
    """Everything that a text says of places and features."""

    regions: tuple[RegionMention, ...]
    features: tuple[FeatureMention, ...]


def read_text(text: str, language: str | None = None) -> Reading:
    """The places and features that a text names, with their sides and what is denied."""
    features = tuple(
        FeatureMention(vocabulary, mention.concept, mention.words, mention.negated)
        for vocabulary in VOCABULARIES
        for mention in find(text, _features(vocabulary), language)
    )
    places = find(text, _places(), language)
    moves = [m for m in find(text, _features("aggravators"), language) if " " in m.words.strip()]
    regions = []
    for mention in places:
        if any(move.start <= mention.start and mention.end <= move.end for move in moves):
            continue  # 'turning the head' is a movement, not a place that hurts
        side = _side_of(text, mention)
        regions += [
            RegionMention(region, side, mention.words, mention.negated)
            for region in mention.concept.split("+")
        ]
    return Reading(regions=tuple(regions), features=features)


def read_phrase(vocabulary: str, text: str) -> list[str]:
    """The ids of one vocabulary that a short string names; empty when it names none."""
    found = find(text, _features(vocabulary))
    return list(dict.fromkeys(mention.concept for mention in found))


@lru_cache(maxsize=1)
def _places() -> Lexicon:
    told = {word for row in read_toml(DATA / "places.toml")["phrase"] for word in (*row["en"], *row["es"])}
    return load_lexicon(DATA / "places.toml", more=_muscle_places(told))


def _muscle_places(told: set[str]) -> list[PhraseRow]:
    """A muscle's name as a place ('a knot in my trapezius'): the regions under which it lies."""
    rows = []
    for muscle in load_atlas().muscles.values():
        english = {plain_name(name) for name in (muscle.name, *muscle.synonyms) if _is_name(name)} - told
        spanish = {plain_name(name) for name in (muscle.name_es, *muscle.synonyms_es)} - told
        wordy = [name for name in sorted(english) if name.replace(" ", "").isalpha()]
        palabras = [name for name in sorted(spanish) if name.replace(" ", "").isalpha()]
        rows.append(PhraseRow("+".join(muscle.lies_in), en=wordy, es=palabras))
    return rows


def _is_name(name: str) -> bool:
    """'Chewing muscle' describes; without its last word it would be a movement, not a place."""
    return "muscle" not in name.lower()


@cache
def _features(vocabulary: str) -> Lexicon:
    """The phrases of one vocabulary: its rows in `features.toml`, else the feature's own label."""
    told = {row["id"]: row for row in read_toml(DATA / "features.toml")["phrase"]}
    known = load_atlas().features[vocabulary].values()
    return compile_lexicon(_row(feature, told.get(f"{vocabulary}:{feature.id}")) for feature in known)


def _row(feature: Feature, told: dict[str, list[str]] | None) -> PhraseRow:
    if told:
        return PhraseRow(feature.id, en=told["en"], es=told["es"])
    return PhraseRow(feature.id, en=[_label(feature.en)], es=[_label(feature.es)])


def _label(words: str) -> str:
    return re.sub(r"\(.*?\)|,", " ", words)


def _side_of(text: str, mention: Mention) -> str:
    """The side of a place: named beside it, else the only one of its sentence, else the only one of the text."""
    start, end = _sentence(text, mention.start)
    within = [(found.start() + start, found.lastgroup or "") for found in _SIDE.finditer(text[start:end])]
    inside = [side for place, side in within if mention.start <= place < mention.end]
    if inside:
        return inside[0]
    sides = {side for _, side in within}
    if len(sides) == 1:
        return sides.pop()
    if sides:
        near = min(within, key=lambda item: _distance(item[0], mention))
        return near[1] if _distance(near[0], mention) <= NEAR else "unspecified"
    overall = {found.lastgroup or "" for found in _SIDE.finditer(text)}
    return overall.pop() if len(overall) == 1 else "unspecified"


def _distance(place: int, mention: Mention) -> int:
    return max(mention.start - place, place - mention.end, 0)


def _sentence(text: str, place: int) -> tuple[int, int]:
    start = max((found.end() for found in _BORDER.finditer(text, 0, place)), default=0)
    after = _BORDER.search(text, place)
    return start, after.start() if after else len(text)
