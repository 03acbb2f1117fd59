"""The patients' side as a stranger, a patient, a helper and an abuser find it."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import re
import xml.etree.ElementTree as ET

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from needlepoint.guard.models import AuditEvent, User
from needlepoint.leaflets import load_sections
from needlepoint.leaflets.questions import SECTIONS
from needlepoint.records.accounts import invite, open_account
from needlepoint.records.booking import book
from needlepoint.records.front_desk import set_words
from needlepoint.records.intake import answer, hand_in, intake_of, set_where
from needlepoint.records.links import make_code, make_link
from needlepoint.records.models import (
    Access,
    Code,
    Feedback,
    GivenEstimate,
    Listed,
    Location,
    Message,
    Outgoing,
    Patient,
    Picture,
    Service,
    Site,
    Task,
    Visit,
    Waiting,
)
from needlepoint.records.post import queue
from needlepoint.records.prices import give_due, start_estimate
from needlepoint.records.sending import send_due
from needlepoint.records.times import free_slots
from needlepoint.refusal import Refused
from tests.leaflets.reading import SIXTH, grade

PAGES = ["", "muscles/", "muscles/trapezius/", "urgent/", "prices/", "prices/help/", "visit/", "feedback/"]


@pytest.fixture
def patient(clinic):
    """Someone who pays alone and has been treated once."""
    row = Patient.objects.order_by("pk").first()
    row.payer, row.coverages, row.language, row.sex = "", [], "en", "female"
    row.birth_date = datetime.date(1984, 5, 17)
    row.save()
    return row


@pytest.fixture
def ahead(patient, doctor):
    """A visit of theirs in two weeks."""
    service = Service.objects.get(technique="wet")
    first = timezone.now().date() + datetime.timedelta(days=14)
    return book(doctor, patient, service, free_slots(doctor.practice, service, first, 7)[0])


def test_who_read_in_spanish_is_answered_in_spanish(client, patient):
    patient.language = "es"
    patient.save()
    enter(client, patient)
    assert '<html lang="es">' in client.get("/me/").content.decode()


def enter(client, patient, target="/me/"):
    """Through the door with a code, as a patient comes."""
    link, token = make_link("open", patient, None, target)
    code, kept = make_code()
    Code.objects.create(
        link=link, channel="email", code=kept, expires_at=timezone.now() + datetime.timedelta(minutes=9)
    )
    answer = client.post(f"/go/{token}/", {"code": code})
    assert answer.status_code == 302
    assert answer["Location"] == target
    return client


@pytest.fixture
def me(client, patient):
    return enter(client, patient)


def text_of(page):
    """What a person reads of a page: a block is a line."""
    html = page.content.decode().split("<main")[1].split("</main>")[0]
    html = re.sub(r"<(script|style|option|svg|datalist)\b.*?</\1>", " ", html, flags=re.DOTALL)
    html = re.sub(
        r"</?(p|li|h\d|dt|dd|label|legend|summary|a|button|div|section|figcaption|tr|td|th|span)\b[^>]*>",
        "\n",
        html,
    )
    lines = [" ".join(line.split()) for line in re.sub(r"<[^>]+>|&\w+;|&#\w+;", " ", html).splitlines()]
    return "\n".join(line for line in lines if len(line.split()) >= 4 and line[-1:] in ".!?")


# --- the public site


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_needs_no_account_keeps_nothing_and_calls_nobody(client, clinic, path, lang):
    page = client.get(f"/at/example/{lang}/{path}")
    assert page.status_code == 200
    html = page.content.decode()
    assert f'<html lang="{lang}">' in html
    assert "sessionid" not in page.cookies
    sources = re.findall(r'(?:src|href|action)="([^"]+)"', html)
    outside = {url for url in sources if url.startswith("http") and "testserver" not in url}
    assert (
        re.findall(r'(?:src|srcset)="(https?:[^"]+)"', html) == []
    )  # nothing is fetched from elsewhere: links only
    assert not [url for url in outside if "google" in url or "facebook" in url]
    if path not in ("prices/help/", "feedback/"):
        assert "<script" not in html.replace('<script type="application/ld+json">', "")


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_read_in_the_sixth_grade(client, clinic, path, lang):
    text = text_of(client.get(f"/at/example/{lang}/{path}"))
    names = r"(?i)trapezius|trapecio|levator scapulae"
    assert not text or grade(re.sub(names, "it" if lang == "en" else "este", text), lang) <= SIXTH


def test_the_front_page_is_quick_in_queries(client, clinic, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get("/at/example/en/")


def test_structured_data_and_sitemap(client, clinic):
    html = client.get("/at/example/es/").content.decode()
    found = json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL).group(1)
    )
    assert found["@type"] == "MedicalClinic"
    assert found["telephone"] == "555-555-0100"
    assert found["address"]["postalCode"] == "12207"
    sitemap = ET.fromstring(client.get("/at/example/sitemap.xml").content)
    urls = [node.text for node in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(urls) == len(set(urls)) > 250
    for url in urls[::23]:
        assert client.get(url.removeprefix("http://testserver")).status_code == 200
    assert 'hreflang="en"' in html


def test_the_home_address_leads_where_one_belongs(client, clinic, doctor):
    assert client.get("/", HTTP_ACCEPT_LANGUAGE="es").url == "/at/example/"
    assert client.get("/at/example/", HTTP_ACCEPT_LANGUAGE="es-MX").url == "/at/example/es/"
    client.force_login(doctor.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").url == "/today/"


def test_a_practice_writes_its_own_words_and_hides_sections(client, clinic, doctor):
    set_words(doctor, "what", "en", "Ours <b>", "First line.\n\n- <script>alert(1)</script>\n- two", True)
    set_words(doctor, "risks", "en", "", "", False)
    html = client.get("/at/example/en/").content.decode()
    assert "Ours &lt;b&gt;" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert 'id="risks"' not in html
    assert 'id="risks"' in client.get("/at/example/es/").content.decode()
    set_words(doctor, "what", "en", "", "", True)  # empty again: ours
    assert load_sections()["what"].title_en in client.get("/at/example/en/").content.decode()


def test_what_is_not_there_is_not_there(client, clinic):
    for path in ("/at/none/en/", "/at/example/fr/", "/at/example/en/muscles/nothing/", "/pictures/en/muscle/no.svg",
                 "/pictures/fr/muscle/trapezius.svg", "/pictures/en/move/doorway-up.svg",
                 "/at/example/en/visit/999/"):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_the_picture_book_asks_nothing(client, clinic):
    html = (
        client.get("/at/example/en/muscles/trapezius/").content.decode().split("<main")[1].split("</main>")[0]
    )
    assert "<form" not in html
    assert "<input" not in html


@pytest.mark.parametrize(
    ("people", "income", "insured", "expected"),
    [
        ("2", "20000", "no", "You pay nothing"),
        ("1", "500000", "no", "full price"),
        ("4", "$60,000", "yes", "of each dollar"),
    ],
)  # fmt: skip
def test_three_questions_to_an_answer(client, clinic, people, income, insured, expected):
    page = client.post(
        "/at/example/en/prices/help/", {"people": people, "income": income, "insured": insured}
    )
    assert expected in page.content.decode()


@pytest.mark.parametrize(
    ("people", "income"), [("0", "1"), ("x", "1"), ("2", "-5"), ("2", "NaN"), ("2", "1e99"), ("", "")]
)
def test_three_questions_with_nonsense(client, clinic, people, income):
    assert client.post("/at/example/en/prices/help/", {"people": people, "income": income}).status_code == 422


def test_a_complaint_without_a_name(client, clinic):
    sent = {"kind": "complaint", "text": "Nobody called <script>alert(1)</script>", "contact": ""}
    assert client.post("/at/example/en/feedback/", sent).status_code == 200
    row = Feedback.objects.get()
    assert row.patient is None
    assert Task.objects.get(title__startswith="Complaint").urgent
    assert client.post("/at/example/en/feedback/", {"kind": "threat", "text": "x" * 10}).status_code == 422


# --- doors


def test_every_page_of_a_patient_is_shut_to_strangers_and_staff(client, clinic, doctor, ahead):
    paths = [
        "/me/", "/me/messages/", "/me/people/", "/me/settings/", "/me/bills/", "/me/trend.svg", "/me/my-data.pdf",
        "/me/my-data.fhir.json",
        *(f"/me/visits/{ahead.pk}/{rest}" for rest in ("", "price/", "estimate.pdf", "why/", "aftercare/", "note.pdf",
          "drawing.svg", "intake/", "intake/where/", "intake/names/medicines/")),
    ]  # fmt: skip
    for path in paths:
        assert client.get(path).status_code == 302, path
    client.force_login(doctor.user, backend="django.contrib.auth.backends.ModelBackend")
    for path in paths:
        assert client.get(path).status_code == 403, path  # and not round and round to the door


def test_no_address_for_patients_was_forgotten_above():
    def names(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from names(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                yield prefix + str(pattern.pattern)

    mine = [path for path in names(get_resolver().url_patterns) if path.startswith("me/")]
    assert len(mine) == 26  # a new one belongs into the test above, or into one of its own for POST


def test_nobody_sees_anybody_elses(me, patient, elsewhere, clinic):
    other = Visit.objects.exclude(patient=patient).filter(practice=clinic).first()
    for visit in (other, elsewhere):
        for rest in ("", "price/", "why/", "aftercare/", "note.pdf", "intake/where/", "intake/"):
            assert me.get(f"/me/visits/{visit.pk}/{rest}").status_code == 404
        assert me.post(f"/me/visits/{visit.pk}/intake/story/", {"began": "days"}).status_code == 404
        assert me.post(f"/me/visits/{visit.pk}/intake/hand-in/").status_code == 404


def test_a_code_that_is_wrong_old_or_used_opens_nothing(client, patient):
    link, token = make_link("open", patient, None, "/me/")
    code, kept = make_code()
    row = Code.objects.create(
        link=link, channel="email", code=kept, expires_at=timezone.now() + datetime.timedelta(minutes=9)
    )
    wrong = "000000" if code != "000000" else "111111"
    assert client.post(f"/go/{token}/", {"code": wrong}).status_code == 200
    Code.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert client.post(f"/go/{token}/", {"code": code}).status_code == 200
    Code.objects.update(expires_at=timezone.now() + datetime.timedelta(minutes=9), tries=0)
    assert client.post(f"/go/{token}/", {"code": code}).status_code == 302
    client.session.flush()
    client.cookies.clear()
    assert client.post(f"/go/{token}/", {"code": code}).status_code == 200  # once is once
    row.refresh_from_db()
    assert row.used_at is not None
    assert client.get("/me/").status_code == 302


def test_six_codes_an_hour_and_masked_addresses(client, patient):
    patient.email = "someone@example.org"
    patient.save()
    _, token = make_link("open", patient, None, "/me/")
    page = client.get(f"/go/{token}/").content.decode()
    assert "s•••@e•••" in page
    assert "someone@example.org" not in page
    assert patient.family not in page
    statuses = [client.post(f"/go/{token}/", {"by": "email"}).status_code for _ in range(7)]
    assert statuses == [200] * 6 + [422]
    assert Outgoing.objects.filter(kind="code").count() == 6
    assert client.post(f"/go/{token}/", {"by": "pigeon"}).status_code == 422


def test_guessing_links_is_slowed_down(client, clinic):
    statuses = [client.get(f"/v/guess{number}/").status_code for number in range(40)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert 25 <= statuses.count(404) <= 31


def test_a_link_opens_only_what_it_is_for(client, patient, ahead):
    _, token = make_link("visit", patient, ahead)
    for path in (f"/go/{token}/", f"/c/{token}/", f"/stop/{token}/", f"/offer/{token}/", f"/cal/{token}.ics"):
        assert client.get(path).status_code == 404


def test_booking_by_a_script_is_slowed_down(client, clinic):
    service = Service.objects.get(technique="wet")
    first = timezone.now().date() + datetime.timedelta(days=14)
    slots = free_slots(clinic, service, first, 7)
    statuses = []
    for number in range(24):
        slot = slots[number * 3]
        sent = {"given": "A", "family": "B", "birth_date": "1990-01-01", "email": f"a{number}@example.org"}
        statuses.append(
            client.post(f"/at/example/en/visit/{service.pk}/{slot.staff_id}/{slot.at}/", sent).status_code
        )
    assert 429 in statuses
    assert statuses.count(302) <= 20
    trap = {
        "given": "A",
        "family": "B",
        "birth_date": "1990-01-01",
        "email": "a@example.org",
        "website": "spam",
    }
    assert client.post(
        f"/at/example/en/visit/{service.pk}/{slots[-1].staff_id}/{slots[-1].at}/", trap
    ).status_code in (302, 429)


def test_signing_in_tells_nobody_who_has_an_account(client, patient, inbox):
    patient.email = "known@example.org"
    patient.save()
    open_account(patient)
    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        page = client.post("/account/login/code/", {"email": email}, follow=True)
        answers.append((page.status_code, page.redirect_chain, re.sub(r'value="[^"]*"', "", text_of(page))))
        client.cookies.clear()
    assert answers[0] == answers[1]
    assert [to for to, _ in inbox.mails] == ["known@example.org"]


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/set/", "password/change/", "password/reset/"]
)
def test_nobody_claims_an_address_or_a_password(me, patient, path):
    """An address that was not proved must never lead to a patient: allauth's pages for that are shut."""
    open_account(patient)
    client = me
    client.force_login(
        User.objects.get(email=patient.email), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(f"/account/{path}").status_code == 404
    assert (
        client.post(f"/account/{path}", {"email": "victim@example.org", "action_add": ""}).status_code == 404
    )


def test_a_claimed_address_of_another_is_not_theirs(patient):
    from allauth.account.models import EmailAddress

    thief = User.objects.create(username="thief", email="thief@example.org")
    EmailAddress.objects.create(user=thief, email="victim@example.org", verified=False, primary=False)
    patient.email = "victim@example.org"
    patient.save()
    with contextlib.suppress(IntegrityError):  # or the address is refused as taken: never the thief's
        assert open_account(patient) != thief
    assert not Access.objects.filter(user=thief).exists()


def test_an_account_by_a_code_to_its_address(client, patient, inbox):
    patient.email = "known@example.org"
    patient.save()
    open_account(patient)
    client.post("/account/login/code/", {"email": "known@example.org"})
    text = inbox.mails[-1][1].get_content()
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", text, re.MULTILINE).group(1)
    page = client.post("/account/login/code/confirm/", {"code": code}, follow=True)
    assert page.redirect_chain[-1][0] == "/me/"
    assert patient.given in page.content.decode()
    assert client.get("/today/").status_code in (302, 403)  # never the practice's side
    assert client.get("/patients/").status_code in (302, 403)


def test_an_account_of_the_staff_is_never_a_patients(patient, doctor):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=doctor.user, email="doctor@example.org", verified=True, primary=True)
    with pytest.raises(Refused, match="staff"):
        invite(patient, "doctor@example.org", "Doctor")


