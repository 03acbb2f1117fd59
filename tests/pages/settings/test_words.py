"""The public site in the practice's own words."""

from needlepoint.records.models import (
    OwnWords,
)
from tests.pages.kit import Action, of_roles, says

ACT = Action("settings-words", {"title": "Afterward", "text": "Rest.", "shown": "on"})


def test_it_works(signed_in, clinic):
    assert ACT.post(signed_in).status_code == 302
    assert OwnWords.objects.get(practice=clinic).title == "Afterward"


def test_another_role_is_refused(signed_in, doctor):
    of_roles(doctor, "clinician")
    assert ACT.post(signed_in).status_code == 403


def test_bad_input_is_said_and_what_was_typed_stays(signed_in, clinic):
    answer = ACT.post(signed_in, title="")
    says(answer, "Enter a title above the text.")
    assert "Rest." in answer.content.decode()
    says(ACT.post(signed_in, text="x" * 6001), "Use at most 6000 characters.")
    assert not OwnWords.objects.exists()


def test_own_words_by_the_form(signed_in_apart, clinic, client):
    signed_in_apart.post(
        "/settings/words/?section=after&lang=es", {"title": "Luego", "text": "Descanse.", "shown": "on"}
    )
    assert "Descanse." in client.get("/at/example/es/").content.decode()
    assert (
        signed_in_apart.get("/settings/words/?section=after&lang=es").content.decode().count("Descanse.") == 1
    )
    assert signed_in_apart.get("/settings/words/?section=none").status_code == 404
