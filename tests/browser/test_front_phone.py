"""The front page on a phone: the letters of the package, the menu behind its button, booking within reach."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.kit.demo import fill

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)


@pytest.fixture
def phone(chromium, live_server):
    fill(3, seed=3)
    view = {"width": 390, "height": 844}
    context = chromium.new_context(base_url=live_server.url, viewport=view, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto("/at/example/en/")
    yield page
    context.close()


def test_the_letters_come_with_the_page(phone):
    phone.wait_for_function(
        "[...document.fonts].some(one => one.family.includes('Inter') && one.status == 'loaded')"
    )


def test_the_menu_opens_under_a_finger_and_leads_on(phone):
    menu = phone.get_by_role("navigation", name="Main menu")
    expect(menu).to_be_hidden()
    phone.get_by_role("button", name="Menu").tap()
    menu.get_by_role("link", name="Prices").tap()
    expect(phone).to_have_url("/at/example/en/prices/")


def test_booking_stays_within_reach(phone):
    bar = phone.locator(".book-bar")
    expect(bar).to_be_hidden()
    phone.get_by_text("Where to find us").last.scroll_into_view_if_needed()
    bar.get_by_role("link", name="Book a visit").tap()
    expect(phone).to_have_url("/at/example/en/visit/")
