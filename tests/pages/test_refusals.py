"""Refusals that are no fault of the input: each with its own status, page and words, never a field path or an id."""

import re

import pytest
from django.test import RequestFactory
from django.utils.translation import override

from needlepoint.base.refusal import ConflictError, Fault, NotAllowed, NotPossible, RateLimitError, Refused
from needlepoint.pages.refusals import UNKNOWN, WORDS, plain_words, refusal_page, status_of
from tests.pages.kit import INNER, Action, of_roles, says
from tools import messages

KINDS = [(ConflictError, 409), (RateLimitError, 429), (NotAllowed, 403), (NotPossible, 422)]
SENTENCES = sorted(messages.refusals())


@pytest.mark.parametrize(("kind", "status"), KINDS)
@pytest.mark.parametrize("htmx", [True, False])
def test_each_kind_has_its_status_and_page(clinic, doctor, kind, status, htmx):
    request = RequestFactory().get("/")
    request.htmx, request.staff, request.me = htmx, doctor, None
    answer = refusal_page(request, kind("The time of this visit has not passed yet.", "visit"))
    assert answer.status_code == status
    assert "The time of this visit has not passed yet." in answer.content.decode()
    assert (answer.get("HX-Retarget") == "#messages") is htmx


def test_a_fault_of_the_input_is_422():
    assert status_of(Refused(Fault("plan.drug", "'x'", "a drug"))) == 422


@pytest.mark.parametrize("text", SENTENCES)
def test_every_sentence_is_whole_plain_and_translated(text):
    assert text[0].isupper()
    assert text.rstrip().endswith((".", "s"))
    assert not INNER.search(text)
    facts = dict.fromkeys(re.findall(r"%\((\w+)\)s", text), "A")
    with override("es"):
        spanish = plain_words(NotPossible(text, "visit", **facts))[0]
    assert spanish != text % facts


def test_what_a_person_reads_of_the_core_holds_no_path():
    faults = [
        Fault("plan.drug", "got 'bupivacaine'", "a local anesthetic of the practice's formulary"),
        Fault("episode.patient.medicines[0].last_taken", "Invalid RFC3339 encoded datetime", "a time"),
        Fault("visits[12].something_inner", "x", "y"),
    ]
    for lang in ("en", "es"):
        with override(lang):
            said = " ".join(plain_words(Refused(faults)))
            assert not INNER.search(said)
            assert str(WORDS["drug"]) in said
            assert str(UNKNOWN) in said


@pytest.mark.parametrize("role", ["biller", "front_desk"])
def test_no_access_is_said_where_the_page_shows_messages(signed_in, doctor, visit, role):
    of_roles(doctor, role)
    answer = Action("visit-told", {"now": "5"}).on(signed_in, visit)
    says(answer, "You do not have access to this.", status=403)
    assert answer["HX-Retarget"] == "#messages"
    assert "<html" not in answer.content.decode()
