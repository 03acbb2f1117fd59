"""A visit is moved in a real browser: dragged with the mouse, by keyboard alone, and with a finger on a phone."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from needlepoint.records.models import Patient, Staff, Visit, VisitType
from needlepoint.records.schedule.booking import book
from needlepoint.records.schedule.times import free_slots
from tests.browser.board import signed_in
from tests.kit.demo import fill

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)


@pytest.fixture
def ahead():
    """A visit in three weeks, early in the morning."""
    fill(4, seed=3)
    doctor = Staff.objects.get(user__username="wilhelmina")
    service = VisitType.objects.get(technique="wet", for_new=True)
    first = timezone.localdate() + datetime.timedelta(days=21)
    return book(doctor, Patient.objects.first(), service, free_slots(doctor.practice, service, first, 7)[0])


def address(visit):
    return f"/schedule/?view=week&who={visit.clinician_id}&day={visit.day}"


def confirm(page, visit, slot):
    """The page asks first, and says what it did."""
    expect(page.locator("h1")).to_have_text("Move this visit?")
    assert Visit.objects.get(pk=visit.pk).starts_at == visit.starts_at
    page.get_by_role("button", name="Move visit").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text("Moved to")
    assert f"{Visit.objects.get(pk=visit.pk).starts_at:%Y%m%dT%H%M}" == slot.partition("-")[2]


def test_a_visit_is_dragged_to_a_free_time(chromium, live_server, ahead):
    for page in signed_in(chromium, live_server):
        page.goto(address(ahead))
        block, free = page.locator("[data-move]"), page.locator("a.free").nth(12)
        slot = free.get_attribute("data-slot")
        block.drag_to(free)
        confirm(page, ahead, slot)


def test_a_visit_is_moved_by_keyboard_alone(chromium, live_server, ahead):
    for page in signed_in(chromium, live_server):
        page.goto(address(ahead))
        page.locator(".block").focus()
        page.keyboard.press("Enter")
        card = page.locator(".visit-card:popover-open")
        expect(card).to_be_visible()
        card.get_by_role("link", name="Reschedule").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Choose an open time.")).to_be_visible()
        free = page.locator("a.free").nth(3)
        slot = free.get_attribute("data-slot")
        free.focus()
        page.keyboard.press("Enter")
        confirm(page, ahead, slot)


def test_a_visit_is_moved_with_a_finger_on_a_phone(chromium, live_server, ahead):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    for page in signed_in(chromium, live_server, **phone):
        page.goto(f"/patients/{ahead.patient_id}/")
        page.get_by_role("link", name="Reschedule").tap()
        free = page.locator("a.free").nth(4)
        slot = free.get_attribute("data-slot")
        free.tap()
        confirm(page, ahead, slot)


def test_the_rooms_name_who_is_there_and_none_that_is_taken_is_preselected(chromium, live_server, ahead):
    for page in signed_in(chromium, live_server):
        there = Visit.objects.filter(state="in_room").first()
        page.goto(f"/today/?day={there.day}")
        rooms = page.locator("select[name=room]").first
        expect(rooms).to_have_value("")
        taken = rooms.locator(f"option[value='{there.room}']")
        assert taken.is_disabled()
        assert there.patient.name in taken.text_content()
