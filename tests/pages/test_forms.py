"""Every address that takes a POST reads it by a form; every form can be shown to a person."""

from __future__ import annotations

import ast
import importlib
import inspect
import re

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from tools import figures

CLINIC = ("visit", "patients", "schedule", "settings", "account")
MODULES = [
    f"needlepoint.pages.{area}.{name}"
    for area, names in {
        "visit.forms": ("bedside", "board", "safety", "session"),
        "patients": ("forms",),
        "schedule": ("forms",),
        "settings": ("forms", "public_forms", "stock_forms"),
        "account": ("forms",),
    }.items()
    for name in names
]
BY_HAND = re.compile(r"\.isdigit\(|fromisoformat\(|read_number\(|\bDecimal\(")


def _views():
    found = figures.modules(figures.SOURCE)
    known = figures.form_names(found)
    return [(module, *figures.post_views(module, known)) for module in found]


def test_every_view_that_reads_a_post_has_a_form():
    assert not [str(place) for _, _, without in _views() for place in without]


@pytest.mark.parametrize("area", CLINIC)
def test_no_view_reads_numbers_days_or_times_by_hand(area):
    source = figures.SOURCE / "pages" / area
    bad = [
        f"{path.name}: {line.strip()}"
        for path in source.glob("*.py")
        if not path.name.endswith("forms.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if BY_HAND.search(line)
    ]
    assert not bad


@pytest.mark.parametrize("area", CLINIC)
def test_what_is_sent_only_goes_to_a_form(area):
    """A view may ask which button was pressed; every value it uses comes out of a form."""
    bad = []
    for path in (figures.SOURCE / "pages" / area).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("request.POST", "request.GET"):
                bad.append(f"{path.name}:{node.lineno}")
    assert not bad


def _forms():
    for name in MODULES:
        for _, kind in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(kind, forms.Form) and kind.__module__ == name:
                yield kind


@pytest.mark.parametrize("kind", _forms(), ids=lambda kind: kind.__name__)
def test_every_field_that_is_shown_has_a_label(kind):
    """Without one Django would show the name of the field, which is English and inner."""
    hidden = (forms.HiddenInput, forms.MultipleHiddenInput)
    shown = {name: field for name, field in kind.base_fields.items() if not isinstance(field.widget, hidden)}
    unnamed = [name for name, field in shown.items() if not field.label]
    assert not unnamed or kind.__name__ in ("LogForm", "SignInForm", "TokenForm", "WordsPageForm")


TEXT = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["\ud800", "9" * 400, "NaN", "[" * 2000, "1,2", "150k", "2026-02-30", "25:99", "²", "\0"]
    ),
)


@pytest.mark.parametrize("kind", _forms(), ids=lambda kind: kind.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_text_in_any_field_is_valid_or_said_in_words(kind, data):
    """Never an exception; the message contains no internal names."""
    if kind.__name__ in ("OwnPassword", "TemplateForm", "TwitchForm", "TimesForm"):
        return  # they need a user or a visit: see the tests of their actions
    names = list(kind.base_fields)
    sent = QueryDict(mutable=True)
    sent.update(data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, TEXT))))
    form = kind(sent)
    if not form.is_valid():
        said = " ".join(" ".join(map(str, words)) for words in form.errors.values())
        assert not re.search(r"RFC ?3339|Traceback|\b(got|expected) ", said)
