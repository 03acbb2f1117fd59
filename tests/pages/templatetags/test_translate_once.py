"""Fixed texts of templates are translated once in each language, and still as Django translates them."""

import pytest
from django.template import Context, Template
from django.utils.translation import override

TEXTS = (
    '{% translate "Examine" %}',
    "{% trans 'Undo' %}",
    '{% translate "100 %" %}',
    '{% translate "a <b>" %}',
    "{% translate word %}",
    '{% translate "Examine" as it %}<{{ it }}>',
    '{% translate "May" context "month name" %}',
    '{% translate "Examine"|upper %}',
    '{% translate "Examine" noop %}',
)


def shown(library, text, language, autoescape, word):
    with override(language):
        context = Context({"word": word}, autoescape=autoescape)
        return Template(f"{{% load {library} %}}{text}").render(context)


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_reads_as_with_djangos_own_tag(text, settings):
    settings.TEMPLATES[0]["OPTIONS"]["libraries"]["theirs"] = "django.templatetags.i18n"
    settings.TEMPLATES = list(settings.TEMPLATES)
    for language in ("en", "es", "en"):
        for autoescape in (True, False):
            for word in ("Plan", "Note"):
                asked = (text, language, autoescape, word)
                assert shown("i18n", *asked) == shown("theirs", *asked)


def test_a_template_that_is_rendered_in_both_languages_says_each():
    page = Template('{% load i18n %}{% translate "Undo" %}')
    said = []
    for language in ("es", "en", "es"):
        with override(language):
            said.append(page.render(Context()))
    assert said[0] == said[2] != said[1]
