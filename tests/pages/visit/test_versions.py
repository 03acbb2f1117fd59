"""Every change of a draft can be read."""

from tests.pages.visit.kit import post


def test_every_change_can_be_read(signed_in, visit):
    post(signed_in, visit, "find", muscle="infraspinatus", side="left", sign="all")
    shown = signed_in.get(f"/visits/{visit.pk}/versions/").content.decode()
    assert "left infraspinatus, Taut band:" in " ".join(shown.split())
    assert "Dr. Wilhelmina Example" in shown
