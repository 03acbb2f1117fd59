"""What palpation adds: the odds that findings multiply, and the muscle to palpate next."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.reasoning.inference import Posterior
from needlepoint.reasoning.inference.answer import given_each
from needlepoint.reasoning.inference.network import Floats
from needlepoint.reasoning.model import Model
from needlepoint.reasoning.strengths import Strengths, load_strengths
from needlepoint.reasoning.types import NextPalpation, Palpated

SIGNS = ("taut_band", "tender_spot", "familiar_pain", "referred_pain", "twitch")
CANDIDATES = 8


def palpation_odds(model: Model, palpated: Sequence[Palpated]) -> Floats:
    """Return the factor (C,) on each cause's prior odds from palpation. Refused for an unknown muscle or side."""
    strengths = load_strengths()
    odds = np.ones(model.network.causes)
    number = {cause: index for index, cause in enumerate(model.causes)}
    for index, finding in enumerate(palpated):
        cause = (finding.muscle, finding.side)
        if cause not in number:
            raise Refused(_unknown(model, finding, f"palpated[{index}]"))
        odds[number[cause]] *= odds_of(finding, strengths)
    return odds


def odds_of(finding: Palpated, strengths: Strengths) -> float:
    """Return the factor on the odds of one muscle: the product over the signs that were examined."""
    if finding.nothing:
        sign = strengths.sign("nothing")
        return sign.active / sign.other
    odds = 1.0
    for name in SIGNS:
        found = getattr(finding, name)
        if found is not None:
            sign = strengths.sign(name)
            odds *= sign.active / sign.other if found else (1.0 - sign.active) / (1.0 - sign.other)
    return odds


def _unknown(model: Model, finding: Palpated, where: str) -> Fault:
    known = model.atlas.muscles
    if finding.muscle not in known:
        hint = nearest(finding.muscle, known)
        return Fault(f"{where}.muscle", repr(finding.muscle), "the id of a muscle in the atlas", hint)
    sides = [side for muscle, side in model.causes if muscle == finding.muscle]
    return Fault(f"{where}.side", repr(finding.side), f"one of {', '.join(sides)}")


def next_palpation(
    model: Model,
    posterior: Posterior,
    palpated: Sequence[Palpated],
    side_known: bool,
) -> NextPalpation | None:
    """Return the unexamined muscle whose examination is most informative; None when nothing is in doubt."""
    done = {(finding.muscle, finding.side) for finding in palpated}
    muscles = posterior.probability[: len(model.causes)]
    open_ = [c for c in np.argsort(-muscles) if model.causes[c] not in done][:CANDIDATES]
    if not open_:
        return None
    outlooks = _outlooks(posterior, open_)
    # Values that differ by rounding only are equal: then the likelier muscle comes first.
    best = max(range(len(open_)), key=lambda index: round(outlooks[index].bits, 6))
    cause = int(open_[best])
    muscle_id, side = model.causes[cause]
    muscle = model.atlas.muscles[muscle_id]
    return NextPalpation(
        muscle=muscle.name,
        muscle_id=muscle_id,
        side=side if side_known or side == "midline" else "unspecified",
        bits=round(outlooks[best].bits, 4),
        how=muscle.palpation.how,
        position=tuple(muscle.needling.patient_position),
        if_found=_leader(model, posterior, outlooks[best].if_found),
        if_not=_leader(model, posterior, outlooks[best].if_not),
    )


class _Outlook(msgspec.Struct, frozen=True, eq=False):
    """The expected information of examining one muscle, in bits, and the posteriors (R,) after either answer."""

    bits: float
    if_found: Floats
    if_not: Floats


def _outlooks(posterior: Posterior, open_: Sequence[int]) -> list[_Outlook]:
    """For each unexamined muscle, the expected drop of the summed entropy (bits) of all muscles' states."""
    sign = load_strengths().sign("examined")
    part = posterior.part
    now = posterior.probability[part.relevant]
    place = {int(cause): index for index, cause in enumerate(part.relevant)}
    known = [place[int(cause)] for cause in open_ if int(cause) in place]
    given = dict(zip(known, given_each(part, known, now), strict=True))
    outlooks = []
    for cause in open_:
        if int(cause) not in place:
            outlooks.append(_Outlook(0.0, now, now))
            continue
        row = place[int(cause)]
        with_it = given[row] * now[row]
        with_it[row] = now[row]
        found = sign.active * with_it + sign.other * (now - with_it)
        chance = sign.active * now[row] + sign.other * (1.0 - now[row])
        if_found = found / chance
        if_not = (now - found) / (1.0 - chance)
        after = chance * _entropy(if_found).sum() + (1.0 - chance) * _entropy(if_not).sum()
        outlooks.append(_Outlook(float(_entropy(now).sum() - after), if_found, if_not))
    return outlooks


def _entropy(chance: Floats) -> Floats:
    p = np.clip(chance, 1e-12, 1.0 - 1e-12)
    return np.asarray(-(p * np.log2(p) + (1.0 - p) * np.log2(1.0 - p)))


def _leader(model: Model, posterior: Posterior, chances: Floats) -> str:
    """Return which muscle would lead after the examination, and its probability."""
    muscles = np.where(posterior.part.relevant < len(model.causes), chances, -1.0)
    if not (muscles >= 0.0).any():
        return "nothing leads"
    top = int(np.argmax(muscles))
    muscle, _ = model.causes[int(posterior.part.relevant[top])]
    chance = ">99%" if chances[top] > 0.99 else f"{chances[top]:.0%}"
    return f"{model.atlas.muscles[muscle].name} leads with {chance}"