# --- the patient's own pages


def test_a_helper_sees_until_the_patient_ends_it(client, me, patient):
    me.post("/me/people/", {"email": "help@example.org", "named": "My <b>daughter</b>"})
    row = Access.objects.get(relation="proxy")
    assert Outgoing.objects.filter(kind="invited", to="help@example.org").count() == 1
    assert "&lt;b&gt;" in me.get("/me/people/").content.decode()
    helper = client.__class__()
    helper.force_login(User.objects.get(pk=row.user_id), backend="django.contrib.auth.backends.ModelBackend")
    assert helper.get("/me/").status_code == 200
    assert helper.post("/me/people/", {"email": "more@example.org", "named": "More"}).status_code == 404
    assert AuditEvent.objects.filter(who="proxy", patient_id=patient.pk).exists()
    me.post("/me/people/", {"end": str(row.pk)})
    assert helper.get("/me/").status_code == 403


def test_own_pages_ask_the_same_few_questions_of_the_database(me, patient, django_assert_max_num_queries):
    seed = Visit.objects.filter(patient=patient).first()
    Visit.objects.bulk_create(
        Visit(
            practice=seed.practice, location=seed.location, patient=patient, episode=seed.episode, state="done",
            clinician=seed.clinician, starts_at=seed.starts_at - datetime.timedelta(days=n), pain={"now": 5},
        )
        for n in range(300)
    )  # fmt: skip
    me.get("/me/")
    with django_assert_max_num_queries(12):
        page = me.get("/me/").content.decode()
    assert page.count("visit-card") <= 41


