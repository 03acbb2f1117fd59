"""The vials of a visit, and what was mixed with their content."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

__all__ = ["Diluent", "Vial"]


class Vial(msgspec.Struct, frozen=True, kw_only=True):
    """One vial opened for this visit. `lot_id` is the inventory's own number of the lot."""

    lot_id: int
    lot: str
    drug: str
    concentration_percent: Decimal
    vial_ml: Decimal
    single_dose: bool
    at: datetime.datetime
    by: str

    @property
    def holds_mg(self) -> Decimal:
        """Return milligrams in a full vial."""
        return self.concentration_percent * 10 * self.vial_ml


class Diluent(msgspec.Struct, frozen=True, kw_only=True):
    """What a stronger solution was diluted with: drug and concentration as given, the diluent, its mL.

    `what` is one of the diluents of `data/preparation.toml`.
    """

    drug: str
    concentration_percent: Decimal
    what: str
    volume_ml: Decimal
    at: datetime.datetime
    by: str
