"""The patients' pages at 320 px and at 200 % zoom: nothing scrolls sideways, everything is large enough to touch."""

from __future__ import annotations

import pytest

from tests.browser.test_patient_pages import Somebody

pytestmark = pytest.mark.django_db(transaction=True)
NARROW = {"width": 320, "height": 568}
ZOOMED = {"width": 195, "height": 422}  # 390 px at 200 %
SMALL = """() => [...document.querySelectorAll(':is(main, header, nav, footer) :is(a, button, summary, select, input)')]
  .filter((node) => node.checkVisibility() && !node.closest('.trap, .toc, .sources, li p, p:not(.row)'))
  .filter((node) => !['checkbox', 'radio', 'range', 'hidden'].includes(node.type))
  .map((node) => [node.textContent.trim().slice(0, 40) || node.name, node.getBoundingClientRect().height])
  .filter(([, height]) => height > 0 && height < 43.5)"""
WIDE = """() => [...document.querySelectorAll('body *')]
  .filter((node) => node.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((node) => `${node.tagName}.${node.className} ${node.textContent.trim().slice(0, 30)}`).slice(-3)"""


@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_page_scrolls_sideways_or_has_small_targets(chromium, live_server, lang):
    somebody = Somebody()
    somebody.patient.language = lang
    somebody.patient.save()
    context = chromium.new_context(
        viewport=NARROW, base_url=live_server.url, locale=f"{lang}-US", has_touch=True
    )
    page = context.new_page()
    wide, small = [], []

    def look(address):
        page.goto(address.replace("/at/example/en/", f"/at/example/{lang}/"))
        for size in (ZOOMED, NARROW):
            page.set_viewport_size(size)
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if over > 0:
                wide.append((address, size["width"], over, page.evaluate(WIDE)))
            small.extend((address, size["width"], *row) for row in page.evaluate(SMALL))

    for address in somebody.public():
        look(address)
    address, code = somebody.door("/me/")
    page.goto(address)
    page.fill("[name=code]", code)
    page.locator("form:has([name=code]) button").click()
    page.wait_for_url("**/me/")
    for address in (*somebody.own(), f"/me/visits/{somebody.ahead.pk}/booked/"):
        look(address)
    context.close()
    assert wide == []
    assert small == []
