"""A visit while offline: entries stay on the device, survive a reload or a closed page, and are sent once, in order."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from needlepoint.records.demo import make_demo
from needlepoint.records.models import Visit
from tests.browser.board import open_board, settled, signed_in, until
from tests.kit.visits import given_row

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)


@pytest.fixture
def page(chromium, live_server):
    make_demo(12, seed=3)
    yield from signed_in(chromium, live_server)


def open_treated(page):
    """The board of a visit with a site treated a while ago."""
    visit = Visit.objects.filter(state="in_room").order_by("pk")[0]
    given_row(visit, at=timezone.now() - datetime.timedelta(minutes=20))
    return open_board(page)


def enter(page, numbers=("3", "6")):
    """Pain before and after, while offline; both wait in view."""
    page.click(f"#now-{numbers[0]}")
    expect(page.locator("#outbox li")).to_have_count(1)
    page.click(f"#after-{numbers[1]}")
    expect(page.locator("#outbox li")).to_have_count(2)
    expect(page.get_by_text("Not sent yet").first).to_be_visible()


def arrived(visit, page):
    expect(page.locator("#outbox")).to_have_count(0)
    facts = Visit.objects.get(pk=visit.pk).facts
    return facts.reported.pain_now, facts.observed.pain_after


def test_entries_are_sent_in_order_and_once_when_the_connection_is_back(page):
    visit = open_treated(page)
    before = Visit.objects.get(pk=visit.pk).version
    page.context.set_offline(True)
    enter(page)
    page.context.set_offline(False)
    assert arrived(visit, page) == (3, 6)
    assert Visit.objects.get(pk=visit.pk).version == before + 2


def test_entries_survive_a_reload_without_a_connection_and_the_closing_of_the_page(page):
    visit = open_treated(page)
    until(page, "navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    enter(page, ("2", "5"))
    page.reload()
    expect(page.locator("h1")).to_have_text("No connection")
    expect(page.locator("#outbox li")).to_have_count(2)
    other = page.context.new_page()  # the page is closed, the browser keeps running
    page.close()
    page.context.set_offline(False)
    other.goto("/today/")
    expect(other.locator("#outbox")).to_have_count(0)
    facts = Visit.objects.get(pk=visit.pk).facts
    assert (facts.reported.pain_now, facts.observed.pain_after) == (2, 5)


def test_what_was_changed_by_somebody_else_is_not_overwritten_and_the_entry_stays_in_view(
    page, chromium, live_server
):
    visit = open_board(page)
    page.context.set_offline(True)
    page.click("#now-9")
    expect(page.locator("#outbox li")).to_have_count(1)
    other = next(signed_in(chromium, live_server))
    open_board(other)
    other.click("#now-1")
    settled(other)
    other.context.close()
    page.context.set_offline(False)
    expect(page.locator("#outbox li")).to_contain_text("updated this visit")
    assert Visit.objects.get(pk=visit.pk).facts.reported.pain_now == 1
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#outbox")).to_have_count(0)


def test_a_consent_is_not_lost_without_a_connection(page):
    visit = open_board(page)
    page.click(".muscle >> nth=0 >> text=all present")
    settled(page)
    page.goto(f"/visits/{visit.pk}/consent/")
    page.wait_for_selector("sign-here svg")
    page.context.set_offline(True)
    page.check("[name=typed]")
    page.click("text=Agree and sign")
    expect(page.locator(".field-error")).to_contain_text("You are offline.")
    page.context.set_offline(False)
    page.click("text=Agree and sign")
    page.wait_for_url(f"**/visits/{visit.pk}/")
