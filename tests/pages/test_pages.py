"""Every page: for whom it opens, how often it asks the database, and that nothing typed into it breaks it."""

import datetime
import json
from decimal import Decimal

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlepoint.anatomy.drawing import Mark
from needlepoint.base.people import LocalState
from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Patient, Site, Staff, Visit, VisitChange
from needlepoint.treatment.types import PriorCare
from needlepoint.visit.facts import Given
from tests.kit.visits import with_pain

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


def test_reading_a_chart_is_in_the_trail(signed_in, visit):
    signed_in.get(f"/visits/{visit.pk}/")
    signed_in.get(f"/patients/{visit.patient_id}/")
    assert AuditEvent.objects.filter(patient_id=visit.patient_id, action="read").count() == 2


# Asked of the database for one page, sign-in and trail with it; the same however long the list behind it is.
# With the row of the access log.
QUERIES = {
    "/today/": 8,
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
    signed_in.get(address(page, visit))  # what is kept after the first time is kept

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


def post(client, visit, page, **fields):
    visit.refresh_from_db()
    return client.post(
        f"/visits/{visit.pk}/{page}/", {"version": visit.version, **fields}, headers={"HX-Request": "true"}
    )


def test_a_finding_re_ranks_and_plans(signed_in, visit):
    answer = post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    assert b"active trigger point" in answer.content
    assert Site.objects.get(visit=visit).signs.taut_band is True
    answer = post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="taut_band")
    assert Site.objects.get(visit=visit).signs.taut_band is False
    assert answer.status_code == 200


