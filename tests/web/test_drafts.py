"""A draft: every change kept, nothing overwritten unseen, sent twice done once, taken back in order."""

import threading

import pytest
from django.db import connection

from needlepoint.guard.models import AuditEvent
from needlepoint.records.drafts import Put, Stale, change, undo
from needlepoint.records.models import Change, Site, Staff, Visit
from needlepoint.refusal import Refused

SPOT = ("trapezius", "left", "")


def band(value=True):
    return [Put("found", {"taut_band": value}, SPOT)]


def test_a_change_is_kept_with_what_was_before(doctor, visit):
    change(visit.pk, doctor, visit.version, "band", band())
    visit.refresh_from_db()
    row = Change.objects.get(visit=visit)
    assert (visit.version, row.version, row.staff) == (1, 1, doctor)
    assert row.before == [[list(SPOT), "found", {}]]
    assert Site.objects.get(visit=visit, muscle="trapezius").found == {"taut_band": True}
    assert AuditEvent.objects.filter(patient_id=visit.patient_id, action="write").exists()


def test_an_old_version_is_refused_with_the_newer_draft_and_changes_nothing(doctor, visit):
    change(visit.pk, doctor, 0, "band", band())
    with pytest.raises(Stale) as stale:
        change(visit.pk, doctor, 0, "no band", band(False))
    assert stale.value.visit.version == 1
    assert Site.objects.get(visit=visit).found == {"taut_band": True}


def test_what_a_device_sends_twice_is_done_once(doctor, visit):
    change(visit.pk, doctor, 0, "drawing", [Put("pain", {"now": 5})], key="k1")
    again = change(visit.pk, doctor, 0, "drawing", [Put("pain", {"now": 5})], key="k1")
    assert again.version == 1
    assert Change.objects.count() == 1


def test_a_change_is_whole_or_not_at_all(doctor, visit):
    with pytest.raises(Refused):
        change(visit.pk, doctor, 0, "two", [Put("pain", {"now": 1}), Put("practice", 1)])
    visit.refresh_from_db()
    assert visit.version == 0
    assert visit.pain != {"now": 1}
    assert not Change.objects.exists()


def test_undo_goes_back_step_by_step_and_is_a_change_itself(doctor, visit):
    before = visit.pain
    change(visit.pk, doctor, 0, "one", [Put("pain", {"now": 1})])
    change(visit.pk, doctor, 1, "two", [Put("pain", {"now": 2})])
    undo(visit.pk, doctor, 2)
    visit.refresh_from_db()
    assert visit.pain == {"now": 1}
    undo(visit.pk, doctor, 3)
    visit.refresh_from_db()
    assert visit.pain == before
    assert Change.objects.count() == 4
    with pytest.raises(Refused, match="take back"):
        undo(visit.pk, doctor, 4)


def test_times_and_volumes_survive_undo(doctor, visit):
    change(visit.pk, doctor, 0, "plan", [Put("planned", True, SPOT), Put("volume_ml", "0.75", SPOT)])
    change(visit.pk, doctor, 1, "plan", [Put("volume_ml", None, SPOT)])
    undo(visit.pk, doctor, 2)
    assert str(Site.objects.get(visit=visit).volume_ml) == "0.75"


def test_a_closed_visit_is_not_changed(doctor, visit):
    Visit.objects.filter(pk=visit.pk).update(state="done")
    with pytest.raises(Refused, match="amended"):
        change(visit.pk, doctor, 0, "band", band())


def test_another_practice_is_not_there(doctor, elsewhere):
    with pytest.raises(Visit.DoesNotExist):
        change(elsewhere.pk, doctor, 0, "band", band())


def test_the_trail_is_only_added_to(doctor, visit):
    change(visit.pk, doctor, 0, "band", band())
    event = AuditEvent.objects.first()
    for action in (event.save, event.delete):
        with pytest.raises(TypeError):
            action()


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_each_is_kept_or_told_that_it_was_not():
    from needlepoint.records.demo import make_demo

    make_demo(9, seed=5)
    doctor = Staff.objects.get(name__startswith="Dr. Wilhelmina")
    visit = Visit.objects.filter(state="in_room").first()
    told = []

    def one(number):
        try:
            change(visit.pk, doctor, 0, f"from {number}", [Put("pain", {"now": number})])
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
    assert visit.pain == {"now": kept[0]}
