"""Non-muscular causes of pain, as data: what raises them, what speaks against them, what to ask and what to do."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from needlepoint.base.knowledge import Citation, cite, read_toml
from needlepoint.base.refusal import Fault, Refused

__all__ = [
    "URGENT",
    "BodyArea",
    "Cause",
    "CauseQuestion",
    "Causes",
    "FindingName",
    "load_causes",
    "read_causes",
]

DATA = Path(__file__).parents[1] / "data"
COMPILED = DATA / "causes.msgpack"
URGENT = ("emergency", "same_day", "soon", "none")


class Raises(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often patients with the cause report a finding; `lr` is a published likelihood ratio, for comparison."""

    finding: str
    strength: float
    lr: float | None = None


class Against(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By how much a reported finding lowers the odds of the cause."""

    finding: str
    factor: float


class Risk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By how much a risk factor raises the odds of the cause."""

    risk: str
    times: float


class CauseRegion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A region where the cause is felt. `side` binds it to one side, whatever the side of the cause."""

    region: str
    weight: float
    side: str | None = None


class QuestionText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question in both languages."""

    en: str
    es: str


class ByAge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Factors under 40, from 40 to 64, and from 65 years."""

    young: float = 1.0
    middle: float = 1.0
    old: float = 1.0


class BySex(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Factors by sex; none applies when the sex is not known."""

    female: float = 1.0
    male: float = 1.0


class Prior(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of 100,000 adults with pain in the area of the cause, how many have it. `certainty` cited or estimate."""

    per_100000: float
    certainty: str
    source: list[str]
    note: str = ""
    age: ByAge = ByAge()
    sex: BySex = BySex()


class Cause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One cause. `side` is same, either, midline, left_only or right_only; `urgency` one of URGENT."""

    id: str
    kind: str
    urgency: str
    area: str
    name_en: str
    name_es: str
    test: str
    next_en: str
    next_es: str
    source: list[str]
    side: str
    both_sides: float
    essential: list[CauseRegion]
    spill: list[CauseRegion] = []
    raises: list[Raises]
    against: list[Against]
    risks: list[Risk]
    ask: list[QuestionText]
    prior: Prior


class BodyArea(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the body with its share of visits."""

    id: str
    en: str
    share_of_visits: float
    regions: list[str]


class FindingName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finding or a risk with its name in both languages."""

    id: str
    en: str
    es: str


class CauseQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One question to the patient: yes means that at least one of the findings in `asks` is present.

    It is asked for pain in its `areas`; without areas, for pain anywhere.
    """

    id: str
    areas: list[str]
    en: str
    es: str
    asks: list[str]


class Causes(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of the non-muscular causes."""

    causes: tuple[Cause, ...]
    areas: dict[str, BodyArea]
    findings: dict[str, FindingName]
    risks: dict[str, FindingName]
    questions: tuple[CauseQuestion, ...]

    def citations(self, cause: Cause) -> tuple[Citation, ...]:
        """The sources of a cause."""
        return cite(DATA, cause.source, cause.id)


def read_causes() -> Causes:
    """Read the causes from their TOML files and check them. Slow; `load_causes` reads the compiled form."""
    folder = DATA / "causes"
    table = read_toml(folder / "vocabulary.toml")
    found = Causes(
        causes=tuple(
            msgspec.convert(row, Cause, strict=False) for row in read_toml(folder / "causes.toml")["cause"]
        ),
        areas={row["id"]: msgspec.convert(row, BodyArea, strict=False) for row in table["area"]},
        findings={row["id"]: msgspec.convert(row, FindingName) for row in table["finding"]},
        risks={row["id"]: msgspec.convert(row, FindingName) for row in table["risk"]},
        questions=tuple(
            msgspec.convert(row, CauseQuestion) for row in read_toml(folder / "questions.toml")["question"]
        ),
    )
    for cause in found.causes:
        cite(DATA, [*cause.source, *cause.prior.source], f"causes.toml {cause.id}")
        if cause.area not in found.areas or cause.urgency not in URGENT:
            raise Refused(
                Fault(f"causes.toml {cause.id}", f"{cause.area}, {cause.urgency}", "a known area and urgency")
            )
        missing = {risk.risk for risk in cause.risks} - set(found.risks)
        if missing:
            raise Refused(
                Fault(f"causes.toml {cause.id}", ", ".join(sorted(missing)), "risks of the vocabulary")
            )
    raised = {row.finding for cause in found.causes for row in cause.raises}
    for question in found.questions:
        if not set(question.areas) <= set(found.areas):
            raise Refused(Fault(f"questions.toml {question.id}", str(question.areas), "known areas"))
        if not set(question.asks) <= raised:
            wrong = ", ".join(sorted(set(question.asks) - raised))
            raise Refused(Fault(f"questions.toml {question.id}", wrong, "findings that some cause raises"))
    return found


@lru_cache(maxsize=1)
def load_causes() -> Causes:
    """Return the causes as compiled by tools/compile_corpus.py."""
    return msgspec.msgpack.decode(COMPILED.read_bytes(), type=Causes)
