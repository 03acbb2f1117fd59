"""The clinic under load: pages, search and findings on a big practice, over HTTP, by the server that `serve` starts.

    NEEDLEPOINT_DATA=out/big needlepoint demo --patients 100000
    python bench/clinic.py out/big
    python bench/clinic.py out/big --against OTHER_CHECKOUT ITS_DATA    both in turns, in one run, with the ratio

Adds one patient with 2,000 visits when there is none yet. Two workers, one client, so the figures are answer times.
With --against, also what the processor worked for an answer: on a machine with other work that is the steadier ratio.
No finding brings back an examination that was measured before.
"""

from __future__ import annotations

import argparse
import datetime
import http.cookiejar
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

PORT, TIMES, WARM, LONG = 8799, 60, 5, 2000
# Those that every version calls by the same name; 3 ** 4 examinations before one comes again.
SIGNS = ("taut_band", "tender_spot", "referred_pain", "twitch")
HERE = Path(__file__).resolve().parent.parent


def main() -> None:
    """Serve the practice of the folder that is named, and measure; against another checkout where one is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the folder of the big practice")
    parser.add_argument(
        "--against", nargs=2, type=Path, metavar=("CHECKOUT", "DATA"), help="compare with this one"
    )
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument(
        "--port", type=int, default=PORT, help="this one, and with --against the next one too"
    )
    told = parser.parse_args()
    pairs = [(HERE, told.data), *([tuple(told.against)] if told.against else [])]
    for checkout, data in pairs:
        _must_exist(checkout, data)
    sides = [Side(checkout, data, told.port + n) for n, (checkout, data) in enumerate(pairs)]
    try:
        for side in sides:
            side.begin()
        if told.against:
            _compare(sides[0], sides[1], told.times)
        else:
            _measure(sides[0], told.times)
    finally:
        for side in sides:
            side.end()


def _must_exist(checkout: Path, data: Path) -> None:
    """End with what to run, instead of a traceback, where there is no data to measure on."""
    if not (checkout / "src" / "needlepoint").is_dir():
        sys.exit(f"{checkout} is no checkout of Needlepoint: it has no src/needlepoint.")
    if not (data / "needlepoint.sqlite3").is_file():
        path = f"PYTHONPATH={checkout / 'src'} " if checkout != HERE else ""
        sys.exit(
            f"There is no practice in {data}. Make one first, it takes some minutes:\n\n"
            f"    {path}NEEDLEPOINT_DATA={data} python -m needlepoint demo --patients 100000\n"
        )


class Side:
    """One checkout with its data, served on a port of its own."""

    def __init__(self, checkout: Path, data: Path, port: int) -> None:
        self.checkout, self.data, self.port = checkout.resolve(), data.resolve(), port
        self.env = os.environ | {"NEEDLEPOINT_DATA": str(self.data), "PYTHONPATH": str(self.checkout / "src")}
        self.env["NEEDLEPOINT_DEMO"] = "1"  # no second factor
        self.server: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Make the patient with 2,000 visits, serve, sign in, open their board."""
        self.patient, counts = json.loads(self._ask("_prepare()"))
        print(f"{self.checkout}: {', '.join(f'{count:,} {name}' for name, count in counts.items())}")
        command = [sys.executable, "-m", "needlepoint", "serve", "--port", str(self.port), "--workers", "2"]
        quiet = subprocess.DEVNULL
        self.server = subprocess.Popen(command, env=self.env, cwd=self.checkout, stdout=quiet, stderr=quiet)
        self.client = Client(self.port)
        self.client.sign_in()
        page = self.client.get(f"/patients/{self.patient}/")
        self.visit = re.findall(r"/visits/(\d+)/\"", page)[0]
        self.version = _version(self.client.get(f"/visits/{self.visit}/"))

    def _ask(self, call: str) -> str:
        """What a function of this checkout's own bench/clinic.py answers: each has the models of its time."""
        code = f"import json, clinic; print(json.dumps(clinic.{call}))"
        env = self.env | {"PYTHONPATH": f"{self.env['PYTHONPATH']}{os.pathsep}{self.checkout / 'bench'}"}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=env,
            cwd=self.checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{self.checkout} could not prepare {self.data}:\n{done.stderr[-2000:]}")
        return done.stdout.splitlines()[-1]

    def pages(self) -> dict[str, str]:
        """What is measured on every side."""
        return {
            "today": "/today/",
            "search 'ma' (every patient of a tenth)": "/patients/?q=ma",
            "search 'made ines 19'": "/patients/?q=made+ines+19",
            "search a phone's last digits": "/patients/?q=0042",
            "patient with 2,000 visits": f"/patients/{self.patient}/",
            "the same, page 90": f"/patients/{self.patient}/?page=90",
            "board of that patient": f"/visits/{self.visit}/",
        }

    def finding(self, sign: str) -> None:
        """One sign of one muscle: ranked and planned again. A draft that was not taken would be no measure."""
        fields = {"version": str(self.version), "muscle": "infraspinatus", "side": "left", "sign": sign}
        version = _version(self.client.post(f"/visits/{self.visit}/find/", fields))
        if version <= self.version:
            sys.exit(f"{self.checkout} did not record a finding in visit {self.visit}.")
        self.version = version

    def worked(self) -> float:
        """Milliseconds of the processor that the server and its workers took so far; 0 where nothing says so."""
        assert self.server is not None
        return 1000 * sum(_seconds_of(pid) for pid in _family(self.server.pid))

    def end(self) -> None:
        """Stop the server."""
        if self.server is not None:
            self.server.terminate()
            self.server.wait(timeout=30)


