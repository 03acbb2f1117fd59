"""Coverage: what a payer's policy requires, what the record shows, and what would change the determination."""

from needlepoint.coverage.determine import decide, determine
from needlepoint.coverage.types import CoverageFacts, Determination

__all__ = ["CoverageFacts", "Determination", "decide", "determine"]
