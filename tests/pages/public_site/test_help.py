"""Three questions about money."""

from __future__ import annotations

import pytest

from tests.pages.portal.kit import fault_at, typed_in


@pytest.mark.parametrize(
    ("people", "income", "insured", "expected"),
    [
        ("2", "20000", "no", "You pay nothing"),
        ("1", "500000", "no", "full price"),
        ("4", "$60,000", "yes", "of the price"),
    ],
)  # fmt: skip
def test_three_questions_to_an_answer(client, clinic, people, income, insured, expected):
    page = client.post(
        "/at/example/en/prices/help/", {"people": people, "income": income, "insured": insured}
    )
    assert expected in page.content.decode()


@pytest.mark.parametrize(
    ("people", "income"), [("0", "1"), ("x", "1"), ("2", "-5"), ("2", "NaN"), ("2", "1e99"), ("", "")]
)
def test_three_questions_with_nonsense(client, clinic, people, income):
    assert client.post("/at/example/en/prices/help/", {"people": people, "income": income}).status_code == 422


@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_cannot_be_read_is_marked_and_stays(client, clinic, lang):
    sent = {"people": "many", "income": "38,000", "insured": "yes"}
    page = client.post(f"/at/example/{lang}/prices/help/", sent)
    assert page.status_code == 422
    assert fault_at(page, "people")
    assert fault_at(page, "income") == ""
    assert typed_in(page, "38,000")
    assert typed_in(page, "many")
