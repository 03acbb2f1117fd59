"""Who may decide over a precaution or clear a red flag on the board."""

import pytest

from needlepoint.records.models import Staff, Visit

DECISION = {"decide": "bleeding_disorder", "why": "Factor was given this morning."}
CLEARED = {"flag": "angina", "why": "ECG and troponin today, both normal."}


def send(client, visit, page, sent):
    visit.refresh_from_db()
    return client.post(f"/visits/{visit.pk}/{page}/", {"version": visit.version, **sent})


@pytest.mark.parametrize(("page", "sent"), [("order", DECISION), ("clear", CLEARED)])
@pytest.mark.parametrize(
    ("roles", "profession"),
    [(["front_desk"], ""), (["biller"], ""), (["assistant"], ""), (["assistant"], "medical_assistant")],
)
def test_staff_without_a_license_decide_nothing(signed_in, doctor, visit, roles, profession, page, sent):
    Staff.objects.filter(pk=doctor.pk).update(roles=roles, profession=profession)
    assert send(signed_in, visit, page, sent).status_code == 403
    kept = Visit.objects.get(pk=visit.pk)
    assert kept.facts.ordered.decided == ()
    assert kept.facts.cleared == ()


@pytest.mark.parametrize(("page", "sent"), [("order", DECISION), ("clear", CLEARED)])
def test_the_signed_in_clinician_is_kept_with_the_profession(signed_in, doctor, visit, page, sent):
    assert send(signed_in, visit, page, sent).status_code == 200
    kept = Visit.objects.get(pk=visit.pk)
    (row,) = kept.facts.ordered.decided if page == "order" else kept.facts.cleared
    assert row.by == doctor.name
    assert row.profession == doctor.profession


def test_a_reason_of_two_letters_is_none(signed_in, doctor, visit):
    send(signed_in, visit, "find", {"muscle": "infraspinatus", "side": "left", "sign": "all"})
    answer = send(signed_in, visit, "order", {"decide": "bleeding_disorder", "why": "ok"})
    assert answer.status_code == 422
    assert Visit.objects.get(pk=visit.pk).facts.ordered.decided == ()
