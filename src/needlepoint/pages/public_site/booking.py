"""Booking, step by step: visit type, time, price, contact details, code, confirmation."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from needlepoint.base.refusal import Refused
from needlepoint.documents import to_pdf
from needlepoint.pages.public_site.forms import (
    CodeAddressForm,
    CodeForm,
    DetailsForm,
    ReasonForm,
    ResendForm,
    time_of,
)
from needlepoint.pages.public_site.public_access import public, public_page, rate_limit, set_language
from needlepoint.pages.requests import PublicRequest
from needlepoint.records.billing.prices import Quote, quote
from needlepoint.records.models import BookingHold, Location, Practice, Staff, Visit, VisitType
from needlepoint.records.patients.warning_signs import screen_stranger
from needlepoint.records.portal.access import grant_session
from needlepoint.records.schedule.booking import (
    HELD_MINUTES,
    ask_for,
    confirm,
    find_asking,
    find_slot,
    keep_reason,
    person_in,
    warnings_asked,
)
from needlepoint.records.schedule.holds import address_of, correct_address, release, send_again
from needlepoint.records.schedule.hours import open_now
from needlepoint.records.schedule.person import LONGEST_REASON
from needlepoint.records.schedule.times import Slot, free_slots, may_do

__all__ = ["code", "days_of", "details", "halves_of", "kinds", "price_pdf", "read_time", "times"]

SHOWN_DAYS = 7
LOOK_DAYS = 60
FARTHEST = datetime.timedelta(days=366)  # nothing is offered further ahead, and dates must not overflow
NOON = 12
MOST_SCREENED = 5000  # characters of a reason that was refused
SECRET, TYPED = "booking_hold", "typed"  # in the browser's session
KEPT = ("given", "family", "birth_date", "email", "phone", "by")  # of what was typed; never the reason


@require_GET
@public
def kinds(request: PublicRequest) -> HttpResponse:
    """Choose the visit type."""
    rows = VisitType.objects.filter(practice=request.practice, active=True, for_new=True).order_by("pk")
    place = Location.objects.in_use().filter(practice=request.practice).order_by("pk").first()
    services = (
        [(row, quote(request.practice, row, place, timezone.localdate())) for row in rows] if place else []
    )
    return public_page(request, "book_kinds", "book-visit", {"services": services})


def _service(request: PublicRequest, service_id: int) -> VisitType:
    return get_object_or_404(VisitType, pk=service_id, practice=request.practice, active=True, for_new=True)


def read_day(text: str) -> datetime.date:
    """The requested day, today when it is past or unreadable; never later than FARTHEST from today."""
    today = timezone.localdate()
    try:
        return min(max(datetime.date.fromisoformat(text), today), today + FARTHEST)
    except ValueError:
        return today


def days_of(slots: list[Slot]) -> list[tuple[datetime.date, list[Slot]]]:
    """Return the times by local day."""
    found: dict[datetime.date, list[Slot]] = {}
    for slot in slots:
        found.setdefault(timezone.localtime(slot.starts_at).date(), []).append(slot)
    return list(found.items())


def halves_of(slots: list[Slot]) -> list[tuple[datetime.date, int, list[tuple[str, list[Slot]]]]]:
    """Return (day, how many, [("morning", slots), ("afternoon", slots)]) of each day, in local time."""
    found = []
    for day, of_day in days_of(slots):
        morning = [slot for slot in of_day if timezone.localtime(slot.starts_at).hour < NOON]
        afternoon = [slot for slot in of_day if timezone.localtime(slot.starts_at).hour >= NOON]
        halves = [(name, part) for name, part in (("morning", morning), ("afternoon", afternoon)) if part]
        found.append((day, len(of_day), halves))
    return found


def _able(practice: Practice, service: VisitType, day: datetime.date) -> list[Staff]:
    """Return the clinicians who have availability and may do this type of visit."""
    rows = Staff.objects.filter(practice=practice, active=True, availability__isnull=False).distinct()
    people = rows.prefetch_related("licenses", "availability__location").order_by("pk")
    return [
        person
        for person in people
        if any(
            may_do(person, row.location.state, service.technique, day) for row in person.availability.all()
        )
    ]


def _holding(request: PublicRequest) -> BookingHold | None:
    """Return the booking hold of this browser that is not confirmed yet."""
    booking_hold = find_asking(request.session.get(SECRET, ""))
    return (
        booking_hold if booking_hold is not None and booking_hold.practice_id == request.practice.pk else None
    )


def any_clinician(slots: list[Slot]) -> list[Slot]:
    """Return one slot per time, for any clinician; clinicians with more open times come first."""
    free: dict[int, int] = {}
    for slot in slots:
        free[slot.staff_id] = free.get(slot.staff_id, 0) + 1
    found: dict[datetime.datetime, Slot] = {}
    for slot in sorted(slots, key=lambda slot: -free[slot.staff_id]):
        found.setdefault(slot.starts_at, slot)
    return [found[at] for at in sorted(found)]


def search(
    practice: Practice,
    service: VisitType,
    first: datetime.date,
    staff_id: int | None,
    ignore: int | None = None,
    place_id: int | None = None,
) -> tuple[list[Slot], datetime.date]:
    """Return the times of the first week from `first` on that has any, and the day after it."""
    end = timezone.localdate() + datetime.timedelta(days=LOOK_DAYS)
    while True:
        slots = free_slots(
            practice, service, first, SHOWN_DAYS, staff_id=staff_id, location_id=place_id, ignore_visit=ignore
        )
        after = first + datetime.timedelta(days=SHOWN_DAYS)
        if slots or after > end:
            return slots, after
        first = after


def _number(request: PublicRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@require_GET
@public
def times(request: PublicRequest, service_id: int) -> HttpResponse:
    """The open times of a week, or of the first week that has any."""
    service, staff_id = _service(request, service_id), _number(request, "with")
    place_id = _number(request, "at")
    first = read_day(request.GET.get("from", ""))
    slots, after = search(request.practice, service, first, staff_id, place_id=place_id)
    shown = slots if staff_id else any_clinician(slots)
    context = {
        "service": service,
        "days": halves_of(shown),
        "first": shown[0] if shown else None,
        "holding": _holding(request),
        "after": after,
        "before": first - datetime.timedelta(days=SHOWN_DAYS) if first > timezone.localdate() else None,
        "people": _able(request.practice, service, first),
        "places": Location.objects.in_use()
        .filter(practice=request.practice, availability__isnull=False)
        .distinct()
        .order_by("pk"),
        "chosen": staff_id,
        "place": place_id,
    }
    return public_page(request, "book_times", "book-visit", context)


def read_time(text: str) -> datetime.datetime:
    """Return a time in an address: 20261123T1430, in UTC."""
    at = time_of(text)
    if at is None:
        raise Http404
    return at


def _chosen(
    request: PublicRequest, service_id: int, staff_id: int, at: str
) -> tuple[VisitType, Slot, Location, Quote]:
    """Return the visit type, the open time, its location and the price."""
    service = _service(request, service_id)
    slot = find_slot(request.practice, service, staff_id, read_time(at))
    place = get_object_or_404(Location, pk=slot.location_id, practice=request.practice)
    return (
        service,
        slot,
        place,
        quote(request.practice, service, place, timezone.localtime(slot.starts_at).date()),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@public
def details(request: PublicRequest, service_id: int, staff_id: int, at: str) -> HttpResponse:
    """The price of this visit, and the contact details. A time already on hold goes straight to the code page."""
    holding = _holding(request)
    if holding is not None and _is_it(holding, service_id, staff_id, at):
        if request.method == "POST":
            rate_limit(request, "book", "20/h")
            reason = ReasonForm(request.POST)
            keep_reason(holding, reason.typed("reason")[:LONGEST_REASON])
        return redirect("visit-code", request.practice.slug, request.LANGUAGE_CODE)
    sms = bool(settings.SMS_URL)
    form = DetailsForm(request.POST, sms=sms) if request.method == "POST" else DetailsForm(sms=sms)
    try:
        service, slot, place, found = _chosen(request, service_id, staff_id, at)
    except Refused as refusal:
        return _taken(request, service_id, form, refusal)
    context = {"service": service, "slot": slot, "place": place, "quote": found, "sms": sms, "form": form}
    if request.method == "GET":
        form.initial = {**form.initial, **_typed_before(request)}
        return public_page(request, "book_details", "book-visit", context)
    rate_limit(request, "book", "20/h")
    # A hidden field: only a script fills it in.
    if form.typed("website") or (form.is_valid() and _held(request, form, service, slot, holding)):
        return redirect("visit-code", request.practice.slug, request.LANGUAGE_CODE)
    return public_page(request, "book_details", "book-visit", context | _warned(request, form), 422)


def _held(
    request: PublicRequest, form: DetailsForm, service: VisitType, slot: Slot, holding: BookingHold | None
) -> bool:
    """Return whether the time is on hold now; if not, the form says why."""
    try:
        if holding is not None:
            release(holding)
        _, secret = ask_for(request.practice, service, slot, form.person)
    except Refused as refusal:
        form.refuse(refusal)
        return False
    request.session[SECRET] = secret
    request.session.pop(TYPED, None)
    return True


def _taken(request: PublicRequest, service_id: int, form: DetailsForm, refusal: Refused) -> HttpResponse:
    """The time is taken: the form data is kept for the next choice, for as long as a hold lasts."""
    if request.method == "POST":
        until = timezone.now() + datetime.timedelta(minutes=HELD_MINUTES)
        data = {name: form.typed(name) for name in KEPT}
        request.session[TYPED] = {"until": until.isoformat(), "data": data}
    context = {"service": _service(request, service_id), "refusal": refusal} | _warned(request, form)
    return public_page(request, "book_taken", "book-visit", context, 422)


def _typed_before(request: PublicRequest) -> dict[str, str]:
    """Return what was typed for a time that was taken; nothing after some minutes, in case of a shared device."""
    kept = request.session.get(TYPED)
    if not kept or kept["until"] < timezone.now().isoformat():
        request.session.pop(TYPED, None)
        return {}
    typed: dict[str, str] = kept["data"]
    return typed


def _warned(request: PublicRequest, form: DetailsForm) -> dict[str, object]:
    """Return the warning signs in a reason, even when something else must be corrected."""
    found = screen_stranger(form.typed("reason")[:MOST_SCREENED], request.LANGUAGE_CODE)
    return {"warnings": found, "hours": open_now(request.practice)} if found else {}


def _is_it(booking_hold: BookingHold, service_id: int, staff_id: int, at: str) -> bool:
    chosen = (service_id, staff_id, read_time(at))
    return (booking_hold.service_id, booking_hold.staff_id, booking_hold.starts_at) == chosen


@require_GET
@public
def price_pdf(request: PublicRequest, service_id: int, staff_id: int, at: str) -> HttpResponse:
    """The same price as a PDF, before any contact details."""
    service, slot, place, found = _chosen(request, service_id, staff_id, at)
    if found.total_usd is None:
        raise Http404
    paper = {
        "practice": request.practice.name,
        "phone": request.outside.phone,
        "service_en": service.en,
        "service_es": service.es,
        "on": timezone.localtime(slot.starts_at).date().isoformat(),
        "made_on": timezone.localdate().isoformat(),
        "place": place.name,
        "clinician": slot.staff,
        "quote": found,
    }
    response = HttpResponse(to_pdf("price", paper, request.LANGUAGE_CODE), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="price.pdf"'
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@public
def code(request: PublicRequest) -> HttpResponse:
    """Enter the code to confirm the time. It can be sent again, also to a corrected address."""
    booking_hold = _holding(request)
    if request.method == "GET" or booking_hold is None:
        return _code_page(request, booking_hold)
    rate_limit(request, "book-code", "30/h")
    form: CodeForm | ResendForm | CodeAddressForm
    match request.POST.get("do"):
        case "again":
            form = ResendForm(request.POST)
        case "correct":
            form = CodeAddressForm(request.POST, by_text=person_in(booking_hold).by == "sms")
        case _:
            form = CodeForm(request.POST)
    try:
        if form.is_valid() and (answer := _try_code(request, booking_hold, form)):
            return answer
    except Refused as refusal:
        form.refuse(refusal)
    return _code_page(request, booking_hold, form)


def _try_code(
    request: PublicRequest, booking_hold: BookingHold, form: CodeForm | ResendForm | CodeAddressForm
) -> HttpResponse:
    """Handle each of the three forms of the page. Raises Refused."""
    if isinstance(form, CodeForm):
        visit = confirm(booking_hold, form.cleaned_data["code"])
        return _booked(request, visit, booking_hold, form.cleaned_data["shared"])
    if isinstance(form, CodeAddressForm):
        correct_address(booking_hold, form.cleaned_data["address"])
    else:
        send_again(booking_hold)
    return redirect(f"{reverse('visit-code', args=[request.practice.slug, request.LANGUAGE_CODE])}?sent")


def _code_page(
    request: PublicRequest,
    booking_hold: BookingHold | None,
    sent: CodeForm | ResendForm | CodeAddressForm | None = None,
) -> HttpResponse:
    """The code page, with the submitted form instead of an empty one."""
    by_text = booking_hold is not None and person_in(booking_hold).by == "sms"
    address = address_of(booking_hold) if booking_hold else ""
    context: dict[str, object] = {"booking_hold": booking_hold, "address": address, "by_text": by_text}
    context["form"] = sent if isinstance(sent, CodeForm) else CodeForm()
    context["correct"] = (
        sent
        if isinstance(sent, CodeAddressForm)
        else CodeAddressForm(by_text=by_text, initial={"address": address})
    )
    context["resend"] = sent if isinstance(sent, ResendForm) else None
    if booking_hold is not None and (found := warnings_asked(booking_hold)):
        context |= {"warnings": found, "hours": open_now(request.practice)}
    return public_page(request, "book_code", "book-visit", context, 422 if sent else 200)


def _booked(request: PublicRequest, visit: Visit, booking_hold: BookingHold, shared: bool) -> HttpResponse:
    del request.session[SECRET]
    grant_session(request, visit.patient, proved=address_of(booking_hold), shared=shared)
    return set_language(redirect("me-booked", visit.pk), request.LANGUAGE_CODE)


def gone(request: HttpRequest) -> HttpResponse:
    """An invalid link; the page does not reveal whether it was ever valid."""
    return render(request, "outside/gone.html", status=404)
