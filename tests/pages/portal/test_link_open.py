"""From the link of a visit on to its questions: by a code."""

from tests.kit.links import visit_link


def test_it_leads_to_the_door_and_not_past_it(client, ahead):
    answer = client.post(f"/v/{visit_link(ahead)}/open/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/go/")
    assert client.get(f"/me/visits/{ahead.pk}/intake/").status_code == 302


def test_a_get_and_a_link_that_is_none(client, ahead):
    assert client.get(f"/v/{visit_link(ahead)}/open/").status_code == 405
    assert client.post("/v/nothing/open/").status_code == 404
