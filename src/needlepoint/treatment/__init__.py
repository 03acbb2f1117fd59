"""Treatment: what may be injected, how much, and by whom. So far the dose of local anesthetics."""

from needlepoint.treatment.dose.check import check_dose
from needlepoint.treatment.types import DoseCheck, Injection, Verdict

__all__ = ["DoseCheck", "Injection", "Verdict", "check_dose"]
