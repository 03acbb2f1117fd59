"""Pages of faults: ours, in both languages, with the telephone."""

from __future__ import annotations

import msgspec
import pytest
from django.test import Client

from needlepoint.records.models import Patient


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_every_fault_has_a_page_of_ours_in_both_languages_with_the_telephone(signed_in, clinic, status):
    from django.test import RequestFactory

    from needlepoint.pages import errors

    views = {
        400: errors.bad_request, 403: errors.not_allowed, 404: errors.not_found, 500: errors.server_error,
    }  # fmt: skip
    clinic.outside = msgspec.structs.replace(clinic.outside, phone="555-555-0100")
    clinic.save()
    answer = views[status](RequestFactory().get("/"))
    page = answer.content.decode()
    assert answer.status_code == status
    assert 'lang="en"' in page
    assert 'lang="es"' in page
    assert 'href="tel:5555550100"' in page


def test_pages_of_faults_come_by_themselves(signed_in, client, clinic):
    assert "Page not found" in Client().get("/nothing/here/").content.decode()
    desk = Client()
    desk.force_login(Patient.objects.first().practice.staff.get(user__username="desk").user)
    answer = desk.get("/settings/")
    assert answer.status_code == 403
    assert "No tiene acceso" in answer.content.decode()
