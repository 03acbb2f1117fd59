"""Plain text as paragraphs and lists; and values in the language of the page."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from needlepoint.base.refusal import Fault
from needlepoint.base.wording import clock_words
from needlepoint.base.wording import usd as dollars
from needlepoint.cost.ledger import load_desk
from needlepoint.records.billing.prices import label_of
from needlepoint.records.models import Location

register = template.Library()


@register.filter
def prose(text: str) -> SafeString:
    """Empty lines separate paragraphs, lines that begin with '- ' form a list. Everything is escaped."""
    blocks = [block.strip().splitlines() for block in text.replace("\r", "").split("\n\n") if block.strip()]
    return format_html_join("", "{}", ((_block(lines),) for lines in blocks))


def _block(lines: list[str]) -> SafeString:
    """Return a paragraph; its list lines become one list after it."""
    said = [line for line in lines if not line.startswith("- ")]
    items = [line[2:] for line in lines if line.startswith("- ")]
    paragraph = format_html("<p>{}</p>", " ".join(said)) if said else SafeString("")
    listed = format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((item,) for item in items)))
    return paragraph + listed if items else paragraph


@register.filter
def said(row: Any, name: str = "") -> str:
    """Return `row.en` or `row.es` (with a name, `row.name_en` or `row.name_es`) by the page's language."""
    lang = "es" if (get_language() or "en").startswith("es") else "en"
    key = f"{name}_{lang}" if name else lang
    return str(row[key] if isinstance(row, dict) else getattr(row, key))


@register.filter
def code_words(code: str) -> str:
    """Return our own short description of a code."""
    english, spanish = label_of(code)
    return spanish if (get_language() or "en").startswith("es") else english


@register.filter
def purpose_words(purpose: str) -> str:
    """Return what a charge or payment is for, in the page's language."""
    row = load_desk().purpose_of(purpose)
    return said(row) if row else purpose


@register.filter
def percent(share: Decimal) -> str:
    """Return a share as a whole percent: 40%."""
    return f"{share * 100:.0f}%"


@register.filter
def usd(amount: Decimal | None) -> str:
    """Return dollars in US format, -$5.00 below zero; nothing for None."""
    return "" if amount is None else dollars(amount)


# A refusal in the patient's words, by the path of its fault. Staff see the exact words.
KINDLY = {
    "time": _("This time is no longer open. Please choose another one."),
    "no such time": _("This time cannot be booked. Please choose another one."),
    "given": _("Please enter your first name."),
    "family": _("Please enter your last name."),
    "birth_date": _("Please check the date of birth."),
    "email": _("Please check the email address."),
    "phone": _("Please check the phone number. Include the area code."),
    "sms": _("Please give a phone number so we can text you the code."),
    "by": _("Please choose one of the options on the page."),
    "code": _("That code is wrong, or there were too many tries. Ask for a new one later."),
    "visit": _("This visit can no longer be changed online. Please call us."),
    "photo": _("That file is not a photo, or it is too large. Take a photo of your card."),
    "drawing": _("We could not read the drawing. Please draw it again."),
    "places": _("Please choose places from the list."),
    "large drawing": _("This drawing is too large. Please draw less."),
    "pain": _("Please choose a number from 0 to 10."),
    "people": _("Enter the number of people, from 1 to 99."),
    "income": _("Enter your yearly income as a number, such as 24000."),
    "text": _("Please write a few words."),
    "from": _("Please check the month."),
    "weeks": _("Please enter whole weeks, such as 6."),
    "intake": _("One question still needs an answer."),
    "plan": _("There is no plan yet. Your clinician makes it during the visit."),
    "aftercare": _("There is nothing here yet. You will find it here after your visit."),
    "until": _("Please check the date."),
    "offer": _("This time is no longer open. You are still on the waitlist."),
    "practice": _("We cannot do this yet. Please call us."),
    "booking": _("Too many people are booking right now. Please try later, or call us."),
    "messages": _("You have sent many messages today. Please call us."),
    "both": _("You chose “None of these” and something else. Please choose again."),
    "signs": _("Please check all that apply, or “None of these”."),
    "warning": _("Please read the warning first."),
    "check-in": _("There are newer questions for you. Open our latest message."),
    "visits": _("You already have several visits booked. Please call us."),
    "named": _("Please enter the person's name."),
    "rights": _("Please choose what this person may see and do."),
    "dollars": _("Please enter an amount in dollars, such as 250 or 40.50."),
    "percent": _("Please enter a whole percent from 0 to 100."),
    "proxies": _("You cannot add more people. Remove someone first."),
}


@register.filter
def kindly(fault: Fault) -> str:
    """Return a fault in plain words."""
    place = re.split(r"[.\[]", fault.where)[0]
    return str(KINDLY.get(place) or _("Something is not right. Please check it and try again."))


@register.filter
def day(when: datetime.date) -> str:
    """Return a day with its weekday: Monday, December 7; lunes 7 de diciembre."""
    spanish = (get_language() or "en").startswith("es")
    return date_format(_local(when), r"l j \d\e F" if spanish else "l, F j")


@register.filter
def clock(when: datetime.datetime | datetime.time) -> str:
    """Return a time of the day: 8:45 AM; 8:45 a. m."""
    time = when if isinstance(when, datetime.time) else timezone.localtime(when).time()
    return clock_words(time, "es" if (get_language() or "en").startswith("es") else "en")


@register.filter
def moment(when: datetime.datetime) -> str:
    """Return a day and a time: Nov 21, 2026, 2:30 PM."""
    return f"{date_format(_local(when), 'DATE_FORMAT')}, {clock(when)}"


def _local(when: datetime.date) -> datetime.date:
    """Return an instant in the practice's time zone."""
    return timezone.localtime(when) if isinstance(when, datetime.datetime) else when


@register.filter
def dial(phone: str) -> str:
    """Return a phone number for a tel: link."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")


@register.filter
def map_link(place: Location) -> str:
    """Return a link to a map of a location's address: no tracking, no account."""
    known = place.address
    said = ", ".join(part for part in (known.line1, known.city, known.state) if part)
    return f"https://www.openstreetmap.org/search?query={quote(said)}"
