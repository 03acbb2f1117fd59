"""Treatment: what may be injected, how much, and by whom."""

from needlepoint.treatment.dose.check import check_dose
from needlepoint.treatment.types import CheckVerdict, DoseCheck, Injection

__all__ = ["CheckVerdict", "DoseCheck", "Injection", "check_dose"]
