"""What ICD-10-CM asks beside a code is said, and holds nothing."""

import datetime

import pytest

from needlepoint.coding import Session, code_session
from needlepoint.coding.types import SessionSite

SITE = SessionSite(muscle="trapezius", side="left", technique="wet")


@pytest.mark.parametrize(
    ("code", "words"),
    [("U09.9", "code first"), ("G44.86", "cervical spine"), ("G89.29", "place of the pain"), ("M54.2", "")],
)
def test_a_note_of_the_tabular_list_is_said(code, words):
    coding = code_session(Session(on=datetime.date(2026, 6, 1), sites=[SITE], diagnoses=[code]))
    told = [row for row in coding.open if row.about.startswith("note ")]
    assert words in " ".join(row.en for row in told)
    assert not any(row.holds for row in told)
    assert bool(told) is bool(words)
