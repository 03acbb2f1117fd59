"""Patients' words, in English or Spanish, as regions of the chart and features of the atlas."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from needlepoint.anatomy.load import VOCABULARIES, load_atlas
from needlepoint.anatomy.lookup import plain_name
from needlepoint.anatomy.types import Feature
from needlepoint.base.knowledge import read_toml
from needlepoint.reasoning.text.corpus import expand
from needlepoint.reasoning.words.lexicon import matches
from needlepoint.reasoning.words.phrases import Lexicon, PhraseRow, compile_lexicon, find, load_lexicon
from needlepoint.reasoning.words.places import read_places
from needlepoint.reasoning.words.tokens import normalize

DATA = Path(__file__).parents[1] / "data" / "words"


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
    spans: tuple[tuple[int, int], ...] = ()  # the characters that said a place or a feature


@lru_cache(maxsize=256)
def read_text(text: str, language: str | None = None) -> Reading:
    """The places and features that a text names, with their sides and what is denied."""
    mentions = [(v, mention) for v in VOCABULARIES for mention in find(text, _features(v), language)]
    features = tuple(
        FeatureMention(vocabulary, mention.concept, mention.words, mention.negated)
        for vocabulary, mention in mentions
    )
    tokens = normalize(text)
    moves = [m for vocabulary, m in mentions if vocabulary == "aggravators" and " " in m.words.strip()]
    found = [
        match
        for match in matches(tokens, _places(), language)
        # 'turning the head' is a movement, not a place that hurts
        if not any(
            move.start <= tokens[match.first].start and tokens[match.end - 1].end <= move.end
            for move in moves
        )
    ]
    regions = [
        RegionMention(
            region,
            place.side,
            text[tokens[place.first].start : tokens[place.end - 1].end],
            place.why_not in ("denied", "well"),
        )
        for place in read_places(text, tokens, found, language)
        if place.why_not in ("", "denied", "well")
        for region in place.concept.split("+")
    ]
    spans = [(mention.start, mention.end) for _, mention in mentions]
    spans += [
        (tokens[match.first].start, tokens[match.end - 1].end)
        for match in matches(tokens, _places(), language)
    ]
    return Reading(regions=tuple(regions), features=features, spans=tuple(spans))


def read_phrase(vocabulary: str, text: str) -> list[str]:
    """The ids of one vocabulary that a short string names; empty when it names none."""
    found = find(text, _features(vocabulary))
    return list(dict.fromkeys(mention.concept for mention in found))


@lru_cache(maxsize=1)
def _places() -> Lexicon:
    told = {word for row in read_toml(DATA / "places.toml")["phrase"] for word in (*row["en"], *row["es"])}
    return load_lexicon(DATA / "places.toml", more=[*_muscle_places(told), *_corpus_places(told)])


def _corpus_places(told: set[str]) -> list[PhraseRow]:
    """The everyday wordings of places; what places.toml says already keeps its meaning."""
    rows = read_toml(DATA / "place_corpus.toml")["wording"]
    return [
        PhraseRow(
            row["concept"],
            **{
                language: [
                    _plain(text)
                    for template in row.get(language, [])
                    for text in expand(template)
                    if text not in told
                ]
                for language in ("en", "es")
            },
        )
        for row in rows
    ]


def _plain(text: str) -> str:
    """A wording as tokens are read: "Adam's apple" is 'adam apple'."""
    return " ".join(token.text for token in normalize(text))


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