def _family(pid: int) -> list[int]:
    """A process and all that it started, as Linux tells it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in _family(int(child)))]


def _seconds_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _version(page: str) -> int:
    found = re.search(r'name="version" value="(\d+)"', page)
    if found is None:
        sys.exit("The board shows no draft: the visit of the patient with 2,000 visits is not open.")
    return int(found[1])


def _prepare() -> tuple[int, dict[str, int]]:
    """The patient with 2,000 visits (made when there is none), and how much there is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "needlepoint.site.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db.models import Count

    from needlepoint.records.models import Patient, Site, Visit

    call_command("migrate", verbosity=0)
    long = Patient.objects.annotate(n=Count("visits")).filter(n__gte=LONG).first()
    if long is None:
        seed = Visit.objects.select_related("patient").filter(state="in_room").first()
        if seed is None:
            sys.exit("No visit of this practice is in a room: make the practice anew.")
        long = seed.patient
        _add_visits(seed)
    return long.pk, {
        "patients": Patient.objects.count(), "visits": Visit.objects.count(), "sites": Site.objects.count()
    }  # fmt: skip


def _add_visits(seed: object) -> None:
    """2,000 signed visits of one patient, one site each."""
    from needlepoint.records.models import Site, Visit
    from needlepoint.visit.facts import Facts, Given, Observed, Outcome, Reported

    assert isinstance(seed, Visit)
    visits = []
    for n in range(LONG):
        starts_at = seed.starts_at - datetime.timedelta(days=2 * n + 2)
        outcome = Outcome(relief_percent=50, relief_weeks=Decimal(6), by="Dr. Example", on=starts_at.date())
        reported = Reported(regions={"left_shoulder_top": 5}, pain_now=5, pain_worst=7)
        facts = Facts(reported=reported, observed=Observed(pain_after=3, reactions=()), outcome=outcome)
        visits.append(
            Visit(
                practice_id=seed.practice_id, location_id=seed.location_id, patient_id=seed.patient_id,
                episode_id=seed.episode_id, clinician_id=seed.clinician_id, state="done", starts_at=starts_at,
                facts=facts,
            )
        )  # fmt: skip
    Visit.objects.bulk_create(visits, batch_size=500)
    drug = {"drug": "lidocaine", "concentration_percent": Decimal(1), "volume_ml": Decimal("0.5")}
    Site.objects.bulk_create(
        [
            Site(
                visit=visit, muscle="trapezius", side="left", planned=True,
                given=Given(technique="wet", at=visit.starts_at, by="Dr. Example", **drug),
            )
            for visit in visits
        ],
        batch_size=500,
    )  # fmt: skip


