"""Patients' words, in English or Spanish, as regions of the chart and features of the atlas."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from needlepoint.anatomy.load import VOCABULARIES, load_atlas
from needlepoint.reasoning.words.lexicon import matches
from needlepoint.reasoning.words.lexicons import PLACES, lexicon_of
from needlepoint.reasoning.words.phrases import Mention, find
from needlepoint.reasoning.words.places import read_places
from needlepoint.reasoning.words.refined import moved_places
from needlepoint.reasoning.words.tokens import normalize

NO_PLACE = "none"  # the row of places.toml with what only looks like a place


class RegionMention(msgspec.Struct, frozen=True):
    """A place on the body in a text. `side` is left, right, both or unspecified."""

    region: str
    side: str
    words: str
    negated: bool
    painful: bool = True

    def ids(self, unspecified: str) -> tuple[str, ...]:
        """Return the region ids of the chart; a place without a side gets the side `unspecified`."""
        if not load_atlas().regions[self.region].paired:
            return (f"mid_{self.region}",)
        if self.side == "both":
            return (f"left_{self.region}", f"right_{self.region}")
        return (f"{unspecified if self.side == 'unspecified' else self.side}_{self.region}",)


class FeatureMention(msgspec.Struct, frozen=True):
    """A movement, lost motion, symptom or circumstance in a text."""

    vocabulary: str
    id: str
    words: str
    negated: bool


class Reading(msgspec.Struct, frozen=True):
    """All places and features in a text."""

    regions: tuple[RegionMention, ...]
    features: tuple[FeatureMention, ...]
    spans: tuple[tuple[int, int], ...] = ()  # the characters of a place or a feature


@lru_cache(maxsize=256)
def read_text(text: str, language: str | None = None) -> Reading:
    """Return the places and features that a text names, with their sides and what is denied."""
    mentions = [(v, mention) for v in VOCABULARIES for mention in find(text, lexicon_of(v), language)]
    features = tuple(
        FeatureMention(vocabulary, mention.concept, mention.words, mention.negated)
        for vocabulary, mention in mentions
    )
    tokens = normalize(text)
    moves = [m for vocabulary, m in mentions if vocabulary == "aggravators" and " " in m.words.strip()]
    found = [
        match
        for match in matches(tokens, lexicon_of(PLACES), language)
        # 'turning the head' is a movement, not a place that hurts
        if NO_PLACE not in match.concepts
        and not any(
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
    if not any(region.painful and not region.negated for region in regions):
        regions += _moved(mentions)
    spans = [(mention.start, mention.end) for _, mention in mentions]
    spans += [
        (tokens[match.first].start, tokens[match.end - 1].end)
        for match in matches(tokens, lexicon_of(PLACES), language)
    ]
    return Reading(regions=tuple(regions), features=features, spans=tuple(spans))


def _moved(mentions: list[tuple[str, Mention]]) -> list[RegionMention]:
    """Return the places that the movements in a text move, when the text names no place that hurts."""
    named = {m.concept: m for _, m in mentions if not m.negated}
    return [
        RegionMention(region, "unspecified", named[name].words, False)
        for name in named
        for concept in moved_places([name])
        for region in concept.split("+")
    ]


def read_phrase(vocabulary: str, text: str) -> list[str]:
    """The ids of one vocabulary that a short string names; empty when it names none."""
    found = find(text, lexicon_of(vocabulary))
    return list(dict.fromkeys(mention.concept for mention in found))
