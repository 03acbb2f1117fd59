"""The input of the reasoning (a complaint) and its output (a differential)."""

from __future__ import annotations

import msgspec

from needlepoint.anatomy.marks import Drawing
from needlepoint.base.knowledge import Citation


class Because(msgspec.Struct, frozen=True):
    """Where a fact of the evidence came from: the field of the complaint, and its words."""

    field: str
    words: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint in the vocabulary of the atlas.

    `painful` and `painless` are region ids with their side; `together` are groups of which at least one region is
    painful ('mid_lumbar': the left or the right low back). `features` are (vocabulary, id) pairs that the complaint
    names. `side_known` is False when no side was given: the reasoning then works on the right side and names no side.
    `because` gives for each region and feature its origin; `drawing` is what was drawn.
    """

    painful: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    painless: tuple[str, ...] = ()
    features: tuple[tuple[str, str], ...] = ()
    side_known: bool = True
    words_only: bool = False
    because: dict[str, Because] = {}
    intensity: dict[str, float] = {}  # region id -> 0-10, where an intensity was given
    drawing: Drawing | None = None


class Palpated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Palpation of one muscle on one side. A sign that is None was not examined."""

    muscle: str
    side: str
    point: str | None = None
    taut_band: bool | None = None
    tender_spot: bool | None = None
    familiar_pain: bool | None = None
    referred_pain: bool | None = None
    twitch: bool | None = None
    nothing: bool | None = None


class NeuroFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The result of one neurological test on one side, on the scale of the test (`neurological.SCALES`)."""

    test: str
    side: str
    value: int


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """One muscle on one side, with the reasons for and against it."""

    muscle: str  # its name in the atlas
    muscle_id: str
    names: tuple[str, ...]  # its other names
    side: str  # left, right, midline, unspecified
    probability: float
    likeliest_point: str
    explains: tuple[str, ...]
    unexplained: tuple[str, ...]
    for_: tuple[str, ...] = msgspec.field(name="for")
    against: tuple[str, ...]
    citations: tuple[Citation, ...]


class MuscleSet(msgspec.Struct, frozen=True):
    """A few muscles that together explain the drawing, and the probability of exactly this set."""

    muscles: tuple[str, ...]
    probability: float
    unexplained: tuple[str, ...]


class NextPalpation(msgspec.Struct, frozen=True):
    """The muscle whose examination is most informative, by expected information in bits."""

    muscle: str
    muscle_id: str
    side: str
    bits: float
    how: str
    position: tuple[str, ...]
    if_found: str
    if_not: str


class OtherCause(msgspec.Struct, frozen=True, kw_only=True):
    """A non-muscular cause, with what speaks for and against it and the bedside test that distinguishes it."""

    id: str
    name_en: str
    name_es: str
    kind: str
    urgency: str  # emergency, same_day, soon, none
    probability: float
    explains: tuple[str, ...]
    for_: tuple[str, ...] = msgspec.field(name="for")
    against: tuple[str, ...]
    test: str
    next_en: str
    next_es: str
    certainty: str
    citations: tuple[Citation, ...]


class Differential(msgspec.Struct, frozen=True, kw_only=True):
    """The ranked muscles, the other causes, the sets that explain the whole drawing, and what to palpate next."""

    ranked: tuple[Suspect, ...]
    sets: tuple[MuscleSet, ...]
    next_palpation: NextPalpation | None
    method: str  # 'exact', 'blocks' or 'search'
    nothing_explains: float  # probability that neither a muscle nor a listed cause explains it
    other_causes: tuple[OtherCause, ...] = ()
    chances: dict[str, float] = {}  # of every non-muscular cause, by its id
