"""A date or a time counts as it is left, not part by part; one that does not exist is refused beside its field."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import expect

from needlepoint.records.models import Visit
from tests.browser.board import open_board, settled, signed_in
from tests.kit.demo import fill

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)
OLD = datetime.date(2026, 1, 25)


@pytest.fixture
def page(chromium, live_server):
    fill(12, seed=3)
    yield from signed_in(chromium, live_server)


@pytest.fixture
def onset(page):
    """The onset on an open board, with a date on record."""
    visit = open_board(page)
    visit.episode.began_on = OLD
    visit.episode.save()
    page.reload()
    if not page.locator("[name=began_on]").is_visible():
        page.get_by_text("Onset and prior treatment").click()
    return visit


def typed(page, keys):
    """These keys over the whole date; what the page sent before the field was left, and after."""
    sent = []
    page.on("request", lambda one: sent.append(one.post_data) if one.method == "POST" else None)
    field = page.locator("[name=began_on]")
    field.focus()
    page.keyboard.type(keys, delay=60)
    page.wait_for_timeout(400)
    before = list(sent)
    field.blur()
    page.wait_for_timeout(400)
    settled(page)
    return before, sent


def began_on(visit):
    return Visit.objects.get(pk=visit.pk).episode.began_on


def test_a_day_that_does_not_exist_is_refused_beside_its_field_and_the_old_date_stays(page, onset):
    before, sent = typed(page, "02302026")
    assert (before, sent) == ([], [])
    assert began_on(onset) == OLD
    field = page.locator("[name=began_on]")
    assert field.input_value() == str(OLD)
    expect(page.locator("[name=began_on] + .field-error")).to_have_text(
        "This date is incomplete or does not exist. It was not saved."
    )
    assert field.get_attribute("aria-invalid") == "true"


def test_a_date_is_sent_once_when_its_field_is_left(page, onset):
    before, sent = typed(page, "02202026")
    assert before == []
    assert len(sent) == 1
    assert began_on(onset) == datetime.date(2026, 2, 20)
    assert page.locator(".field-error").count() == 0


def test_a_date_that_ends_as_it_was_is_not_sent(page, onset):
    assert typed(page, "01252026") == ([], [])
