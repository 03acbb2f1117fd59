"""The notice before a session that Medicare will probably not pay: only by a rule, with cost and reason."""

import datetime
from decimal import Decimal

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.coverage.abn import abn_modifier, within_good_faith
from needlepoint.episode.account.papers import notice_of
from tests.kit.episodes import account, plain, walked

DAY = datetime.date(2026, 11, 19)


def test_the_notice_names_service_reason_and_cost():
    episode, found = walked(plain("situations/fourth_session"))
    paper = notice_of(episode.account, found.coding, found.estimate, found.determination, DAY)
    (service,) = paper.services  # the packaged drug is no service of its own
    assert service.cost_usd == Decimal("150.00")
    assert "at most 3 sessions in 12 months" in service.reason_en
    assert "4 with this one" in service.reason_en
    assert service.reason_es != service.reason_en
    assert len(paper.choices) == 3
    assert paper.patient == "Alma Made-Up"


@pytest.mark.parametrize("name", ["situations/seven_muscles", "situations/no_conservative_care"])
def test_a_notice_for_everyone_is_void_and_refused(name):
    episode, found = walked(plain(name))
    with pytest.raises(Refused, match="handed to everyone"):
        notice_of(episode.account, found.coding, found.estimate, found.determination, DAY)


def test_no_notice_after_the_service_and_none_without_a_patient():
    obj = plain("situations/fourth_session")
    episode, found = walked(obj)
    with pytest.raises(Refused, match="before or on"):
        notice_of(
            episode.account, found.coding, found.estimate, found.determination, datetime.date(2026, 11, 21)
        )
    episode, found = walked(account(obj, coverages=[], part_b_deductible_met_usd=None))
    with pytest.raises(Refused, match="patient"):
        notice_of(episode.account, found.coding, found.estimate, found.determination, DAY)


def test_modifiers_by_what_was_signed():
    assert abn_modifier(True, excluded=False) == "GA"
    assert abn_modifier(False, excluded=False) == "GZ"
    assert abn_modifier(False, excluded=True) == "GY"


@pytest.mark.parametrize(
    ("said", "real", "good"),
    [
        ("150", "240", True),
        ("150", "250", True),
        ("150", "250.01", False),
        ("800", "1000", True),
        ("740", "1000", False),
    ],
)
def test_an_estimate_is_good_within_100_usd_or_a_quarter(said, real, good):
    assert within_good_faith(Decimal(said), Decimal(real)) is good
