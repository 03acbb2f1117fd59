"""The clinic as its users use it: Debian's Chromium, a real server, both languages, phone and desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from needlepoint.records.demo import PASSWORD
from needlepoint.records.models import Note, Patient, Site, Staff, Visit
from needlepoint.visit.facts import Signs
from tests.browser.axe import barriers
from tests.browser.board import DESK, PHONE, draw_signature, open_board, settled, signed_in, until
from tests.kit.demo import fill

pytestmark = pytest.mark.django_db(transaction=True)

# The keystroke-level model of Card, Moran and Newell (1980), in seconds: a key of a skilled typist, pointing, a button
# of the mouse, moving between keyboard and mouse, making up one's mind.
KEY, POINT, BUTTON, HOME, MIND = 0.28, 1.1, 0.1, 0.4, 1.35


@pytest.fixture
def practice():
    fill(12, seed=3)


@pytest.fixture
def page(chromium, live_server, practice):
    """A signed-in physician at a desk."""
    yield from signed_in(chromium, live_server)


class Hands:
    """Counts what a clinician does, and how long the model says that it takes."""

    def __init__(self, page):
        self.page, self.inputs, self.seconds, self.on_mouse = page, 0, 0.0, False

    def key(self, key):
        self._count(False, KEY)
        self.page.keyboard.press(key)
        settled(self.page)

    def click(self, selector):
        self._count(True, POINT + 2 * BUTTON)
        self.page.click(selector)
        settled(self.page)

    def sign(self):
        self._count(True, POINT + 2 * BUTTON + 2.0)  # a signature is drawn in about two seconds
        draw_signature(self.page)

    def _count(self, mouse, seconds):
        self.inputs += 1
        self.seconds += seconds + (MIND if self.inputs % 2 else 0) + (HOME if mouse != self.on_mouse else 0)
        self.on_mouse = mouse


def test_three_muscles_from_the_open_board_to_a_signed_note(page, capsys):
    visit = open_board(page)
    hands = Hands(page)
    for number in "123":
        hands.key(number)
        hands.key("a")
    hands.click("#consent")
    page.wait_for_selector("sign-here svg")
    hands.sign()
    hands.click("text=Agree and sign")
    page.wait_for_selector("#time-out")
    page.keyboard.press("d")  # without effect: the time-out comes first
    settled(page)
    assert not [site for site in visit.sites.all() if site.given]
    hands.key("p")
    hands.key("d")
    hands.click("#after-2")
    hands.key("n")
    hands.key("Control+Enter")
    assert not Note.objects.filter(visit=visit)  # the first press only shows what would be signed
    hands.key("Control+Enter")
    page.wait_for_selector("p.sub:has-text('Signed by')")
    note = Note.objects.get(visit=visit)
    done = Site.objects.filter(visit=visit, given__isnull=False)
    assert done.count() == 3, [
        (str(site), site.signs, site.given) for site in Site.objects.filter(visit=visit)
    ]
    assert len([row for row in note.sentences if row.id == "site"]) == 3
    expect(page.locator(".prose")).to_contain_text("No reaction was seen.")
    with capsys.disabled():
        print(f"\n  three muscles: {hands.inputs} inputs, {hands.seconds:.0f} s by the keystroke-level model")
    assert hands.inputs <= 15
    assert hands.seconds < 60


def numbers(page):
    """Which muscle has which number, as the page shows it."""
    return {
        row.get_attribute("data-number"): row.get_attribute("data-row")
        for row in page.locator(".muscle").all()
    }


def test_a_number_stays_with_its_muscle_while_the_keyboard_is_in_use(page):
    """In this drawing the signs of the first muscle change the order of the others."""
    visit = open_board(page, 2)
    before = numbers(page)
    for key in "1x":
        page.keyboard.press(key)
        settled(page)
    ranked = page.context.request.get(f"/visits/{visit.pk}/").text()
    anew = re.findall(r'data-row="([^"]+)"', ranked)
    shown = numbers(page)
    there = [row for row in before.values() if row in anew]
    assert list(shown.values())[: len(there)] == there
    assert anew != list(shown.values())  # the ranking has changed; the numbers have not
    page.keyboard.press("2")
    expect(page.locator(f"#m-{before['2']}")).to_have_class(re.compile(r"\bat\b"))


def test_what_is_drawn_is_ranked_kept_and_there_again(page):
    visit = Visit.objects.filter(state="arrived").first()
    page.goto(f"/visits/{visit.pk}/")
    page.wait_for_selector("body-map .figure")
    assert page.locator(".muscle").count() == 0
    page.click("body-map button:text-is('Back view')")
    box = page.locator(".map-stage svg").bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle + 22, box["y"] + box["height"] * 0.17)
    page.mouse.down()
    page.mouse.move(middle + 30, box["y"] + box["height"] * 0.24, steps=6)
    page.mouse.up()
    page.wait_for_selector(".muscle")
    visit.refresh_from_db()
    assert visit.facts.reported.drawing[0].view == "back"
    page.reload()
    page.wait_for_selector(".stroke")
    page.click("body-map button:text-is('Undo')")
    settled(page)
    expect(page.locator(".muscle")).to_have_count(0)


def test_a_region_by_keyboard_from_the_list(page):
    visit = Visit.objects.filter(state="arrived").first()
    page.goto(f"/visits/{visit.pk}/")
    page.wait_for_selector("body-map .figure")
    page.focus(".regions summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("right temple")
    page.keyboard.press("Enter")
    page.wait_for_selector(".muscle")
    expect(page.locator(".chip")).to_contain_text("right temple")


def test_two_clinicians_on_one_draft(chromium, live_server, page):
    visit = open_board(page)
    other = next(signed_in(chromium, live_server))
    other.goto(f"/visits/{visit.pk}/")
    other.click(".muscle >> nth=0 >> text=all present")
    other.wait_for_selector(".active_trigger_point")
    page.click(".muscle >> nth=1 >> text=none present")
    expect(page.locator("[role=alert]").first).to_contain_text("updated this visit")
    expect(page.locator(".active_trigger_point")).to_have_count(1)
    assert Site.objects.filter(visit=visit).count() == 1
    other.context.close()


def test_a_lost_connection_keeps_the_drawing_on_the_device_and_sends_it_once(page):
    visit = open_board(page)
    before = len(visit.facts.reported.drawing)
    page.context.set_offline(True)
    box = page.locator(".map-stage svg").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.3)
    expect(page.locator(".map-say")).to_contain_text("Saved on this device")
    page.context.set_offline(False)
    until(page, "!Object.keys(localStorage).some((key) => key.startsWith('needlepoint-drawing'))")
    visit.refresh_from_db()
    assert len(visit.facts.reported.drawing) == before + 1
    assert visit.changes.count() == 1


def test_quick_hands_on_a_slow_line_lose_nothing(page):
    visit = open_board(page)
    page.route("**/find/", lambda route: (page.wait_for_timeout(300), route.continue_()))
    for key in ("1", "b", "t", "k", "r", "w"):
        page.keyboard.press(key)  # without waiting for any answer
    settled(page)
    signs = Site.objects.get(visit=visit).signs
    assert signs == Signs(
        taut_band=True, tender_spot=True, familiar_pain=True, referred_pain=True, twitch=True
    )


def test_a_finding_without_a_connection_is_sent_once_it_is_back(page):
    visit = open_board(page)
    page.context.set_offline(True)
    page.click(".muscle >> nth=0 >> text=all present")
    expect(page.locator("#outbox")).to_contain_text("wait on this device")
    page.context.set_offline(False)
    page.wait_for_selector(".active_trigger_point")
    assert Site.objects.filter(visit=visit).count() == 1
    assert visit.changes.count() == 1


def test_a_session_that_ends_midway_loses_nothing_that_was_entered(page):
    visit = open_board(page)
    page.fill("[name=pain_text]", "It burns.")
    page.keyboard.press("Tab")
    settled(page)
    page.context.clear_cookies()
    page.click(".muscle >> nth=0 >> text=all present")
    page.wait_for_url("**/sign-in/**")
    visit.refresh_from_db()
    assert visit.facts.reported.words == "It burns."


def test_signed_twice_is_signed_once_and_back_shows_the_signed_note(page):
    visit = open_board(page)
    for key in "1ao":
        page.keyboard.press(key)
    settled(page)
    page.click("#consent")
    draw_signature(page)
    page.click("text=Agree and sign")
    page.click("#time-out")
    settled(page)
    page.click("#all-done")
    settled(page)
    page.dblclick("#sign")
    page.wait_for_selector("p.sub:has-text('Signed by')")
    assert Note.objects.filter(visit=visit).count() == 1
    page.go_back()
    page.reload()
    expect(page.locator("main")).to_contain_text("Signed by")


def test_a_whole_visit_by_finger_on_a_phone_in_spanish(chromium, live_server, practice):
    for page in signed_in(
        chromium, live_server, viewport=PHONE, has_touch=True, is_mobile=True, locale="es-ES"
    ):
        visit = open_board(page)
        Patient.objects.filter(pk=visit.patient_id).update(language="es")
        page.tap(".muscle >> nth=0 >> text=todos")
        page.wait_for_selector(".active_trigger_point")
        page.tap("#all-clear")
        settled(page)
        page.tap("#consent")
        page.wait_for_selector("sign-here svg")
        expect(page.locator("h1")).to_contain_text("Consentimiento")
        page.locator(".sign-pad").scroll_into_view_if_needed()
        box = page.locator(".sign-pad").bounding_box()
        page.touchscreen.tap(box["x"] + 60, box["y"] + 60)
        page.tap("text=Aceptar y firmar")
        page.tap("#time-out")
        settled(page)
        page.tap("#all-done")
        settled(page)
        page.tap("#after-3")
        settled(page)
        page.tap("#sign")
        page.wait_for_selector("text=Firmado por")
        assert Note.objects.get(visit=visit).signed_by.name == "Dr. Wilhelmina Example"


def test_in_spanish_from_today_to_the_board(page):
    page.goto("/today/")
    page.click("text=Español")
    expect(page.locator("h1")).to_have_text("Hoy")
    open_board(page)
    page.click(".muscle >> nth=0 >> text=todos")
    expect(page.locator(".status").first).to_contain_text("punto gatillo activo")
    assert page.locator("html").get_attribute("lang") == "es"


def test_reading_works_without_scripts(chromium, live_server, practice):
    for page in signed_in(chromium, live_server, java_script_enabled=False):
        page.goto("/today/")
        expect(page.locator(".slip").first).to_be_visible()
        page.click(".slip .who-link >> nth=0")
        expect(page.locator("h1")).not_to_be_empty()
        page.goto(f"/patients/?q={Patient.objects.first().family[:4]}")
        expect(page.locator(".list li").first).to_be_visible()


def test_search_while_typing(page):
    person = Patient.objects.first()
    page.goto("/patients/")
    page.type("#q", person.family[:4].lower())
    page.wait_for_selector(".list li")
    expect(page.locator(".list")).to_contain_text(person.family)


def addresses():
    visit = Visit.objects.filter(state="in_room").order_by("pk").first()
    past = Visit.objects.filter(state="done").first()
    return ["/today/", "/patients/", "/patients/new/", f"/patients/{visit.patient_id}/", f"/visits/{visit.pk}/",
            f"/visits/{past.pk}/", "/stock/", "/settings/",
            f"/patients/{visit.patient_id}/edit/", f"/visits/{visit.pk}/versions/", "/post/",
            "/settings/outside/", "/settings/words/", f"/patients/{visit.patient_id}/book/"]  # fmt: skip


@pytest.mark.parametrize(
    ("size", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light")], ids=["desk", "dark", "phone"]
)
def test_axe_finds_nothing_and_nothing_runs_off_the_screen(chromium, live_server, practice, size, scheme):
    Staff.objects.get(user__username="wilhelmina")
    for page in signed_in(chromium, live_server, viewport=size, color_scheme=scheme):
        for address in addresses():
            page.goto(address)
            if "/visits/" in address and page.locator("body-map").count():
                page.wait_for_selector("body-map .figure")
                page.click(".muscle >> nth=0 >> text=all present")
                page.wait_for_selector("#all-done")
            assert barriers(page, colors_alone=scheme == "dark") == [], address
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, f"{address} is {wide} px too wide"


def test_the_door_and_the_consent_page_for_everybody(chromium, live_server, practice):
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url)
    page = context.new_page()
    page.goto("/sign-in/")
    assert barriers(page) == []
    page.fill("[name=username]", "wilhelmina")
    page.fill("[name=password]", "wrong")
    page.click("button.main")
    expect(page.locator("[role=alert]")).to_contain_text("Incorrect username or password.")
    page.fill("[name=password]", PASSWORD)
    page.click("button.main")
    page.wait_for_url("**/today/**")
    context.close()
    for page in signed_in(chromium, live_server, viewport=PHONE):
        open_board(page)
        page.click(".muscle >> nth=0 >> text=all present")
        page.click("#consent")
        page.wait_for_selector("sign-here svg")
        assert barriers(page) == []
        assert re.search(r"\w{4}", page.locator(".prose").inner_text())


def test_what_was_typed_stays_when_somebody_else_was_quicker(page):
    visit = open_board(page)
    page.evaluate("document.querySelectorAll('#board details').forEach((one) => { one.open = true; })")
    field = page.locator("[name=care]:not([type=hidden])")
    field.click()
    page.keyboard.type("heat and stretching")
    Visit.objects.filter(pk=visit.pk).update(version=visit.version + 5)
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator("#work")).to_contain_text("Your change was not saved")
    expect(page.locator("[name=care]:not([type=hidden])")).to_have_value("heat and stretching")
