"""Booking with a real finger, in both languages: a mistyped address, one's own hold, booked, moved, canceled."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from needlepoint.guard.models import User
from needlepoint.records.models import BookingHold, Visit
from needlepoint.records.outbox.background import one_round
from needlepoint.records.schedule.booking import cancel
from tests.browser.test_patient_pages import Somebody
from tests.browser.test_warning_signs import PHONE, whole

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)
SAID = {
    "en": {"code": "Your code", "booked": "You are booked", "moved": "Your visit is now", "gone": "canceled"},
    "es": {
        "code": "Su código",
        "booked": "Su cita está reservada",
        "moved": "Su cita ahora",
        "gone": "cancelada",
    },
}


def post():
    while one_round():
        pass


@pytest.fixture(params=["en", "es"])
def phone(request, chromium, live_server, settings, inbox):
    settings.PUBLIC_URL = live_server.url
    somebody = Somebody()
    context = chromium.new_context(
        viewport=PHONE, base_url=live_server.url, has_touch=True, is_mobile=True, locale=f"{request.param}-US"
    )
    page = context.new_page()
    page.goto(f"/at/example/{request.param}/visit/{somebody.service.pk}/")
    yield page, request.param, somebody
    context.close()


def ask(page, email):
    page.locator("a.time").nth(2).tap()
    for name, text in (("given", "Paula"), ("family", "Pretended"), ("email", email)):
        page.locator(f"[name={name}]").fill(text)
    page.fill("[name=birth_date]", "1984-05-17")
    assert not page.locator("[name=remind]").is_checked()  # nobody agrees by doing nothing
    page.locator("form:has([name=given]) button").tap()
    page.wait_for_url("**/visit/code/")


def test_from_a_mistyped_address_to_moved_and_canceled(phone, inbox):
    page, lang, _somebody = phone
    said = SAID[lang]
    ask(page, "paula@exmaple.org")
    expect(page.locator("main")).to_contain_text("paula@exmaple.org")
    whole(page, f"code-{lang}")
    page.locator("[name=address]").fill("paula@example.org")
    page.locator("button[value=correct]").tap()
    expect(page.locator("main [role=status]")).to_contain_text("paula@example.org")
    # Back to the times: the own hold is known, and its address leads to the code again.
    page.locator("main a", has_text="Choose another time" if lang == "en" else "Elegir otro horario").tap()
    expect(page.locator("main .message a")).to_be_visible()
    held = BookingHold.objects.get()
    slot = f"{held.starts_at:%Y%m%dT%H%M}"
    page.goto(f"/at/example/{lang}/visit/{held.service_id}/{held.staff_id}/{slot}/")
    page.wait_for_url("**/visit/code/")
    page.locator("button[value=again]").tap()
    expect(page.locator("main [role=status]")).to_contain_text("paula@example.org")
    post()
    assert inbox.last(to="paula@exmaple.org") is None
    page.locator("[name=code]").fill(inbox.code(to="paula@example.org", subject=said["code"]))
    page.locator("form:has([name=code]) button").tap()
    page.wait_for_url("**/booked/")
    visit = Visit.objects.get(patient__family="Pretended")
    expect(page.locator("h1")).to_have_text(said["booked"])
    for fact in (visit.clinician.name, "1 Example Street", "45"):
        expect(page.locator("main .done")).to_contain_text(fact)
    whole(page, f"booked-{lang}")
    # Moved: with the same clinician, after a second look.
    page.locator("button[value=move]").tap()
    page.wait_for_url("**/move/")
    page.locator("button.time").nth(3).tap()
    expect(page.locator("button[name=sure]")).to_be_visible()
    whole(page, f"move-sure-{lang}")
    assert Visit.objects.get(pk=visit.pk).moved == 0
    page.locator("button[name=sure]").tap()
    expect(page.locator("main [role=status]")).to_be_visible()
    after = Visit.objects.get(pk=visit.pk)
    assert (after.moved, after.clinician_id) == (1, visit.clinician_id)
    post()
    mail = inbox.last(to="paula@example.org", subject=said["moved"]).get_content()
    assert visit.clinician.name in mail
    assert "1 Example Street" in mail
    # Canceled, by the red button.
    page.locator("summary").last.tap()
    page.locator("button.danger").tap()
    expect(page.locator("h1")).to_contain_text(said["gone"])
    assert Visit.objects.get(pk=visit.pk).state == "canceled"


def test_one_step_from_the_code_into_the_account(phone, inbox):
    page, lang, _somebody = phone
    ask(page, "paula@example.org")
    post()
    page.locator("[name=code]").fill(inbox.code(to="paula@example.org", subject=SAID[lang]["code"]))
    page.locator("form:has([name=code]) button").tap()
    page.wait_for_url("**/booked/")
    page.goto("/me/")
    page.locator("form[action$='/me/account/'] button").tap()
    page.wait_for_url("**/me/settings/?account")
    expect(page.locator("main [role=status]")).to_be_visible()
    assert User.objects.get(email="paula@example.org").accesses.get().relation == "self"
    page.goto("/me/")
    expect(page.locator("form[action$='/me/account/']")).to_have_count(0)


def test_a_time_that_is_gone_or_was_never_there(phone):
    page, lang, somebody = phone
    for at in ("20261128T0307", f"{somebody.ahead.starts_at:%Y%m%dT%H%M}"):
        page.goto(f"/at/example/{lang}/visit/{somebody.service.pk}/{somebody.ahead.clinician_id}/{at}/")
        expect(page.locator("[role=alert]")).to_be_visible()
        page.locator("main a.button").tap()
        page.wait_for_url("**/visit/*/")
    cancel(somebody.ahead)
