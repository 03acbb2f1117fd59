"""A day is a day where the practice is: nothing takes the day of the server or of UTC for today."""

import re
from pathlib import Path

import pytest

import needlepoint

SOURCE = Path(needlepoint.__file__).parent
OTHER_DAYS = re.compile(r"now\(\)\.date\(\)|now\(datetime\.UTC\)\.date\(\)|date\.today\(\)|utcnow\(")


@pytest.mark.parametrize("area", ["records", "pages", "guard", "site", "fhir"])
def test_today_is_asked_of_the_practice(area):
    wrong = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in sorted((SOURCE / area).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if OTHER_DAYS.search(line)
    ]
    assert wrong == []
