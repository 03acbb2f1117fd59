"""Pages answer GET, HEAD and POST; any other method is 405, also without the token of a form."""

import pytest
from django.test import Client

PUBLIC = [
    "/", "/robots.txt", "/at/example/", "/at/example/sitemap.xml", "/at/example/en/", "/at/example/es/muscles/",
    "/at/example/en/urgent/", "/at/example/en/prices/help/", "/at/example/en/visit/code/", "/sign-in/", "/me/",
    "/pictures/en/muscle/soleus.svg", "/account/login/code/",
]  # fmt: skip


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
@pytest.mark.parametrize("address", PUBLIC)
def test_other_methods_are_not_allowed(clinic, method, address):
    strict = Client(enforce_csrf_checks=True)
    answer = getattr(strict, method)(address)
    assert (answer.status_code, "GET" in answer["Allow"]) == (405, True)


@pytest.mark.parametrize("address", PUBLIC)
def test_head_answers_as_get_without_the_page(client, clinic, address):
    page, head = client.get(address), client.head(address)
    assert head.status_code == page.status_code
    assert head.content == b""
    assert page.status_code != 200 or int(head["Content-Length"]) > 0


def test_what_only_takes_a_form_reads_nothing_by_head(me, ahead):
    assert me.head("/me/leave/").status_code == me.get("/me/leave/").status_code == 405
