"""Spanish of the texts of the atlas that a plan shows, by the English text (`data/spanish/`).

The text is the key, not an id: when the English changes, its Spanish is missing until it is translated anew, and a test
reports it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from needlepoint.base.knowledge import read_toml, toml_files

__all__ = ["FOLDER", "in_language", "spanish_texts"]

FOLDER = Path(__file__).parent / "data" / "spanish"


@lru_cache(maxsize=1)
def spanish_texts() -> dict[str, str]:
    """Return English text -> Spanish text, from every file of the folder."""
    return {en: es for path in toml_files(FOLDER) for en, es in read_toml(path)["words"].items()}


def in_language(text: str, lang: str) -> str:
    """Return a text of the atlas in the language; in English where it has no Spanish.

    >>> in_language("Just below the middle of the iliac crest.", "es")
    'Justo por debajo del centro de la cresta ilíaca.'
    """
    return spanish_texts().get(text, text) if lang == "es" else text
