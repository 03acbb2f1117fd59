"""The figures for a spreadsheet."""

import csv
import io

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Staff
from tests.pages.kit import Action, of_roles

FILE = Action("reports-csv")


def test_it_has_a_line_for_each_day_and_clinician(signed_in, doctor):
    answer = signed_in.get(FILE.url(), {"first": "2020-01-01"})
    head, *rows = csv.reader(io.StringIO(answer.content.decode()))
    assert head[:3] == ["day", "clinician", "visits"]
    assert rows
    assert all(len(row) == len(head) for row in rows)
    assert "attachment" in answer["Content-Disposition"]
    assert AuditEvent.objects.filter(action="print", what__endswith="as CSV").exists()


def test_a_name_is_never_a_formula(signed_in, doctor):
    Staff.objects.exclude(profession="").update(name="=1+1")
    answer = signed_in.get(FILE.url(), {"first": "2020-01-01"})
    assert {row[1] for row in list(csv.reader(io.StringIO(answer.content.decode())))[1:]} == {"'=1+1"}


def test_only_the_owner_gets_it(signed_in, doctor):
    of_roles(doctor, "biller")
    assert signed_in.get(FILE.url()).status_code == 403