def test_words_with_the_practice(me, patient, signed_in_apart):
    assert me.post("/me/messages/", {"text": "When may I swim? <script>"}).status_code == 302
    assert Task.objects.filter(patient=patient, title="Message from the patient").count() == 1
    signed_in_apart.post(f"/patients/{patient.pk}/reply/", {"text": "Tomorrow."})
    page = me.get("/me/messages/").content.decode()
    assert "Tomorrow." in page
    assert "&lt;script&gt;" in page
    assert Outgoing.objects.filter(patient=patient, kind="paper", words__target="/me/messages/").count() == 1
    assert me.post("/me/messages/", {"text": " "}).status_code == 422
    Message.objects.bulk_create(Message(patient=patient, shared=True, text="x") for _ in range(20))
    assert me.post("/me/messages/", {"text": "more"}).status_code == 422
    inner = Message.objects.create(patient=patient, by=None, text="between us", shared=False)
    assert "between us" not in me.get("/me/messages/").content.decode()
    assert inner.pk


@pytest.fixture
def signed_in_apart(doctor):
    from django.test import Client

    client = Client()
    client.force_login(doctor.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_everything_to_take_along_is_read_by_another_program(me, patient, ahead):
    visit = Visit.objects.filter(patient=patient, state="done").first()
    Listed.objects.create(patient=patient, kind="allergy", text="latex", reaction="itch")
    Listed.objects.create(patient=patient, kind="condition", text="migraine")
    Site.objects.create(
        visit=visit, muscle="soleus", side="left", done_at=visit.starts_at, done={"volume_ml": "0.5"}
    )
    answer = me.get("/me/my-data.fhir.json")
    assert answer["Content-Type"] == "application/fhir+json"
    bundle = Bundle.model_validate_json(answer.content)
    kinds = {entry.resource.__resource_type__ for entry in bundle.entry}
    assert kinds >= {"Patient", "Encounter", "Procedure", "Observation", "AllergyIntolerance", "Condition"}
    assert me.get("/me/my-data.pdf").content.startswith(b"%PDF")


def test_a_note_is_shared_unless_it_is_withheld(me, patient, doctor, signed_in_apart):
    from needlepoint.records.models import Note

    visit = Visit.objects.filter(patient=patient, state="done").first()
    Note.objects.create(
        visit=visit, sentences=[], record={}, signed_by=doctor, pdf=b"%PDF-1.7", sha256="0" * 64
    )
    assert me.get(f"/me/visits/{visit.pk}/note.pdf").status_code == 200
    signed_in_apart.post(f"/visits/{visit.pk}/withhold/", {"why": "harm to another person"})
    assert me.get(f"/me/visits/{visit.pk}/note.pdf").status_code == 404
    assert "DocumentReference" not in me.get("/me/my-data.fhir.json").content.decode()


def test_every_read_of_a_patient_stands_in_the_trail(me, patient, ahead):
    before = AuditEvent.objects.filter(patient_id=patient.pk).count()
    for path in (
        "/me/",
        f"/me/visits/{ahead.pk}/",
        f"/me/visits/{ahead.pk}/price/",
        "/me/my-data.pdf",
        "/me/messages/",
    ):
        assert me.get(path).status_code == 200
    events = AuditEvent.objects.filter(patient_id=patient.pk).order_by("pk")[before:]
    assert [(row.who, row.action) for row in events] == [("patient", "read")] * 3 + [
        ("patient", "print"),
        ("patient", "read"),
    ]


def test_the_price_and_the_estimate_in_time(me, patient, ahead):
    row = GivenEstimate.objects.get(visit=ahead)
    assert row.because == "scheduled"
    assert give_due() >= 1
    row.refresh_from_db()
    assert bytes(row.pdf).startswith(b"%PDF")
    assert row.given_at.date() <= row.due_on
    assert me.get(f"/me/visits/{ahead.pk}/estimate.pdf").status_code == 200
    me.post(
        f"/me/visits/{ahead.pk}/price/", {"do": "screen", "people": "2", "income": "20000", "insured": "no"}
    )
    assert "You pay nothing here." in me.get(f"/me/visits/{ahead.pk}/price/").content.decode()
    me.post(f"/me/visits/{ahead.pk}/price/", {"do": "estimate"})
    assert (
        GivenEstimate.objects.filter(visit=ahead, given_at__isnull=False).order_by("-pk").first().total_usd
        == 0
    )


def test_the_price_on_paper_before_anybody_said_who_they_are(client, clinic):
    service = Service.objects.get(technique="wet")
    slot = free_slots(clinic, service, timezone.now().date() + datetime.timedelta(days=14), 7)[0]
    for lang in ("en", "es"):
        answer = client.get(f"/at/example/{lang}/visit/{service.pk}/{slot.staff_id}/{slot.at}/price.pdf")
        assert answer.content.startswith(b"%PDF")


def test_what_the_visits_cost_and_a_place_in_the_line(me, patient):
    page = me.get("/me/bills/").content.decode()
    assert "not a bill" in page
    assert "$" in page
    service = Service.objects.get(technique="wet")
    assert me.post("/me/wait/", {"service": str(service.pk)}).status_code == 302
    row = Waiting.objects.get(patient=patient)
    assert row.offered is not None  # something is free: it is held for them at once
    assert me.post("/me/wait/", {"service": "999999"}).status_code == 404
    assert me.post("/me/wait/", {"service": "x"}).status_code == 404


def test_the_mail_of_the_demo_is_shown_in_the_demo_only(client, clinic, settings, patient, tmp_path):
    assert client.get("/demo/mail/").status_code == 404
    settings.DEMO, settings.EMAIL_FILE_PATH = True, tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    queue(patient, "booked", "demo", at_once=True, link="visit", when=timezone.now().isoformat())
    send_due("w")
    page = client.get("/demo/mail/").content.decode()
    assert patient.email in page
    assert 'href="/v/' in page


def test_the_why_page_has_a_price_also_without_a_booking(me, patient):
    visit = Visit.objects.filter(patient=patient, state="done").first()
    page = me.get(f"/me/visits/{visit.pk}/why/").content.decode()
    assert "$" in page
    assert "What is not sure" in page
    assert me.get(f"/me/visits/{visit.pk}/why/?pdf").content.startswith(b"%PDF")
    assert me.get(f"/me/visits/{visit.pk}/aftercare/?pdf").content.startswith(b"%PDF")


def test_an_estimate_that_cannot_be_made_stays_on_the_desks_list(patient, ahead, clinic, signed_in_apart):
    clinic.billing = {}
    clinic.save()
    Location.objects.update(address={})
    GivenEstimate.objects.filter(visit=ahead).update(given_at=None)
    assert give_due() == 0
    assert patient.family in signed_in_apart.get("/post/").content.decode()


def test_who_has_a_plan_gets_no_good_faith_estimate(patient, ahead):
    patient.payer = "aetna"
    patient.save()
    GivenEstimate.objects.all().delete()
    ahead.refresh_from_db()
    assert start_estimate(Visit.objects.get(pk=ahead.pk), "scheduled") is None


# --- the intake


HEALTHY = {
    "began": ["months"], "start": ["slow"], "words": ["It pulls."], "goal": ["Lift my child."], "pregnant": ["no"],
    "medicines": ["ibuprofen"], "allergies": [""], "conditions": ["none"], "tried": ["pt", "heat"],
    "care_pt_from": ["2026-03"], "care_pt_weeks": ["6"], "care_pt_helped": ["some"],
}  # fmt: skip


def test_the_intake_goes_into_the_record(ahead, patient):
    ahead = Visit.objects.get(pk=ahead.pk)
    ahead.episode.prior_care = None
    ahead.episode.save()
    set_where(ahead, [], 5, 8)
    answer(ahead, HEALTHY)
    with_lists = hand_in(Visit.objects.get(pk=ahead.pk))
    hand_in(Visit.objects.get(pk=ahead.pk))  # pressed twice
    patient.refresh_from_db()
    assert with_lists.handed_in_at
    assert (
        Listed.objects.filter(patient=patient, text="ibuprofen", kind="medicine", noted_by=None).count() <= 1
    )
    assert patient.pregnant is False
    episode = Visit.objects.get(pk=ahead.pk).episode
    assert episode.prior_care == [
        {"what": "physical therapy (from 2026-03)", "weeks": "6", "helped": True},
        {"what": "heat", "helped": None},
    ]
    assert Visit.objects.get(pk=ahead.pk).complaint["pain_text"] == "It pulls."


def test_a_branch_that_no_longer_matters_is_forgotten(ahead):
    answer(ahead, {"conditions": ["diabetes"]})
    answer(ahead, {"sugar": ["no"]})
    assert intake_of(ahead).answers["sugar"] == "no"
    answer(ahead, {"conditions": ["none", "heart"]})
    assert intake_of(ahead).answers == {"conditions": ["heart"]}
    answer(ahead, {"tried": ["pt"], "care_pt_weeks": ["4"]})
    answer(ahead, {"tried": ["none"]})
    assert intake_of(ahead).answers["care"] == {}


def test_a_fresh_crash_is_said_in_words_that_are_screened(ahead):
    answer(ahead, HEALTHY | {"start": ["crash"], "crash_when": ["fresh"], "words": ["Bad back pain since."]})
    assert "fall or crash" in Visit.objects.get(pk=ahead.pk).complaint["pain_text"]


def test_an_emergency_becomes_a_task(ahead, patient):
    set_where(ahead, [], 9, 9)
    answer(ahead, HEALTHY | {"words": ["Crushing chest pain going to my left arm, I am sweating"]})
    hand_in(Visit.objects.get(pk=ahead.pk))
    assert Task.objects.filter(patient=patient, urgent=True, title__startswith="Warning sign").count() == 1


def test_what_is_not_answered_is_not_handed_in(ahead):
    answer(ahead, {"began": ["days"]})
    with pytest.raises(Refused, match="medicines"):
        hand_in(Visit.objects.get(pk=ahead.pk))


def test_in_the_room_the_clinician_writes(ahead):
    Visit.objects.filter(pk=ahead.pk).update(state="in_room")
    with pytest.raises(Refused, match="begun"):
        answer(Visit.objects.get(pk=ahead.pk), {"began": ["days"]})


@pytest.mark.parametrize(
    "sent",
    [
        {"began": "never"}, {"began": ["days", "weeks"]}, {"conditions": ["<script>"]}, {"words": "x" * 3000},
        {"medicines": [str(n) for n in range(50)]}, {"tried": ["pt"], "care_pt_weeks": ["-1"]},
        {"tried": ["pt"], "care_pt_from": ["2031-01"]}, {"tried": ["pt"], "care_pt_from": ["yesterday"]},
        {"tried": ["pt"], "care_pt_helped": ["maybe"]},
    ],
)  # fmt: skip
def test_answers_that_cannot_be_kept_change_nothing(me, ahead, sent):
    assert me.post(f"/me/visits/{ahead.pk}/intake/story/", sent).status_code == 422
    assert intake_of(ahead).answers == {}


@pytest.mark.parametrize(
    "marks",
    [
        "{", "[" * 5000, '[{"view":"moon","kind":"stroke","points_mm":[[0,0]],"intensity":5}]',
        json.dumps([{"view": "front", "kind": "stroke", "points_mm": [[0, 1000]], "intensity": 5}] * 300),
        json.dumps(
            [{"view": "front", "kind": "stroke", "points_mm": [[n, 1000] for n in range(40000)], "intensity": 5}]
        ),
        '[{"view":"front","kind":"stroke","points_mm":[[1e400,0]],"intensity":5}]', '["x"]', "null",
    ],
)  # fmt: skip
def test_a_drawing_that_is_none_or_huge(me, ahead, marks):
    status = me.post(f"/me/visits/{ahead.pk}/intake/where/", {"marks": marks, "now": "5"}).status_code
    assert status in (302, 422)
    assert not Visit.objects.get(pk=ahead.pk).complaint.get("drawing")


def photo(kind="PNG", size=(900, 600), exif=None):
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, kind, **({"exif": exif} if exif else {}))
    made.seek(0)
    made.name = "card.png"
    return made


