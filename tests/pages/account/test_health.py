"""What watches the server is answered, without a session and without a word of the practice."""

import pytest


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_answers_everybody(client, db, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert not answer.cookies


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_post_is_refused(client, db, path):
    assert client.post(path).status_code == 405


def test_a_full_disk_is_not_ready_but_alive(client, db, monkeypatch):
    monkeypatch.setattr("needlepoint.pages.account.health.LEAST_FREE_BYTES", 10**18)
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json()["failing"] == ["disk"]
    assert client.get("/healthz").status_code == 200
