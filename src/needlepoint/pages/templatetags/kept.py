"""A part of a page that is rendered again only when its content has changed.

    {% kept row examine=rights.examine %} ... {% endkept %}

Inside, only the named values are available, so that a cached part can never belong to another visit, reader or
language. The values are compared and must be hashable: text, numbers, frozen structs of them.
"""

from __future__ import annotations

from collections.abc import Hashable

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

__all__ = ["KeptNode", "register"]

register = template.Library()
MOST = 512  # for each part of a template


class KeptNode(template.Node):
    """A part of a template, and its output for the values that it was rendered for."""

    def __init__(self, values: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.values, self.nodelist = values, nodelist
        self.known: dict[Hashable, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """Return the cached output for the same values in the same language, or render it."""
        values = {name: value.resolve(context) for name, value in self.values.items()}
        asked = (get_language(), context.autoescape, *values.values())
        found = self.known.get(asked)
        if found is None:
            if len(self.known) >= MOST:
                self.known.clear()
            found = self.known[asked] = mark_safe(self.nodelist.render(context.new(values)))
        return found


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`kept NAME ... NAME=VALUE ...`: a name alone is the variable of that name."""
    values: dict[str, FilterExpression] = {}
    for word in token.split_contents()[1:]:
        values |= token_kwargs([word], parser) or {word: parser.compile_filter(word)}
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(values, nodelist)
