"""Names of medicines as one types."""

from __future__ import annotations


def test_names_of_medicines_are_found_as_one_types(me, ahead):
    found = me.get(f"/me/visits/{ahead.pk}/intake/names/medicines/?q=eli").content.decode()
    assert "eliquis" in found
    assert "<option" not in me.get(f"/me/visits/{ahead.pk}/intake/names/medicines/?q=e").content.decode()
    assert me.get(f"/me/visits/{ahead.pk}/intake/names/secrets/?q=el").status_code == 404
