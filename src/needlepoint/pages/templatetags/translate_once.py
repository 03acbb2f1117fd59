"""Django's translation tags under their own names; fixed texts are translated once per language.

A board has two hundred fixed texts, and looking them up took a sixth of its rendering time. Settings name this module
as the library `i18n`.
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
    """A text without variables: its translation never changes while the program runs."""

    def __init__(self, node: TranslateNode) -> None:
        vars(self).update(vars(node))
        self.known: dict[tuple[str | None, bool], str] = {}

    def render(self, context: template.Context) -> str:
        """Return the text as Django renders it, cached by language and escaping."""
        asked = get_language(), context.autoescape
        text = self.known.get(asked)
        if text is None:
            text = self.known[asked] = super().render(context)
        return text


def _is_fixed(node: TranslateNode) -> bool:
    """Return whether the output depends only on the language."""
    text = node.filter_expression
    fixed = getattr(text.var, "literal", None) is not None and not text.filters
    return fixed and not node.asvar and not node.message_context


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> TranslateNode:
    """As Django's `translate`; a fixed text is looked up once."""
    node = do_translate(parser, token)
    return FixedText(node) if _is_fixed(node) else node
