"""Every page: who can open it, how many queries it makes, and that no input breaks it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlepoint.records.models import Patient, Site, Staff, Visit, VisitChange
from needlepoint.visit.facts import Given
from tests.kit.visits import with_pain
from tests.pages.visit.kit import post

ROLES = ["wilhelmina", "nora", "li", "desk", "biller"]


# page -> who may see it (practice roles as in guard.roles)
PAGES = {
    "/today/": set(ROLES),
    "/patients/": set(ROLES),
    "/patients/new/": set(ROLES),
    "/patients/{patient}/": set(ROLES),
    "/visits/{visit}/": {"wilhelmina", "nora", "li", "biller"},
    "/stock/": {"wilhelmina", "nora", "li"},
}


def address(page, visit):
    return page.format(patient=visit.patient_id, visit=visit.pk)


@pytest.mark.parametrize("who", [*ROLES, None])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_for_whom_it_may(client, visit, page, who):
    if who:
        client.force_login(Staff.objects.get(user__username=who).user)
    answer = client.get(address(page, visit))
    assert answer.status_code == (302 if who is None else 200 if who in PAGES[page] else 403)


@pytest.mark.parametrize(
    "page",
    ["/patients/{patient}/", "/visits/{visit}/", "/visits/{visit}/note.pdf", "/visits/{visit}/consent/"],
)
def test_another_practice_is_not_found(signed_in, elsewhere, page):
    assert signed_in.get(address(page, elsewhere)).status_code == 404


def test_another_practice_is_not_changed(signed_in, elsewhere):
    for page in (
        "told",
        "find",
        "order",
        "done",
        "after",
        "undo",
        "clear",
        "state",
        "sign",
        "amend",
        "consent",
    ):
        answer = signed_in.post(
            f"/visits/{elsewhere.pk}/{page}/", {"version": 0, "state": "arrived", "text": "x"}
        )
        assert answer.status_code in (404, 422), page
    assert not VisitChange.objects.exists()


def test_someone_who_left_is_let_in_no_more(signed_in, doctor):
    Staff.objects.filter(pk=doctor.pk).update(active=False)
    assert signed_in.get("/today/").status_code == 403


# Queries for one page, including sign-in and access log; the same however long its list is.
# With the row of the access log.
QUERIES = {
    "/today/": 11,  # one of them for what each patient owes
    "/patients/?q=ma": 6,
    "/patients/": 5,
    "/patients/{patient}/": 16,
    "/patients/{patient}/edit/": 6,
    "/visits/{visit}/": 14,
    "/visits/{visit}/versions/": 7,
    "/stock/": 5,
    "/settings/": 7,
}


@pytest.mark.parametrize("page", QUERIES)
def test_a_page_asks_the_database_a_fixed_number_of_times(signed_in, visit, page):
    signed_in.get(address(page, visit))  # caches that the first request fills are filled

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert signed_in.get(address(page, visit)).status_code == 200
        return len(found)

    before = asked()
    _more(visit)
    assert asked() == before
    assert before <= QUERIES[page]


def _more(visit):
    """A long history for the patient, and a full day."""
    past = [
        Visit(
            practice_id=visit.practice_id, location_id=visit.location_id, patient_id=visit.patient_id,
            episode_id=visit.episode_id, clinician_id=visit.clinician_id, state="done",
            starts_at=visit.starts_at - datetime.timedelta(days=7 * n + 7), facts=with_pain(5),
        )
        for n in range(40)
    ]  # fmt: skip
    Visit.objects.bulk_create(past)
    Site.objects.bulk_create(
        Site(visit=row, muscle="soleus", side="left", given=Given(technique="wet", at=row.starts_at, by="A"))
        for row in past
    )
    today = [
        Visit(
            practice_id=visit.practice_id, location_id=visit.location_id, patient=person, episode_id=visit.episode_id,
            clinician_id=visit.clinician_id, starts_at=visit.starts_at, state="booked",
        )
        for person in Patient.objects.filter(practice_id=visit.practice_id)
    ]  # fmt: skip
    Visit.objects.bulk_create(today)


JUNK = st.text(max_size=20) | st.sampled_from(
    ["-1", "1e999", "NaN", "\x00", "[]", "null", '[{"view": "front"}]', "left"]
)


WHERE = [
    "told",
    "find",
    "order",
    "clear",
    "done",
    "after",
    "undo",
    "state",
    "sign",
    "consent",
    "amend",
    "safety",
    "payer",
    "event",
    "history",
]


FIELDS = [
    "version",
    "marks",
    "region",
    "intensity",
    "now",
    "worst",
    "pain_text",
    "muscle",
    "side",
    "point",
    "sign",
    "technique",
    "drug",
    "concentration_percent",
    "volume_ml",
    "plan",
    "site_ml",
    "decide",
    "why",
    "flag",
    "all",
    "actual_ml",
    "after",
    "reactions",
    "lot",
    "twitch",
    "own_words",
    "state",
    "text",
    "signed_by",
    "signature",
    "name",
    "value",
    "what",
    "kind",
    "care",
    "weeks",
    "began_on",
    "dose_mg",
    "hours",
    "answer",
    "sentence",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(page=st.sampled_from(WHERE), fields=st.dictionaries(st.sampled_from(FIELDS), JUNK, max_size=6))
def test_nothing_that_is_sent_breaks_a_page(signed_in, visit, page, fields):
    answer = signed_in.post(
        f"/visits/{visit.pk}/{page}/", {"version": "0"} | fields, headers={"HX-Request": "true"}
    )
    assert answer.status_code in (200, 302, 404, 409, 422)
    assert signed_in.get(f"/visits/{visit.pk}/").status_code == 200


def test_a_nul_sign_is_refused_in_words(signed_in, visit):
    answer = post(signed_in, visit, "told", pain_text="a\0b")
    assert "This text cannot be read." in answer.content.decode()
    assert signed_in.post("/patients/new/", {"given": "\0"}).status_code == 422


def test_the_spanish_catalog_is_whole():
    from tools import messages

    assert messages.main.__module__ == "tools.messages"
    catalog = messages.polib.pofile(str(messages.CATALOG))
    assert {messages.key_of(entry) for entry in catalog} == messages.messages()
    assert not [entry.msgid for entry in catalog if not entry.translated()]
    compiled = messages.polib.mofile(str(messages.CATALOG.with_suffix(".mo")))
    assert {messages.key_of(entry): entry.msgstr for entry in compiled} == {
        messages.key_of(entry): entry.msgstr for entry in catalog
    }


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("order", {"concentration_percent": "abc"}),
        ("order", {"technique": "boil"}),
        ("order", {"drug": "tea"}),
        ("order", {"decide": "nothing_of_the_kind", "why": "x"}),
        ("safety", {"name": "local", "what": "rash", "region": "nowhere"}),
    ],
)
def test_a_change_that_cannot_be_read_is_never_left_on_the_board(signed_in, visit, page, fields):
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    visit.refresh_from_db()
    before = (visit.version, visit.facts)
    answer = post(signed_in, visit, page, **fields)
    visit.refresh_from_db()
    shown = signed_in.get(f"/visits/{visit.pk}/").content.decode()
    assert "active trigger point" in shown
    if fields.get("decide") is None and fields.get("drug") is None:
        assert answer["HX-Retarget"] == "#messages"
    if answer.get("HX-Retarget") == "#messages":
        assert (visit.version, visit.facts) == before
