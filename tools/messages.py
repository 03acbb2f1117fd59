"""Collect the messages of the pages, update the Spanish catalog, and compile it. `make messages`.

python tools/messages.py           update django.po and compile django.mo
python tools/messages.py --check   say what is missing or stale, and fail
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

PAGES = Path(__file__).parent.parent / "src" / "needlepoint" / "pages"
GUARD = PAGES.parent / "guard"
# Refusals of the core and of the records, whose first argument is a sentence for people.
REFUSALS = {"NotPossible", "NotAllowed", "RateLimitError", "ConflictError"}
CATALOG = PAGES / "locale" / "es" / "LC_MESSAGES" / "django.po"
SIMPLE = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')(?:\s+context\s+"([^"]+)")?\s*%\}""")
BLOCK = re.compile(r"\{%\s*blocktranslate\b([^%]*)%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)
PYTHON = re.compile(r"""\b(?:_|say)\(\s*"((?:[^"\\]|\\.)+)"\s*\)""")


def parted(body: str) -> tuple[str, str, str]:
    """Return the text before and after the plural mark."""
    return body.partition("{% plural %}")


def refusals() -> Iterator[str]:
    """Yield the sentences of every refusal in the source."""
    for path in PAGES.parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not any(name in text for name in REFUSALS):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in REFUSALS and node.args:
                words = node.args[0]
                if isinstance(words, ast.Constant) and isinstance(words.value, str):
                    yield words.value


def messages() -> set[tuple[str, str, str]]:
    """Return (message, plural or '', context or '') of every template and module."""
    found: set[tuple[str, str, str]] = set()
    for path in [*PAGES.rglob("*.html"), *PAGES.rglob("templates/**/*.txt")]:
        text = path.read_text(encoding="utf-8")
        found |= {(one or other, "", context) for one, other, context in SIMPLE.findall(text)}
        for options, body in BLOCK.findall(text):
            body = trimmed(body) if "trimmed" in options.split() else body
            # Django doubles a percent sign of the text.
            single, _, plural = (
                re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", part.replace("%", "%%")) for part in parted(body)
            )
            found.add((single, plural, ""))
    for path in (*PAGES.rglob("*.py"), *GUARD.rglob("*.py")):
        found |= {(message, "", "") for message in PYTHON.findall(path.read_text(encoding="utf-8"))}
    return found | {(sentence, "", "") for sentence in refusals()}


def trimmed(body: str) -> str:
    """Return the body of a block with the option `trimmed` as Django does: its lines joined by blanks."""
    return " ".join(line.strip() for line in body.strip().splitlines())


def key_of(entry: polib.POEntry) -> tuple[str, str, str]:
    """Return (message, plural or '', context or '') of an entry of the catalog."""
    return entry.msgid, entry.msgid_plural or "", entry.msgctxt or ""


def main() -> int:
    """Update, or only check."""
    catalog = polib.pofile(str(CATALOG)) if CATALOG.exists() else polib.POFile()
    catalog.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "es",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    wanted, known = messages(), {key_of(entry): entry for entry in catalog}
    if "--check" in sys.argv:
        empty = [
            key
            for key, entry in known.items()
            if not entry.msgstr and not all(entry.msgstr_plural.values() or [""])
        ]
        for word, rows in (
            ("missing", wanted - set(known)),
            ("stale", set(known) - wanted),
            ("empty", empty),
        ):
            for message, *_ in sorted(rows):
                print(f"{word}: {message}")
        return int(bool(wanted ^ set(known) or empty))
    for message, plural, context in sorted(wanted - set(known)):
        more = {"msgid_plural": plural, "msgstr_plural": {0: "", 1: ""}} if plural else {}
        catalog.append(polib.POEntry(msgid=message, msgstr="", msgctxt=context or None, **more))
    for key in set(known) - wanted:
        catalog.remove(known[key])
    catalog.sort()
    catalog.save(str(CATALOG))
    catalog.save_as_mofile(str(CATALOG.with_suffix(".mo")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
