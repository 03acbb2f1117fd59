"""A patient signs out: here, or on every device."""

from django.test import Client

from tests.kit.portal import enter


def test_this_browser_alone(patient):
    one, other = enter(Client(), patient), enter(Client(), patient)
    assert one.post("/me/leave/").status_code == 302
    assert [client.get("/me/").status_code for client in (one, other)] == [302, 200]


def test_every_device_of_this_patient(patient):
    one, other = enter(Client(), patient), enter(Client(), patient)
    one.post("/me/leave/", {"everywhere": "yes"})
    assert [client.get("/me/").status_code for client in (one, other)] == [302, 302]


def test_a_get_signs_nobody_out(me):
    assert me.get("/me/leave/").status_code == 405
    assert me.get("/me/").status_code == 200
