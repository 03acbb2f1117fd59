"""A staff member is edited: name, profession, NPI, roles; with history."""

import pytest

from needlepoint.guard.models import OpenSession
from needlepoint.records.models import License, SettingsChange, Staff
from tests.pages.billing.kit import as_member, member
from tests.pages.kit import Action, of_roles, says, words_of

ACT = Action(
    "settings-person",
    {"name": "Nora Invented, NP", "profession": "nurse_practitioner", "npi": "", "roles": ["clinician"]},
)


@pytest.fixture
def nora(clinic):
    return member("nora")


def test_it_works_and_is_kept_in_the_history(signed_in, nora, doctor):
    assert ACT.post(signed_in, nora.pk, roles=["clinician", "owner"], npi="1234567893").status_code == 302
    nora.refresh_from_db()
    assert (nora.roles, nora.npi) == (("clinician", "owner"), "1234567893")
    said = words_of(signed_in.get(ACT.url(nora.pk)))
    assert "Roles: clinician → clinician, owner" in said
    assert SettingsChange.objects.get(staff=nora).by == doctor
    ACT.post(signed_in, nora.pk, npi="1234567893")  # taken back
    assert Staff.objects.get(pk=nora.pk).roles == ("clinician",)


def test_nothing_is_kept_where_nothing_changed(signed_in, nora):
    same = {"name": nora.name, "profession": nora.profession, "npi": nora.npi, "roles": list(nora.roles)}
    ACT.post(signed_in, nora.pk, **same)
    assert not SettingsChange.objects.exists()


@pytest.mark.parametrize("how", ["roles", "out"])
def test_other_roles_and_deactivation_end_the_sessions(signed_in, signed_in_apart, nora, how):
    as_member(signed_in_apart, "nora")
    for _ in range(2):
        assert signed_in_apart.get("/today/").status_code == 200
    assert OpenSession.objects.filter(user=nora.user).exists()
    if how == "roles":
        ACT.post(signed_in, nora.pk, roles=["assistant"])
    else:
        signed_in.post("/settings/people/", {"do": "out", "staff": nora.pk})
    assert not OpenSession.objects.filter(user=nora.user).exists()
    assert signed_in_apart.get("/today/")["Location"].startswith("/sign-in/")


def test_the_last_owner_stays_one(signed_in, doctor):
    says(ACT.post(signed_in, doctor.pk, profession="physician"), "A practice needs an owner.")


def test_a_license_entered_in_error_is_removed_and_stays_in_the_history(signed_in, nora):
    row = nora.licenses.earliest("pk")
    signed_in.post("/settings/people/", {"do": "remove-license", "license": row.pk})
    assert not License.objects.filter(pk=row.pk).exists()
    assert row.number in words_of(signed_in.get(ACT.url(nora.pk)))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "required"),
        ({"npi": "1234567890"}, "check digit"),
        ({"roles": []}, "required"),
        ({"roles": ["king"]}, "Choose from the options"),
        ({"profession": "wizard"}, "Choose one of the options"),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, nora, sent, said):
    says(ACT.post(signed_in, nora.pk, **sent), said)
    assert not SettingsChange.objects.exists()


def test_another_role_or_practice_is_refused(signed_in, doctor, nora, elsewhere):
    assert ACT.post(signed_in, elsewhere.clinician_id).status_code == 404
    of_roles(doctor, "clinician")
    assert ACT.post(signed_in, nora.pk).status_code == 403
