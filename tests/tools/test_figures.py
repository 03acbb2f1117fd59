"""The code metrics: each is correct for a small sample and can be computed for the real code."""

import subprocess
import sys

import pytest

from tests.places import ROOT

SMALL = {
    "records/models/clinic.py": (
        "class Visit:\n    loose = models.JSONField(default=dict)\n    typed: StructField[int] = StructField(int)\n"
    ),
    "records/visit/rows.py": (
        "from needlepoint.records.models import Visit\ndef store(row: Visit):\n    row.state = 'done'\n    row.save()\n"
    ),
    "records/schedule/booking.py": (
        "from needlepoint.records.models import Site, Visit\n"
        "def cancel(visit: Visit):\n    visit.state = 'canceled'\n    visit.save()\n"
        "def move(found):\n    Visit.objects.filter(pk=1).update(room='2')\n"
        "    one = Visit.objects.get(pk=1)\n    one.starts_at, one.other = 1, 2\n"
        "def add(visit):\n    visit.sites.create(muscle='x')\n    return Visit.objects.create(), Site(visit=visit)\n"
        "def innocent(visit: core.Visit, task):\n    task.state = 'done'\n    task.save()\n    visit.note = 1\n"
    ),
    "records/other.py": "def fine(visit):\n    visit.state = 'not a row of the database'\n",
    "core/one.py": (
        "from small.core.two import Second\nfrom typing import Any\nclass Twice: ...\n"
        "def first(x: dict[str, Any]) -> dict[str, Any]:\n    return x\n"
    ),
    "core/two.py": "from small.core.one import first\nclass Second: ...\nclass Twice: ...\nclass _Twice: ...\n",
    "core/three.py": "def later():\n    from small.core.four import x\n",
    "core/four.py": "from small.core import three\n",
    "pages/forms.py": "class Base(forms.Form): ...\nclass Told(Base): ...\n",
    "pages/views.py": (
        "@require_POST\ndef good(request):\n    return forms.Told(request.POST)\n"
        "@require_POST\ndef bad(request):\n    return request.POST['x']\n"
        "@require_POST\ndef helped(request):\n    return _read(request)\n"
        "@require_POST\ndef button(request):\n    return redirect('/')\n"
        "@require_POST\ndef opened(request):\n    return _open(request)\n"
        "def _read(request):\n    return request.POST['x']\n"
        "def _open(request):\n    return request.user\n"
        "def reads(request):\n    return request.GET['x']\n"
    ),
}


def run(*words):
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "figures.py"), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    source = tmp_path_factory.mktemp("figures") / "small"
    for path, text in SMALL.items():
        file = source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for number in range(15):
        (source / "core" / f"more_{number}.py").write_text("", encoding="utf-8")
    (source / "pages" / "long.html").write_text(f"<p>{'x' * 200}</p>\n<p></p>\n", encoding="utf-8")
    return run("--list", str(source))


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("dict[str, Any]", "2"),
        ("  in core", "2"),
        ("JSON columns without a type", "1"),
        ("JSON columns with a type", "1"),
        ("places that change a visit outside of apply", "4"),
        ("places that make a visit or a site", "3"),
        ("import cycles at load", "1"),
        ("import cycles with deferred imports", "2"),
        ("public class names with two meanings", "1"),
        ("packages over 14 modules", "1"),
        ("template lines over 160 characters", "1"),
        ("POST views without a django form", "2 of 3"),
    ],
)
def test_a_small_source_is_counted_right(small, figure, value):
    assert f"{figure:58} {value}" in small.splitlines()


def test_every_place_is_named(small):
    places = [line.strip() for line in small.splitlines() if line.startswith("    ")]
    assert "records/schedule/booking.py:3: visit.state" in places
    assert "records/schedule/booking.py:6: Visit.objects.filter(pk=1).update" in places
    assert "records/schedule/booking.py:8: one.starts_at" in places
    assert "small.core.one, small.core.two" in places
    assert "Twice: core/one.py, core/two.py" in places
    assert "core: 19" in places


def test_the_source_itself_is_counted():
    figures = dict(line.rsplit("  ", 1) for line in run().splitlines())
    assert len(figures) >= 15
