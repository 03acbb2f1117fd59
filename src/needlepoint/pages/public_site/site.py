"""The public site: sections, muscle atlas, urgent signs, clinicians, prices. No account, script or tracking."""

from __future__ import annotations

import datetime
import json

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_GET, require_http_methods

from needlepoint.anatomy import load_atlas
from needlepoint.documents.leaflets import (
    book_page,
    book_pages,
    felt_picture,
    load_conditions,
    load_sections,
    load_stretches,
    places_of_book,
    search_book,
    stretch_picture,
)
from needlepoint.documents.leaflets.aftercare import steps_of
from needlepoint.documents.leaflets.dangers import listed_by_action
from needlepoint.documents.leaflets.load import citations_of
from needlepoint.pages.public_site.forms import BookSearchForm, FeedbackForm, HouseholdForm
from needlepoint.pages.public_site.public_access import LANGS, found_at, public, public_page, rate_limit
from needlepoint.pages.requests import PublicRequest
from needlepoint.records.billing.prices import help_for, quote
from needlepoint.records.models import License, Location, OwnWords, Practice, Staff, VisitType
from needlepoint.records.patients.feedback import submit_feedback, warnings_said
from needlepoint.records.patients.warning_signs import screen_stranger
from needlepoint.records.schedule.hours import open_now
from needlepoint.records.schedule.times import Slot, free_slots, may_do

__all__ = [
    "book",
    "feedback",
    "felt_svg",
    "front",
    "help_page",
    "move_svg",
    "muscle",
    "of_practice",
    "prices",
    "robots",
    "sitemap",
    "urgent",
]  # fmt: skip

NEXT_DAYS = 14
AREAS = ("head_face", "neck_shoulder", "arm_hand", "trunk", "hip_thigh", "leg_foot")


def of_practice(request: PublicRequest, slug: str) -> HttpResponse:
    """Redirect to the reader's own language."""
    lang = "es" if get_language_from_request(request).startswith("es") else "en"
    return redirect("front", found_at(slug).slug, lang)


def _shared(response: HttpResponse) -> HttpResponse:
    """Mark a page that is the same for everyone: shared caches may keep it for a while."""
    patch_cache_control(response, public=True, max_age=300)
    return response


@require_GET
@public
def front(request: PublicRequest) -> HttpResponse:
    """The front page, in the order in which patients ask: can it help, how, what it costs, who, where."""
    practice, today = request.practice, timezone.localdate()
    places = list(Location.objects.in_use().filter(practice=practice).order_by("pk"))
    services = list(VisitType.objects.filter(practice=practice, active=True).order_by("pk"))
    people = _people(practice)
    open_to_new = [row for row in services if row.for_new]
    priced = [(row, quote(practice, row, places[0], today)) for row in open_to_new] if places else []
    sections = _sections(request, {place.state for place in places})
    context = {
        "sections": sections,
        "costs_told": any(section["id"] == "cost" for section in sections),
        "conditions": load_conditions(),
        "people": [
            (person, _gives(person, open_to_new, places, today), licenses) for person, licenses in people
        ],
        "places": places,
        "week": _week(practice),
        "hours": open_now(practice),
        "services": priced,
        "next_time": _next_time(practice, open_to_new),
        "ultrasound": bool(practice.rules.ultrasound),
        "structured": _structured(request, places),
    }
    return _shared(public_page(request, "front", "front", context))


def _next_time(practice: Practice, services: list[VisitType]) -> Slot | None:
    """Return the first open time within two weeks, of the first visit type that has one."""
    for service in services:
        slots = free_slots(practice, service, timezone.localdate(), NEXT_DAYS)
        if slots:
            return slots[0]
    return None


def _gives(
    person: Staff, services: list[VisitType], places: list[Location], day: datetime.date
) -> list[VisitType]:
    """Return the visit types that this clinician's license allows here."""
    states = {place.state for place in places}
    return [row for row in services if any(may_do(person, state, row.technique, day) for state in states)]


