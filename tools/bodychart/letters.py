"""Write letters.json: the width of each letter, in thousandths of the font size, for breaking lines.

    python letters.py regular <font file>... bold <font file>...

Of several fonts the widest letter counts: a reader's machine may lack the first choice, and no line may overflow the
page. Variable fonts are read at weight 400 and 700.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from views import GEOMETRY

LETTERS = [chr(code) for code in (*range(32, 127), *range(161, 383))] + list("–—‘’“”…·×≥≤−°µ‰→")
WEIGHT = {"regular": 400, "bold": 700}


def widths(path: Path, weight: int) -> dict[str, int]:
    """Return the width of each letter in the font."""
    font = TTFont(path)
    names = font.getBestCmap()
    location = {"wght": weight} if "fvar" in font else {}
    glyphs = font.getGlyphSet(location=location)
    em = font["head"].unitsPerEm
    return {
        letter: round(glyphs[names[ord(letter)]].width * 1000 / em)
        for letter in LETTERS
        if ord(letter) in names
    }


def main(words: list[str]) -> None:
    """Write the maximum width of the fonts for each weight."""
    found: dict[str, dict[str, int]] = {}
    style = ""
    for word in words:
        if word in WEIGHT:
            style = word
            found[style] = {}
            continue
        for letter, width in widths(Path(word), WEIGHT[style]).items():
            found[style][letter] = max(width, found[style].get(letter, 0))
    (GEOMETRY / "letters.json").write_text(
        json.dumps(found, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
