"""The password once more: before a signature, over a stop, before staff are changed; never for a busy session."""

from __future__ import annotations

import datetime
import re

import pytest
import time_machine

from needlepoint.guard.models import AuditEvent
from needlepoint.records.demo import PASSWORD
from tests.pages.kit import HTMX


@pytest.fixture
def after():
    """Move the clock to some minutes after the start."""
    movers, start = [], datetime.datetime.now(datetime.UTC)

    def move(minutes):
        while movers:
            movers.pop().stop()
        movers.append(time_machine.travel(start + datetime.timedelta(minutes=minutes), tick=True))
        movers[0].start()

    yield move
    for mover in movers:
        mover.stop()


def acts(visit):
    return {
        "sign": (f"/visits/{visit.pk}/sign/", {"version": "0"}),
        "override": (f"/visits/{visit.pk}/order/", {"decide": "x", "why": "y", "version": "0", "key": "k"}),
        "flag": (f"/visits/{visit.pk}/clear/", {"version": "0", "key": "k"}),
        "addendum": (f"/visits/{visit.pk}/amend/", {"text": "More."}),
        "roles": ("/settings/people/", {"do": "password", "staff": "0", "password": ""}),
    }


ACTS = ["sign", "override", "flag", "addendum", "roles"]


def asks(answer):
    return answer.status_code == 403 and "Enter your password to continue." in answer.content.decode()


@pytest.mark.parametrize("act", ACTS)
def test_a_fresh_session_is_not_asked(signed_in, visit, act):
    signed_in.get("/today/")
    path, sent = acts(visit)[act]
    signed_in.raise_request_exception = False
    assert not asks(signed_in.post(path, sent))


@pytest.mark.parametrize("act", ACTS)
def test_after_a_while_alone_every_such_act_asks_and_changes_nothing(signed_in, visit, after, act):
    signed_in.get("/today/")
    path, sent = acts(visit)[act]
    after(12)
    signed_in.get("/today/")
    before = AuditEvent.objects.filter(action__in=("write", "sign")).count()
    assert asks(signed_in.post(path, sent))
    part = signed_in.post(path, sent, headers=HTMX)
    assert asks(part)
    assert part["HX-Retarget"] == "#messages"
    assert "<html" not in part.content.decode()
    assert AuditEvent.objects.filter(action__in=("write", "sign")).count() == before


def test_a_busy_session_signs_for_hours_and_changes_staff_for_a_quarter(signed_in, visit, after):
    for minute in range(0, 60, 5):
        after(minute)
        signed_in.get("/today/")
    signed_in.raise_request_exception = False
    assert not asks(signed_in.post(*acts(visit)["sign"]))
    assert asks(signed_in.post(*acts(visit)["roles"]))


def test_with_the_password_it_goes_on_where_it_was_and_nothing_typed_is_lost(signed_in, visit, after):
    signed_in.get("/today/")
    after(12)
    signed_in.get("/today/")
    page = signed_in.post(f"/visits/{visit.pk}/amend/", {"text": "Two words."}).content.decode()
    fields = dict(re.findall(r'type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', page))
    fields.pop("csrfmiddlewaretoken")
    assert fields["kept:text"] == "Two words."
    wrong = signed_in.post("/sign-in/again/", fields | {"password": "wrong"})
    assert asks(wrong)
    assert "kept:text" in wrong.content.decode()
    right = signed_in.post("/sign-in/again/", fields | {"password": PASSWORD}).content.decode()
    assert f'action="/visits/{visit.pk}/amend/"' in right
    assert 'value="Two words."' in right
    assert "kept:" not in right
    signed_in.raise_request_exception = False
    assert not asks(signed_in.post(*acts(visit)["addendum"]))
    said = AuditEvent.objects.filter(action="sign-in").values_list("what", "outcome")
    assert {("sign-in", "wrong"), ("signed in again", "ok")} <= set(said)


def test_on_the_board_the_message_asks_and_the_same_button_works_again(signed_in, visit, after):
    signed_in.get("/today/")
    after(12)
    signed_in.get("/today/")
    answer = signed_in.post("/sign-in/again/", {"password": PASSWORD, "back": "/x/"}, headers=HTMX)
    assert "Press the button again" in answer.content.decode()
    assert not asks(signed_in.post(*acts(visit)["override"], headers=HTMX))


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\\\\x"]
)
def test_it_leads_nowhere_else(signed_in, back):
    signed_in.get("/today/")
    assert signed_in.post("/sign-in/again/", {"password": PASSWORD, "back": back})["Location"] == "/"


def test_guessing_here_is_counted_as_at_the_sign_in(signed_in):
    signed_in.get("/today/")
    statuses = [signed_in.post("/sign-in/again/", {"password": f"x{n}"}).status_code for n in range(12)]
    assert statuses == [403] * 10 + [429] * 2
