"""Coverage: what a payer's policy asks, what the record shows, and what would turn the answer."""

from needlepoint.coverage.determine import decide, determine
from needlepoint.coverage.types import Determination, Facts

__all__ = ["Determination", "Facts", "decide", "determine"]
