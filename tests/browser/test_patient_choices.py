"""What patients choose with a finger: pain that fits together, what a helper may do, a page of the muscle guide."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from needlepoint.records.models import AccessGrant, Intake
from needlepoint.records.portal.intake import set_where
from tests.browser.test_patient_pages import Somebody
from tests.browser.test_warning_signs import LOW_BACK, PHONE, whole

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)
SAID = {
    "en": {
        "lower": "You chose 7 for now and 3",
        "choose": "choose what this person",
        "found": "with “neck”",
        "q": "neck",
    },
    "es": {
        "lower": "Eligió 7 para ahora y 3",
        "choose": "elija qué puede ver",
        "found": "con «cuello»",
        "q": "cuello",
    },
}


@pytest.fixture(params=["en", "es"])
def phone(request, chromium, live_server):
    """A patient signed in on a phone: (page, words, somebody)."""
    somebody = Somebody()
    somebody.patient.language = request.param
    somebody.patient.save()
    context = chromium.new_context(
        viewport=PHONE, base_url=live_server.url, has_touch=True, is_mobile=True, locale=f"{request.param}-US"
    )
    page = context.new_page()
    address, code = somebody.door("/me/")
    page.goto(address)
    page.fill("[name=code]", code)
    page.locator("form:has([name=code]) button").tap()
    page.wait_for_url("**/me/")
    yield page, request.param, somebody
    context.close()


def test_the_worst_pain_cannot_be_lower_than_now(phone):
    page, lang, somebody = phone
    set_where(somebody.ahead, LOW_BACK, None, None)
    page.goto(f"/me/visits/{somebody.ahead.pk}/intake/where/")
    page.wait_for_selector("body-map .figure")
    for name, value in (("now", 7), ("worst", 3)):
        page.locator(f".dot-choice:has([name={name}][value='{value}'])").tap()
    page.locator("form button.main").tap()
    expect(page.locator("#q-lower")).to_contain_text(SAID[lang]["lower"])
    whole(page, f"lower-{lang}")
    page.locator(".dot-choice:has([name=worst][value='9'])").tap()
    page.locator("form button.main").tap()
    page.wait_for_url("**/intake/signs/**")
    assert Intake.objects.get(visit=somebody.ahead).handed_in_at is None


def test_a_helper_gets_what_was_tapped(phone):
    page, lang, _somebody = phone
    page.goto("/me/people/")
    page.fill("[name=named]", "Ana Invented")
    page.fill("[name=email]", "ana@example.org")
    page.locator("form:has([name=named]) button.main").tap()
    expect(page.locator("main")).to_contain_text(SAID[lang]["choose"])  # nothing is chosen beforehand
    page.locator("form:has([name=named]) label.choice:has([value=costs])").tap()
    whole(page, f"helper-{lang}")
    page.locator("form:has([name=named]) button.main").tap()
    expect(page.locator("button[name=end]")).to_have_count(1)
    assert AccessGrant.objects.get(relation="proxy").rights == ("costs",)
    page.locator("form:has(button[name=change]) label.choice:has([value=messages])").tap()
    page.locator("button[name=change]").tap()
    page.wait_for_url("**/me/people/")
    expect(page.locator("form:has(button[name=change]) input:checked")).to_have_count(2)
    assert AccessGrant.objects.get(relation="proxy").rights == ("messages", "costs")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_muscle_guide_is_searched_without_scripts(chromium, live_server, lang):
    Somebody()
    context = chromium.new_context(
        viewport=PHONE, base_url=live_server.url, has_touch=True, is_mobile=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"/at/example/{lang}/muscles/")
    page.fill("[name=q]", SAID[lang]["q"])
    page.locator("form[role=search] button").tap()
    expect(page.locator("h2#found")).to_contain_text(SAID[lang]["found"])
    page.locator("a[href$='?place']").tap()
    page.locator("summary").first.tap()
    page.locator("details[open] a").first.tap()
    expect(page.locator("h1")).to_be_visible()
    context.close()
