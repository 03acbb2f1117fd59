"""Who treated, where, in which chart; and the codes of the session: what an auditor checks first."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from needlepoint.coding.types import CodedLine
from needlepoint.documents.notes.load import word
from needlepoint.documents.notes.sentence import NoteSentence, sentence
from needlepoint.episode.types import EpisodeResult

__all__ = ["NoteIdentity", "coded", "identified"]


class NoteIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """The clinician with profession, NPI and license of the state, the place with its address, chart and visit."""

    clinician: str
    profession: str = ""
    npi: str = ""
    license_state: str = ""
    license_number: str = ""
    place: str = ""
    chart: int
    visit: int


def identified(identity: NoteIdentity, lang: str) -> Iterator[NoteSentence]:
    """Return who and where; what is not on file is left out."""
    licensed = identity.license_number and identity.license_state
    yield sentence(
        "treated_by",
        lang,
        clinician=identity.clinician,
        profession=f", {identity.profession}" if identity.profession else "",
        npi=word("small", "npi", lang, n=identity.npi) if identity.npi else "",
        license=word("small", "license", lang, state=identity.license_state, n=identity.license_number)
        if licensed
        else "",
    )
    yield sentence("treated_at", lang, place=identity.place, chart=identity.chart, visit=identity.visit)


def coded(walked: EpisodeResult, lang: str) -> Iterator[NoteSentence]:
    """The codes of what was done, with units and modifiers; nothing while the session is only planned."""
    coding = walked.coding
    if coding is None or walked.planned:
        return
    if coding.lines:
        yield sentence("codes", lang, lines="; ".join(_line(row, lang) for row in coding.lines))
    if coding.diagnoses:
        names = [f"{row.code} {row.es if lang == 'es' else row.en}" for row in coding.diagnoses]
        yield sentence("coded_diagnoses", lang, codes="; ".join(names))


def _line(row: CodedLine, lang: str) -> str:
    code = "-".join((row.code, *row.modifiers))
    return (
        word("small", "one_unit", lang, code=code)
        if row.units == 1
        else word("small", "units", lang, code=code, n=row.units)
    )
