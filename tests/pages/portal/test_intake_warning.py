"""A warning sign blocks the page until it has been read."""

import pytest

from needlepoint.records.models import Visit
from needlepoint.records.patients.warning_signs import standing, unread
from needlepoint.records.portal.intake import answer, intake_of, set_signs, set_where

LOW_BACK = [{"view": "back", "kind": "point", "points_mm": [[-60, 1050]], "intensity": 6}]


@pytest.fixture
def warned(ahead):
    set_where(ahead, LOW_BACK, 5, 8)
    set_signs(ahead, ["cauda_equina"])
    return Visit.objects.get(pk=ahead.pk)


def test_it_is_read_before_anything_else(me, warned):
    path = f"/me/visits/{warned.pk}/intake/warning/"
    assert me.get(f"/me/visits/{warned.pk}/intake/")["Location"] == path
    page = me.get(path).content.decode()
    assert "tel:" in page
    assert me.post(path)["Location"] == path  # what is not named was not read
    assert not all(row.read_at for row in intake_of(warned).warnings)
    flags = [row.flag for row in intake_of(warned).warnings]
    assert me.post(path, {"flag": flags})["Location"] != path
    assert all(row.read_at for row in intake_of(warned).warnings)


def test_without_a_sign_there_is_no_page(me, ahead):
    assert me.get(f"/me/visits/{ahead.pk}/intake/warning/").status_code == 302


def test_a_visit_of_somebody_else_and_strangers(client, me, ahead):
    other = Visit.objects.exclude(patient=ahead.patient).first()
    assert me.get(f"/me/visits/{other.pk}/intake/warning/").status_code == 404
    assert client.__class__().get(f"/me/visits/{ahead.pk}/intake/warning/").status_code == 302


def test_a_warning_that_was_withdrawn_and_comes_back_is_read_again(me, warned):
    """What was read belongs to the answer that raised it; the same answer saved again stays read."""
    path = f"/me/visits/{warned.pk}/intake/warning/"
    me.post(path, {"flag": [row.flag for row in intake_of(warned).warnings]})
    set_signs(warned, ["cauda_equina"])
    assert not unread(intake_of(warned))
    set_signs(warned, ["none"])
    assert not standing(intake_of(warned))
    answer(warned, {"words": ["I lost control of my bladder and my groin is numb"]})
    assert "cauda_equina" in {row.flag for row in unread(intake_of(warned))}
    assert me.get(f"/me/visits/{warned.pk}/intake/")["Location"] == path
    assert any(
        row.read_at and row.withdrawn_at for row in intake_of(warned).warnings
    )  # the first stays on record
    me.post(path, {"flag": ["cauda_equina"]})
    assert "cauda_equina" not in {row.flag for row in unread(intake_of(warned))}


def test_a_warning_that_was_never_read_comes_back_as_one_row(warned):
    for signs in (["none"], ["cauda_equina"], ["none"], ["cauda_equina"]):
        set_signs(warned, signs)
    assert [row.flag for row in intake_of(warned).warnings].count("cauda_equina") == 1
    assert unread(intake_of(warned))
