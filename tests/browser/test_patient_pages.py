"""The patients' side looked at: no barrier on any page, on a phone and at a desk, light and dark; a passkey."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from needlepoint.documents.leaflets.questions import SECTIONS
from needlepoint.records.billing.prices import give_due
from needlepoint.records.models import OneTimeCode, Patient, Site, Staff, Visit, VisitType
from needlepoint.records.outbox.queue import choose
from needlepoint.records.portal.accounts import open_account
from needlepoint.records.portal.checkins import schedule
from needlepoint.records.portal.magic_links import make_code, make_link
from needlepoint.records.schedule.booking import book
from needlepoint.records.schedule.times import free_slots
from tests.browser.axe import barriers
from tests.kit.demo import fill
from tests.kit.visits import given_row

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


class Somebody:
    """A patient with a visit ahead, one behind that was treated, and every kind of link."""

    def __init__(self):
        fill(6, seed=3)
        self.patient = Patient.objects.order_by("pk").last()
        self.patient.payer, self.patient.coverages, self.patient.language = "", [], "en"
        # A long name is no reason for a page to break.
        self.patient.given, self.patient.family = "Maximiliana-Alexandra", "Placeholder-Smithsonian-Invented"
        self.patient.email = "somebody@example.org"
        self.patient.save()
        doctor = Staff.objects.get(user__username="wilhelmina")
        service = VisitType.objects.get(technique="wet", for_new=True)
        first = timezone.now().date() + datetime.timedelta(days=14)
        self.slot = free_slots(doctor.practice, service, first, 7)[0]
        self.ahead = book(doctor, self.patient, service, self.slot)
        self.past = Visit.objects.filter(patient=self.patient, state="done").order_by("-pk").first()
        now = timezone.now()
        self.past.starts_at = now
        self.past.save()
        Site.objects.filter(visit=self.past).delete()
        for muscle in ("trapezius", "soleus"):
            given_row(self.past, muscle, at=now)
        choose(self.patient, "email", True, "intake")
        self.check_in = schedule(Visit.objects.get(pk=self.past.pk))[0]
        give_due()
        self.service = service

    def link(self, purpose, visit=None, target=""):
        return make_link(purpose, self.patient, visit, target)[1]

    def door(self, target):
        """A link with a code that was sent already."""
        link, token = make_link("open", self.patient, None, target)
        code, kept = make_code()
        ends = timezone.now() + datetime.timedelta(minutes=9)
        OneTimeCode.objects.create(link=link, channel="email", code=kept, expires_at=ends)
        return f"/go/{token}/", code

    def public(self):
        lang = "/at/example/en/"
        slot = free_slots(self.patient.practice, self.service, self.slot.starts_at.date(), 7)[3]
        return [
            lang, f"{lang}muscles/", f"{lang}muscles/?place", f"{lang}muscles/?q=neck",
            f"{lang}muscles/soleus/", f"{lang}urgent/", f"{lang}prices/",
            f"{lang}prices/help/", f"{lang}visit/", f"{lang}visit/{self.service.pk}/",
            f"{lang}visit/{self.service.pk}/{slot.staff_id}/{slot.at}/", f"{lang}visit/code/",
            f"{lang}feedback/", "/at/example/es/", "/account/login/code/", "/account/login/",
            f"/v/{self.link('visit', self.ahead)}/", f"/v/{self.link('visit', self.ahead)}/move/",
            f"/c/{self.link('check_in', None, str(self.check_in.pk))}/",
            f"/c/{self.link('check_in', None, str(self.check_in.pk))}/more/",
            f"/stop/{self.link('stop', None, 'email')}/",
            f"/go/{self.link('open')}/", "/v/nothing/",
        ]  # fmt: skip

    def own(self):
        visit = f"/me/visits/{self.ahead.pk}/"
        past = f"/me/visits/{self.past.pk}/"
        return [
            "/me/", "/me/book/", "/me/messages/", "/me/people/", "/me/settings/",
            "/me/bills/", visit, f"{visit}price/", past,
            f"{past}aftercare/", f"{past}why/", *(f"{visit}intake/{name}/" for name in (*SECTIONS, "done")),
        ]  # fmt: skip


@pytest.fixture
def somebody():
    return Somebody()


def looked_at(page, address):
    page.goto(address)
    if page.locator("body-map").count():
        page.wait_for_selector("body-map .figure")
    assert barriers(page) == [], address
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{address} is {wide} px too wide"


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "dark"])
def test_axe_finds_nothing_on_the_patients_side(chromium, live_server, somebody, size, scheme):
    context = chromium.new_context(
        viewport=size, color_scheme=scheme, base_url=live_server.url, locale="en-US"
    )
    page = context.new_page()
    for address in somebody.public():
        looked_at(page, address)
    address, code = somebody.door("/me/")
    page.goto(address)
    page.fill("[name=code]", code)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/me/")
    for address in somebody.own():
        looked_at(page, address)
    context.close()


def test_by_keyboard_alone_and_without_scripts(chromium, live_server, somebody):
    """A check-in with nothing but the keyboard, scripts turned off."""
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/c/{somebody.link('check_in', None, str(somebody.check_in.pk))}/")
    for _ in range(12):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and focused.inner_text() == "4":
            break
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("We got it")
    somebody.check_in.refresh_from_db()
    assert somebody.check_in.pain == 4
    page.get_by_label("a fever").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".soon")).to_contain_text("Call us today")
    context.close()


def test_a_passkey_opens_the_account(chromium, live_server, somebody, inbox):
    """A real browser with a virtual key: added after a code by email, then it alone signs in."""
    open_account(somebody.patient)
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url, locale="en-US")
    page = context.new_page()
    page.goto("/me/")
    page.fill("[name=email]", "somebody@example.org")
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_selector("[name=code]")
    code = inbox.last(to="somebody@example.org").get_content()
    code = next(
        line.strip()
        for line in code.splitlines()
        if line.strip() and len(line.strip()) in range(6, 10) and " " not in line.strip()
    )
    page.fill("[name=code]", code)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me/")
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip
    page.goto("/me/settings/")
    page.get_by_role("link", name="My passkeys").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.fill("[name=name]", "my phone")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/account/2fa/")
    page.get_by_role("link", name="Manage").click()
    expect(page.locator("main")).to_contain_text("my phone")
    page.goto("/account/logout/")
    page.get_by_role("button").last.click()
    page.wait_for_load_state()
    page.goto("/me/")
    page.wait_for_url("**/account/login/code/**")
    page.click("#passkey_login")
    page.wait_for_url("**/me/")
    expect(page.locator("h1")).to_contain_text("Maximiliana")
    context.close()
