"""The visit board: what hurts, what to examine, what to do, what was done; every change is kept at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.drawing import read_drawing
from needlepoint.anatomy.geometry import region_ids
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.guard.audit import note_down
from needlepoint.guard.roles import allowed
from needlepoint.pages.read import read_day
from needlepoint.pages.show import after_context, board_context
from needlepoint.pages.views.chart import region_of
from needlepoint.records.compose import full
from needlepoint.records.drafts import Put, Stale, change, undo
from needlepoint.records.history import add_care, set_began
from needlepoint.records.intake import read_marks
from needlepoint.records.models import Lot, Visit
from needlepoint.records.safety import answer
from needlepoint.records.session import mark_done, note_event
from needlepoint.records.stock import open_vial
from needlepoint.refusal import Fault, Refused
from needlepoint.treatment.bounds import may_decide

__all__ = [
    "after",
    "clear",
    "done",
    "event",
    "find",
    "history",
    "order",
    "payer",
    "safety",
    "show",
    "take_back",
    "told",
]

# What only a payer asks for, as billing.Insured names it.
ASKED = (
    "in_program", "other_block", "movement_limited", "diagnostic", "specific_cause", "last_function_improved",
    "last_same_scale",
)  # fmt: skip
SIGNS = ("taut_band", "tender_spot", "recognised_pain", "referred_pain", "twitch")
NEXT_VALUE = {None: True, True: False, False: None}


@allowed("chart")
@require_GET
def show(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The whole board."""
    visit = full(visit_id, request.staff.practice_id)
    note_down(request.staff, "read", f"visit {visit.pk}", visit.patient_id)
    if visit.open:
        return render(request, "pages/board.html", board_context(request, visit))
    return render(request, "pages/signed.html", board_context(request, visit) | after_context(visit))


def _work(request: HttpRequest, visit_id: int, notice: str = "") -> HttpResponse:
    """The board without the page around it, as it stands now."""
    visit = full(visit_id, request.staff.practice_id)
    return render(request, "pages/_work.html", board_context(request, visit) | {"notice": notice})


def _change(request: HttpRequest, visit_id: int, what: str, puts: list[Put]) -> HttpResponse:
    """Make a change and show the board."""
    return _by(
        request,
        visit_id,
        lambda: change(visit_id, request.staff, _version(request), what, puts, _key(request)),
    )


def _by(request: HttpRequest, visit_id: int, action: Callable[[], Visit]) -> HttpResponse:
    """Act and show the board; if somebody else was quicker, show theirs and say so.

    A change that the core cannot read is taken back before anybody sees it: the board must never be left unreadable.
    """
    try:
        with transaction.atomic():
            action()
            context = board_context(request, full(visit_id, request.staff.practice_id))
            if context["thought"].refused:
                raise Refused(context["thought"].refusal)
        return render(request, "pages/_work.html", context)
    except Stale as stale:
        last = stale.visit.changes.select_related("staff").order_by("-version").first()
        who = last.staff.name if last and last.staff else stale.visit.patient.name
        said = _(
            "%(who)s has changed this visit meanwhile (%(what)s). Yours was not kept: look and repeat it."
        )
        return _work(request, visit_id, said % {"who": who, "what": last.what if last else ""})


def _key(request: HttpRequest) -> str:
    """The device's own number of this change."""
    return str(request.POST.get("key", ""))[:40]


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Refused(Fault("version", repr(text), "the version of the draft that was shown"))
    return int(text)


def _visit(request: HttpRequest, visit_id: int) -> Visit:
    return Visit.objects.get(pk=visit_id, practice_id=request.staff.practice_id)


def _spot(request: HttpRequest) -> tuple[str, str, str]:
    muscle = find_muscle(load_atlas(), request.POST.get("muscle", ""))
    side, point = request.POST.get("side", ""), request.POST.get("point", "")
    sides = ("left", "right") if muscle.paired else ("midline",)
    if side not in sides:
        raise Refused(Fault("side", repr(side), f"one of {', '.join(sides)}"))
    if point and point not in {row.id for row in muscle.points}:
        raise Refused(Fault("point", repr(point), f"a point of {muscle.name}"))
    return muscle.id, side, point


