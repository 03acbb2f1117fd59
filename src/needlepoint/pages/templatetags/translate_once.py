"""Django's tags of translation under their own name, with fixed texts translated once in each language.

A board has two hundred fixed texts, and looking each of them up took a sixth of the time of its template. Settings
name this module as the library `i18n`.
"""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.templatetags.i18n import TranslateNode, do_translate
from django.templatetags.i18n import register as theirs
from django.utils.translation import get_language

__all__ = ["register"]

register = template.Library()
register.tags.update(theirs.tags)
register.filters.update(theirs.filters)


class FixedText(TranslateNode):
    """A text without variables: what it is in a language never changes while the program runs."""

    def __init__(self, node: TranslateNode) -> None:
        vars(self).update(vars(node))
        self.known: dict[tuple[str | None, bool], str] = {}

    def render(self, context: template.Context) -> str:
        """The text as Django renders it, kept by language and by whether it is escaped."""
        asked = get_language(), context.autoescape
        text = self.known.get(asked)
        if text is None:
            text = self.known[asked] = super().render(context)
        return text


def _is_fixed(node: TranslateNode) -> bool:
    """Whether nothing but the language decides what is shown."""
    text = node.filter_expression
    fixed = getattr(text.var, "literal", None) is not None and not text.filters
    return fixed and not node.asvar and not node.message_context


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> TranslateNode:
    """As Django's `translate`; a fixed text is looked up once."""
    node = do_translate(parser, token)
    return FixedText(node) if _is_fixed(node) else node
