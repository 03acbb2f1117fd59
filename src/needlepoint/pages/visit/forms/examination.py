"""The neurological examination and the range of motion: one field for each test or movement and side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from needlepoint.exam.motion import MOST_DEGREES, MotionFinding, load_motions
from needlepoint.pages.fields import ChoiceOf, NumberField, YesNoField, is_spanish
from needlepoint.pages.visit.forms.board import VisitForm
from needlepoint.reasoning.neurological import SCALES, load_neurological, value_words
from needlepoint.reasoning.types import NeuroFinding
from needlepoint.treatment.bounds import Bound
from needlepoint.visit import commands
from needlepoint.visit.commands import Command

__all__ = ["MotionsForm", "NeurologicalForm", "field_name", "side_words"]

DEGREES = Bound(id="degrees", low=Decimal(0), high=Decimal(MOST_DEGREES), unit="°", remedy="", remedy_es="")
PAIN = "-pain"


def field_name(what: str, side: str) -> str:
    """Return the name of the field of a test or movement on a side."""
    return f"{what}-{side}"


def side_words(side: str, lang: str) -> str:
    """Return the side, in the language of the page."""
    words = {"left": ("left", "izquierda"), "right": ("right", "derecha"), "midline": ("", "")}
    return words[side][lang == "es"]


class NeurologicalForm(VisitForm):
    """Results of neurological tests; an emptied field removes one. `normal`: what was tested and is normal."""

    def __init__(self, sent: Any) -> None:
        super().__init__(sent)
        self.normal = frozenset(sent.getlist("normal"))
        lang = "es" if is_spanish() else "en"
        for test, side in self._all():
            options = [("", ""), *enumerate(value_words(test.kind, lang))]
            label = f"{test.es if lang == 'es' else test.en} {side_words(side, lang)}".strip()
            self.fields[field_name(test.id, side)] = ChoiceOf(choices=options, label=label, required=False)

    @staticmethod
    def _all() -> Iterator[tuple[Any, str]]:
        return ((test, side) for test in load_neurological().test for side in test.sides)

    def commands(self) -> Sequence[Command]:
        """What was entered; and as normal what was named so and not entered."""
        found, remove = [], []
        for test, side in self._all():
            name = field_name(test.id, side)
            value = self.cleaned_data.get(name, "")
            if value == "" and name in self.normal:
                value = SCALES[test.kind][1]
            if value != "":
                found.append(NeuroFinding(test=test.id, side=side, value=int(value)))
            elif self.sent(name):
                remove.append((test.id, side))
        return [commands.RecordNeurological(found=tuple(found), remove=tuple(remove))]


class MotionsForm(VisitForm):
    """Measured movements: degrees, and whether it hurts; both empty removes one."""

    def __init__(self, sent: Any) -> None:
        super().__init__(sent)
        lang = "es" if is_spanish() else "en"
        for motion, side in self._all():
            label = f"{motion.es if lang == 'es' else motion.en} {side_words(side, lang)}".strip()
            name = field_name(motion.id, side)
            self.fields[name] = NumberField(DEGREES, places=0, units=("mm",), label=label, required=False)
            self.fields[name + PAIN] = YesNoField(label=label, required=False)

    @staticmethod
    def _all() -> Iterator[tuple[Any, str]]:
        return ((motion, side) for motion in load_motions().motion for side in motion.sides)

    def commands(self) -> Sequence[Command]:
        """What was entered."""
        found, remove = [], []
        for motion, side in self._all():
            name = field_name(motion.id, side)
            degrees, painful = self.cleaned_data.get(name), self.cleaned_data.get(name + PAIN)
            if degrees is not None or painful is not None:
                whole = None if degrees is None else int(degrees)
                found.append(MotionFinding(motion=motion.id, side=side, degrees=whole, painful=painful))
            elif self.sent(name):
                remove.append((motion.id, side))
        return [commands.RecordMotions(found=tuple(found), remove=tuple(remove))]
