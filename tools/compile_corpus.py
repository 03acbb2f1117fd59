"""Compile data files into what the program reads: `python tools/compile_corpus.py`.

Tables, causes, wordings, lexicons and the network. A compiled file that does not match its sources is not used, which
only costs time; a test detects it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from needlepoint.anatomy.load import DATA as ATLAS_DATA
from needlepoint.base.compiled import write_compiled, write_tables
from needlepoint.base.knowledge import parse_toml, toml_files
from needlepoint.reasoning import kept_model
from needlepoint.reasoning.causes.rows import COMPILED, DATA, read_causes
from needlepoint.reasoning.model import keep_model
from needlepoint.reasoning.text.index import FILE, compile_all, encode_index
from needlepoint.reasoning.words import lexicons

COMPILED_OTHERWISE = {DATA / "corpus", DATA / "causes"}


def tables() -> dict[Path, dict[Path, dict[str, object]]]:
    """Return folder of data -> the TOML files that are read unchanged at run time, by path."""
    found = {}
    for data in (ATLAS_DATA, DATA):
        paths = [path for path in toml_files(data) if path.parent not in COMPILED_OTHERWISE]
        found[data] = {path: parse_toml(path, path.read_bytes()) for path in paths}
    return found


def main() -> None:
    """Write every compiled file."""
    for data, found in tables().items():
        write_tables(data, found)
    COMPILED.write_bytes(msgspec.msgpack.encode(read_causes()))
    index = compile_all()
    FILE.write_bytes(encode_index(index))
    write_compiled(lexicons.FILE, lexicons.made_from(), lexicons.make_lexicons())
    write_compiled(kept_model.FILE, kept_model.made_from(), keep_model())
    for language, compiled in index.items():
        print(f"{language}: {len(compiled.concepts)} concepts, {len(compiled.phrases)} wordings")
    for file in sorted((*ATLAS_DATA.glob("*.msgpack"), *DATA.glob("*.msgpack"))):
        print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
