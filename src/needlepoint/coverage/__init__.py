"""Coverage: what a payer's policy asks, what the record shows, and what would turn the answer."""

from needlepoint.coverage.determine import decide, determine
from needlepoint.coverage.types import CoverageFacts, Determination

__all__ = ["CoverageFacts", "Determination", "decide", "determine"]
