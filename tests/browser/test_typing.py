"""Writing is never a command: whatever is typed into a field stays text, while the page is being renewed under it."""

from __future__ import annotations

import random
import string
import urllib.parse

import msgspec
import pytest
from playwright.sync_api import expect

from needlepoint.records.models import Consent, Note, Patient, Staff, Visit
from needlepoint.visit.facts import NoteText
from tests.browser.board import draw_signature, open_board, settled, signed_in
from tests.kit.demo import fill
from tests.kit.visits import allow_needle

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)

WORDS = ["ibuprofen 400", "massages, exercises", "stretches and massages, some steroids", "9 dn so cux?"]
FAST, NORMAL = 15, 110  # milliseconds between two keys
FIELDS = "input:not([type=hidden], [type=checkbox], [type=radio], [type=range]), textarea"
# Acts of the board that only a deliberate press may cause, by address and by what is sent.
COMMANDS = ("/find/", "/undo/", "/done/", "/sign/", "/consent/", "name=clear", "reactions=&")


@pytest.fixture
def page(chromium, live_server):
    fill(12, seed=3)
    yield from signed_in(chromium, live_server)


@pytest.fixture
def posts(page):
    """Everything that the page sends, as address and decoded body."""
    found = []

    def keep(request):
        if request.method == "POST" or "/consent/" in request.url:
            found.append(f"{request.url} {urllib.parse.unquote_plus(request.post_data or '')}&")

    page.on("request", keep)
    return found


def earlier(page):
    """The part on what was before today, opened."""
    if not page.locator("[name=began_on]").is_visible():
        page.get_by_text("Onset and prior treatment").click()


def ready(page):
    """A board on which one more press would sign: every command would work."""
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
    page.click("#no-reactions")
    settled(page)
    return visit


def slow(page, milliseconds):
    """An answer arrives in the middle of the typing."""

    def late(route):
        page.wait_for_timeout(milliseconds)
        route.continue_()

    page.route("**/history/", late)


def fields(page):
    """The visible fields of the board, each with a handle that outlives the renewal of the page."""
    page.evaluate("document.querySelectorAll('#board details').forEach((one) => { one.open = true; })")
    return page.evaluate(
        """(fields) => [...document.querySelectorAll(`#board :is(${fields})`)]
          .filter((one) => !one.readOnly && one.checkVisibility() && one.name !== "began_on")
          .map((one) => [one.name, one.form.getAttribute("hx-post"),
            [...document.querySelectorAll(`#board [name="${one.name}"]`)].indexOf(one)])""",
        FIELDS,
    )


@pytest.mark.parametrize("pause", [FAST, NORMAL], ids=["fast", "normal"])
def test_typing_into_any_field_of_the_board_right_after_another_is_never_a_command(page, posts, pause):
    visit = ready(page)
    slow(page, 250)
    posts.clear()
    for number, (name, address, nth) in enumerate(fields(page)):
        words = WORDS[number % len(WORDS)][: 40 if pause == FAST else 12]
        page.locator("[name=began_on]").fill(f"2026-02-{number % 27 + 1:02}")
        field = page.locator(f"#board [name='{name}']").nth(nth)
        field.click()
        field.press("Control+End")
        before = field.input_value()
        page.keyboard.type(words, delay=pause)
        settled(page)
        typed = page.evaluate("document.activeElement.value")
        wanted = before + words if field.get_attribute("type") not in ("number", "time") else typed
        assert typed == wanted[: int(field.get_attribute("maxlength") or 5000)], (name, address)
        field.fill(before)
        assert Note.objects.filter(visit=visit).count() == 0, name
        assert not [sent for sent in posts if any(act in sent for act in COMMANDS)], (name, posts)
    assert page.url.endswith(f"/visits/{visit.pk}/")


def test_a_field_keeps_focus_caret_and_text_while_the_board_is_renewed(page):
    open_board(page)
    earlier(page)
    slow(page, 300)
    page.locator("[name=began_on]").fill("2026-03-01")
    page.locator("[name=care]:not([type=hidden])").click()
    page.keyboard.type("massages", delay=10)
    page.keyboard.press("Home")
    page.keyboard.type("deep ", delay=150)
    settled(page)
    expect(page.locator("[name=care]:not([type=hidden])")).to_be_focused()
    assert page.locator("[name=care]:not([type=hidden])").input_value() == "deep massages"
    assert page.evaluate("document.activeElement.selectionStart") == 5


def test_unsaved_text_outlives_an_update_and_the_newer_text_is_shown_beside(page, chromium, live_server):
    visit = open_board(page)
    field = page.locator("[name=own_words]")
    page.click(".muscle >> nth=0 >> text=all present")
    settled(page)
    field.click()
    page.keyboard.type("Mine, half ")
    other = Visit.objects.get(pk=visit.pk)
    other.facts = msgspec.structs.replace(other.facts, note=NoteText(own_words="Theirs."))
    other.save()
    page.evaluate(
        """htmx.ajax('POST', document.querySelector('#board [hx-post$="/history/"]').getAttribute('hx-post'), {
          target: '#work', source: '#board', values: {version: document.querySelector('#version').value}})"""
    )
    expect(page.locator(".newer")).to_contain_text("Theirs.")
    page.keyboard.type("done.")
    assert field.input_value() == "Mine, half done."


