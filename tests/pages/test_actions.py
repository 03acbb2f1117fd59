"""Every address has a file of tests with its name: the list of files is the list of actions.

`tests/pages/<area>/test_<action>.py`: the area by the first part of the address, the action by the name of the route
without the word of its area. The file asks for that address. SHARED names what stands in the file of another action.
"""

from __future__ import annotations

import ast
import re

import pytest

from tests.pages.test_odd_input import routes
from tests.places import ROOT

# Area: the word that its routes begin with, and the first parts of its addresses. All others are of `account`.
AREAS = {
    "visit": ("visit-", {"visits", "consents", "chart.json"}),
    "patients": ("patient-", {"patients"}),
    "schedule": ("schedule-", {"today", "tasks", "messages", "post", "schedule", "waiting"}),
    "billing": ("billing-", {"billing"}),
    "reports": ("reports-", {"reports"}),
    "settings": ("settings-", {"settings", "stock", "set-up"}),
    "portal": ("me-", {"me", "v", "c", "go", "offer", "stop", "cal"}),
    "public_site": ("visit-", {"at", "pictures", "robots.txt", "demo", "anymail"}),
}
# What a page only shows, beside the action that it belongs to; and the pages of allauth.
SHARED = {
    "account/test_account.py": ("account_",),
    "account/test_second_factor.py": ("mfa_",),
    "account/test_health.py": ("healthz", "readyz"),
    "account/test_offline.py": ("service-worker",),
    "account/test_sessions.py": ("me-sessions",),
    "patients/test_patient.py": ("patient-trend",),
    "patients/test_card.py": ("card",),
    "portal/test_download.py": ("me-pdf", "me-fhir"),
    "portal/test_me.py": ("me-trend",),
    "portal/test_visit.py": ("me-booked", "me-manage", "me-ics", "me-drawing"),
    "portal/test_price.py": ("me-estimate",),
    "portal/test_link_visit.py": ("link-ics",),
    "portal/test_book_times.py": ("me-book",),
    "portal/test_intake.py": ("intake-begin", "intake-finish"),
    "public_site/test_front.py": (
        "practice", "robots", "sitemap", "urgent", "prices", "book", "muscle", "felt", "move", "home",
    ),
    "public_site/test_times.py": ("visit-kinds",),
    "public_site/test_webhooks.py": ("postmark_",),
    "schedule/test_today.py": ("today-list",),
    "settings/test_access_log.py": ("patient-access",),
    "visit/test_letter.py": ("letter-pdf",),
    "visit/test_move.py": ("visit-move",),
    "visit/test_papers.py": ("note-pdf", "consent-pdf", "visit-why", "visit-aftercare", "visit-drawing"),
}  # fmt: skip
PLACES = {route: file for file, shared in SHARED.items() for route in shared}
PAGES = ROOT / "tests" / "pages"


def file_of(name: str, pattern: str) -> str:
    """Where the tests of a route stand, below tests/pages."""
    for route, file in PLACES.items():
        if name == route or (route.endswith("_") and name.startswith(route)):
            return file
    first = re.split("[/<]", pattern)[0]
    found = ((area, word) for area, (word, parts) in AREAS.items() if first in parts)
    area, word = next(found, ("account", ""))
    return f"{area}/test_{name.removeprefix(word).replace('-', '_')}.py"


def asks_for(name: str, pattern: str, text: str) -> bool:
    """Whether a file names the route, or writes an address of it."""
    address = "[^\"' ]+".join(re.escape(part) for part in re.split(r"<[^>]+>", pattern))
    return f'"{name}"' in text or re.search(f"/{address}", text) is not None


@pytest.mark.parametrize(("name", "pattern"), sorted(set(routes())))
def test_a_route_has_a_file_of_its_action(name, pattern):
    path = PAGES / file_of(name, pattern)
    assert path.exists(), f"tests/pages/{file_of(name, pattern)} is to test {pattern}"
    text = path.read_text(encoding="utf-8")
    assert [node for node in ast.parse(text).body if getattr(node, "name", "").startswith("test_")]
    if path.name not in ("test_account.py", "test_second_factor.py"):  # the library's own pages
        assert asks_for(name, pattern, text), f"{path.name} asks for no {name} ({pattern})"


def test_the_list_of_what_is_shared_names_routes_and_files_that_are_there():
    names = {name for name, _ in routes()}
    assert [route for route in PLACES if not any(name.startswith(route) for name in names)] == []
    assert [file for file in SHARED if not (PAGES / file).exists()] == []
