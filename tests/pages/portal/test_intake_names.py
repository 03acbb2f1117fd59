"""Names of medicines as one types."""

from __future__ import annotations

import html

import pytest

from needlepoint.records.portal.intake import intake_of

PASTED = (
    "Lisinopril 10 mg cada mañana, metformina 850 mg con el desayuno y con la cena, levotiroxina 75 mcg en ayunas, "
    "vitamina B12 (1,000 mcg, los lunes), amlodipino 2,5 mg por la noche, omeprazol 20 mg antes del desayuno\n"
    "ibuprofeno 400 mg; warfarina 5 mg por la noche"
)


def test_names_of_medicines_are_found_as_one_types(me, ahead):
    found = me.get(f"/me/visits/{ahead.pk}/intake/names/medicines/?q=eli").content.decode()
    assert "eliquis" in found
    assert "<option" not in me.get(f"/me/visits/{ahead.pk}/intake/names/medicines/?q=e").content.decode()
    assert me.get(f"/me/visits/{ahead.pk}/intake/names/secrets/?q=el").status_code == 404


def test_a_pasted_list_of_medicines_is_kept_to_its_end(me, ahead):
    me.post(f"/me/visits/{ahead.pk}/intake/health/", {"medicines": [PASTED], "add": "1"})
    kept = intake_of(ahead).answers.some("medicines")
    assert kept[3:5] == ("vitamina B12 (1,000 mcg, los lunes)", "amlodipino 2,5 mg por la noche")
    assert kept[-2:] == ("ibuprofeno 400 mg", "warfarina 5 mg por la noche")
    assert len(kept) == 8


@pytest.mark.parametrize("long", ["x" * 201, "aspirin, " * 300])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["form", "htmx"])
def test_a_list_that_is_too_long_is_refused_beside_it_and_stays(me, ahead, long, headers):
    path = f"/me/visits/{ahead.pk}/intake/health/"
    me.post(path, {"medicines": ["warfarin"], "add": "1"})
    page = me.post(path, {"medicines": ["warfarin", long.strip()], "add": "1"}, headers=headers)
    said = html.unescape(page.content.decode())
    assert "Separate the names with commas" in said.split('id="q-medicines"')[1].split("</fieldset>")[0]
    assert f'value="{long.strip()}"' in said
    assert intake_of(ahead).answers.some("medicines") == ("warfarin",)
