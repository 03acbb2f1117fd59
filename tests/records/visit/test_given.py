"""What was given keeps its own drug, its own milligrams and the practice's day, whatever is ordered afterward."""

import datetime
from decimal import Decimal

import pytest

from needlepoint.records.notes.sign import draft_note
from needlepoint.records.visit.act import act
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from needlepoint.records.visit.rows import visit_of
from needlepoint.visit import Spot, commands, derive
from tests.kit.visits import ALL_SIGNS, inject

ONE, TWO = Spot("infraspinatus", "left"), Spot("gluteus_medius", "left")


@pytest.fixture
def examined(doctor, visit):
    """Two sites found, lidocaine 1 % ordered."""
    for one in (
        commands.RecordSigns(spot=ONE, signs=ALL_SIGNS),
        commands.RecordSigns(spot=TWO, signs=ALL_SIGNS),
        commands.ReportNothing(),
        commands.ChangeOrder(technique="wet", drug="lidocaine", concentration_percent=Decimal(1)),
    ):
        row = act(doctor, visit.pk, one)
    return row


def order(doctor, visit, **what):
    return act(doctor, visit.pk, commands.ChangeOrder(**what))


def totals(visit):
    return {total.drug: total for total in derive.drug_totals(visit_of(full(visit.pk, visit.practice_id)))}


def test_a_drug_changed_after_a_site_was_done_keeps_what_was_given(doctor, examined):
    inject(doctor, examined, ONE, "3")
    order(doctor, examined, drug="ropivacaine", concentration_percent=Decimal("0.2"))
    inject(doctor, examined, TWO, "5")
    now = full(examined.pk, examined.practice_id)
    thought = think(now)
    dose = {share.drug: share.dose_mg for share in thought.walked.plan.chosen.dose.shares}
    assert dose == {"lidocaine": 30, "ropivacaine": 10}
    assert {drug: total.given_mg for drug, total in totals(examined).items()} == {
        "lidocaine": 30,
        "ropivacaine": 10,
    }
    assert {line.code for line in thought.walked.coding.lines} >= {"J2003", "J2795"}


def test_the_alarm_does_not_go_out_when_the_drug_is_changed(doctor, examined):
    order(doctor, examined, concentration_percent=Decimal(2))
    inject(doctor, examined, ONE, "3")
    inject(doctor, examined, TWO, "17")
    before = think(full(examined.pk, examined.practice_id)).walked.plan.chosen.dose
    order(doctor, examined, drug="ropivacaine", concentration_percent=Decimal("0.2"))
    after = think(full(examined.pk, examined.practice_id)).walked.plan.chosen.dose
    assert before.shares[0].dose_mg == after.shares[0].dose_mg == 400
    assert after.total_share == before.total_share > 1


@pytest.mark.parametrize(("ml", "said"), [("1", "10"), ("0.5", "5"), ("10", "100"), ("0.1", "1")])
def test_a_dose_is_never_written_in_scientific_notation(doctor, examined, ml, said):
    inject(doctor, examined, ONE, ml)
    now = full(examined.pk, examined.practice_id)
    text = {row.id: row.text for row in draft_note(now, think(now)).sentences}
    assert text["drug"].startswith(f"Lidocaine {said} mg given")


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
    inject(doctor, examined, ONE, "1")
    now = full(examined.pk, examined.practice_id)
    assert visit_of(now).day.isoformat() == day
    assert think(now).walked.session.on.isoformat() == day
