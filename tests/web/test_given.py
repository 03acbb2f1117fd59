"""What was given keeps its own drug, its own milligrams and the practice's day, whatever is ordered afterwards."""

import datetime
from decimal import Decimal

import pytest

from needlepoint.records.compose import episode_object, full
from needlepoint.records.drafts import Put, change
from needlepoint.records.session import mark_done
from needlepoint.records.think import think
from tests.web.test_signing import FOUND

ONE, TWO = ("infraspinatus", "left", ""), ("gluteus_medius", "left", "")


@pytest.fixture
def examined(doctor, visit):
    """Two sites found, lidocaine 1 % ordered."""
    visit.sites.all().delete()
    puts = [Put("found", FOUND, ONE), Put("found", FOUND, TWO)]
    puts += [Put("session", {"safety": {"given": [], "local": []}})]
    puts += [Put("order", {"technique": "wet", "drug": "lidocaine", "concentration_percent": "1"})]
    return change(visit.pk, doctor, visit.version, "found", puts)


def give(doctor, visit, spot, ml):
    now = full(visit.pk, visit.practice_id)
    return mark_done(doctor, visit.pk, now.version, spot, Decimal(ml), anyway=True)


def order(doctor, visit, **what):
    now = full(visit.pk, visit.practice_id)
    return change(visit.pk, doctor, now.version, "order", [Put("order", now.order | what)])


def test_a_drug_changed_after_a_site_was_done_keeps_what_was_given(doctor, examined):
    give(doctor, examined, ONE, "5")
    order(doctor, examined, drug="ropivacaine", concentration_percent="0.2")
    give(doctor, examined, TWO, "5")
    now = full(examined.pk, examined.practice_id)
    thought = think(now)
    dose = {share.drug: share.dose_mg for share in thought.walked.plan.chosen.dose.shares}
    assert dose == {"lidocaine": 50, "ropivacaine": 10}
    assert {row["drug"]: row["given_mg"] for row in now.session["drugs"]} == {
        "lidocaine": "50",
        "ropivacaine": "10",
    }
    assert {line.code for line in thought.walked.coding.lines} >= {"J2003", "J2795"}


def test_the_alarm_does_not_go_out_when_the_drug_is_changed(doctor, examined):
    order(doctor, examined, concentration_percent="2")
    give(doctor, examined, ONE, "10")
    give(doctor, examined, TWO, "10")
    before = think(full(examined.pk, examined.practice_id)).walked.plan.chosen.dose
    order(doctor, examined, drug="ropivacaine", concentration_percent="0.2")
    after = think(full(examined.pk, examined.practice_id)).walked.plan.chosen.dose
    assert before.shares[0].dose_mg == after.shares[0].dose_mg == 400
    assert after.total_share == before.total_share > 1


@pytest.mark.parametrize(("ml", "said"), [("1", "10"), ("0.5", "5"), ("10", "100"), ("0.05", "0.5")])
def test_a_dose_is_never_written_in_scientific_notation(doctor, examined, ml, said):
    give(doctor, examined, ONE, ml)
    (row,) = full(examined.pk, examined.practice_id).session["drugs"]
    assert row["given_mg"] == said
    assert "E" not in row.get("wasted_mg", "")


@pytest.mark.parametrize(
    ("zone", "utc", "day"),
    [
        ("America/Los_Angeles", "2026-11-21T01:00:00+00:00", "2026-11-20"),
        ("America/New_York", "2026-11-21T00:30:00+00:00", "2026-11-20"),
        ("America/New_York", "2026-11-20T15:00:00+00:00", "2026-11-20"),
    ],
)
def test_the_date_of_service_is_the_day_at_the_practice(doctor, examined, zone, utc, day):
    examined.practice.timezone = zone
    examined.practice.save()
    examined.starts_at = datetime.datetime.fromisoformat(utc)
    examined.save()
    give(doctor, examined, ONE, "1")
    now = full(examined.pk, examined.practice_id)
    found = episode_object(now)
    assert found["session"]["on"] == day
    assert think(now).walked.session.on.isoformat() == day
