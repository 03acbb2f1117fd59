"""The board of a visit: read by whom it may be, moved on by what happens in it."""

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Site, Staff, Visit
from tests.kit.visits import allow_needle
from tests.pages.visit.kit import post


def test_reading_a_chart_is_in_the_trail(signed_in, visit):
    signed_in.get(f"/visits/{visit.pk}/")
    signed_in.get(f"/patients/{visit.patient_id}/")
    assert AuditEvent.objects.filter(patient_id=visit.patient_id, action="read").count() == 2


def test_two_clinicians_on_one_draft_see_each_other(client, signed_in, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    client.force_login(Staff.objects.get(user__username="nora").user)
    answer = client.post(
        f"/visits/{visit.pk}/find/",
        {"version": 0, "muscle": "soleus", "side": "left", "sign": "all"},
        headers={"HX-Request": "true"},
    )
    assert "Dr. Wilhelmina Example has updated this visit (Examination recorded)" in answer.content.decode()
    assert not Site.objects.filter(muscle="soleus", visit=visit).exists()


def test_a_signed_out_change_goes_to_the_door_and_not_into_the_page(client, visit):
    answer = client.post(f"/visits/{visit.pk}/find/", {}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/sign-in/")


def test_a_visit_moves_on_by_what_happens_in_it(signed_in, doctor, clinic):
    visit = Visit.objects.filter(state="arrived").first()
    post(signed_in, visit, "told", region="left_scapula_upper", intensity="6")
    visit.refresh_from_db()
    assert visit.state == "arrived"
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    post(signed_in, visit, "safety", name="clear")
    allow_needle(doctor, visit)
    post(signed_in, visit, "done", all="1")
    visit.refresh_from_db()
    assert visit.state == "to_sign"