def test_a_photo_is_made_anew(me, ahead, signed_in_apart, patient):
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    me.post(
        f"/me/visits/{ahead.pk}/intake/card/",
        {"kind": "card_front", "photo": photo("JPEG", (4000, 3000), exif)},
    )
    row = Picture.objects.get()
    kept = Image.open(io.BytesIO(bytes(row.jpeg)))
    assert kept.format == "JPEG"
    assert max(kept.size) == 1800
    assert b"where I live" not in bytes(row.jpeg)
    page = signed_in_apart.get(f"/pictures/card/{row.pk}.jpg")
    assert page["Content-Type"] == "image/jpeg"
    assert me.get(f"/pictures/card/{row.pk}.jpg").status_code == 302  # the staff's address
    me.post(f"/me/visits/{ahead.pk}/intake/card/", {"kind": "card_front", "photo": photo()})
    assert Picture.objects.filter(patient=patient, voided_at=None).count() == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"GIF89a" + b"\0" * 50,
     b"\xff\xd8\xff" * 9,
     b"\x89PNG\r\n\x1a\n" + b"\0" * 100],
)  # fmt: skip
def test_what_is_no_photo_is_refused(me, ahead, data):
    file = io.BytesIO(data)
    file.name = "card.jpg"
    assert (
        me.post(f"/me/visits/{ahead.pk}/intake/card/", {"kind": "card_front", "photo": file}).status_code
        == 422
    )
    assert not Picture.objects.exists()


