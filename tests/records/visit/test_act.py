"""A draft: every change saved, nothing overwritten unseen, a resent command applied once, undone in order."""

import datetime
import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from needlepoint.base.refusal import Refused
from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Lot, Site, Staff, Visit, VisitChange
from needlepoint.records.settings.stock import vial_of
from needlepoint.records.values import ChangedPart
from needlepoint.records.visit.act import Stale, act, undo
from needlepoint.visit import Spot, commands
from needlepoint.visit.facts import Signs
from tests.kit.demo import fill
from tests.kit.visits import treated

SPOT = Spot("trapezius", "left")


def band(value=True):
    return commands.RecordSigns(spot=SPOT, signs={"taut_band": value})


def pain(now):
    return commands.ReportComplaint(pain_now=now)


def test_a_change_is_kept_with_what_was_before(doctor, visit):
    act(doctor, visit.pk, band(), visit.version)
    visit.refresh_from_db()
    row = VisitChange.objects.get(visit=visit)
    assert (visit.version, row.version, row.staff, row.command) == (1, 1, doctor, "RecordSigns")
    assert row.before == (ChangedPart(SPOT, "site", None),)
    assert Site.objects.get(visit=visit, muscle="trapezius").signs == Signs(taut_band=True)
    assert AuditEvent.objects.filter(patient_id=visit.patient_id, action="write").exists()


def test_an_old_version_is_refused_with_the_newer_draft_and_changes_nothing(doctor, visit):
    act(doctor, visit.pk, band(), 0)
    with pytest.raises(Stale) as stale:
        act(doctor, visit.pk, band(False), 0)
    assert stale.value.visit.version == 1
    assert Site.objects.get(visit=visit).signs == Signs(taut_band=True)


def test_what_a_device_sends_twice_is_done_once(doctor, visit):
    act(doctor, visit.pk, pain(5), 0, key="k1")
    again = act(doctor, visit.pk, pain(5), 0, key="k1")
    assert again.version == 1
    assert VisitChange.objects.count() == 1


def test_a_change_is_whole_or_not_at_all(doctor, visit):
    lot = Lot.objects.get(number="LX090")  # expired: the stock refuses what the visit would take
    with pytest.raises(Refused):
        act(doctor, visit.pk, vial_of(doctor, lot.pk), 0)
    visit.refresh_from_db()
    assert visit.version == 0
    assert visit.facts.vials == ()
    assert not VisitChange.objects.exists()


def test_undo_goes_back_step_by_step_and_is_a_change_itself(doctor, visit):
    before = visit.facts
    act(doctor, visit.pk, pain(1), 0)
    act(doctor, visit.pk, pain(2), 1)
    undo(doctor, visit.pk, 2)
    visit.refresh_from_db()
    assert visit.facts.reported.pain_now == 1
    undo(doctor, visit.pk, 3)
    visit.refresh_from_db()
    assert visit.facts == before
    assert VisitChange.objects.count() == 4
    undone = VisitChange.objects.filter(undoes=None).order_by("version")
    assert list(undone.values_list("undone_by__version", flat=True)) == [4, 3]
    with pytest.raises(Refused, match="take back"):
        undo(doctor, visit.pk, 4)


def test_volumes_survive_undo(doctor, visit):
    act(doctor, visit.pk, commands.PlanSite(spot=SPOT, planned=True, volume_ml=Decimal("0.75")))
    row = act(doctor, visit.pk, commands.PlanSite(spot=SPOT, volume_ml=None))
    undo(doctor, visit.pk, row.version)
    assert str(Site.objects.get(visit=visit).volume_ml) == "0.75"


def test_a_closed_visit_is_not_changed(doctor, visit):
    Visit.objects.filter(pk=visit.pk).update(state="done")
    with pytest.raises(Refused, match="amended"):
        act(doctor, visit.pk, band(), 0)


def test_another_practice_is_not_there(doctor, elsewhere):
    with pytest.raises(Visit.DoesNotExist):
        act(doctor, elsewhere.pk, band(), 0)


def test_the_trail_is_only_added_to(doctor, visit):
    act(doctor, visit.pk, band(), 0)
    event = AuditEvent.objects.first()
    for action in (event.save, event.delete):
        with pytest.raises(TypeError):
            action()


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_each_is_kept_or_told_that_it_was_not():
    fill(9, seed=5)
    doctor = Staff.objects.get(name__startswith="Dr. Wilhelmina")
    visit = Visit.objects.filter(state="in_room").first()
    told = []

    def one(number):
        try:
            act(doctor, visit.pk, pain(number), 0)
            told.append(("kept", number))
        except Stale:
            told.append(("stale", number))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = [number for word, number in told if word == "kept"]
    assert len(told) == 8
    assert len(kept) == 1
    visit.refresh_from_db()
    assert visit.facts.reported.pain_now == kept[0]


def test_what_was_given_is_not_undone_without_a_reason(doctor, visit):
    row = treated(doctor, visit, vial=False)
    for _ in range(2):  # pain afterward, twitch
        row = undo(doctor, visit.pk, row.version)
    with pytest.raises(Refused, match="reason"):
        undo(doctor, visit.pk, row.version)
    assert Site.objects.get(visit=visit).given is not None
    undo(doctor, visit.pk, row.version, "the wrong patient")
    assert Site.objects.get(visit=visit).given is None


def test_nobody_arrives_on_another_day(doctor, visit):
    ahead = timezone.now() + datetime.timedelta(days=3)
    Visit.objects.filter(pk=visit.pk).update(state="booked", starts_at=ahead)
    with pytest.raises(Refused, match="today"):
        act(doctor, visit.pk, commands.CheckIn())
