"""A visit is canceled by the link of its mail."""

from needlepoint.records.models import SlotLock, Visit
from tests.kit.links import visit_link


def test_it_frees_the_time_once(client, ahead):
    token = visit_link(ahead)
    for _ in range(2):
        client.post(f"/v/{token}/cancel/")
    assert Visit.objects.get(pk=ahead.pk).state == "canceled"
    assert not SlotLock.objects.filter(visit=ahead).exists()
    assert "canceled" in client.get(f"/v/{token}/").content.decode()


def test_a_visit_that_has_begun_stays(client, ahead):
    Visit.objects.filter(pk=ahead.pk).update(state="in_room")
    assert client.post(f"/v/{visit_link(ahead)}/cancel/").status_code == 403
    assert Visit.objects.get(pk=ahead.pk).state == "in_room"


def test_a_get_and_a_link_that_is_none_change_nothing(client, ahead):
    assert client.get(f"/v/{visit_link(ahead)}/cancel/").status_code == 405
    assert client.post("/v/nothing/cancel/").status_code == 404
    assert Visit.objects.get(pk=ahead.pk).state == "booked"