def test_a_picture_that_would_burst_is_refused(me, ahead):
    bomb = photo("PNG", (12000, 12000))
    assert (
        me.post(f"/me/visits/{ahead.pk}/intake/card/", {"kind": "card_front", "photo": bomb}).status_code
        == 422
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1, max_size=60))
def test_any_name_is_shown_as_text(client, clinic, name):
    page = client.get("/at/example/en/visit/")
    assert page.status_code == 200
    service = Service.objects.get(technique="wet")
    slot = free_slots(clinic, service, timezone.now().date() + datetime.timedelta(days=14), 7)[0]
    sent = {
        "given": name,
        "family": "<img src=x onerror=alert(1)>",
        "birth_date": "x",
        "email": "a@example.org",
    }
    answer = client.post(f"/at/example/en/visit/{service.pk}/{slot.staff_id}/{slot.at}/", sent)
    assert answer.status_code in (422, 429)
    assert "<img src=x" not in answer.content.decode()


def test_names_of_medicines_are_found_as_one_types(me, ahead):
    found = me.get(f"/me/visits/{ahead.pk}/intake/names/medicines/?q=eli").content.decode()
    assert "eliquis" in found
    assert "<option" not in me.get(f"/me/visits/{ahead.pk}/intake/names/medicines/?q=e").content.decode()
    assert me.get(f"/me/visits/{ahead.pk}/intake/names/secrets/?q=el").status_code == 404


