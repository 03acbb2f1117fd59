"""Plain text as paragraphs and lists; and a value in the language of the page."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.filter
def prose(text: str) -> SafeString:
    """An empty line parts paragraphs, a line with '- ' in front is a line of a list. Everything is escaped."""
    blocks = [block.strip().splitlines() for block in text.replace("\r", "").split("\n\n") if block.strip()]
    return format_html_join("", "{}", ((_block(lines),) for lines in blocks))


def _block(lines: list[str]) -> SafeString:
    """A paragraph; the lines of a list among its lines become one list behind it."""
    said = [line for line in lines if not line.startswith("- ")]
    items = [line[2:] for line in lines if line.startswith("- ")]
    paragraph = format_html("<p>{}</p>", " ".join(said)) if said else SafeString("")
    listed = format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((item,) for item in items)))
    return paragraph + listed if items else paragraph


@register.filter
def said(row: Any, name: str = "") -> str:
    """`row.en` or `row.es` (with a name, `row.name_en` or `row.name_es`) as the page's language is."""
    lang = "es" if (get_language() or "en").startswith("es") else "en"
    key = f"{name}_{lang}" if name else lang
    return str(row[key] if isinstance(row, dict) else getattr(row, key))


@register.filter
def usd(amount: Decimal | None) -> str:
    """Dollars as one writes them here; nothing for None."""
    return "" if amount is None else f"${amount:,.2f}"


@register.filter
def day(when: datetime.date) -> str:
    """A day as one says it: Monday, December 7; lunes 7 de diciembre."""
    spanish = (get_language() or "en").startswith("es")
    return date_format(_local(when), r"l j \d\e F" if spanish else "l, F j")


@register.filter
def clock(when: datetime.datetime) -> str:
    """A time of the day: 8:45 AM; 08:45."""
    spanish = (get_language() or "en").startswith("es")
    return date_format(_local(when), "H:i" if spanish else "g:i A")


def _local(when: datetime.date) -> datetime.date:
    """In the practice's time, where it is an instant."""
    return timezone.localtime(when) if isinstance(when, datetime.datetime) else when


@register.filter
def dial(phone: str) -> str:
    """A number as a telephone wants it."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")