def _scale(request: HttpRequest, name: str) -> int | None:
    """A number from 0 to 10; None when the field was emptied."""
    text = request.POST.get(name, "")
    if text == "":
        return None
    if text not in {str(n) for n in range(11)}:
        raise Refused(Fault(name, repr(text), "a whole number from 0 to 10"))
    return int(text)


def _ml(text: str, name: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise Refused(Fault(name, repr(text), "a volume in mL, such as 0.5")) from None
    if not (value.is_finite() and Decimal("0.05") <= value <= 20):
        raise Refused(Fault(name, text, "a volume from 0.05 to 20 mL", "Were units mixed up?"))
    return value.quantize(Decimal("0.01"))


@allowed("examine")
@require_POST
def told(request: HttpRequest, visit_id: int) -> HttpResponse:
    """What the patient tells: drawing, regions from the list, words, pain now and at its worst."""
    visit = _visit(request, visit_id)
    complaint, pain = dict(visit.complaint), dict(visit.pain)
    if "marks" in request.POST:
        complaint["drawing"] = _marks(request.POST["marks"])
    if "region" in request.POST:
        complaint["regions"] = _toggled(
            complaint.get("regions") or {}, region_of(request.POST["region"]), request
        )
    if "pain_text" in request.POST:
        complaint["pain_text"] = request.POST["pain_text"][:5000]
    for name in ("now", "worst"):
        if name in request.POST:
            pain[name] = _scale(request, name)
    puts = [Put("complaint", complaint), Put("pain", pain)]
    if visit.state == Visit.State.ARRIVED:
        puts.append(Put("state", str(Visit.State.INTAKE_DONE)))
    return _change(request, visit_id, "what the patient tells", puts)


def _marks(text: str) -> list[dict[str, Any]]:
    """The drawing as it came from the device, checked by the core."""
    marks = read_marks(text)
    if not isinstance(marks, list):
        raise Refused(Fault("drawing", "something else", "a list of marks"))
    if marks:
        read_drawing(marks)
    return marks


def _toggled(regions: dict[str, float], name: str, request: HttpRequest) -> dict[str, float]:
    if name not in region_ids():
        raise Refused(Fault("region", repr(name), "a region of the chart"))
    if name in regions:
        return {key: value for key, value in regions.items() if key != name}
    return {**regions, name: _scale(request, "intensity") or 5}


@allowed("examine")
@require_POST
def find(request: HttpRequest, visit_id: int) -> HttpResponse:
    """A finding over one muscle: one sign goes round (yes, no, not looked for), or all at once."""
    spot = _spot(request)
    site = (
        _visit(request, visit_id)
        .sites.filter(muscle=spot[0], side=spot[1], point=spot[2], voided_at=None)
        .first()
    )
    found = dict(site.found) if site else {}
    sign = request.POST.get("sign", "")
    if sign == "all":
        found |= dict.fromkeys(SIGNS[:4], True)
    elif sign == "nothing":
        found |= dict.fromkeys(SIGNS, False)
    elif sign in SIGNS:
        found[sign] = NEXT_VALUE[found.get(sign)]
        if found[sign] is None:
            del found[sign]
    else:
        raise Refused(Fault("sign", repr(sign), f"all, nothing, or one of {', '.join(SIGNS)}"))
    puts = [Put("found", found, spot)]
    return _change(request, visit_id, f"{spot[1]} {spot[0]}: {sign}", puts)


@allowed("examine")
@require_POST
def order(request: HttpRequest, visit_id: int) -> HttpResponse:
    """What is to be done: technique, strength, a site more or less, its volume, a precaution that was weighed."""
    visit = _visit(request, visit_id)
    wanted = dict(visit.order)
    puts: list[Put] = []
    for name in ("technique", "drug", "concentration_percent"):
        if name in request.POST:
            wanted = {key: value for key, value in wanted.items() if key != name}
            if request.POST[name]:
                wanted[name] = request.POST[name][:20]
    if request.POST.get("volume_ml"):
        volume = _ml(request.POST["volume_ml"], "volume_ml")
        wanted["volume_ml"] = str(volume)
    if "plan" in request.POST:
        puts.append(Put("planned", request.POST["plan"] == "yes", _spot(request)))
    if "site_ml" in request.POST:
        puts.append(Put("volume_ml", _ml(request.POST["site_ml"], "site_ml"), _spot(request)))
    if "decide" in request.POST:
        why = request.POST.get("why", "").strip()
        if not why:
            raise Refused(Fault("why", "nothing", "the reason for going on, in words"))
        decision = {"rule": request.POST["decide"], "why": why[:500], **_decider(request)}
        wanted["decided"] = [*wanted.get("decided", []), decision]
    return _change(request, visit_id, "the plan", [*puts, Put("order", wanted)])


def _decider(request: HttpRequest) -> dict[str, str]:
    """Who decides: the signed-in clinician. Staff without a license of their own get 403."""
    if not may_decide(request.staff.profession):
        raise PermissionDenied("decide")
    return {"by": request.staff.name, "profession": request.staff.profession}


@allowed("examine")
@require_POST
def clear(request: HttpRequest, visit_id: int) -> HttpResponse:
    """A red flag that was looked into: who, and what was found."""
    visit, why = _visit(request, visit_id), request.POST.get("why", "").strip()
    if not why:
        raise Refused(Fault("why", "nothing", "what was found, in words"))
    cleared = [
        *visit.cleared,
        {"flag": request.POST.get("flag", ""), "why": why[:500], **_decider(request)},
    ]
    return _change(request, visit_id, "a warning sign looked into", [Put("cleared", cleared)])


@allowed("examine")
@require_POST
def done(request: HttpRequest, visit_id: int) -> HttpResponse:
    """A site, or every planned site, as done; with what was really given. Done again: taken back."""
    spot = None if request.POST.get("all") else _spot(request)
    actual = _ml(request.POST.get("actual_ml", ""), "actual_ml")
    anyway = "anyway" in request.POST

    def act() -> Visit:
        return mark_done(request.staff, visit_id, _version(request), spot, actual, _key(request), anyway)

    return _by(request, visit_id, act)


@allowed("examine")
@require_POST
def event(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Something that went wrong."""
    kind, what = request.POST.get("kind", ""), request.POST.get("what", "")
    return _by(
        request,
        visit_id,
        lambda: note_event(request.staff, visit_id, _version(request), kind, what, _key(request)),
    )


@allowed("examine")
@require_POST
def safety(request: HttpRequest, visit_id: int) -> HttpResponse:
    """An answer to what is asked before each needle."""
    sent = request.POST.dict() | {"region": region_of(request.POST.get("region", ""))}
    return _by(request, visit_id, lambda: answer(request.staff, visit_id, _version(request), sent))


@allowed("examine")
@require_POST
def history(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Since when it hurts, and what was tried; for the whole episode."""
    visit, sent = _visit(request, visit_id), request.POST
    if not visit.open:
        raise Refused(Fault("visit", "a closed visit", "an open one"))
    if "began_on" in sent:
        set_began(request.staff, visit.episode_id, _day(sent["began_on"]), timezone.localdate())
    if "care" in sent:
        helped = {"yes": True, "no": False}.get(sent.get("helped", ""))
        add_care(request.staff, visit.episode_id, sent["care"], _weeks(sent.get("weeks", "")), helped)
    return _work(request, visit_id)


@allowed("examine")
@require_POST
def payer(request: HttpRequest, visit_id: int) -> HttpResponse:
    """An answer that only the payer's policy asks for: yes, no, or not known again."""
    visit, name = _visit(request, visit_id), request.POST.get("name", "")
    if name not in ASKED:
        raise Refused(Fault("name", repr(name), f"one of {', '.join(ASKED)}"))
    said = {"yes": True, "no": False}.get(request.POST.get("answer", ""))
    answers = {key: value for key, value in visit.session.get("insured", {}).items() if key != name}
    if said is not None:
        answers[name] = said
    return _change(
        request, visit_id, f"payer asks: {name}", [Put("session", visit.session | {"insured": answers})]
    )


def _day(text: str) -> datetime.date | None:
    return read_day(text, "began_on") if text else None


def _weeks(text: str) -> Decimal | None:
    if not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 5):
        raise Refused(Fault("weeks", repr(text), "whole weeks"))
    return Decimal(text.strip())


@allowed("examine")
@require_POST
def after(request: HttpRequest, visit_id: int) -> HttpResponse:
    """How it was afterwards: pain, relief at once, reactions, the lot that was used, own words for the note."""
    visit = _visit(request, visit_id)
    session = dict(visit.session)
    if "after" in request.POST:
        session["after"] = _scale(request, "after")
        before, now = visit.pain.get("now"), session["after"]
        session["relief_now"] = (
            round(100 * (before - now) / before) if before and now is not None and now <= before else None
        )
    if "reactions" in request.POST:
        text = request.POST["reactions"].strip()
        session["reactions"] = [text[:300]] if text else []
    if "sentence" in request.POST:
        session["edits"] = _edits(session.get("edits", {}), request)
    if "template" in request.POST:
        session["own_words"] = _with_template(visit, session, request.POST["template"])
    if "own_words" in request.POST:
        session["own_words"] = request.POST["own_words"][:4000]
    if "twitch" in request.POST or "response" in request.POST:
        return _at_site(request, visit_id)
    if request.POST.get("lot"):
        _use_lot(request, visit, session)
    return _change(request, visit_id, "afterwards", [Put("session", session)])


def _edits(edits: dict[str, str], request: HttpRequest) -> dict[str, str]:
    """A sentence of the note in the clinician's own words; `restore` brings back what the record says."""
    key = request.POST["sentence"][:200]
    if request.POST.get("restore"):
        return {name: words for name, words in edits.items() if name != key}
    return {**edits, key: request.POST.get("words", "")[:1000]}


def _with_template(visit: Visit, session: dict[str, Any], chosen: str) -> str:
    """The own words with a text of the practice behind them."""
    texts = visit.practice.templates
    if not (chosen.isascii() and chosen.isdigit() and int(chosen[:6]) < len(texts)):
        raise Refused(Fault("template", repr(chosen), "a text of the practice"))
    parts = [session.get("own_words", ""), texts[int(chosen)]["text"]]
    return "\n".join(part for part in parts if part)[:4000]


def _at_site(request: HttpRequest, visit_id: int) -> HttpResponse:
    """What was seen at one site while it was treated: a twitch, and how the patient answered."""
    spot = _spot(request)
    site = _visit(request, visit_id).sites.get(muscle=spot[0], side=spot[1], point=spot[2], voided_at=None)
    if "response" in request.POST:
        seen = {**site.done, "response": request.POST["response"].strip()[:200]}
    else:
        seen = {**site.done, "twitch": NEXT_VALUE[site.done.get("twitch")]}
    return _change(request, visit_id, f"{spot[1]} {spot[0]}: response", [Put("done", seen, spot)])


def _use_lot(request: HttpRequest, visit: Visit, session: dict[str, Any]) -> None:
    """A vial opened for this visit; the drug of the session then names its lot."""
    lot_id = request.POST["lot"]
    if not (lot_id.isascii() and lot_id.isdigit()):
        raise Refused(Fault("lot", repr(lot_id), "a lot on the shelf"))
    drugs = session.get("drugs") or []
    given = sum(
        (
            Decimal(site.done["volume_ml"])
            for site in visit.sites.filter(done_at__isnull=False, voided_at=None)
            if site.done.get("volume_ml")
        ),
        Decimal(0),
    )
    lot = Lot.objects.get(pk=lot_id, practice_id=visit.practice_id)
    opened = open_vial(
        request.staff, visit, lot.pk, min(given, lot.vial_ml), max(lot.vial_ml - given, Decimal(0))
    )
    session["drugs"] = [row | {"lot": opened.lot.number} if row["drug"] == lot.drug else row for row in drugs]


@allowed("examine")
@require_POST
def take_back(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Take the last change back."""
    try:
        undo(visit_id, request.staff, _version(request))
    except Stale:
        return _work(request, visit_id, _("Somebody else has changed this visit meanwhile."))
    return _work(request, visit_id)
