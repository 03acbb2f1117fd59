"""The body chart as the drawing on the board reads it."""

from django.test import Client
from django.urls import reverse


def test_every_view_has_regions_with_names(signed_in):
    chart = signed_in.get(reverse("chart")).json()
    assert {"front", "back"} <= set(chart["views"])
    drawn = {region for view in chart["views"].values() for region in view["regions"]}
    assert drawn == set(chart["regions"])
    assert chart["regions"]["left_temple"]["name"] == "left temple"


def test_it_holds_nothing_of_a_patient_and_no_session_is_needed_to_hold_it(clinic):
    answer = Client().get(reverse("chart"))
    assert answer.status_code in (200, 302)
    assert "sessionid" not in answer.cookies
