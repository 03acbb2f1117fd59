"""Write the lists of ICD-10-CM codes that are valid to the last digit, and their sides, from simple-icd-10-cm.

    pip install simple-icd-10-cm==1.5.0   # in a scratch environment
    python tools/icd10cm.py

Importing the package takes seven seconds, so only its lists ship. The codes are NCHS's (public domain), the package is
under the MIT license. Its release is that of April 1, 2026.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import simple_icd_10_cm as cm

DATA = Path(__file__).parents[1] / "src/needlepoint/coding/data"
CHAPTERS = "GHMRS"  # nerves, ear, muscles and joints, symptoms, injuries


def main() -> None:
    """Write one code per line, in order; the same list always gives the same bytes."""
    codes = sorted(code for code in cm.get_all_codes(with_dots=True) if cm.is_leaf(code))
    write("icd10cm_2026apr.txt.gz", codes)
    sided = [f"{code}{side}" for code in codes if code[0] in CHAPTERS and (side := side_of(code))]
    write("icd10cm_sides_2026apr.txt.gz", sided)
    print(f"{len(codes)} codes, {len(sided)} of one side")


def side_of(code: str) -> str:
    """Return L or R where the code names only one side."""
    words = cm.get_description(code).casefold()
    found = [side for side, word in (("L", "left"), ("R", "right")) if re.search(rf"\b{word}\b", words)]
    return found[0] if len(found) == 1 else ""


def write(name: str, lines: list[str]) -> None:
    """Write the lines, packed so that the same lines always give the same bytes."""
    text = "\n".join(lines) + "\n"
    (DATA / name).write_bytes(gzip.compress(text.encode("ascii"), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main()
