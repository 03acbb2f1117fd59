"""Controls that must answer a real finger or mouse: never by script, never by a posted form."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from needlepoint.records.models import Patient, Staff, Visit, VisitType
from needlepoint.records.portal.magic_links import make_link
from needlepoint.records.schedule.booking import book
from needlepoint.records.schedule.times import free_slots
from tests.kit.demo import fill

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)

# Notes down on the page which element a pointer's click arrived at, before the browser follows a link.
CLICKED = """() => document.addEventListener("click", (event) => {
  document.body.dataset.clicked = event.target.closest("a, button")?.getAttribute("href") ?? "";
}, { capture: true })"""


@pytest.fixture
def booked():
    """A visit in two weeks."""
    fill(4, seed=3)
    doctor = Staff.objects.get(user__username="wilhelmina")
    service = VisitType.objects.get(technique="wet", for_new=True)
    first = timezone.now().date() + datetime.timedelta(days=14)
    return book(doctor, Patient.objects.first(), service, free_slots(doctor.practice, service, first, 7)[0])


@pytest.mark.parametrize("phone", [True, False], ids=["finger", "mouse"])
def test_call_911_answers_a_tap_and_a_click(chromium, live_server, booked, phone):
    page = opened(chromium, live_server, phone)
    page.goto("/at/example/en/urgent/")
    page.evaluate(CLICKED)
    press(page, page.get_by_role("link", name="Call 911").last, phone)
    assert page.evaluate("document.body.dataset.clicked") == "tel:911"
    page.context.close()


@pytest.mark.parametrize("phone", [True, False], ids=["finger", "mouse"])
def test_a_patient_cancels_a_visit_with_a_tap_or_a_click(chromium, live_server, booked, phone):
    page = opened(chromium, live_server, phone)
    page.goto(f"/v/{make_link('visit', booked.patient, booked)[1]}/")
    press(page, page.locator("details summary"), phone)
    press(page, page.locator("button.danger"), phone)
    expect(page.locator("h1")).to_contain_text("This visit is canceled.")
    assert Visit.objects.get(pk=booked.pk).state == Visit.State.CANCELED
    page.context.close()


def opened(chromium, live_server, phone):
    size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
    context = chromium.new_context(
        viewport=size, has_touch=phone, is_mobile=phone, base_url=live_server.url, locale="en-US"
    )
    return context.new_page()


def press(page, locator, phone):
    """A pointer at the middle of the control, as it is on the screen, whatever lies there."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    if phone:
        page.touchscreen.tap(x, y)
    else:
        page.mouse.click(x, y)
