"""The clinic under load: pages, search and findings on a big practice, over HTTP, by the server that `serve` starts.

    NEEDLEPOINT_DATA=out/big needlepoint demo --patients 100000
    python bench/clinic.py out/big

Adds one patient with 2,000 sessions when there is none yet. Two workers, one client, so the figures are answer times.
"""

from __future__ import annotations

import datetime
import http.cookiejar
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request

PORT, TIMES, LONG = 8799, 60, 2000
BASE = f"http://127.0.0.1:{PORT}"


def main() -> None:
    """Serve the practice of the folder that is named, and measure."""
    os.environ["NEEDLEPOINT_DATA"] = sys.argv[1]
    long_patient, counts = _prepare()
    print(", ".join(f"{count:,} {name}" for name, count in counts.items()))
    command = [sys.executable, "-m", "needlepoint", "serve", "--port", str(PORT), "--workers", "2"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _measure(long_patient)
    finally:
        server.terminate()


def _prepare() -> tuple[int, dict[str, int]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "needlepoint.site.settings")
    import django

    django.setup()
    from django.db.models import Count

    from needlepoint.records.models import Patient, Site, Visit

    long = Patient.objects.annotate(n=Count("visits")).filter(n__gte=LONG).first()
    if long is None:
        seed = Visit.objects.select_related("patient").filter(state="in_room").first()
        assert seed is not None
        long = seed.patient
        visits = [
            Visit(
                practice_id=seed.practice_id, location_id=seed.location_id, patient_id=long.pk,
                episode_id=seed.episode_id, clinician_id=seed.clinician_id, state="done",
                starts_at=seed.starts_at - datetime.timedelta(days=2 * n + 2), pain={"now": 5, "worst": 7},
                complaint={"regions": {"left_shoulder_top": 5}}, session={"technique": "wet", "relief_percent": 50},
            )
            for n in range(LONG)
        ]  # fmt: skip
        Visit.objects.bulk_create(visits, batch_size=500)
        done = {"technique": "wet", "volume_ml": "0.5"}
        Site.objects.bulk_create(
            [
                Site(visit=v, muscle="trapezius", side="left", planned=True, done_at=v.starts_at, done=done)
                for v in visits
            ],
            batch_size=500,
        )
    return long.pk, {
        "patients": Patient.objects.count(), "visits": Visit.objects.count(), "sites": Site.objects.count()
    }  # fmt: skip


class Client:
    """Someone who is signed in."""

    def __init__(self) -> None:
        self.cookies = http.cookiejar.CookieJar()
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies)).open
        for _ in range(80):
            try:
                door = self.get("/sign-in/")
                break
            except OSError:
                time.sleep(0.25)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', door)
        assert token is not None
        who = {"username": "wilhelmina", "password": "made-up people only", "csrfmiddlewaretoken": token[1]}
        self.post("/sign-in/", who)

    def get(self, path: str) -> str:
        return str(self.open(BASE + path).read().decode())

    def post(self, path: str, fields: dict[str, str]) -> str:
        token = next((cookie.value for cookie in self.cookies if cookie.name == "csrftoken"), "")
        headers = {"Referer": BASE, "X-CSRFToken": token or "", "HX-Request": "true"}
        body = urllib.parse.urlencode(fields).encode()
        return str(self.open(urllib.request.Request(BASE + path, body, headers)).read().decode())


def _measure(long_patient: int) -> None:
    client = Client()
    found = re.findall(r"/visits/(\d+)/\"", client.get(f"/patients/{long_patient}/"))
    visit = found[0]
    pages = {
        "today": "/today/",
        "search 'ma' (every patient of a tenth)": "/patients/?q=ma",
        "search 'made ines 19'": "/patients/?q=made+ines+19",
        "search a phone's last digits": "/patients/?q=0042",
        "patient with 2,000 sessions": f"/patients/{long_patient}/",
        "the same, page 90": f"/patients/{long_patient}/?page=90",
        "visit board of that patient": f"/visits/{visit}/",
        "stock": "/stock/",
    }
    for name, path in pages.items():
        _tell(name, lambda path=path: client.get(path))
    signs = iter(["taut_band", "tender_spot", "referred_pain", "twitch"] * TIMES)

    def finding() -> None:
        client.post(f"/visits/{visit}/find/", fields | {"sign": next(signs)})
        fields["version"] = str(int(fields["version"]) + 1)

    board = client.get(f"/visits/{visit}/")
    version = re.search(r'name="version" value="(\d+)"', board)
    assert version is not None
    fields = {"version": version[1], "muscle": "infraspinatus", "side": "left"}
    _tell("a finding, ranked and planned anew", finding)
    _outside(long_patient)


def _outside(patient_id: int) -> None:
    """The patients' side: the public site, free times, a check-in, and the own pages of the one with 2,000 sessions."""
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from needlepoint.records.links import make_link
    from needlepoint.records.models import CheckIn, Code, Patient, Service, Visit

    patient = Patient.objects.select_related("practice").get(pk=patient_id)
    visit = Visit.objects.filter(patient=patient, state="done").order_by("-starts_at").first()
    soon = timezone.now() + datetime.timedelta(minutes=9)
    check_in, _ = CheckIn.objects.get_or_create(visit=visit, moment="1w", defaults={"due_at": soon})
    _, asked = make_link("check_in", patient, None, str(check_in.pk))
    link, token = make_link("open", patient, None, "/me/")
    Code.objects.create(link=link, channel="email", code=make_password("123456"), expires_at=soon)
    client = Client()
    client.get(f"/go/{token}/")
    client.post(f"/go/{token}/", {"code": "123456"})
    service = Service.objects.filter(technique="wet").first()
    assert service is not None
    site = f"/at/{patient.practice.slug}/en/"
    pages = {
        "public site": site,
        "picture book, all muscles": f"{site}muscles/",
        "prices": f"{site}prices/",
        "free times of a week": f"{site}visit/{service.pk}/",
        "check-in": f"/c/{asked}/",
        "own pages, 2,000 sessions": "/me/",
        "costs of two visits": "/me/bills/",
        "one visit of theirs": f"/me/visits/{visit.pk}/",
    }
    for name, path in pages.items():
        _tell(name, lambda path=path: client.get(path))


def _tell(name: str, action: object) -> None:
    assert callable(action)
    for _ in range(5):
        action()
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    print(
        f"{name:42} median {statistics.median(times):5.0f} ms, 95 % within {times[int(TIMES * 0.95)]:5.0f} ms"
    )


if __name__ == "__main__":
    main()
