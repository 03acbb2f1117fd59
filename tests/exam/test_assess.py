"""Trigger point or tender spot, active or latent: each side of each criterion, and what is not known yet."""

import itertools

import pytest

from needlepoint.exam import Found, SpotStatus, assess


def spot(band=None, tender=None, referred=None, recognized=None, muscle="trapezius"):
    return Found(
        muscle=muscle,
        side="right",
        taut_band=band,
        tender_spot=tender,
        referred_pain=referred,
        familiar_pain=recognized,
    )


@pytest.mark.parametrize(
    ("found", "status", "injectable"),
    [
        (spot(True, True, True, True), SpotStatus.ACTIVE, True),
        (spot(True, True, True, False), SpotStatus.LATENT, False),
        (spot(True, True, False, True), SpotStatus.ACTIVE, False),
        (spot(False, True, False, False), SpotStatus.TENDER_SPOT, False),
        (spot(False, False, False, False), SpotStatus.NOTHING, False),
        (spot(True, True, None, True), SpotStatus.ACTIVE, None),
        (spot(True, True, True, None), SpotStatus.NOT_KNOWN, None),
        (spot(None, True, None, None), SpotStatus.NOT_KNOWN, None),
        (spot(), SpotStatus.NOT_KNOWN, None),
    ],
)
def test_status_and_injection_by_the_delphi_signs(found, status, injectable):
    answer = assess([found]).spots[0]
    assert answer.status is status
    assert answer.injectable is injectable
    assert answer.because


def test_what_is_not_known_says_what_to_look_for():
    answer = assess([spot(None, True, None, None)]).spots[0]
    assert set(answer.verdicts[0].look_for) == {"taut_band", "referred_pain"}
    assert "taut band" in answer.because


def test_a_known_answer_never_changes_when_more_becomes_known():
    """Filling in a sign that was not looked for never turns one settled status into another."""
    values = (True, False, None)
    for signs in itertools.product(values, repeat=4):
        settled = assess([spot(*signs)]).spots[0].status
        if settled is SpotStatus.NOT_KNOWN:
            continue
        for place, value in itertools.product(range(4), (True, False)):
            if signs[place] is None:
                filled = (*signs[:place], value, *signs[place + 1 :])
                assert assess([spot(*filled)]).spots[0].status is settled


def test_widespread_tenderness_points_to_fibromyalgia():
    muscles = [
        "masseter",
        "trapezius",
        "infraspinatus",
        "gluteus_medius",
        "gastrocnemius",
        "quadratus_lumborum",
    ]
    tender = [spot(False, True, False, False, muscle) for muscle in muscles]
    assert "fibromyalgia" in assess(tender).widespread
    assert assess(tender[:3]).widespread is None
