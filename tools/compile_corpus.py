"""Compile wordings and causes into what the program reads: `python tools/compile_corpus.py`."""

from __future__ import annotations

import msgspec

from needlepoint.reasoning.causes.rows import COMPILED, read_causes
from needlepoint.reasoning.text.index import FILE, compile_all


def main() -> None:
    """Write data/corpus.msgpack and data/causes.msgpack anew."""
    COMPILED.write_bytes(msgspec.msgpack.encode(read_causes()))
    index = compile_all()
    FILE.write_bytes(msgspec.msgpack.encode(index))
    for language, compiled in index.items():
        print(f"{language}: {len(compiled.concepts)} concepts, {len(compiled.phrases)} wordings")
    print(f"{FILE.name}: {FILE.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
