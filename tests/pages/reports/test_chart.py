"""The picture of the figures, in light and dark."""

from tests.pages.kit import Action, of_roles

PICTURE = Action("reports-chart")


def test_it_is_a_picture(signed_in, clinic):
    light, dark = (signed_in.get(PICTURE.url() + mode) for mode in ("?", "?dark"))
    assert light["Content-Type"] == dark["Content-Type"] == "image/svg+xml"
    assert light.content.startswith(b"<svg")
    assert light.content != dark.content


def test_only_the_owner_sees_it(signed_in, doctor):
    of_roles(doctor, "clinician")
    assert signed_in.get(PICTURE.url()).status_code == 403