def _sections(request: PublicRequest, states: set[str]) -> list[dict[str, object]]:
    """Return our sections or the practice's own text in their place, without hidden ones and those of other states."""
    lang = request.LANGUAGE_CODE
    rows = OwnWords.objects.filter(practice=request.practice, language=lang).order_by("at", "pk")
    own = {row.section: row for row in rows}
    found = []
    for section in load_sections().values():
        if section.states and not states & set(section.states):
            continue
        mine = own.get(section.id)
        if mine is not None and not mine.shown:
            continue
        use_own = mine is not None and mine.text
        found.append(
            {
                "id": section.id,
                "title": mine.title if use_own and mine else getattr(section, f"title_{lang}"),
                "text": mine.text if use_own and mine else getattr(section, lang),
                "checked": None if use_own else section.checked,
                "sources": () if use_own else citations_of(section),
                "certainty": section.certainty.value,
            }
        )
    return found


def _people(practice: Practice) -> list[tuple[Staff, list[License]]]:
    """Return the clinicians with a license that is valid today."""
    today = timezone.localdate()
    rows = (
        Staff.objects.filter(practice=practice, active=True)
        .exclude(profession="")
        .prefetch_related("licenses")
    )
    people = [
        (staff, [row for row in staff.licenses.all() if row.expires_on >= today])
        for staff in rows.order_by("pk")
    ]
    return [(staff, licenses) for staff, licenses in people if licenses]


def _week(practice: Practice) -> list[tuple[datetime.date, datetime.time, datetime.time]]:
    """Return the opening hours: a date of each weekday (for its name) with from and to."""
    monday = datetime.date(2026, 1, 5)
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    found = []
    for n, name in enumerate(names):
        if name in practice.hours:
            found.append((monday + datetime.timedelta(days=n), *practice.hours[name]))
    return found


def _structured(request: PublicRequest, places: list[Location]) -> str:
    """Return schema.org data for search engines: the practice, nothing about any patient."""
    practice, rules = request.practice, request.outside
    days = {"mon": "Mo", "tue": "Tu", "wed": "We", "thu": "Th", "fri": "Fr", "sat": "Sa", "sun": "Su"}
    value: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "MedicalClinic",
        "name": practice.name,
        "url": request.build_absolute_uri(reverse("front", args=[practice.slug, request.LANGUAGE_CODE])),
        "availableLanguage": ["en", "es"],
        "openingHours": [
            f"{days[key]} {first:%H:%M}-{last:%H:%M}" for key, (first, last) in practice.hours.items()
        ],
        "availableService": [
            {"@type": "MedicalProcedure", "name": getattr(row, request.LANGUAGE_CODE)}
            for row in VisitType.objects.filter(practice=practice, active=True).order_by("pk")
        ],
        "employee": [{"@type": "Person", "name": person.name} for person, _ in _people(practice)],
    }
    if rules.phone:
        value["telephone"] = rules.phone
    if places and places[0].address:
        address = places[0].address
        value["address"] = {
            "@type": "PostalAddress",
            "streetAddress": address.line1,
            "addressLocality": address.city,
            "addressRegion": address.state,
            "postalCode": address.zip[:5],
            "addressCountry": "US",
        }
    # Nothing in it may end the script element.
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


@require_GET
@public
def book(request: PublicRequest) -> HttpResponse:
    """The list of the muscle atlas for patients: by muscle, by place, or the pages that hold the typed words."""
    lang, form = request.LANGUAGE_CODE, BookSearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    pages = book_pages(lang).values()
    context = {
        "form": form,
        "words": words,
        "found": search_book(lang, words) if words else (),
        "by_place": "place" in request.GET,
        "places": sorted(places_of_book(lang), key=lambda row: AREAS.index(row[0])),
        "areas": [(area, [page for page in pages if page.area == area]) for area in AREAS],
    }
    return _shared(public_page(request, "book", "book", context))


@require_GET
@public
def muscle(request: PublicRequest, muscle_id: str) -> HttpResponse:
    """One muscle of the atlas."""
    page = book_page(muscle_id, request.LANGUAGE_CODE)
    if page is None:
        raise Http404
    steps = steps_of(page.stretch, "left", request.LANGUAGE_CODE) if page.stretch else ()
    return _shared(public_page(request, "muscle", "book", {"page": page, "steps": steps}))


@require_GET
@public
def urgent(request: PublicRequest) -> HttpResponse:
    """When to get help at once."""
    context = {"dangers": listed_by_action(), "hours": open_now(request.practice)}
    return public_page(request, "urgent", "urgent", context)


