"""What to do after a treatment: as a page and on paper."""

import pytest

from needlepoint.guard.models import AuditEvent
from needlepoint.records.models import Visit


@pytest.fixture
def past(patient):
    return Visit.objects.filter(patient=patient, state="done").order_by("-pk").first()


def test_the_page_and_its_paper_are_on_record(me, patient, past):
    path = f"/me/visits/{past.pk}/aftercare/"
    assert me.get(path).status_code == 200
    assert me.get(f"{path}?pdf").content.startswith(b"%PDF")
    found = AuditEvent.objects.filter(patient_id=patient.pk, what=f"aftercare of visit {past.pk}")
    assert set(found.values_list("action", flat=True)) == {"read", "print"}


def test_a_visit_of_somebody_else_and_strangers(client, me, patient, past):
    other = Visit.objects.exclude(patient=patient).first()
    assert me.get(f"/me/visits/{other.pk}/aftercare/").status_code == 404
    assert client.__class__().get(f"/me/visits/{past.pk}/aftercare/").status_code == 302


def test_a_post_is_refused(me, past):
    assert me.post(f"/me/visits/{past.pk}/aftercare/").status_code == 405
