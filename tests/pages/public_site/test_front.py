"""The public site: open to everybody, easy to read, and it calls nobody."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
import xml.etree.ElementTree as ET

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlepoint.documents.leaflets import load_sections
from needlepoint.records.models import (
    VisitType,
)
from needlepoint.records.schedule.times import free_slots
from needlepoint.records.settings.public_site import set_words
from tests.documents.leaflets.reading import SIXTH, grade
from tests.kit.portal import text_of
from tests.places import SPEC

TOPICS = tomllib.loads((SPEC / "patients" / "front_topics.toml").read_text(encoding="utf-8"))

PAGES = ["", "muscles/", "muscles/trapezius/", "urgent/", "prices/", "prices/help/", "visit/", "feedback/"]


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
        own = r'<script type="(application/ld\+json|module)"( src="/static/needlepoint/[a-z_]+\.js")?>'
        assert "<script" not in re.sub(own, "", html)


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_read_in_the_sixth_grade(client, clinic, path, lang):
    text = text_of(client.get(f"/at/example/{lang}/{path}"))
    names = r"(?i)trapezius|trapecio|levator scapulae"
    assert not text or grade(re.sub(names, "it" if lang == "en" else "este", text), lang) <= SIXTH


def test_the_front_page_is_quick_in_queries(client, clinic, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):  # two of them for the next open time
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


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_front_page_tells_what_patients_ask(client, clinic, lang):
    html = client.get(f"/at/example/{lang}/").content.decode()
    said = " ".join(re.sub(r"<[^>]+>", " ", html).split()).casefold()
    assert [topic for topic in TOPICS[lang] if topic.casefold() not in said] == []
    # In the order in which patients ask: what it is, can it help, how, risks, for me here, costs, debt.
    ids = re.findall(r'<section class="card read" id="(\w+)"', html)
    wanted = [
        "treatment",
        "helps",
        "what",
        "for_whom",
        "session",
        "how",
        "after",
        "risks",
        "with",
        "rule_ny",
        "prices",
        "cost",
        "debt",
        "who",
        "where",
    ]
    assert [name for name in ids if name in wanted] == wanted
    assert "injections and dry needling" in said or "inyecciones de puntos gatillo y punción seca" in said


def test_prices_stand_on_the_front_page_also_without_our_words_on_costs(client, clinic, doctor):
    set_words(doctor, "cost", "en", "", "", False)
    assert client.get("/at/example/en/").content.decode().count('id="prices"') == 1


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


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1, max_size=60))
def test_any_name_is_shown_as_text(client, clinic, name):
    page = client.get("/at/example/en/visit/")
    assert page.status_code == 200
    service = VisitType.objects.get(technique="wet", for_new=True)
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


ASKED = {
    "en": [
        "wet needling", "lidocaine", "saline", "myofascial pain syndrome", "not the same as a tender spot", "tingle",
        "long COVID", "wrist", "sciatica", "joint", "Fibromyalgia", "Ringing in the ear", "Tension headache",
        "sit or lie", "ultrasound", "chiropractor", "acupuncture", "physical therapy", "pain medicine",
        "dry needling counts as acupuncture",
        "Medicare", "medical debt", "credit", "payment plan", "1 in 1,000", "Next open time", "8:30 AM",
    ],
    "es": [
        "punción húmeda", "lidocaína", "solución salina", "síndrome de dolor miofascial",
        "no es lo mismo que un punto doloroso",
        "hormigueo", "COVID prolongado", "muñeca", "ciática", "articulación", "Fibromialgia", "Zumbido",
        "se sienta o se acuesta",
        "ultrasonido", "quiropráctico", "acupuntura", "terapia física", "cuenta como acupuntura", "Medicare",
        "deudas médicas",
        "burós de crédito", "plan de pagos", "1 de cada 1,000", "8:30 a.\N{NO-BREAK SPACE}m.",
    ],
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_site_says_what_patients_ask(client, clinic, lang):
    html = client.get(f"/at/example/{lang}/").content.decode()
    assert [words for words in ASKED[lang] if words not in html] == []
    heading = re.search(r"<h1>\s*(.*?)\s*</h1>", html).group(1)
    assert "needling" in heading or "punción seca" in heading  # the first screen names the treatment
    assert html.index('id="helps"') < html.index('id="prices"') < html.index('id="complaint"')
    read = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert "17:30" not in read  # schema.org wants 24 hours, people do not


def test_a_rule_of_a_state_stands_only_where_it_holds(client, clinic):
    clinic.locations.update(state="NJ")
    html = client.get("/at/example/en/").content.decode()
    assert "New York" not in html


@pytest.mark.parametrize(
    ("lang", "words", "page", "other"),
    [
        ("en", "calf", "soleus", "masseter"), ("en", "SOLEUS", "soleus", "masseter"),
        ("es", "pantorrilla", "soleus", "masseter"),
        ("es", "mandibula", "masseter", "soleus"), ("en", "cheek jaw", "masseter", "soleus"),
    ],
)  # fmt: skip
def test_the_picture_book_is_searched_by_muscle_and_by_place(client, clinic, lang, words, page, other):
    found = client.get(f"/at/example/{lang}/muscles/", {"q": words}).content.decode().split("<main")[1]
    assert f"/muscles/{page}/" in found
    assert f"/muscles/{other}/" not in found


def test_the_picture_book_has_an_index_of_places_in_its_own_order(client, clinic):
    """An index as in a book: every place, its pages by alphabet, nothing weighed and nothing kept."""
    index = client.get("/at/example/en/muscles/?place").content.decode().split("<main")[1]
    assert index.index("Head and face") < index.index("Neck and shoulder") < index.index("Leg and foot")
    calf = index.split(">calf ")[1].split("</details>")[0]
    names = re.findall(r'<span class="strong">([^<]+)</span>', calf)
    assert names == sorted(names, key=str.casefold)
    assert "soleus" in names
    nothing = client.get("/at/example/en/muscles/", {"q": "<b>zzz"}).content.decode()
    assert "No page with" in nothing
    assert "<b>zzz" not in nothing


def test_robots_and_the_page_of_the_practice_lead_to_the_site(client, clinic):
    robots = client.get("/robots.txt")
    assert robots["Content-Type"].startswith("text/plain")
    assert "Disallow" in robots.content.decode()
    assert client.get("/at/example/").status_code in (200, 302)
    assert "tel:911" in client.get("/at/example/en/urgent/").content.decode()
