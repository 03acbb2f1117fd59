"""The public address of a practice: after it was changed, the one before still leads to the site."""

import pytest

from needlepoint.records.models import Practice
from needlepoint.records.settings.public_settings import outside_of
from needlepoint.records.settings.public_site import set_outside, set_slug


@pytest.fixture
def renamed(doctor):
    set_slug(doctor, "newname")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/at/example/", "/at/newname/en/"),
        ("/at/example/en/", "/at/newname/en/"),
        ("/at/example/es/muscles/soleus/", "/at/newname/es/muscles/soleus/"),
        ("/at/example/en/visit/1/?with=2", "/at/newname/en/visit/1/?with=2"),
    ],
)
def test_a_former_address_leads_to_the_present_one(client, renamed, before, after):
    answer = client.get(before)
    assert answer.status_code in (302, 307)
    assert answer["Location"] == after
    assert client.get("/at/newname/en/").status_code == 200
    assert client.get("/at/example/sitemap.xml").status_code == 200


def test_what_was_typed_goes_along(client, renamed):
    answer = client.post("/at/example/en/feedback/", {"kind": "praise", "text": "Thank you."})
    assert (answer.status_code, answer["Location"]) == (307, "/at/newname/en/feedback/")


def test_an_address_of_another_practice_or_of_none_leads_nowhere(client, clinic, doctor, renamed):
    assert client.get("/at/unknown/en/").status_code == 404
    other = Practice.objects.create(name="Another Example", slug="example")
    assert client.get("/at/example/en/").status_code == 200  # its present word wins
    other.delete()
    set_slug(doctor, "")
    assert client.get("/at/example/en/").status_code == 404
    assert client.get("/at/newname/en/").status_code == 404


def test_other_settings_leave_the_former_words(doctor, renamed):
    practice = set_outside(doctor, phone="555-555-0142")
    assert outside_of(practice).former_slugs == ["example"]
    assert outside_of(set_slug(doctor, "third")).former_slugs == ["example", "newname"]