def test_what_was_changed_while_an_answer_was_on_its_way_is_sent_afterward(page):
    visit = open_board(page)
    page.click(".muscle >> nth=0 >> text=all present")
    settled(page)
    earlier(page)
    slow(page, 600)
    page.locator("[name=began_on]").fill("2026-03-01")
    page.locator("[name=own_words]").fill("Driving was discussed.")
    page.keyboard.press("Tab")
    page.wait_for_timeout(200)
    settled(page)
    page.wait_for_timeout(1500)
    settled(page)
    visit.refresh_from_db()
    assert visit.facts.note.own_words == "Driving was discussed."


def test_random_keys_never_sign_never_consent_and_never_leave_the_board(page):
    visit = ready(page)
    consents = Consent.objects.count()
    address = page.url
    dice = random.Random(20261121)
    page.mouse.click(5, 5)
    for _ in range(150):
        page.keyboard.press(dice.choice(string.ascii_letters + string.digits + ".,/-+"))
    settled(page)
    assert page.url == address
    assert Note.objects.filter(visit=visit).count() == 0
    assert Consent.objects.count() == consents
    expect(page.locator("#work")).to_be_visible()


def test_shortcuts_are_listed_and_can_be_switched_off(page):
    visit = open_board(page)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Ctrl")
    page.get_by_label("Use keyboard shortcuts on this device").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.wait_for_selector("body-map .figure")
    page.wait_for_timeout(1200)
    for key in "1adn?":
        page.keyboard.press(key)
    settled(page)
    assert visit.changes.count() == 0
    expect(page.locator("#keys")).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Use keyboard shortcuts on this device").check()
    page.get_by_role("button", name="Close").click()
    page.wait_for_timeout(1200)
    page.keyboard.press("1")
    page.keyboard.press("a")
    settled(page)
    assert visit.changes.count() == 1


def test_no_other_page_takes_text_for_a_command(page, posts):
    patient = Patient.objects.order_by("pk").first()
    done = Visit.objects.filter(state="done").first()
    own = f"/patients/{patient.pk}/"
    for address in ("/today/", "/patients/", "/patients/new/", own, f"{own}edit/", f"/visits/{done.pk}/", "/stock/",
                    "/settings/", "/settings/outside/", "/post/"):  # fmt: skip
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        posts.clear()
        for field in page.locator("main").locator(FIELDS).all()[:12]:
            if not field.is_visible() or not field.is_editable():
                continue
            field.click()
            page.keyboard.type(WORDS[3], delay=5)
        assert not [sent for sent in posts if urllib.parse.urlsplit(sent.split()[0]).path != address], address
        assert page.url.endswith(address)


def test_a_refusal_stands_beside_what_it_is_about_and_the_text_stays(page):
    open_board(page)
    page.click(".muscle >> nth=0 >> text=all present")
    settled(page)
    page.locator("summary", has_text="Recent local anesthetic; skin problems").click()
    field = page.locator("[name=dose_mg]")
    field.fill("99999")
    page.click("#given-add")
    said = page.locator(".field-error")
    expect(said).to_be_in_viewport()
    expect(page.locator(".beside [role=alert]")).to_contain_text("Not saved.")
    gap = said.bounding_box()["y"] - field.bounding_box()["y"]
    assert 0 < gap < 150
    assert field.input_value() == "99999"
    field.fill("20")
    page.click("#given-add")
    expect(said).to_have_count(0)


def test_the_header_stays_in_view_and_follows_an_answer(page):
    visit = open_board(page)
    visit.patient.list_items.all().delete()
    Patient.objects.filter(pk=visit.patient_id).update(
        asked={}, sex="female", pregnant=None, birth_date="1990-05-05"
    )
    page.reload()
    page.wait_for_selector("body-map .figure")
    expect(page.locator("[data-slot=allergy]")).to_contain_text("not recorded")
    page.click(".muscle >> nth=0 >> text=all present")
    settled(page)
    page.click("#pregnant-yes")
    expect(page.locator("[data-slot=pregnant]")).to_contain_text("yes")
    page.locator("#sign").scroll_into_view_if_needed()
    page.mouse.wheel(0, 3000)
    expect(page.locator("#safety")).to_be_in_viewport(ratio=0.9)


def test_a_volume_typed_while_the_board_is_renewed_is_the_one_recorded(page):
    visit = open_board(page)
    page.click(".muscle >> nth=0 >> text=all present")
    settled(page)
    allow_needle(Staff.objects.get(user__username="wilhelmina"), visit)
    page.reload()
    page.route("**/safety/", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.click("#all-clear")
    page.locator("[name=actual_ml]").first.click(click_count=3)
    page.keyboard.type("0.8", delay=60)
    settled(page)
    page.wait_for_timeout(1200)
    expect(page.locator("[name=anyway]")).to_have_count(0)
    page.locator("[id^=done-]").first.click()
    settled(page)
    given = [site.given for site in visit.sites.all() if site.given]
    assert [str(one.volume_ml) for one in given] == ["0.8"]


def test_a_fault_is_said_at_its_field_and_goes_with_the_next_press(page):
    visit = open_board(page)
    earlier(page)
    page.fill("[name=care]:not([type=hidden])", "yoga")
    page.fill("[name=weeks]", "six")
    page.locator("form:has([name=care]:not([type=hidden])) button").click()
    weeks = page.locator("[name=weeks]")
    expect(weeks).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{weeks.get_attribute('aria-describedby')}")).to_contain_text("Enter digits only")
    assert page.input_value("[name=care]:not([type=hidden])") == "yoga"
    page.fill("[name=weeks]", "6")
    page.locator("form:has([name=care]:not([type=hidden])) button").click()
    settled(page)
    expect(page.locator(".field-error")).to_have_count(0)
    visit.episode.refresh_from_db()
    assert visit.episode.prior_care[-1].weeks == 6
