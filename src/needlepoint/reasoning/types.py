"""What goes into the reasoning (a complaint) and what comes out of it (a differential)."""

from __future__ import annotations

import msgspec

from needlepoint.anatomy.marks import Drawing
from needlepoint.base.knowledge import Citation


class Because(msgspec.Struct, frozen=True):
    """Where a fact of the evidence came from: the field of the complaint, and the words that said it."""

    field: str
    words: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint in the vocabulary of the atlas.

    `painful` and `painless` are region ids with their side; `together` are groups of which at least one region
    is painful ('mid_lumbar': the left or the right low back). `features` are (vocabulary, id) pairs that the
    complaint names. `side_known` is False when no side was given: the reasoning then works on the right side
    and names no side. `because` tells for each region and feature what said so; `drawing` is what was drawn.
    """

    painful: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    painless: tuple[str, ...] = ()
    features: tuple[tuple[str, str], ...] = ()
    side_known: bool = True
    words_only: bool = False
    because: dict[str, Because] = {}
    intensity: dict[str, float] = {}  # region id -> 0-10, where the complaint said how much
    drawing: Drawing | None = None


class Palpated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was felt over one muscle on one side. A sign that is None was not looked for."""

    muscle: str
    side: str
    point: str | None = None
    taut_band: bool | None = None
    tender_spot: bool | None = None
    familiar_pain: bool | None = None
    referred_pain: bool | None = None
    twitch: bool | None = None
    nothing: bool | None = None


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """One muscle on one side, with the reasons for and against it."""

    muscle: str  # the name of the atlas
    muscle_id: str
    names: tuple[str, ...]  # every other name it goes by
    side: str  # left, right, midline, unspecified
    probability: float
    likeliest_point: str
    explains: tuple[str, ...]
    unexplained: tuple[str, ...]
    for_: tuple[str, ...] = msgspec.field(name="for")
    against: tuple[str, ...]
    citations: tuple[Citation, ...]


class MuscleSet(msgspec.Struct, frozen=True):
    """A few muscles that together explain the drawing, and how likely it is that it is exactly they."""

    muscles: tuple[str, ...]
    probability: float
    unexplained: tuple[str, ...]


class NextPalpation(msgspec.Struct, frozen=True):
    """The muscle whose examination would tell most, by expected information in bits."""

    muscle: str
    muscle_id: str
    side: str
    bits: float
    how: str
    position: tuple[str, ...]
    if_found: str
    if_not: str


class OtherCause(msgspec.Struct, frozen=True, kw_only=True):
    """A cause that is not muscle, with what speaks for and against it and the bedside test that separates it."""

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
    """The ranked muscles, the other causes, the sets that explain the whole drawing, and what to feel for next."""

    ranked: tuple[Suspect, ...]
    sets: tuple[MuscleSet, ...]
    next_palpation: NextPalpation | None
    method: str  # 'exact', 'blocks' or 'search'
    nothing_explains: float  # chance that neither a muscle nor another cause of the lists is behind it
    other_causes: tuple[OtherCause, ...] = ()
    chances: dict[str, float] = {}  # of every cause that is not muscle, by its id