def test_the_tablet_gets_an_address_and_a_code(signed_in_apart, ahead, client):
    page = signed_in_apart.post(f"/visits/{ahead.pk}/hand/").content.decode()
    token = re.search(r"/go/([\w-]+)/", page).group(1)
    code = re.search(r">(\d{6})<", page).group(1)
    answer = client.post(f"/go/{token}/", {"code": code})
    assert answer["Location"] == f"/me/visits/{ahead.pk}/intake/"
    # The tablet forgets the patient when it is handed back.
    assert "give the tablet back" in client.get(f"/me/visits/{ahead.pk}/intake/done/").content.decode()
    assert client.get(f"/me/visits/{ahead.pk}/").status_code == 302


def test_a_lent_tablet_shows_nobody_who_held_it_before(client, patient, ahead, signed_in_apart):
    enter(client, Patient.objects.exclude(pk=patient.pk).first())
    page = signed_in_apart.post(f"/visits/{ahead.pk}/hand/").content.decode()
    token, code = re.search(r"/go/([\w-]+)/", page).group(1), re.search(r">(\d{6})<", page).group(1)
    client.post(f"/go/{token}/", {"code": code})
    assert list(client.session["proved_patients"]) == [str(patient.pk)]


@pytest.mark.parametrize(
    ("sent", "check"),
    [
        ({"do": "address", "slug": "New Name!", "phone": "5", "email": "a@b.org"}, lambda p: p.slug == "new-name"),
        ({"do": "address", "slug": "", "phone": "", "email": ""}, lambda p: p.slug is None),
        ({"do": "asking", "quiet_from": "21:00", "quiet_to": "08:00", "moments": ["1d", "12w"], "notice_hours": "4",
          "days_ahead": "30", "remind_hours": "48", "offer_minutes": "60"},
         lambda p: p.outside["moments"] == ["1d", "12w"]),
        ({"do": "service", "en": "Again", "es": "Otra vez", "minutes": "20", "technique": "wet",
          "codes": "20552, 99213"},
         lambda p: p.services.get(en="Again").codes == ["20552", "99213"]),
        ({"do": "withdraw", "service": "FIRST"}, lambda p: p.services.order_by("pk").first().active is False),
        ({"do": "opening", "staff": "DOCTOR", "location": "PLACE", "weekday": ["5", "6"], "begins": "09:00",
          "ends": "12:00"},
         lambda p: p.staff.first().openings.filter(weekday__gte=5).count() == 2),
        ({"do": "end-opening", "opening": "OPENING"}, lambda p: p.staff.first().openings.count() == 9),
        ({"do": "closed", "first": "2026-12-24", "last": "2026-12-26", "staff": "", "reason": "Christmas"},
         lambda p: p.closed.get().last == datetime.date(2026, 12, 26)),
    ],
)  # fmt: skip
def test_every_part_of_the_practices_settings(signed_in_apart, clinic, doctor, sent, check):
    names = {
        "FIRST": Service.objects.order_by("pk").first().pk, "DOCTOR": doctor.pk, "PLACE": Location.objects.first().pk,
        "OPENING": doctor.openings.first().pk,
    }  # fmt: skip
    sent = {
        key: str(names.get(value, value)) if isinstance(value, str) else value for key, value in sent.items()
    }
    assert signed_in_apart.post("/settings/outside/", sent).status_code == 302
    clinic.refresh_from_db()
    assert check(clinic)
    assert signed_in_apart.get("/settings/outside/").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "nothing"}, {"do": "asking", "quiet_from": "x"}, {"do": "service", "en": "", "es": "", "minutes": "30"},
        {"do": "service", "en": "A", "es": "B", "minutes": "7"},
        {"do": "service", "en": "A", "es": "B", "minutes": "30", "codes": "99999"},
        {"do": "opening", "staff": "1", "location": "1", "weekday": "1", "begins": "12:00", "ends": "09:00"},
        {"do": "closed", "first": "2026-12-24", "last": "2026-12-20"}, {"do": "withdraw", "service": "x"},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_kept(signed_in_apart, clinic, sent):
    assert signed_in_apart.post("/settings/outside/", sent).status_code in (404, 422)


