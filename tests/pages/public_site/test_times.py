"""Kinds of visits and their free times, for everybody."""

from __future__ import annotations

import pytest

from needlepoint.records.models import (
    VisitType,
)
from needlepoint.records.portal.magic_links import make_link


@pytest.fixture
def service(clinic):
    return VisitType.objects.get(en="First visit with injection")


ODD_DATES = [
    "9999-12-31",
    "0001-01-01",
    "10000-01-01",
    "-1",
    "2026-13-45",
    "9999-W53-7",
    "\N{ARABIC-INDIC DIGIT TWO}026-01-01",
]


@pytest.mark.parametrize("day", ODD_DATES)
def test_an_odd_day_shows_times_and_never_breaks(client, clinic, ahead, day):
    service = VisitType.objects.get(technique="wet", for_new=True)
    assert client.get(f"/at/example/en/visit/{service.pk}/", {"from": day}).status_code == 200
    token = make_link("visit", ahead.patient, ahead)[1]
    assert client.get(f"/v/{token}/move/", {"from": day}).status_code == 200
