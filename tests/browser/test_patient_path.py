"""A patient from the search result to the twelfth week: a real browser, a real mail server, one clock."""

from __future__ import annotations

import datetime
import os
import re
import statistics
import time
from decimal import Decimal

import pytest
import time_machine
from playwright.sync_api import expect

from needlepoint.records.models import FollowUpSurvey, GivenEstimate, Intake, Patient, Staff, Task, Visit
from needlepoint.records.notes.sign import sign_note
from needlepoint.records.outbox.background import one_round
from needlepoint.records.visit.act import act
from needlepoint.treatment.types import PriorCare
from needlepoint.visit import Spot, commands
from needlepoint.visit.facts import Facts
from tests.kit.demo import fill
from tests.kit.visits import ALL_SIGNS, consented

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)
PHONE = {"width": 390, "height": 844}
MONDAY = datetime.datetime(2026, 11, 30, 15, 0, tzinfo=datetime.UTC)  # ten in the morning in New York
SHOTS = os.environ.get("NEEDLEPOINT_SHOTS")


def shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=True) as traveler:
        yield traveler


@pytest.fixture
def phone(chromium, live_server, clock, settings):
    settings.PUBLIC_URL = live_server.url
    fill(12, seed=3, today=MONDAY.date())
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url, locale="en-US", has_touch=True)
    context.set_default_timeout(20_000)
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def post():
    """The worker's rounds until nothing is due."""
    while one_round():
        pass


def book(page, inbox, email="paula@example.org"):
    """From the front page to a booked visit."""
    page.get_by_role("link", name="Book a visit").first.click()
    page.get_by_role("link", name="First visit with injection").click()
    shot(page, "times")
    page.get_by_role("link", name="Later").click()
    page.locator("a.time").nth(3).click()
    page.wait_for_selector("[name=given]")
    page.fill("[name=given]", "Paula")
    page.fill("[name=family]", "Pretended")
    page.fill("[name=birth_date]", "1984-05-17")
    page.fill("[name=email]", email)
    page.check("[name=remind]")
    shot(page, "details")
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/visit/code/")
    post()
    page.fill("[name=code]", inbox.code(to=email, subject="code"))
    page.get_by_role("button", name="Book this visit").click()
    page.wait_for_url("**/me/visits/*/booked/")
    return Visit.objects.get(patient__family="Pretended")


def through_the_door(page, inbox, email="paula@example.org"):
    """What is behind a link about health asks for a code first."""
    page.get_by_role("button", name="Email it to").click()
    page.wait_for_selector("[name=code]")
    post()
    page.fill("[name=code]", inbox.code(to=email, subject="code"))
    page.get_by_role("button", name="Continue").click()


def draw(page):
    page.wait_for_selector("body-map .figure")
    page.click("body-map button:text-is('Back view')")
    page.locator(".map-stage").scroll_into_view_if_needed()
    box = page.locator(".map-stage svg").bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle + 18, box["y"] + box["height"] * 0.17)
    page.mouse.down()
    page.mouse.move(middle + 26, box["y"] + box["height"] * 0.24, steps=6)
    page.mouse.up()


