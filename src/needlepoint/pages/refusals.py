"""The message for a refused act: a sentence in the page's language, without field paths or ids."""

from __future__ import annotations

import re

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from needlepoint.base.refusal import (
    ConflictError,
    Fault,
    NotAllowed,
    RateLimitError,
    Refused,
    RefusedSentence,
)

__all__ = ["add_refusal", "invalid_page", "plain_words", "refusal_page", "status_of"]

STATUS = ((ConflictError, 409), (RateLimitError, 429), (NotAllowed, 403), (Refused, 422))
TITLES = {
    403: _("You may not do this."),
    409: _("Somebody else was quicker."),
    422: _("Not saved."),
    429: _("Too many tries."),
}
# The message for an input fault, by the last part of its path. Forms answer first; this is for what only the core
# detects, such as a drug that the plan cannot use.
WORDS = {
    "birth_date": _("Check the date of birth."),
    "concentration_percent": _("This strength cannot be used. Check the percent."),
    "strength": _("This strength cannot be used. Check the percent."),
    "drug": _("This drug cannot be used here. Choose one of the practice's formulary."),
    "technique": _("This technique cannot be used here. Choose another one."),
    "volume_ml": _("This volume cannot be used. Check the milliliters."),
    "dose_mg": _("This dose cannot be used. Check the milligrams."),
    "steroid": _("This steroid cannot be used here."),
    "muscle": _("Choose a muscle from the list."),
    "side": _("Choose the side."),
    "point": _("Choose a point of this muscle."),
    "region": _("Choose a region from the list."),
    "drawing": _("This drawing could not be read. Draw it again."),
    "weight_kg": _("Check the weight."),
    "height_cm": _("Check the height."),
    "pregnancy_weeks": _("Check the week of the pregnancy."),
    "inr": _("Check the INR."),
    "inr_on": _("The INR has a date that is still ahead. Check it."),
    "platelets": _("Check the count of platelets."),
    "neutrophils": _("Check the count of neutrophils."),
    "neutrophils_10e9_l": _("Check the count of neutrophils."),
    "blood_count_on": _("Check the day of the blood count."),
    "platelets_10e9_l": _("Check the count of platelets."),
    "hba1c": _("Check the HbA1c."),
    "hba1c_percent": _("Check the HbA1c."),
    "last_taken": _("The last dose has a time that is still ahead. Check it."),
    "on": _("The date is still ahead. Check it."),
    "at": _("The time is still ahead. Check it."),
    "hours": _("The time is still ahead. Check it."),
    "why": _("Enter the reason in words."),
    "sites": _("Record a treated site first."),
    "signature": _("Sign in the box with a finger, pen, or mouse, or choose to sign by name."),
    "password": _("This password is too easy to guess. Choose a longer one."),
    "payer": _("This payer is not known. Enter it as the payer list names it."),
    "state": _("Enter a US state with two letters."),
    "zip": _("Check the ZIP code."),
    "npi": _("The NPI has ten digits, and its check digit must be right."),
    "barcode": _("This is not a GS1 barcode with a product number. Scan it again."),
    "time": _("This time is no longer open. Choose another one."),
    "no such time": _("This time cannot be booked. Choose another one."),
    "phone": _("Check the phone number. Include the area code."),
    "email": _("Check the email address."),
    "amount_usd": _("Enter dollars and whole cents, such as 12.50."),
    "slug": _("Another practice has this public address. Choose another word."),
}
UNKNOWN = _("Something that was entered cannot be used. Check it and try again.")


def status_of(refusal: Refused) -> int:
    """The HTTP status of a refusal."""
    return next(status for kind, status in STATUS if isinstance(refusal, kind))


def plain_words(refusal: Refused) -> list[str]:
    """Return the sentences of a refusal in the page's language, each once."""
    if isinstance(refusal, RefusedSentence):
        return [gettext(refusal.text) % refusal.facts]
    return list(dict.fromkeys(_of_fault(fault) for fault in refusal.faults))


def _of_fault(fault: Fault) -> str:
    last = re.split(r"[.\]]", fault.where)[-1] or fault.where
    return str(WORDS.get(last.partition("[")[0], UNKNOWN))


def add_refusal(form: Form, refusal: Refused) -> None:
    """Show each sentence of a refusal at its field, or above the form."""
    for fault in refusal.faults:
        words = plain_words(refusal)[0] if isinstance(refusal, RefusedSentence) else _of_fault(fault)
        form.add_error(fault.where if fault.where in form.fields else None, words)


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Return the refusal as a message (with htmx) or as a page, with the status of its kind."""
    status = status_of(refusal)
    side = "pages" if getattr(request, "staff", None) else "outside"
    context = {"refusal": refusal, "title": TITLES[status], "sentences": plain_words(refusal)}
    if getattr(request, "htmx", False):
        return to_messages(render(request, f"{side}/_refused.html", context, status=status))
    return render(request, f"{side}/refused.html", context, status=status)


def invalid_page(request: HttpRequest, form: Form) -> HttpResponse:
    """Return what was typed, with each error at its field: for the script of the page, or as a page with the form."""
    title = TITLES[422]
    if getattr(request, "htmx", False):
        context = {"title": title, "faults": [(form[name] if name in form.fields else None, words)
                                              for name, words in form.errors.items()]}  # fmt: skip
        return to_messages(render(request, "pages/_invalid.html", context, status=422))
    template = "pages/invalid.html" if getattr(request, "staff", None) else "outside/invalid.html"
    return render(request, template, {"title": title, "form": form}, status=422)


def to_messages(answer: HttpResponse) -> HttpResponse:
    """Return the answer for the message area; keep.js shows it beside the form."""
    answer["HX-Retarget"] = "#messages"
    answer["HX-Reswap"] = "innerHTML"
    return answer
