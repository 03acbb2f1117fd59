"""No typed or pasted text is truncated silently: the browser has no limit, the server states its own."""

import inspect
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError

import needlepoint.pages
from needlepoint.pages.forms import UncutForm
from needlepoint.pages.portal.intake.forms import TypedForm

SOURCE = Path(needlepoint.pages.__file__).parent
LONG = "x" * 10_000
# Not text of a person: passwords and names of users are compared, the others are written by the page itself.
NOT_TEXT = {"username", "password", "old", "new", "again", "next", "page", "seq", "shape", "marks", "website"}


def modules():
    for row in pkgutil.walk_packages([str(SOURCE)], "needlepoint.pages."):
        if "forms" in row.name.rpartition(".")[2]:
            yield import_module(row.name)


def every_form():
    found = {
        row
        for module in modules()
        for row in vars(module).values()
        if inspect.isclass(row)
        and issubclass(row, forms.BaseForm)
        and row.__module__.startswith("needlepoint")
    }
    return sorted(found, key=lambda row: row.__qualname__)


def test_no_page_tells_the_browser_to_cut():
    cut = [str(path) for path in SOURCE.rglob("*.html") if re.search(r"maxlength", path.read_text())]
    assert not cut
    assert not [str(path) for path in SOURCE.rglob("*.js") if "maxlength" in path.read_text().lower()]


@pytest.mark.parametrize("form", every_form(), ids=lambda row: row.__name__)
def test_every_form_is_uncut_and_refuses_a_text_that_is_too_long(form):
    assert issubclass(form, UncutForm)
    for name, field in form.base_fields.items():
        if (
            not isinstance(field, forms.CharField)
            or field.widget.is_hidden
            or name in NOT_TEXT
            or form is TypedForm
        ):
            continue
        with pytest.raises(ValidationError):
            field.clean(LONG)
        assert name
