"""The language of the pages is chosen by a button."""

import pytest


def test_it_is_kept_and_leads_back(signed_in):
    answer = signed_in.post("/i18n/setlang/", {"language": "es", "next": "/today/"})
    assert answer["Location"] == "/today/"
    assert '<html lang="es"' in signed_in.get("/today/").content.decode()


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_it_leads_nowhere_else(signed_in, target):
    answer = signed_in.post("/i18n/setlang/", {"language": "es", "next": target})
    assert "example.org" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_a_language_that_is_not_there_changes_nothing(signed_in):
    signed_in.post("/i18n/setlang/", {"language": "xx", "next": "/today/"})
    assert '<html lang="en"' in signed_in.get("/today/").content.decode()
