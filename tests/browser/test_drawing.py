"""Where it hurts, for everyone: by finger, by list, by keyboard, without scripts; scrolling draws nothing."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from needlepoint.anatomy.geometry import load_views
from needlepoint.pages.visit.body_chart import view_names
from needlepoint.records.models import Visit
from tests.browser.board import until
from tests.browser.test_patient_pages import Somebody
from tests.browser.test_warning_signs import PHONE, whole

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)


@pytest.fixture
def enter(chromium, live_server, request):
    """A page of the intake's first step, with or without scripts; and the visit."""
    contexts = []

    def entered(lang="en", size=PHONE, **more):
        somebody = Somebody()
        somebody.patient.language = lang
        somebody.patient.save()
        context = chromium.new_context(
            viewport=size, base_url=live_server.url, has_touch=True, is_mobile=True, **more
        )
        contexts.append(context)
        page = context.new_page()
        address, code = somebody.door(f"/me/visits/{somebody.ahead.pk}/intake/where/")
        page.goto(address)
        page.fill("[name=code]", code)
        page.locator("form:has([name=code]) button").tap()
        page.wait_for_url("**/intake/where/")
        return page, somebody.ahead

    yield entered
    for context in contexts:
        context.close()


def swipe(page, x, y, by):
    """A finger that goes down at a place and moves up by so many pixels, as a phone reports it."""
    touch = page.context.new_cdp_session(page)
    send = touch.send
    send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        send(
            "Input.dispatchTouchEvent",
            {"type": "touchMove", "touchPoints": [{"x": x, "y": y - by * step / 10}]},
        )
    send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def marks(page):
    return json.loads(page.locator("[name=marks]").input_value() or "[]")


def test_a_swipe_beside_the_figure_scrolls_and_one_on_it_draws(enter):
    page, visit = enter()
    page.wait_for_selector("body-map .figure")
    box = page.locator(".map-stage svg").bounding_box()
    page.mouse.wheel(0, 0)
    before = page.evaluate("scrollY")
    swipe(page, box["x"] + 20, box["y"] + box["height"] * 0.7, 150)
    until(page, f"scrollY > {before} + 60")
    assert marks(page) == []
    page.wait_for_timeout(800)  # a fling runs out
    page.evaluate("scrollTo(0, 0)")
    box = page.locator(".map-stage svg").bounding_box()
    with page.expect_response("**/intake/where/"):
        swipe(page, box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.45, 40)
    assert len(marks(page)) == 1
    assert page.evaluate("scrollY") == 0
    # Nothing of it stays on the device.
    assert page.evaluate("Object.keys(localStorage)") == []
    assert "points" not in page.evaluate("JSON.stringify(sessionStorage)")
    assert Visit.objects.get(pk=visit.pk).facts.reported.drawing


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("scripts", [True, False])
def test_the_list_is_as_good_as_the_drawing(enter, lang, scripts):
    page, visit = enter(lang, java_script_enabled=scripts)
    if not scripts:
        expect(page.locator("body-map")).to_be_hidden()
        expect(page.locator("noscript p")).to_be_visible()
    page.locator(".map-list > summary").tap()
    page.locator(".map-list details summary").nth(1).tap()
    page.locator("label.choice:has([value=left_neck_back])").tap()
    page.locator("label.choice:has([value=right_shoulder_top])").tap()
    page.locator(".dot-choice:has([name=now][value='7'])").tap()
    page.locator(".dot-choice:has([name=worst][value='8'])").tap()
    if scripts:
        page.wait_for_load_state("networkidle")
        whole(page, f"where-list-{lang}")
    page.locator("form.intake-where button.main").tap()
    page.wait_for_url("**/intake/signs/")
    kept = Visit.objects.get(pk=visit.pk)
    assert set(kept.facts.reported.regions) == {"left_neck_back", "right_shoulder_top"}
    assert kept.facts.reported.pain_now == 7
    # The checklist asks about the neck.
    expect(page.locator("[name=signs][value=thunderclap]")).to_have_count(1)


def test_the_list_by_keyboard_alone(enter):
    page, visit = enter()
    page.wait_for_selector("body-map .figure")
    page.locator(".map-list > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_response("**/intake/where/"):
        page.keyboard.press("Space")
    assert len(Visit.objects.get(pk=visit.pk).facts.reported.regions) == 1


def test_every_view_has_a_name_in_both_languages():
    assert set(view_names("en")) == set(view_names("es")) == set(load_views())
