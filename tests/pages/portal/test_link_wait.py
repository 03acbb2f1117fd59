"""Who has a time waits for a sooner one, and keeps it meanwhile."""

from needlepoint.records.models import Visit, WaitlistEntry
from tests.kit.links import visit_link


def test_it_waits_once_and_keeps_the_time(client, ahead):
    token = visit_link(ahead)
    for _ in range(2):
        assert client.post(f"/v/{token}/wait/").status_code == 302
    assert WaitlistEntry.objects.get(instead_of=ahead).closed_at is None
    assert Visit.objects.get(pk=ahead.pk).state == "booked"
    assert "on the waitlist" in client.get(f"/v/{token}/").content.decode()


def test_a_get_and_a_link_that_is_none(client, ahead):
    assert client.get(f"/v/{visit_link(ahead)}/wait/").status_code == 405
    assert client.post("/v/nothing/wait/").status_code == 404
