"""What held before a policy's first day."""

import datetime

import pytest

from needlepoint.coverage import CoverageFacts, determine
from needlepoint.coverage.types import CoverageVerdict


@pytest.mark.parametrize(
    ("day", "policy", "verdict"),
    [
        ("2020-01-20", "medicare_ncd_30_3", CoverageVerdict.NOT_COVERED),
        ("2020-01-21", "medicare_ncd_30_3_3", CoverageVerdict.NOT_KNOWN),
    ],
)
def test_before_ncd_30_3_3_dry_needling_was_covered_for_nobody(day, policy, verdict):
    facts = CoverageFacts(
        on=datetime.date.fromisoformat(day), payer="medicare", state="NY", act="dry_needling"
    )
    found = determine(facts)
    assert (found.policy, found.verdict) == (policy, verdict)
