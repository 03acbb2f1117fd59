"""What the tests of the clinic's pages in a browser share: somebody signed in, an open board, a signature."""

from __future__ import annotations

from django.test import Client
from playwright.sync_api import expect

from needlepoint.guard.models import User
from needlepoint.records.models import Visit

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
MODEL = "django.contrib.auth.backends.ModelBackend"
expect.set_options(timeout=20_000)  # a busy machine is no fault of the page


def signed_in(chromium, live_server, username="wilhelmina", **more):
    """A page with the session of a staff member. (The form: test_the_door_and_the_consent_page_for_everybody.)"""
    context = chromium.new_context(viewport=more.pop("viewport", DESK), base_url=live_server.url, **more)
    context.set_default_timeout(20_000)
    client = Client()
    client.force_login(User.objects.get(username=username), MODEL)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def open_board(page, number=0):
    visit = Visit.objects.filter(state="in_room").order_by("pk")[number]
    page.goto(f"/visits/{visit.pk}/")
    page.wait_for_selector("body-map .figure")
    return visit


def settled(page):
    """No answer is on its way. (The content policy forbids what `wait_for_function` does.)"""
    expect(page.locator("html[data-busy]")).to_have_count(0)


def until(page, script):
    """Wait until a script of the page says yes."""
    for _ in range(200):
        if page.evaluate(script):
            return
        page.wait_for_timeout(100)
    raise AssertionError(script)


def draw_signature(page):
    """A line drawn with the mouse on the page of the consent."""
    pad = page.locator(".sign-pad")
    pad.wait_for()
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 30, steps=8)
    page.mouse.up()