def answer_all(page):
    """The healthy path of the intake, as someone does it who reads each question."""
    draw(page)
    page.locator(".dot-choice:has([name=now][value='7'])").click()
    page.locator(".dot-choice:has([name=worst][value='9'])").click()
    shot(page, "intake-where")
    page.get_by_role("button", name="Next").click()
    page.wait_for_selector("[name=signs]")
    shot(page, "intake-signs")
    page.get_by_label("None of these").check()
    page.get_by_role("button", name="Next").click()
    page.wait_for_selector("#q-began")
    page.get_by_label("One to three months").check()
    page.get_by_label("Bit by bit").check()
    page.fill("#in-words", "It pulls and aches in the shoulder, worse at the desk.")
    page.fill("#in-goal", "Carry my child.")
    shot(page, "intake-story")
    page.get_by_role("button", name="Next").click()
    page.wait_for_selector("#q-medicines")
    page.locator("#q-pregnant").get_by_label("No", exact=True).check()
    page.wait_for_load_state("networkidle")
    page.fill("#in-medicines", "ibuprofen")
    page.click("#add-medicines")
    page.wait_for_selector("#q-medicines input[value=ibuprofen]")
    page.check("#none-allergies")
    page.wait_for_load_state("networkidle")
    page.get_by_label("None of these").check()
    page.wait_for_load_state("networkidle")
    shot(page, "intake-health")
    page.get_by_role("button", name="Next").click()
    page.wait_for_selector("#q-tried")
    page.get_by_label("Physical therapy").check()
    page.wait_for_selector("#care-pt")
    page.fill("[name=care_pt_from]", "2026-08")
    page.fill("[name=care_pt_weeks]", "6")
    page.locator("#care-pt").get_by_label("No", exact=True).check()
    page.wait_for_load_state("networkidle")
    shot(page, "intake-before")
    page.get_by_role("button", name="Next").click()
    page.wait_for_selector("#q-needs")
    shot(page, "intake-contact")
    page.locator("#in-email").check()
    page.get_by_role("button", name="Send to clinic").click()
    page.wait_for_url("**/intake/done/")


def treat(visit, doctor, muscle="trapezius"):
    """What the clinician does, by the acts that the board sends; the version to sign."""
    spot = Spot(muscle, "right")
    for one in (
        commands.CheckIn(),
        commands.AssignRoom(room="1"),
        commands.RecordSigns(spot=spot, signs=ALL_SIGNS),
    ):
        act(doctor, visit.pk, one)
    consented(doctor, visit)
    for one in (
        commands.ReportNothing(),
        commands.RecordTimeOut(),
        commands.RecordInjection(spot=spot, questions_open=True),
        commands.RecordObserved(pain_after=3, reactions=()),
    ):
        row = act(doctor, visit.pk, one)
    return row.version


