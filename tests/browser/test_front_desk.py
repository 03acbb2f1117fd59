"""The money of one patient at the desk, with mouse and keyboard, and with a finger: from check-in to the closed day."""

import pytest
from playwright.sync_api import expect

from needlepoint.records.models import CashClose, LedgerEntry, Visit
from tests.browser.board import DESK, PHONE, signed_in
from tests.kit.demo import fill

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit():
    """Somebody who comes today, with a copay on the card."""
    fill(6, seed=3)
    row = Visit.objects.filter(state="arrived").earliest("pk")
    row.state, row.arrived_at = "booked", None
    row.save()
    row.patient.copay_usd = 25
    row.patient.save()
    return row


@pytest.fixture(params=[DESK, PHONE], ids=["desktop", "phone"])
def page(request, chromium, live_server, visit):
    yield from signed_in(
        chromium, live_server, "desk", viewport=request.param, has_touch=request.param is PHONE
    )


def test_check_in_payment_receipt_and_close(page, visit):
    page.goto("/today/")
    slip = page.locator(".slip", has_text=visit.patient.name)
    slip.get_by_role("button", name="Check in").click()
    expect(slip).to_contain_text("owes $25.00")
    slip.locator(".slip-money").click()
    expect(page.locator(".figure-box").first).to_contain_text("Balance due $25.00")
    form = page.locator("form", has_text="Take a payment")
    expect(form.get_by_label("Amount (USD)")).to_have_value("25.00")
    form.get_by_label("check", exact=True).check()
    form.get_by_label("Check number or terminal reference").fill("4111 1111 1111 1111")
    form.get_by_role("button", name="Take payment").click()
    expect(page.locator("main")).to_contain_text("may be a card number")
    assert not LedgerEntry.objects.filter(kind="payment").exists()
    page.go_back()
    form.get_by_label("Check number or terminal reference").fill("1043")
    form.get_by_label("check", exact=True).check()
    form.get_by_role("button", name="Take payment").click()
    expect(page.locator(".message")).to_contain_text("Payment of $25.00 saved. Receipt R-000001.")
    expect(page.locator(".figure-box").first).to_contain_text("Balance due $0.00")
    answer = page.request.get(page.get_by_role("link", name="Receipt in Spanish").get_attribute("href"))
    assert answer.body().startswith(b"%PDF")
    page.get_by_role("link", name="Cash", exact=True).click()
    page.get_by_label("Cash and checks counted (USD)").fill("25")
    page.get_by_role("button", name="Close the day").click()
    expect(page.locator("h1")).to_have_text("Closed cash list")
    assert CashClose.objects.get().expected == 25
