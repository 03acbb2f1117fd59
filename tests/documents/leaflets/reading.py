"""How hard a text is to read, by textstat: the school grade in English (Flesch-Kincaid) and in Spanish (Crawford)."""

import re

from textstat import textstat

SIXTH = 6.0


def grade(text, lang):
    """The grade of the sentences of `text`. A line of a list or a heading counts as a sentence of its own."""
    lines = [re.sub(r"^- ", "", line.strip()) for line in text.splitlines() if line.strip()]
    whole = " ".join(line if line[-1] in ".!?:" else f"{line}." for line in lines)
    textstat.set_lang("es" if lang == "es" else "en_US")
    return textstat.crawford(whole) if lang == "es" else textstat.flesch_kincaid_grade(whole)
