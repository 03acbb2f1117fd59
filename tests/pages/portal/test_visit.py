"""A visit of one's own: its page, its calendar file, moving and canceling."""

from __future__ import annotations

from needlepoint.records.models import (
    Visit,
)


def test_to_the_page_where_a_visit_is_moved_leads_only_its_patient(client, me, ahead, clinic):
    from django.test import Client

    assert "/account/" in Client().post(f"/me/visits/{ahead.pk}/manage/", {"do": "move"})["Location"]
    assert "/v/" in me.post(f"/me/visits/{ahead.pk}/manage/", {"do": "move"})["Location"]
    other = Visit.objects.exclude(patient=ahead.patient).first()
    assert me.post(f"/me/visits/{other.pk}/manage/", {"do": "move"}).status_code == 404
