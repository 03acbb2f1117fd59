"""A patient joins the waitlist."""

from needlepoint.records.models import WaitlistEntry


def test_it_waits_once(me, patient, service):
    for _ in range(2):
        assert me.post("/me/wait/", {"service": service.pk})["Location"] == "/me/"
    assert WaitlistEntry.objects.filter(patient=patient, closed_at=None).count() == 1


def test_a_kind_of_visit_that_is_not_offered(me, patient, service):
    service.active = False
    service.save()
    for sent in (service.pk, "x", "", 10**30):
        assert me.post("/me/wait/", {"service": sent}).status_code == 404
    assert not WaitlistEntry.objects.exists()


def test_strangers_and_a_get(client, me, service):
    assert client.__class__().post("/me/wait/", {"service": service.pk}).status_code == 302
    assert me.get("/me/wait/").status_code == 405