class Client:
    """A browser without a screen: cookies, and the token that every post needs."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies)).open

    def sign_in(self) -> None:
        """As the physician of the made-up practice, once the server answers."""
        for _ in range(240):
            try:
                door = self.get("/sign-in/")
                break
            except OSError:
                time.sleep(0.25)
        else:
            sys.exit(f"Nothing answers at {self.base}.")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', door)
        assert token is not None
        who = {"username": "wilhelmina", "password": "made-up people only", "csrfmiddlewaretoken": token[1]}
        self.post("/sign-in/", who)

    def get(self, path: str) -> str:
        """The page."""
        return str(self.open(self.base + path).read().decode())

    def post(self, path: str, fields: dict[str, str]) -> str:
        """The answer to a form, as htmx sends it."""
        token = next((cookie.value for cookie in self.cookies if cookie.name == "csrftoken"), "")
        headers = {"Referer": self.base, "X-CSRFToken": token or "", "HX-Request": "true"}
        body = urllib.parse.urlencode(fields).encode()
        return str(self.open(urllib.request.Request(self.base + path, body, headers)).read().decode())


def _measure(side: Side, times: int) -> None:
    for name, path in (side.pages() | {"stock": "/stock/"}).items():
        _tell(name, _timed([lambda path=path: side.client.get(path)], times)[0])
    signs = _signs(times)
    _tell("a finding, ranked and planned anew", _timed([lambda: side.finding(next(signs))], times)[0])
    outside, pages = _outside(side)
    for name, path in pages.items():
        _tell(name, _timed([lambda path=path: outside.get(path)], times)[0])


def _compare(one: Side, other: Side, times: int) -> None:
    """The same of both in turns, so that what else the machine does meets both alike."""
    print(f"\n{'':42} {'answer: median, 95 % within':>34} {'processor: mean':>22}")
    heads = ("this, ms", "other, ms", "ratio", "this", "other", "ratio")
    print("{:42} {:>13} {:>13} {:>6} {:>8} {:>6} {:>6}".format("", *heads))
    both = (one, other)
    for name, path in one.pages().items():
        paths = (path, other.pages()[name])
        acts = [lambda s=s, p=p: s.client.get(p) for s, p in zip((one, other), paths, strict=True)]
        _tell_ratio(name, both, acts, times)
    signs = [_signs(times), _signs(times)]
    acts = [lambda s=s, n=n: s.finding(next(n)) for s, n in zip((one, other), signs, strict=True)]
    _tell_ratio("a finding, ranked and planned anew", both, acts, times)


def _signs(times: int) -> Iterator[str]:
    """Signs to press, one after the other, so that no examination comes twice: each turns yes, no, not examined."""
    for press in range(1, times + WARM + 1):
        turn = 0
        while press % 3 == 0:
            press, turn = press // 3, turn + 1
        yield SIGNS[min(turn, len(SIGNS) - 1)]


def _outside(side: Side) -> tuple[Client, dict[str, str]]:
    """The patients' side: the public site, free times, a check-in, and the own pages of the one with 2,000 visits."""
    door, asked, code, slug, service, visit = json.loads(side._ask(f"_doors({side.patient})"))
    client = Client(side.port)
    client.get(f"/go/{door}/")
    client.post(f"/go/{door}/", {"code": code})
    site = f"/at/{slug}/en/"
    return client, {
        "public site": site,
        "muscle atlas, all muscles": f"{site}muscles/",
        "prices": f"{site}prices/",
        "free times of a week": f"{site}visit/{service}/",
        "check-in": f"/c/{asked}/",
        "own pages, 2,000 visits": "/me/",
        "costs of two visits": "/me/bills/",
        "one visit of theirs": f"/me/visits/{visit}/",
    }


def _doors(patient_id: int) -> tuple[str, str, str, str, int, int]:
    """Tokens and numbers by which the patient comes in: own link, check-in, code, practice, service, visit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "needlepoint.site.settings")
    import django

    django.setup()
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from needlepoint.records.models import FollowUpSurvey, OneTimeCode, Patient, Visit, VisitType
    from needlepoint.records.portal.magic_links import make_link

    patient = Patient.objects.select_related("practice").get(pk=patient_id)
    visit = Visit.objects.filter(patient=patient, state="done").order_by("-starts_at").first()
    service = VisitType.objects.filter(technique="wet").first()
    assert visit is not None
    assert service is not None
    soon = timezone.now() + datetime.timedelta(minutes=9)
    check_in, _ = FollowUpSurvey.objects.get_or_create(visit=visit, moment="1w", defaults={"due_at": soon})
    _, asked = make_link("check_in", patient, None, str(check_in.pk))
    link, token = make_link("open", patient, None, "/me/")
    OneTimeCode.objects.create(link=link, channel="email", code=make_password("123456"), expires_at=soon)
    return token, asked, "123456", patient.practice.slug or "", service.pk, visit.pk


def _timed(acts: list[Callable[[], object]], times: int, warm: int = WARM) -> list[list[float]]:
    """Milliseconds of every act, in turns, sorted."""
    for _ in range(warm):
        for act in acts:
            act()
    found: list[list[float]] = [[] for _ in acts]
    for _ in range(times):
        for act, row in zip(acts, found, strict=True):
            start = time.perf_counter()
            act()
            row.append((time.perf_counter() - start) * 1000)
    return [sorted(row) for row in found]


def _middle(row: list[float]) -> tuple[float, float]:
    return statistics.median(row), row[int(len(row) * 0.95)]


def _tell(name: str, row: list[float]) -> None:
    print("{:42} median {:5.0f} ms, 95 % within {:5.0f} ms".format(name, *_middle(row)), flush=True)


def _tell_ratio(name: str, sides: tuple[Side, Side], acts: list[Callable[[], object]], times: int) -> None:
    """The answer times of both in turns, and the work of both for them."""
    _timed(acts, WARM, 0)
    before = [side.worked() for side in sides]
    mine, theirs = (_middle(row) for row in _timed(acts, times, 0))
    work = [(side.worked() - start) / times for side, start in zip(sides, before, strict=True)]
    row = "{:42} {:6.0f} {:6.0f} {:6.0f} {:6.0f} {:6.2f} {:8.1f} {:6.1f} {:6.2f}"
    ratios = mine[0] / theirs[0], work[0] / work[1] if work[1] else 0.0
    print(row.format(name, *mine, *theirs, ratios[0], *work, ratios[1]), flush=True)


if __name__ == "__main__":
    main()