def test_two_clinicians_on_one_draft_see_each_other(client, signed_in, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    client.force_login(Staff.objects.get(user__username="nora").user)
    answer = client.post(
        f"/visits/{visit.pk}/find/",
        {"version": 0, "muscle": "soleus", "side": "left", "sign": "all"},
        headers={"HX-Request": "true"},
    )
    assert "Dr. Wilhelmina Example has updated this visit" in answer.content.decode()
    assert not Site.objects.filter(muscle="soleus", visit=visit).exists()


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


def test_a_drawing_is_kept_and_read(signed_in, visit):
    marks = [
        {
            "view": "back",
            "kind": "stroke",
            "points_mm": [[60, 1300], [70, 1310]],
            "intensity": 7,
            "width_mm": 30,
        }
    ]
    answer = post(signed_in, visit, "told", marks=json.dumps(marks), key="abc")
    assert answer.status_code == 200
    visit.refresh_from_db()
    assert visit.facts.reported.drawing == msgspec.convert(marks, tuple[Mark, ...])
    refused = post(signed_in, visit, "told", marks=json.dumps([marks[0] | {"view": "nowhere"}]))
    assert refused["HX-Retarget"] == "#messages"
    assert "This drawing could not be read." in refused.content.decode()


def test_the_day_moves_on(client, clinic):
    client.force_login(Staff.objects.get(user__username="desk").user)
    booked = Visit.objects.filter(state="booked").first()
    client.post(f"/visits/{booked.pk}/state/", {"act": "check_in"})
    booked.refresh_from_db()
    assert (booked.state, booked.arrived_at is not None) == ("arrived", True)
    for odd in ("done", "sign", ""):
        assert client.post(f"/visits/{booked.pk}/state/", {"act": odd}).status_code == 422
    client.post(f"/visits/{booked.pk}/state/", {"act": "undo_check_in"})
    booked.refresh_from_db()
    assert (booked.state, booked.arrived_at) == ("booked", None)
    client.post(f"/visits/{booked.pk}/state/", {"act": "room", "room": "4"})
    booked.refresh_from_db()
    assert (booked.state, booked.room) == ("in_room", "4")
    assert client.post(f"/visits/{booked.pk}/state/", {"act": "room", "room": "99"}).status_code == 422
    client.post(f"/visits/{booked.pk}/state/", {"act": "cancel", "because": "felt better"})
    booked.refresh_from_db()
    assert (booked.state, booked.facts.canceled_because) == ("canceled", "felt better")


def test_a_signed_out_change_goes_to_the_door_and_not_into_the_page(client, visit):
    answer = client.post(f"/visits/{visit.pk}/find/", {}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/sign-in/")


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


def test_what_is_asked_before_each_needle_holds_for_this_visit_only(signed_in, visit):
    from needlepoint.records.visit.episode_from_rows import episode_of, full

    def patient():
        return episode_of(full(visit.pk, visit.practice_id)).patient

    assert patient().given is None
    assert patient().local is None
    post(signed_in, visit, "safety", name="clear")
    assert (patient().given, patient().local) == ([], [])
    post(signed_in, visit, "safety", name="given", drug="lidocaine", dose_mg="40", hours="2")
    assert patient().given[0].dose_mg == 40
    post(signed_in, visit, "safety", name="local", what="rash", region="left_temple")
    assert patient().local == [LocalState(what="rash", region="left_temple")]
    other = Visit.objects.filter(patient_id=visit.patient_id).exclude(pk=visit.pk).first()
    assert episode_of(full(other.pk, other.practice_id)).patient.given in (None, [])
    for bad in (
        {"name": "given", "drug": "tea"},
        {"name": "hba1c", "value": "x"},
        {"name": "local", "what": "fine"},
    ):
        assert post(signed_in, visit, "safety", **bad)["HX-Retarget"] == "#messages"


def test_a_sentence_is_changed_and_restored(signed_in, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    key = {"sentence": "felt:findings[0]"}
    shown = post(signed_in, visit, "after", words="A firm band.", **key).content.decode()
    assert "A firm band." in shown
    assert "edited" in shown
    assert "A firm band." not in post(signed_in, visit, "after", restore="1", **key).content.decode()


def test_every_change_can_be_read(signed_in, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    shown = signed_in.get(f"/visits/{visit.pk}/versions/").content.decode()
    assert "left infraspinatus, Taut band:" in " ".join(shown.split())
    assert "Dr. Wilhelmina Example" in shown


def test_weight_payer_and_card_are_kept_and_a_payer_that_nobody_knows_is_not(signed_in, visit):
    person = visit.patient
    address = f"/patients/{person.pk}/edit/"
    sent = {
        "given": "Ana", "family": "Example", "birth_date": "1960-05-05", "language": "es", "sex": "female",
        "weight_kg": "61.5", "payer": "aetna", "payer_name": "Example Plan", "payer_id": "9", "member_id": "M1",
        "filing": "CI",
    }  # fmt: skip
    assert signed_in.post(address, sent).status_code == 302
    person.refresh_from_db()
    assert (str(person.weight_kg), person.payer, person.coverages[0].member_id) == ("61.5", "aetna", "M1")
    found = " ".join(signed_in.get("/patients/?q=ana+1960").content.decode().split())
    assert found.count("Example, Ana") == 1
    for bad in ({"payer": "nobody"}, {"weight_kg": "5"}, {"birth_date": "soon"}):
        assert signed_in.post(address, sent | bad).status_code == 422


def test_care_before_is_the_episodes(signed_in, visit):
    post(signed_in, visit, "history", care="acupuncture", weeks="6", helped="no")
    post(signed_in, visit, "history", began_on="2026-01-05")
    visit.episode.refresh_from_db()
    assert visit.episode.prior_care[-1] == PriorCare(what="acupuncture", helped=False, weeks=Decimal(6))
    assert str(visit.episode.began_on) == "2026-01-05"
    assert post(signed_in, visit, "history", began_on="2999-01-01")["HX-Retarget"] == "#messages"


def test_a_task_is_written_down_and_ticked_off_once(signed_in, visit, elsewhere):
    from needlepoint.records.models import Task

    sent = {
        "title": "Call about the scan",
        "due_on": "2026-12-01",
        "patient": visit.patient_id,
        "urgent": "on",
    }
    assert signed_in.post("/tasks/", sent).status_code == 302
    task = Task.objects.get()
    assert "Call about the scan" in signed_in.get("/today/").content.decode()
    for _ in range(2):
        signed_in.post(f"/tasks/{task.pk}/done/")
    task.refresh_from_db()
    assert task.done_by.name.startswith("Dr. Wilhelmina")
    assert signed_in.post("/tasks/", {"title": " "}).status_code == 422
    assert signed_in.post("/tasks/", sent | {"due_on": "soon"}).status_code == 422
    assert signed_in.post("/tasks/", sent | {"patient": elsewhere.patient_id}).status_code == 404


def test_a_visit_moves_on_by_what_happens_in_it(signed_in, clinic):
    visit = Visit.objects.filter(state="arrived").first()
    post(signed_in, visit, "told", region="left_scapula_upper", intensity="6")
    visit.refresh_from_db()
    assert visit.state == "arrived"
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    post(signed_in, visit, "safety", name="clear")
    post(signed_in, visit, "done", all="1")
    visit.refresh_from_db()
    assert visit.state == "to_sign"


def test_nothing_is_ticked_off_while_answers_are_missing_unless_it_was_done_all_the_same(signed_in, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    spot = {"muscle": "infraspinatus", "side": "left"}
    refused = post(signed_in, visit, "done", **spot)
    assert refused["HX-Retarget"] == "#messages"
    assert "open questions" in refused.content.decode()
    post(signed_in, visit, "done", anyway="on", **spot)
    visit.refresh_from_db()
    assert Site.objects.get(visit=visit).given.questions_open
    assert VisitChange.objects.get(visit=visit, version=visit.version).command == "RecordInjection"
    assert post(signed_in, visit, "done", anyway="on", **spot)["HX-Retarget"] == "#messages"  # twice
    assert post(signed_in, visit, "withdraw", why=" ", **spot)["HX-Retarget"] == "#messages"
    assert Site.objects.get(visit=visit).given is not None
    post(signed_in, visit, "withdraw", why="recorded in error", **spot)
    site = Site.objects.get(visit=visit)
    assert site.given is None
    assert site.withdrawn[0].why == "recorded in error"


def test_what_was_really_given_counts(signed_in, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="right", sign="all")
    post(signed_in, visit, "safety", name="clear")
    post(signed_in, visit, "done", muscle="infraspinatus", side="right", actual_ml="2.5")
    visit.refresh_from_db()
    assert Site.objects.get(visit=visit).given.dose_mg == Decimal("12.5")  # 2.5 mL of 0.5 %
    shown = post(signed_in, visit, "event", kind="faint", what="Lay down, legs up, well after 5 minutes.")
    assert "Lay down, legs up" in shown.content.decode()
    visit.refresh_from_db()
    assert visit.facts.observed.events[0].kind == "faint"
    assert post(signed_in, visit, "event", kind="magic", what="x")["HX-Retarget"] == "#messages"


def test_needle_drug_and_answer_stand_at_the_site_and_in_the_note(signed_in, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="right", sign="all")
    post(signed_in, visit, "safety", name="clear")
    post(signed_in, visit, "done", all="1")
    spot = {"muscle": "infraspinatus", "side": "right"}
    shown = post(signed_in, visit, "after", response="felt it down the arm", **spot).content.decode()
    given = Site.objects.get(visit=visit).given
    assert given.drug == "lidocaine"
    assert given.needle in shown.replace(" × ", " x ")
    assert "felt it down the arm." in shown


def test_a_text_of_the_practice_goes_into_the_note(signed_in, visit):
    signed_in.post(
        "/settings/", {"part": "texts", "text-name": ["Ice", ""], "text-text": ["Ice for ten minutes.", "x"]}
    )
    assert "Ice for ten minutes." in post(signed_in, visit, "after", template="0").content.decode()
    assert post(signed_in, visit, "after", template="7")["HX-Retarget"] == "#messages"


def test_a_message_is_read_by_whom_it_is_for_and_by_nobody_else(client, signed_in, visit):
    from needlepoint.records.models import Message

    nora = Staff.objects.get(user__username="nora")
    sent = {"text": "Please call her back.", "to": nora.pk}
    assert signed_in.post(f"/patients/{visit.patient_id}/message/", sent).status_code == 302
    assert "Please call her back." in signed_in.get(f"/patients/{visit.patient_id}/").content.decode()
    assert "Please call her back." not in signed_in.get("/today/").content.decode()
    message = Message.objects.get()
    assert signed_in.post(f"/messages/{message.pk}/read/").status_code == 404
    client.force_login(nora.user)
    assert "Please call her back." in client.get("/today/").content.decode()
    client.post(f"/messages/{message.pk}/read/")
    message.refresh_from_db()
    assert message.read_at is not None
    assert "Please call her back." not in client.get("/today/").content.decode()


def test_patients_are_listed_page_by_page_in_the_order_asked_for(signed_in, clinic):
    born = [row.birth_date for row in Patient.objects.order_by("birth_date", "pk")]
    shown = signed_in.get("/patients/?sort=born").context["everyone"]
    assert [row.birth_date for row in shown] == born[:25]
    for odd in ("?sort=password", "?page=-3", "?page=9999", "?page=x"):
        assert signed_in.get(f"/patients/{odd}").status_code == 200


def test_a_precaution_is_decided_in_words_and_the_board_goes_on(signed_in, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    shown = post(signed_in, visit, "order", decide="pleura_site", why="The rib lies between two fingers.")
    assert "The rib lies between two fingers." in str(Visit.objects.get(pk=visit.pk).facts.ordered)
    assert "active trigger point" in shown.content.decode()


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


def test_a_room_holds_one_patient(client, clinic):
    client.force_login(Staff.objects.get(user__username="desk").user)
    taken = Visit.objects.filter(state="in_room").first()
    other = Visit.objects.filter(state="arrived").first()
    answer = client.post(f"/visits/{other.pk}/state/", {"act": "room", "room": taken.room})
    assert answer.status_code == 422
    other.refresh_from_db()
    assert (other.state, other.room) == ("arrived", "")
