"""What a browser may do with our pages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from needlepoint.records.portal.magic_links import make_link
from needlepoint.site import settings as ours


def test_every_page_runs_our_own_scripts_only(signed_in, me, clinic, visit, ahead):
    pages = [(signed_in, "/today/"), (signed_in, f"/visits/{visit.pk}/"), (me, "/me/"), (Client(), "/sign-in/"),
             (Client(), "/at/example/en/"), (Client(), "/nothing/"),
             (me, f"/me/visits/{ahead.pk}/intake/where/")]  # fmt: skip
    for client, path in pages:
        answer = client.get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "camera=()" in answer["Permissions-Policy"]
        html = answer.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/)[^>]*>", html), path
        assert not re.search(r"<[^>]+\son[a-z]+\s*=", html), path
        assert "js:{" not in html, path
        assert "<style" not in html, path


@pytest.mark.parametrize(
    "path", ["/today/", "/patients/", "/patients/{patient}/", "/visits/{visit}/", "/post/", "/settings/", "/stock/",
             "/settings/access-log/", "/patients/{patient}/trend.svg", "/password/"]
)  # fmt: skip
def test_nothing_of_the_staff_is_kept_by_a_browser(signed_in, visit, path):
    answer = signed_in.get(path.format(patient=visit.patient_id, visit=visit.pk))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_nothing_about_a_patient_is_kept_by_a_browser(me, client, patient, ahead):
    for path in (
        "/me/",
        "/me/settings/",
        f"/me/visits/{ahead.pk}/",
        f"/v/{make_link('visit', patient, ahead)[1]}/",
    ):
        assert "no-store" in me.get(path)["Cache-Control"]


def test_public_pages_may_be_kept(client, clinic):
    assert "no-store" not in client.get("/at/example/en/").get("Cache-Control", "")


def test_https_is_told_to_browsers_and_http_is_sent_there(settings, client, clinic):
    assert ours.SECURE_HSTS_SECONDS == 0  # the tests have no TLS
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    client = Client()
    assert client.get("/sign-in/")["Location"].startswith("https://")
    answer = client.get("/sign-in/", HTTP_X_FORWARDED_PROTO="https")
    assert answer.status_code == 200
    assert "max-age=31536000" in answer["Strict-Transport-Security"]


def test_what_watches_the_server_is_answered(client, db, monkeypatch):
    from needlepoint.pages.account import health

    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "failing": []}
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 10**18)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["failing"] == ["disk"]