def test_from_the_search_result_to_the_twelfth_week(phone, inbox, clock, live_server):
    page, email = phone, "paula@example.org"
    # What a search engine shows: the title and the description of a page of the sitemap.
    page.goto("/robots.txt")
    assert "/at/example/sitemap.xml" in page.content()
    page.goto("/at/example/en/")
    title, about = page.title(), page.locator("meta[name=description]").get_attribute("content")
    page.set_content(
        f"<h1>needle for neck pain</h1><a href='{live_server.url}/at/example/en/'>{title}</a><p>{about}</p>"
    )
    page.get_by_role("link", name="Example Pain Clinic").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Trigger point injections")
    shot(page, "front")
    visit = book(page, inbox)
    expect(page.locator("h1")).to_have_text("You are booked")
    shot(page, "me-visit")
    assert Patient.objects.filter(family="Pretended").count() == 1
    post()
    booked = inbox.last(to=email, subject="Your visit on")
    assert "Tuesday" in booked["subject"] or "Monday" in booked["subject"]

    # The questions, on another device that has only the link.
    link = inbox.link(to=email, subject="A few questions")
    context = page.context.browser.new_context(viewport=PHONE, base_url=live_server.url, locale="en-US")
    other = context.new_page()
    other.goto(link)
    through_the_door(other, inbox)
    other.wait_for_url("**/intake/where/")
    answer_all(other)
    shot(other, "intake-done")
    context.close()
    intake = Intake.objects.get(visit=visit)
    visit.refresh_from_db()
    assert intake.handed_in_at is not None
    assert (visit.facts.reported.pain_now, visit.facts.reported.pain_worst) == (7, 9)
    assert visit.facts.reported.drawing
    assert visit.facts.reported.words == "It pulls and aches in the shoulder, worse at the desk."
    assert intake.answers.one("goal") == "Carry my child."
    care = PriorCare(what="physical therapy (from 2026-08)", weeks=Decimal(6), helped=False)
    assert visit.episode.prior_care == (care,)
    assert [row.text for row in visit.patient.list_items.all()] == ["ibuprofen"]
    assert visit.patient.asked.keys() >= {"allergy", "condition", "medicine"}

    # The price, on paper, in time.
    page.goto(f"/me/visits/{visit.pk}/price/")
    expect(page.locator(".bill")).to_contain_text("$340.00")
    page.fill("[name=people]", "2")
    page.fill("[name=income]", "20000")
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="See if I qualify").click()
    expect(page.locator(".bill .you")).not_to_contain_text("$340.00")
    shot(page, "price")
    given = GivenEstimate.objects.get(visit=visit)
    assert given.given_at is not None
    assert given.given_at.date() <= given.due_on

    # The day before: the reminder. Then the visit.
    clock.move_to(visit.starts_at - datetime.timedelta(hours=23))
    post()
    assert inbox.last(to=email, subject="See you") is not None
    clock.move_to(visit.starts_at)
    doctor = Staff.objects.get(pk=visit.clinician_id)
    version = treat(visit, doctor)
    page.goto(inbox.link(to=email, subject="See you"))
    shot(page, "visit-link")
    page.get_by_role("button", name="View").click()
    through_the_door(page, inbox)
    page.get_by_role("link", name="View").first.click()
    expect(page.locator("main")).to_contain_text("trapezius")
    shot(page, "why")
    sign_note(doctor, visit.pk, version)
    post()
    page.goto(inbox.link(to=email, subject="something new to read"))
    page.wait_for_url("**/aftercare/")
    expect(page.locator("main")).to_contain_text("numb for up to one hour")
    expect(page.locator(".moves svg")).to_have_count(1)
    shot(page, "aftercare")

    # Check-ins as the weeks go by: one tap each, a bit more now and then.
    pains = {"1d": 6, "3d": 4, "1w": 2, "4w": 2, "8w": 3, "12w": 6}
    for row in FollowUpSurvey.objects.filter(visit=visit).order_by("due_at"):
        clock.move_to(row.due_at + datetime.timedelta(minutes=1))
        before = len(inbox.mails)
        post()
        assert len(inbox.mails) == before + 1
        page.goto(inbox.link(to=email, subject="How are you feeling today"))
        page.get_by_role("button", name=str(pains[row.moment]), exact=True).click()
        expect(page.locator("h1")).to_contain_text("We got it")
        if row.moment == "1d":
            shot(page, "check-in")
    page.goto("/me/")
    assert "/account/login/code/" in page.url  # twelve hours are long over
    answered = FollowUpSurvey.objects.filter(visit=visit, answered_at__isnull=False)
    assert {row.moment: row.pain for row in answered} == pains
    assert not Task.objects.filter(patient=visit.patient, urgent=True).exists()
    # Nothing of the person's health was ever in a message.
    said = " ".join(f"{mail['subject']} {mail.get_content()}" for _, mail in inbox.mails).lower()
    assert not [
        word
        for word in ("trapezius", "lidocaine", "injection", "needle", "pretended", "pain of")
        if word in said
    ]


def test_the_questions_take_less_than_four_minutes(phone, inbox, capsys):
    """Three times by the machine, with what a person needs to read: 240 words a minute, 1.2 s for each touch."""
    page = phone
    page.goto("/at/example/en/")
    visit = book(page, inbox)
    took = []
    for _ in range(3):
        Intake.objects.filter(visit=visit).delete()
        Visit.objects.filter(pk=visit.pk).update(facts=Facts())
        page.goto(f"/me/visits/{visit.pk}/intake/where/")
        begun = time.perf_counter()
        read = 0
        for name in ("where", "signs", "story", "health", "before", "contact"):
            with_text = page.request.get(f"/me/visits/{visit.pk}/intake/{name}/").text()
            with_text = re.sub(
                r'<details class="card map-list.*?<div class="stack">', "", with_text, flags=re.DOTALL
            )  # shut
            read += len(with_text.split("<main")[1].split("</main")[0].split()) // 3  # marks take two thirds
        answer_all(page)
        machine = time.perf_counter() - begun
        touches = 28
        took.append(machine + read / 4 + touches * 1.2)
    with capsys.disabled():
        print(f"\n  intake: {statistics.median(took):.0f} s (reading and touching reckoned in)")
    assert statistics.median(took) < 240
