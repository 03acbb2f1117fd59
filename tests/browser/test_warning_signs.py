"""Warning signs under a real finger, in both languages: nothing dangerous is passed unread."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from needlepoint.records.models import Task, Visit
from needlepoint.records.portal.intake import intake_of, set_where
from tests.browser.axe import barriers
from tests.browser.test_patient_pages import Somebody

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)
PHONE = {"width": 390, "height": 844}
SHOTS = os.environ.get("NEEDLEPOINT_SHOTS")
LOW_BACK = [{"view": "back", "kind": "point", "points_mm": [[-60, 1050]], "intensity": 6}]
SAID = {
    "en": {
        "next": "Next", "read": "I have read this", "none": "None of these", "now": "Please read this now",
        "heart": "Crushing chest pain when I climb stairs, and it goes to my left arm. I want to end my life.",
        "bladder": "hold or pass urine", "days": "A few days", "slow": "Bit by bit", "again": "choose again",
    },
    "es": {
        "next": "Siguiente", "read": "Ya lo leí", "none": "Ninguno de estos", "now": "Por favor, lea esto ahora",
        "heart": "Dolor de pecho que me aprieta cuando subo escaleras y me corre al brazo. Quiero quitarme la vida.",
        "bladder": "aguantar la orina", "days": "Unos días", "slow": "Poco a poco", "again": "elija otra vez",
    },
}  # fmt: skip


@pytest.fixture(params=["en", "es"])
def phone(request, chromium, live_server):
    """A patient at the checklist, on a phone with a finger: (page, words, the visit)."""
    somebody = Somebody()
    somebody.patient.language = request.param
    somebody.patient.save()
    set_where(somebody.ahead, LOW_BACK, 5, 8)
    context = chromium.new_context(
        viewport=PHONE, base_url=live_server.url, has_touch=True, is_mobile=True, locale=f"{request.param}-US"
    )
    page = context.new_page()
    address, code = somebody.door(f"/me/visits/{somebody.ahead.pk}/intake/")
    page.goto(address)
    page.fill("[name=code]", code)
    page.locator("form:has([name=code]) button").tap()
    page.wait_for_url("**/intake/signs/")
    yield page, SAID[request.param], somebody.ahead
    context.close()


def whole(page, name):
    """A page that can be used: no barrier, nothing too wide, every link to a telephone under the finger."""
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    for link in page.locator("main a[href^='tel:'], main button").all():
        link.scroll_into_view_if_needed()
        box = link.bounding_box()
        assert box["height"] >= 44, link.inner_text()
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        hit = "([x, y]) => document.elementFromPoint(x, y)?.closest('a, button')?.textContent.trim()"
        assert page.evaluate(hit, middle) == link.text_content().strip()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_the_checklist_stands_in_the_way(phone):
    page, said, visit = phone
    whole(page, f"signs-{said['next']}")
    page.get_by_role("button", name=said["next"]).tap()
    expect(page.locator("[role=alert]")).to_be_visible()  # no answer is no answer
    page.locator("label.choice", has_text=said["none"]).tap()
    page.locator("label.choice", has_text=said["bladder"]).tap()
    page.get_by_role("button", name=said["next"]).tap()
    expect(page.locator("h1")).to_have_text(said["now"])  # a sign counts also next to none of these
    expect(page.locator("main a[href='tel:911']")).to_be_visible()
    whole(page, f"warning-{said['next']}")
    assert Task.objects.filter(patient=visit.patient, urgent=True).count() == 1
    page.goto(f"/me/visits/{visit.pk}/intake/health/")  # not even by its address
    expect(page.locator("h1")).to_have_text(said["now"])
    page.get_by_role("button", name=said["read"]).tap()
    page.wait_for_url("**/intake/story/")


@pytest.mark.parametrize("scripts", [True, False], ids=["at once", "before anything was saved"])
def test_what_is_typed_is_judged_before_the_next_page(phone, scripts):
    """Typed and tapped on at once: the background saving that would have warned never gets through."""
    page, said, visit = phone
    page.locator("label.choice", has_text=said["none"]).tap()
    page.get_by_role("button", name=said["next"]).tap()
    page.wait_for_url("**/intake/story/")
    if not scripts:
        page.route("**/intake/flags/", lambda route: route.abort())
        page.route(
            "**/*", lambda route: route.abort() if "hx-request" in route.request.headers else route.fallback()
        )
    page.locator("label.choice", has_text=said["days"]).tap()
    page.locator("label.choice", has_text=said["slow"]).tap()
    page.locator("#in-words").tap()
    page.keyboard.type(said["heart"])
    page.get_by_role("button", name=said["next"]).tap()
    expect(page.locator("h1")).to_have_text(said["now"])
    expect(page.locator("main section")).to_have_count(
        2
    )  # the heart and the thoughts, each with its own number
    expect(page.locator("main a[href='tel:911']").first).to_be_visible()
    expect(page.locator("main a[href='tel:988']")).to_be_visible()
    whole(page, f"warning-words-{said['next']}")
    assert Task.objects.filter(patient=visit.patient, urgent=True).count() == 2
    assert Visit.objects.get(pk=visit.pk).facts.reported.words == said["heart"]
    page.get_by_role("button", name=said["read"]).tap()
    page.wait_for_url("**/intake/health/")
    assert all(row.read_at for row in intake_of(visit).warnings)


def test_a_message_of_danger_is_answered_by_the_page(phone):
    page, said, visit = phone
    page.goto("/me/messages/")
    page.locator("textarea[name=text]").tap()
    page.keyboard.type(said["heart"])
    page.locator("form:has(textarea) button").tap()
    expect(page.locator("main a[href='tel:988']")).to_be_visible()
    whole(page, f"message-{said['next']}")
    assert Task.objects.filter(patient=visit.patient, urgent=True).count() == 2


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_survey_with_high_pain_and_a_contradiction(chromium, live_server, lang):
    somebody = Somebody()
    somebody.patient.language = lang
    somebody.patient.save()
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"/c/{somebody.link('check_in', None, str(somebody.check_in.pk))}/")
    page.get_by_role("button", name="9", exact=True).tap()
    expect(page.locator("main .soon a[href^='tel:555']")).to_be_visible()
    for value in ("none", "fever"):
        page.locator(f"label.choice:has([name=signs][value={value}])").tap()
    page.locator("form button").last.tap()
    expect(page.locator("#q-signs")).to_be_visible()
    expect(page.locator("p[role=alert]")).to_contain_text(SAID[lang]["again"])
    whole(page, f"survey-{lang}")
    page.locator("label.choice:has([name=signs][value=fever])").tap()
    page.locator("form button").last.tap()
    expect(page.locator("main form")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_urgent_page_can_be_used(chromium, live_server, lang):
    Somebody()
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"/at/example/{lang}/urgent/")
    whole(page, f"urgent-{lang}")
    assert page.locator("main a[href='tel:911']").count() >= 1
    assert page.locator("main a[href='tel:988']").count() == 1
    context.close()