@require_GET
@public
def prices(request: PublicRequest) -> HttpResponse:
    """The self-pay price of each visit type."""
    place = Location.objects.in_use().filter(practice=request.practice).order_by("pk").first()
    today = timezone.localdate()
    rows = VisitType.objects.filter(practice=request.practice, active=True).order_by("pk")
    services = [(row, quote(request.practice, row, place, today)) for row in rows] if place else []
    return _shared(public_page(request, "prices", "prices", {"services": services}))


@require_http_methods(["GET", "POST"])
@public
def help_page(request: PublicRequest) -> HttpResponse:
    """Three questions about help with the price. Nothing is saved."""
    form = HouseholdForm(request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return public_page(request, "help", "prices", {"form": form})
    rate_limit(request, "help", "60/h")
    if not form.is_valid():
        return public_page(request, "help", "prices", {"form": form}, 422)
    place = Location.objects.in_use().filter(practice=request.practice).order_by("pk").first()
    household = form.household(place.state if place else None)
    found = help_for(household, timezone.localdate())
    return public_page(request, "help", "prices", {"form": form, "found": found})


@require_http_methods(["GET", "POST"])
@public
def feedback(request: PublicRequest) -> HttpResponse:
    """Praise, an idea, or a complaint, with or without a name.

    Warning signs are shown even when it was not accepted.
    """
    complaint = next(row for row in load_sections().values() if row.id == "complaint")
    context = {
        "section": complaint,
        "text": getattr(complaint, request.LANGUAGE_CODE),
        "form": FeedbackForm(),
    }
    if request.method == "GET":
        return public_page(request, "feedback", "feedback", context)
    rate_limit(request, "feedback", "10/h")
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        found = screen_stranger(f"{form.typed('text')}. {form.typed('contact')}", request.LANGUAGE_CODE)
        context |= {"form": form, "warnings": found, "hours": open_now(request.practice) if found else None}
        return public_page(request, "feedback", "feedback", context, 422)
    row = submit_feedback(request.practice, lang=request.LANGUAGE_CODE, **form.cleaned_data)
    found = warnings_said(row)
    context |= {"thanks": True, "warnings": found, "hours": open_now(request.practice) if found else None}
    return public_page(request, "feedback", "feedback", context)


@require_GET
def felt_svg(request: PublicRequest, lang: str, muscle_id: str) -> HttpResponse:
    """Where a muscle lies and where it is felt."""
    page = book_page(muscle_id, lang) if lang in LANGS else None
    if page is None:
        raise Http404
    said = f"{page.name}: {', '.join(page.felt)}".replace('"', "")
    return _svg(felt_picture(muscle_id, "left", said))


@require_GET
def move_svg(request: PublicRequest, lang: str, stretch_id: str, side: str) -> HttpResponse:
    """One exercise."""
    row = load_stretches().get(stretch_id)
    if row is None or lang not in LANGS or side not in ("left", "right"):
        raise Http404
    return _svg(stretch_picture(stretch_id, side, getattr(row, f"title_{lang}")))


def _svg(picture: str) -> HttpResponse:
    response = HttpResponse(picture, content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=86400)
    return response


@require_GET
def sitemap(request: PublicRequest, slug: str) -> HttpResponse:
    """Every page that a search engine may show, in both languages."""
    practice = found_at(slug)
    names: list[tuple[str, tuple[str, ...]]] = [
        ("front", ()),
        ("book", ()),
        ("urgent", ()),
        ("prices", ()),
        ("help", ()),
        ("visit-kinds", ()),
        ("feedback", ()),
    ]
    names += [("muscle", (id_,)) for id_ in load_atlas().muscles]
    urls = [
        request.build_absolute_uri(reverse(name, args=[practice.slug, lang, *rest]))
        for name, rest in names
        for lang in LANGS
    ]
    return render(request, "outside/sitemap.xml", {"urls": urls}, content_type="application/xml")


@require_GET
def robots(request: PublicRequest) -> HttpResponse:
    """robots.txt: search engines see only the public sites."""
    slugs = Practice.objects.exclude(slug=None).values_list("slug", flat=True).order_by("pk")
    maps = [f"Sitemap: {request.build_absolute_uri(reverse('sitemap', args=[slug]))}" for slug in slugs]
    lines = ["User-agent: *", "Allow: /at/", "Allow: /static/", "Allow: /pictures/", "Disallow: /", *maps]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