def test_only_who_may_set_the_practice(clinic, client):
    from needlepoint.records.models import Staff

    client.force_login(
        Staff.objects.get(user__username="desk").user, backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get("/settings/outside/").status_code == 403
    assert client.get("/settings/words/").status_code == 403
    assert client.get("/post/").status_code == 200


def test_own_words_by_the_form(signed_in_apart, clinic, client):
    signed_in_apart.post(
        "/settings/words/?section=after&lang=es", {"title": "Luego", "text": "Descanse.", "shown": "on"}
    )
    assert "Descanse." in client.get("/at/example/es/").content.decode()
    assert (
        signed_in_apart.get("/settings/words/?section=after&lang=es").content.decode().count("Descanse.") == 1
    )
    assert signed_in_apart.get("/settings/words/?section=none").status_code == 404


def test_the_desk_books_answers_and_decides(signed_in_apart, clinic, patient, ahead):
    service = Service.objects.get(technique="dry")
    slot = free_slots(clinic, service, timezone.now().date() + datetime.timedelta(days=21), 7)[0]
    path = f"/patients/{patient.pk}/book/"
    assert signed_in_apart.get(f"{path}?service={service.pk}").status_code == 200
    sent = {"service": str(service.pk), "slot": f"{slot.staff_id}-{slot.at}", "reason": "again"}
    assert signed_in_apart.post(path, sent).status_code == 302
    assert signed_in_apart.post(path, sent).status_code == 422  # taken
    Outgoing.objects.filter(visit=ahead, kind="booked").update(state="doubtful")
    row = Outgoing.objects.get(visit=ahead, kind="booked")
    assert b"not known" in signed_in_apart.get("/post/").content
    signed_in_apart.post("/post/", {"message": str(row.pk), "do": "again"})
    row.refresh_from_db()
    assert row.state == "queued"
    complaint = Feedback.objects.create(practice=clinic, kind="complaint", text="Too loud")
    signed_in_apart.post("/post/", {"feedback": str(complaint.pk), "answer": "Called and said sorry."})
    complaint.refresh_from_db()
    assert complaint.answered_by is not None


def test_the_board_shows_at_once_what_was_told_at_home(signed_in_apart, ahead):
    set_where(ahead, [{"view": "back", "kind": "point", "points_mm": [[-60, 1400]], "intensity": 6}], 6, 8)
    answer(ahead, HEALTHY)
    page = signed_in_apart.get(f"/visits/{ahead.pk}/").content.decode()
    assert "Lift my child." in page
    assert "not finished" in page
    assert page.count('class="muscle') > 3  # ranked from the drawing
    assert "It pulls." in page
    versions = signed_in_apart.get(f"/visits/{ahead.pk}/versions/").content.decode()
    assert "drawn at home" in versions


def test_a_helper_signs_in_by_a_code_to_their_own_address(client, me, patient, inbox):
    me.post("/me/people/", {"email": "helper@example.org", "named": "Her son"})
    send_due("w")
    helper = client.__class__()
    assert inbox.last(to="helper@example.org") is not None
    helper.post("/account/login/code/", {"email": "helper@example.org"})
    text = inbox.last(to="helper@example.org").get_content()
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", text, re.MULTILINE).group(1)
    page = helper.post("/account/login/code/confirm/", {"code": code}, follow=True)
    assert page.redirect_chain[-1][0] == "/me/"
    assert patient.family in page.content.decode()
    assert helper.get(f"/me/visits/{Visit.objects.filter(patient=patient).first().pk}/").status_code == 200


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_patients_pages_are_read_in_the_sixth_grade(me, patient, ahead, lang):
    patient.language = lang
    patient.save()
    me.cookies["django_language"] = lang
    sections = [f"/me/visits/{ahead.pk}/intake/{name}/" for name in SECTIONS]
    for rest in (
        "/me/",
        "/me/settings/",
        "/me/people/",
        "/me/messages/",
        f"/me/visits/{ahead.pk}/price/",
        *sections,
    ):
        text = text_of(me.get(rest))
        assert not text or grade(text, lang) <= SIXTH, (rest, text)


def test_the_migrations_say_all_that_the_models_say(clinic):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["-1", "0", "9" * 40, "1e999", "NaN", "null", "[]", "[NaN]", "{}", "true", "²", "\x00", "\u202e", "../../etc",
         "' OR 1 --", "2026-02-30", "2026-13", "<script>",
         '[{"view":"front","kind":"stroke","points_mm":[[NaN,0]],"intensity":NaN}]',
         '[{"view":"front","kind":"point","points_mm":[[0,1000]],"intensity":1e308}]', "😀", "%00", "x" * 5000]
    ),
)  # fmt: skip
FIELDS = (
    "now", "worst", "marks", "began", "start", "words", "goal", "medicines", "allergies", "conditions", "tried",
    "care_pt_from", "care_pt_weeks", "care_pt_helped", "needs", "ways", "email", "sms", "text", "named", "end", "do",
    "people", "income", "insured", "patient", "service", "kind", "language", "timezone", "shape", "code", "by", "slot",
    "pain", "signs", "function", "change", "again", "given", "family", "birth_date", "phone", "website",
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_input_breaks_a_page(me, ahead, patient, data):
    """Any field with anything in it, at every address that takes something: kept or refused, never broken."""
    past = Visit.objects.filter(patient=patient, state="done").first()
    own = [f"/me/visits/{ahead.pk}/intake/{name}/" for name in (*SECTIONS, "flags", "card", "hand-in")]
    own += [
        f"/me/visits/{ahead.pk}/price/",
        "/me/messages/",
        "/me/people/",
        "/me/settings/",
        "/me/wait/",
        "/me/switch/",
    ]
    own += [
        "/me/feedback/",
        "/at/example/en/prices/help/",
        "/at/example/es/feedback/",
        "/at/example/en/visit/code/",
    ]
    own += [f"/v/{make_link('visit', patient, ahead)[1]}/{rest}/" for rest in ("move", "wait", "open")]
    own += [f"/go/{make_link('open', patient)[1]}/", f"/stop/{make_link('stop', patient, None, 'email')[1]}/"]
    own += [f"/offer/{make_link('offer', patient, None, '7')[1]}/"]
    address = data.draw(st.sampled_from(own))
    sent = data.draw(st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=6))
    assert me.post(address, sent).status_code in (200, 204, 302, 404, 405, 422, 429), (address, sent)
    query = data.draw(
        st.dictionaries(st.sampled_from(["from", "with", "at", "after", "q", "pdf", "feed"]), ODD, max_size=3)
    )
    pages = ["/at/example/en/visit/1/", "/me/bills/", "/me/", f"/me/visits/{past.pk}/aftercare/"]
    page = data.draw(st.sampled_from([*pages, f"/me/visits/{ahead.pk}/intake/names/medicines/"]))
    assert me.get(page, query).status_code in (200, 302, 404, 422), (page, query)
