"""What each part of the program reports about one visit in the database, each read again."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import msgspec

from needlepoint.coding.load import load_codes
from needlepoint.records.models import Lot, VialOpened, Visit
from needlepoint.records.notes.sign import draft_note
from needlepoint.records.visit.episode_from_rows import episode_of, full
from needlepoint.records.visit.evaluate import think
from needlepoint.records.visit.rows import visit_of

NOTE_MG = re.compile(r"^(.+?) ([0-9.]+) mg given")


class Seen:
    """One reading of a visit: the core's value and what each part derives from it."""

    def __init__(self, visit_id: int, practice_id: int) -> None:
        self.row = full(visit_id, practice_id)
        self.visit = visit_of(self.row)
        self.thought = think(self.row)
        self.walked = self.thought.walked
        self.plan = self.walked.plan if self.walked else None

    def by_site(self) -> dict[str, Decimal]:
        """Milligrams by drug, added up over the sites."""
        found: Counter[str] = Counter()
        for site in self.visit.sites:
            if site.given is not None and site.given.drug:
                found[site.given.drug] += site.given.dose_mg
        return dict(found)

    def by_dose_check(self) -> dict[str, Decimal]:
        """Milligrams by drug that the dose check counts, without what is only planned."""
        if self.walked is None or self.walked.dose is None or self.walked.dose.total_share is None:
            return {}
        found = {share.drug: share.dose_mg for share in self.walked.dose.shares}
        if self.plan is None:
            return found
        treated = {(site.spot.muscle, site.spot.side, site.spot.point or None) for site in self.visit.treated}
        drug = self.plan.chosen.drug
        for site in self.plan.sites:
            if drug and site.dose_mg and (site.muscle_id, site.side, site.point) not in treated:
                found[drug] -= site.dose_mg
        return {drug: mg for drug, mg in found.items() if mg}

    def by_session(self) -> dict[str, Decimal]:
        """Milligrams by drug in the session that is coded."""
        session = episode_of(self.row).session
        return {used.drug: used.given_mg for used in session.drugs} if session else {}

    def by_note(self) -> list[Decimal]:
        """The milligrams that the draft of the note names, in its order."""
        draft = draft_note(self.row, self.thought)
        texts = [sentence.text for sentence in draft.sentences if sentence.id == "drug"] if draft else []
        assert all(NOTE_MG.match(text) for text in texts), texts
        return [Decimal(NOTE_MG.match(text)[2]) for text in texts]

    def note(self) -> str:
        """The draft as one text."""
        draft = draft_note(self.row, self.thought)
        return " ".join(sentence.text for sentence in draft.sentences) if draft else ""

    def drug_units(self) -> dict[str, int]:
        """Units by drug code, without those that were discarded."""
        rows = {row.code for row in load_codes().drug}
        lines = self.walked.coding.lines if self.walked and self.walked.coding else ()
        return {line.code: line.units for line in lines if line.code in rows and "JW" not in line.modifiers}

    def claim_units(self) -> dict[str, int]:
        """The same units on the claim; empty without a claim."""
        draft = self.walked.claim if self.walked else None
        if draft is None or draft.claim is None:
            return {}
        rows = {row.code for row in load_codes().drug}
        return {
            line.code: int(line.units)
            for line in draft.claim.lines
            if line.code in rows and "JW" not in line.modifiers
        }


def stock_of(visit: Visit) -> tuple[Counter[int], dict[int, int]]:
    """Vials that the stock has for this visit by lot, and what is left of every lot."""
    opened = Counter(VialOpened.objects.filter(visit=visit).values_list("lot_id", flat=True))
    return opened, dict(Lot.objects.values_list("pk", "vials"))


def value_of(visit_id: int) -> object:
    """The visit as one plain value, with its sites unordered."""
    row = Visit.objects.select_related("practice").get(pk=visit_id)
    visit = visit_of(row)
    return msgspec.structs.replace(visit, sites=tuple(sorted(visit.sites, key=lambda site: site.spot)))
