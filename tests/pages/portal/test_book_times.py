"""The next visit, booked by a patient who is signed in."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from needlepoint.records.models import (
    Staff,
    Visit,
    VisitType,
)
from needlepoint.records.portal.magic_links import make_link
from needlepoint.records.schedule.times import free_slots
from tests.kit.times import slots
from tests.pages.portal.kit import in_spanish, typed_in


@pytest.fixture
def service(clinic):
    return VisitType.objects.get(technique="wet", for_new=True)


@pytest.fixture
def slot(clinic, service):
    return free_slots(clinic, service, timezone.now().date() + datetime.timedelta(days=21), 7)[0]


def test_one_time_is_confirmed_and_booked(me, patient, service, slot):
    sent = {"slot": f"{slot.staff_id}-{slot.at}", "reason": "neck again"}
    sure = me.post(f"/me/book/{service.pk}/", sent)
    assert typed_in(sure, "neck again")
    assert me.post(f"/me/book/{service.pk}/", sent | {"sure": "yes"}).status_code == 302
    assert Visit.objects.get(patient=patient, state="booked").reason == "neck again"


@pytest.mark.parametrize("odd", ["", "x", "1-x", "1-99999999T9999", "9" * 30, "1-20990101T0000"])
def test_a_time_that_is_not_there_keeps_the_reason_and_shows_others(me, patient, service, odd):
    page = me.post(f"/me/book/{service.pk}/", {"slot": odd, "sure": "yes", "reason": "neck again"})
    assert page.status_code == 422
    assert typed_in(page, "cannot be booked")
    assert typed_in(page, 'name="reason" value="neck again"') or typed_in(page, "neck again")
    assert typed_in(page, 'name="slot"')
    assert not Visit.objects.filter(patient=patient, state="booked").exists()


def test_in_spanish(me, patient, service):
    page = in_spanish(me, patient).post(f"/me/book/{service.pk}/", {"slot": "x"})
    assert page.status_code == 422
    assert not typed_in(page, "cannot be booked")


def test_follow_up_visits_are_for_patients_who_were_here(me, patient, clinic):
    after = VisitType.objects.get(technique="wet", for_new=False)
    assert after.en in (kinds := me.get("/me/book/").content.decode())
    assert "$150.00" in kinds  # the price before the time
    patient.visits.exclude(state="booked").update(state="canceled")
    assert after.en not in me.get("/me/book/").content.decode()
    assert me.get(f"/me/book/{after.pk}/").status_code == 404
    prices = me.get("/at/example/en/prices/").content.decode()
    assert f'href="/me/book/{after.pk}/"' in prices
    assert f'href="/at/example/en/visit/{after.pk}/"' not in prices


def test_ones_own_time_is_no_new_time(client, patient, ahead):
    token = make_link("visit", patient, ahead)[1]
    own = f"{ahead.clinician_id}-{ahead.starts_at:%Y%m%dT%H%M}"
    page = client.get(f"/v/{token}/move/?from={ahead.starts_at:%Y-%m-%d}").content.decode()
    assert f'value="{ahead.clinician_id}-' in page
    assert f'value="{own}"' not in page
    answer = client.post(f"/v/{token}/move/", {"slot": own})
    assert answer["Location"] == f"/v/{token}/"
    assert "moved" not in answer["Location"]


def test_cancel_from_ones_own_pages_opens_the_question(me, ahead):
    answer = me.post(f"/me/visits/{ahead.pk}/manage/", {"do": "cancel"})
    assert answer["Location"].endswith("/?cancel#cancel")
    assert 'id="cancel" open' in " ".join(
        me.get(answer["Location"].partition("#")[0]).content.decode().split()
    )


def test_pages_behind_a_link_change_their_language(client, patient, ahead):
    token = make_link("visit", patient, ahead)[1]
    page = client.get(f"/v/{token}/").content.decode()
    assert 'href="?lang=es"' in page
    assert 'lang="es"' in client.get(f"/v/{token}/?lang=es").content.decode()[:200]
    assert '<html lang="es">' in client.get(f"/v/{token}/move/").content.decode()  # and it stays
    assert '<html lang="en">' in client.get(f"/v/{token}/?lang=fr&lang=en").content.decode()


def test_a_patient_who_is_signed_in_books_the_next_visit(me, clinic, patient, doctor, monday):
    after = VisitType.objects.create(
        practice=clinic, en="Follow-up visit", es="Cita de seguimiento", minutes=30, technique="wet",
        codes=["20552"], for_new=False,
    )  # fmt: skip
    assert me.get(f"/at/example/en/visit/{after.pk}/").status_code == 404  # not for strangers
    kinds = me.get("/me/book/").content.decode()
    assert kinds.index("Follow-up visit") < kinds.index("First visit")
    Visit.objects.filter(patient=patient, starts_at__lt=timezone.now()).update(clinician=doctor)
    page = me.get(f"/me/book/{after.pk}/").content.decode()
    nora = Staff.objects.get(name__startswith="Nora")
    assert f'value="{doctor.pk}-' in page
    assert f'value="{nora.pk}-' not in page
    slot = slots(clinic, after, monday, staff_id=doctor.pk)[0]
    chosen = {"slot": f"{slot.staff_id}-{slot.at}"}
    before = Visit.objects.filter(patient=patient).count()
    assert doctor.name in me.post(f"/me/book/{after.pk}/", chosen).content.decode()
    assert Visit.objects.filter(patient=patient).count() == before
    booked = me.post(f"/me/book/{after.pk}/", chosen | {"sure": "yes", "reason": "Neck again"})
    made = Visit.objects.get(patient=patient, service=after)
    assert booked["Location"] == f"/me/visits/{made.pk}/booked/"
    assert (made.by_patient, made.reason, made.clinician_id) == (True, "Neck again", doctor.pk)
    assert me.post(f"/me/book/{after.pk}/", chosen | {"sure": "yes"}).status_code == 422  # taken now
    for odd in ("x", "1-", "-", "1-99991231T0000"):
        assert me.post(f"/me/book/{after.pk}/", {"slot": odd, "sure": "yes"}).status_code in (404, 422)
