"""The lexicons of places, of the atlas's features and of warning signs, as compiled beside their data."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from needlepoint.anatomy.load import DATA as ATLAS_DATA
from needlepoint.anatomy.load import VOCABULARIES, load_atlas
from needlepoint.anatomy.lookup import plain_name
from needlepoint.anatomy.types import Feature
from needlepoint.base.compiled import compiled, fingerprint
from needlepoint.base.knowledge import read_toml, toml_files
from needlepoint.reasoning.text.corpus import expand
from needlepoint.reasoning.words.lexicon import (
    KeptLexicon,
    Lexicon,
    PhraseRow,
    keep_lexicon,
    keep_lexicon_of,
)
from needlepoint.reasoning.words.tokens import normalize

__all__ = ["FILE", "PLACES", "SIGNS", "lexicon_of", "made_from", "make_lexicons", "sign_files"]

PLACES, SIGNS = "places", "signs"
ROOM = Path(__file__).parents[1] / "data"
DATA = ROOM / "words"
FILE = ROOM / "lexicons.msgpack"
# A compiled lexicon also depends on how phrases are read.
_CODE = ("lexicon.py", "inflection.py", "lexicons.py", "tokens.py")


@cache
def lexicon_of(name: str) -> Lexicon:
    """The lexicon PLACES, SIGNS, or of one vocabulary of the atlas."""
    return _lexicons()[name].read()


@lru_cache(maxsize=1)
def _lexicons() -> dict[str, KeptLexicon]:
    return compiled(FILE, made_from(), dict[str, KeptLexicon], make_lexicons)


def made_from() -> bytes:
    """Return a fingerprint of everything that the lexicons are made from."""
    here = Path(__file__).parent
    told = [
        *sorted(DATA.glob("*.toml")),
        *sign_files(),
        *toml_files(ATLAS_DATA / "muscles"),
        *toml_files(ATLAS_DATA / "features"),
    ]
    return fingerprint([*told, *(here / name for name in _CODE if (here / name).exists())])


def make_lexicons() -> dict[str, KeptLexicon]:
    """Make every lexicon from its rows. Slow: the program reads the stored form."""
    return {
        PLACES: _places(),
        SIGNS: keep_lexicon_of(*sign_files()),
        **{name: _features(name) for name in VOCABULARIES},
    }


def sign_files() -> list[Path]:
    """Return the files of phrases for warning signs: `signs.toml`, and those whose names begin with `signs_`."""
    return sorted((ROOM / "red_flags").glob("signs*.toml"))


def _places() -> KeptLexicon:
    told = {word for row in read_toml(DATA / "places.toml")["phrase"] for word in (*row["en"], *row["es"])}
    return keep_lexicon_of(DATA / "places.toml", more=[*_muscle_places(told), *_corpus_places(told)])


def _corpus_places(told: set[str]) -> list[PhraseRow]:
    """Return the everyday wordings of places; phrases of places.toml keep their meaning."""
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
    """Return a wording in the form of tokens: "Adam's apple" is 'adam apple'."""
    return " ".join(token.text for token in normalize(text))


def _muscle_places(told: set[str]) -> list[PhraseRow]:
    """Return a muscle's name as a place ('a knot in my trapezius'): the regions that overlie it."""
    rows = []
    for muscle in load_atlas().muscles.values():
        english = {plain_name(name) for name in (muscle.name, *muscle.synonyms) if _is_name(name)} - told
        spanish = {plain_name(name) for name in (muscle.name_es, *muscle.synonyms_es)} - told
        wordy = [name for name in sorted(english) if name.replace(" ", "").isalpha()]
        palabras = [name for name in sorted(spanish) if name.replace(" ", "").isalpha()]
        rows.append(PhraseRow("+".join(muscle.lies_in), en=wordy, es=palabras))
    return rows


def _is_name(name: str) -> bool:
    """'Chewing muscle' is a description; without its last word it would be a movement, not a place."""
    return "muscle" not in name.lower()


def _features(vocabulary: str) -> KeptLexicon:
    """The phrases of one vocabulary: its rows in `features.toml`, else the feature's own label."""
    told = {row["id"]: row for row in read_toml(DATA / "features.toml")["phrase"]}
    known = load_atlas().features[vocabulary].values()
    return keep_lexicon(_row(feature, told.get(f"{vocabulary}:{feature.id}")) for feature in known)


def _row(feature: Feature, told: dict[str, list[str]] | None) -> PhraseRow:
    if told:
        return PhraseRow(feature.id, en=told["en"], es=told["es"])
    return PhraseRow(feature.id, en=[_label(feature.en)], es=[_label(feature.es)])


def _label(words: str) -> str:
    return re.sub(r"\(.*?\)|,", " ", words)
