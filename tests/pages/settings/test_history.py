"""The history of the settings, in sentences."""

from tests.pages.kit import Action, of_roles, words_of

PAGE = Action("settings-history")
NAME = {"part": "name", "name": "New Name Clinic", "timezone": "America/New_York", "language": "en"}


def test_prices_limits_and_names_are_kept_with_what_was_before(signed_in, clinic, doctor):
    signed_in.post("/settings/", NAME)
    signed_in.post("/settings/", {"part": "prices", "price-20552": "155"})
    signed_in.post("/settings/", {"part": "formulary", "drugs": ["lidocaine"], "director": ""})
    said = words_of(signed_in.get(PAGE.url()))
    for words in (
        f"Name: {clinic.name} → New Name Clinic",
        "Price of 20552:",
        "→ 155.00",
        doctor.name,
        "Medical director:",
    ):
        assert words in said, said


def test_the_history_of_another_practice_is_not_in_it(signed_in, elsewhere, clinic):
    from needlepoint.records.models import SettingsChange
    from needlepoint.records.values import ChangedSetting

    parts = (ChangedSetting("name", "Secret", "Person"),)
    SettingsChange.objects.create(practice=elsewhere.practice, by=elsewhere.clinician, parts=parts)
    assert "No changes yet." in words_of(signed_in.get(PAGE.url()))


def test_another_role_is_refused(signed_in, doctor):
    of_roles(doctor, "biller")
    assert signed_in.get(PAGE.url()).status_code == 403
