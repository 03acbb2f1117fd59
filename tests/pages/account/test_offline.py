"""Without a connection: a page that is the same for everybody, and the script that shows it."""

import pytest
from django.urls import reverse


def test_the_page_is_the_same_for_everybody_and_holds_no_name(client, signed_in, doctor):
    mine, anybodys = signed_in.get("/offline/"), client.__class__().get("/offline/")
    assert (mine.status_code, anybodys.status_code) == (200, 200)
    assert doctor.name not in mine.content.decode()


def test_the_script_stands_at_the_root_and_is_asked_for_anew(client, db):
    answer = client.get(reverse("service-worker"))
    assert answer["Content-Type"] == "text/javascript"
    assert "no-cache" in answer["Cache-Control"]
    assert "fetch" in answer.content.decode()


@pytest.mark.parametrize("path", ["/offline/", "/sw.js"])
def test_a_post_is_refused(client, db, path):
    assert client.post(path).status_code == 405
