"""Answers to the questions that were asked, as findings reported or denied."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.reasoning.causes.rows import load_causes
from needlepoint.reasoning.patient import ReportedFacts

__all__ = ["ANSWERS", "read_answers"]

ANSWERS = ("yes", "no", "not_known")
MEANT = "meant_"  # prefix of a question that confirms a half-said concept


def read_answers(answers: Mapping[str, str], told: ReportedFacts, where: str) -> ReportedFacts:
    """Return `told` with the answers added. "No" denies the findings of a question; "not known" changes nothing.

    "Yes" reports the one finding of a question, or at least one of several. Refused for an unknown question or another
    answer.
    """
    said, denied, some = dict(told.said), set(told.denied), list(told.some)
    for id_, answer in answers.items():
        if answer not in ANSWERS:
            raise Refused(Fault(f"{where}.{id_}", repr(answer), f"one of {', '.join(ANSWERS)}"))
        asks = _asks(id_, where)
        if answer == "yes" and len(asks) == 1:
            said.setdefault(asks[0], f"answered yes: {id_}")
        elif answer == "yes":
            some.append((id_, tuple(asks)))
        elif answer == "no":
            denied.update(asks)
            if id_.startswith(MEANT):  # the text was overinterpreted: it no longer reports this
                said.pop(asks[0], None)
    denied -= {*said, *(finding for _, asks in some for finding in asks)}
    return msgspec.structs.replace(told, said=said, denied=frozenset(denied), some=tuple(some))


def _asks(id_: str, where: str) -> list[str]:
    if id_.startswith(MEANT):
        return [id_.removeprefix(MEANT)]
    known = {question.id: question.asks for question in load_causes().questions}
    if id_ not in known:
        hint = nearest(id_, known)
        raise Refused(Fault(f"{where}.{id_}", "a question that was not asked", "the id of a question", hint))
    return known[id_]
