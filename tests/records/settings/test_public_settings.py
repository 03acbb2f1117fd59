"""Settings of messages that are refused."""

from __future__ import annotations

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.records.settings.public_settings import read_outside


@pytest.mark.parametrize(
    "wrong",
    [
        {"moments": ["1y"]}, {"notice_hours": -1}, {"offer_minutes": 5}, {"quiet": ["25:00", "09:00"]},
        {"unknown": 1}, {"days_ahead": 0},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_meant(wrong):
    with pytest.raises(Refused):
        read_outside(wrong)
