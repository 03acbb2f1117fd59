"""A message is read by whom it is for."""

from needlepoint.records.models import Staff
from tests.pages.kit import Action


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


ACT = Action("message-read")


def test_a_get_is_refused_and_a_message_that_is_not_there_not_found(signed_in, visit):
    assert signed_in.get(ACT.url(1)).status_code == 405
    assert ACT.post(signed_in, 10**9).status_code == 404
