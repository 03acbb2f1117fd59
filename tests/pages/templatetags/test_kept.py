"""A kept part of a page is rendered again only when one of its values has changed, and knows no other."""

import msgspec
import pytest
from django.template import Context, Template
from django.utils.translation import override


class Row(msgspec.Struct, frozen=True):
    name: str
    signs: tuple[tuple[str, bool | None], ...] = ()


def page(inside, values="row"):
    return Template("{% load i18n kept %}{% kept " + values + " %}" + inside + "{% endkept %}")


def test_the_same_values_look_the_same_and_other_values_another_way():
    made = page("{{ row.name }}{% for sign, value in row.signs %} {{ sign }}={{ value }}{% endfor %}")
    for row in (Row("a"), Row("b", (("x", True),)), Row("a"), Row("b", (("x", None),)), Row("<i>")):
        signs = "".join(f" {sign}={value}" for sign, value in row.signs)
        assert made.render(Context({"row": row})) == row.name.replace("<i>", "&lt;i&gt;") + signs


def test_it_is_rendered_once_for_the_same_values():
    rendered = []

    class Counted(Row, frozen=True):
        @property
        def shown(self):
            rendered.append(self.name)
            return self.name

    made = page("{{ row.shown }}")
    for name in ("a", "a", "b", "a"):
        assert made.render(Context({"row": Counted(name)})) == name
    assert rendered == ["a", "b"]


def test_nothing_else_is_known_inside():
    made = page("{{ row }}{{ other }}{{ lang }}", "row lang='x'")
    assert made.render(Context({"row": "a", "other": "secret"})) == "ax"


def test_it_follows_the_language_and_the_escaping():
    made = page('{% translate "Undo" %} {{ row }}')
    for language, undo in (("en", "Undo"), ("es", "Deshacer"), ("en", "Undo")):
        with override(language):
            assert made.render(Context({"row": "&"})) == f"{undo} &amp;"
            assert made.render(Context({"row": "&"}, autoescape=False)) == f"{undo} &"


def test_a_value_that_may_change_is_refused():
    with pytest.raises(TypeError):
        page("{{ row }}").render(Context({"row": ["a"]}))
