"""The visit board: what hurts, what to examine, what to do, what was done; every change is kept at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from msgspec import UNSET, UnsetType

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.drawing import Mark, read_drawing
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.base.numbers import read_number
from needlepoint.base.people import GivenDose, LocalState
from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.guard.audit.log import note_down
from needlepoint.guard.roles import allowed
from needlepoint.pages.read import read_day
from needlepoint.pages.requests import StaffRequest
from needlepoint.pages.visit.board_context import after_context, board_context
from needlepoint.pages.visit.body_chart import region_of
from needlepoint.records.models import Visit
from needlepoint.records.portal.intake import read_marks
from needlepoint.records.settings.stock import vial_of
from needlepoint.records.visit.act import Stale, act, undo
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.pain_history import add_care, set_began
from needlepoint.treatment.bounds import bound, may_decide
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.visit import commands
from needlepoint.visit.commands import Command
from needlepoint.visit.facts import SIGNS, Spot

__all__ = [
    "after",
    "ask",
    "clear",
    "complete",
    "consult",
    "done",
    "event",
    "find",
    "guide",
    "history",
    "order",
    "outcome",
    "payer",
    "safety",
    "show",
    "take_back",
    "times",
    "told",
    "withdraw",
    "without_needle",
]

# What only a payer asks for, as billing.Insured names it.
ASKED = (
    "in_program", "other_block", "movement_limited", "diagnostic", "specific_cause", "last_function_improved",
    "last_same_scale",
)  # fmt: skip
NEXT_VALUE = {None: True, True: False, False: None}
LABS = ("platelets", "hba1c", "inr")


@allowed("chart")
@require_GET
def show(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The whole board."""
    visit = full(visit_id, request.staff.practice_id)
    note_down(request.staff, "read", f"visit {visit.pk}", visit.patient_id)
    if visit.open:
        return render(request, "pages/board.html", board_context(request, visit))
    return render(request, "pages/signed.html", board_context(request, visit) | after_context(visit))


def _work(request: StaffRequest, visit_id: int, notice: str = "") -> HttpResponse:
    """The board without the page around it, as it stands now."""
    visit = full(visit_id, request.staff.practice_id)
    return render(request, "pages/_work.html", board_context(request, visit) | {"notice": notice})


def _act(request: StaffRequest, visit_id: int, *acts: Command) -> HttpResponse:
    """Carry out the acts on the version that the page showed, and show the board."""

    def change() -> None:
        version, key = _version(request), _key(request)
        for number, one in enumerate(acts):
            # What follows the first act builds on it; the device's key is of the whole.
            version = act(
                request.staff, visit_id, one, version, f"{key}{number or ''}" if key else ""
            ).version

    return _by(request, visit_id, change)


def _by(request: StaffRequest, visit_id: int, action: Callable[[], object]) -> HttpResponse:
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


def _key(request: StaffRequest) -> str:
    """The device's own number of this change."""
    return str(request.POST.get("key", ""))[:38]


def _version(request: StaffRequest) -> int:
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Refused(Fault("version", repr(text), "the version of the draft that was shown"))
    return int(text)


def _visit(request: StaffRequest, visit_id: int) -> Visit:
    found: Visit = Visit.objects.select_related("practice").get(
        pk=visit_id, practice_id=request.staff.practice_id
    )
    return found


def _spot(request: StaffRequest) -> Spot:
    muscle = find_muscle(load_atlas(), request.POST.get("muscle", ""))
    return Spot(muscle.id, request.POST.get("side", ""), request.POST.get("point", ""))


def _scale(request: StaffRequest, name: str) -> int | UnsetType | None:
    """A number from 0 to 10; None when the field was emptied, UNSET when it was not sent."""
    text = request.POST.get(name)
    if text is None:
        return UNSET
    if text == "":
        return None
    if text not in {str(n) for n in range(11)}:
        raise Refused(Fault(name, repr(text[:20]), "a whole number from 0 to 10"))
    return int(text)


def _ml(request: StaffRequest, name: str) -> Decimal | None:
    text = request.POST.get(name, "")
    rule = load_defaults().defaults
    return read_number(text, name, rule.least_volume_ml, rule.implausible_ml, "mL") if text.strip() else None


def _bounded(request: StaffRequest, name: str, id_: str) -> Decimal:
    """A number within the bound that files and forms share."""
    rule = bound(id_)
    return read_number(request.POST.get(name, ""), name, rule.low, rule.high, rule.unit)


def _yes(request: StaffRequest, name: str) -> bool | None:
    return {"yes": True, "no": False}.get(request.POST.get(name, ""))


@allowed("examine")
@require_POST
def told(request: StaffRequest, visit_id: int) -> HttpResponse:
    """What the patient tells: drawing, regions from the list, words, pain now and at its worst."""
    sent = request.POST
    if "region" in sent:
        intensity = _scale(request, "intensity")
        pain = intensity if isinstance(intensity, int) else 5
        return _act(
            request, visit_id, commands.ToggleRegion(region=region_of(sent["region"]), intensity=pain)
        )
    command = commands.ReportComplaint(
        drawing=_marks(sent["marks"]) if "marks" in sent else UNSET,
        words=sent.get("pain_text", UNSET),
        pain_now=_scale(request, "now"),
        pain_worst=_scale(request, "worst"),
    )
    return _act(request, visit_id, command)


def _marks(text: str) -> tuple[Mark, ...]:
    """The drawing as it came from the device, checked by the core."""
    marks = read_marks(text)
    if not isinstance(marks, list):
        raise Refused(Fault("drawing", "something else", "a list of marks"))
    return read_drawing(marks).marks if marks else ()


@allowed("examine")
@require_POST
def ask(request: StaffRequest, visit_id: int) -> HttpResponse:
    """An answer to a question that would show another cause: yes, no, not known; emptied, it is taken back."""
    sent = request.POST
    command = commands.AnswerQuestion(question=sent.get("question", ""), answer=sent.get("answer") or None)
    return _act(request, visit_id, command)


@allowed("examine")
@require_POST
def find(request: StaffRequest, visit_id: int) -> HttpResponse:
    """A finding over one muscle: cycle one sign (yes, no, not examined), or set all."""
    spot, sign = _spot(request), request.POST.get("sign", "")
    if sign == "all":
        signs: dict[str, bool | None] = dict.fromkeys(SIGNS[:4], True)
    elif sign == "nothing":
        signs = dict.fromkeys(SIGNS, False)
    elif sign in SIGNS:
        row = _visit(request, visit_id).sites.filter(**spot._asdict()).first()
        signs = {sign: NEXT_VALUE[getattr(row.signs, sign) if row else None]}
    else:
        raise Refused(Fault("sign", repr(sign), f"all, nothing, or one of {', '.join(SIGNS)}"))
    return _act(request, visit_id, commands.RecordSigns(spot=spot, signs=signs))


@allowed("examine")
@require_POST
def order(request: StaffRequest, visit_id: int) -> HttpResponse:
    """What is to be done: technique, strength, a site more or less, its volume, a precaution that was weighed."""
    sent = request.POST
    if "decide" in sent:
        _must_decide(request)
        return _act(
            request, visit_id, commands.DecidePrecaution(rule=sent["decide"], why=sent.get("why", ""))
        )
    if "plan" in sent or "site_ml" in sent:
        site = commands.PlanSite(
            spot=_spot(request),
            planned=sent["plan"] == "yes" if "plan" in sent else UNSET,
            volume_ml=_ml(request, "site_ml") if "site_ml" in sent else UNSET,
        )
        return _act(request, visit_id, site)
    percent = sent.get("concentration_percent")
    command = commands.ChangeOrder(
        technique=sent.get("technique", UNSET),
        drug=sent.get("drug", UNSET),
        concentration_percent=UNSET
        if percent is None
        else (read_number(percent, "strength", 0, 10, "%") if percent.strip() else None),
        volume_ml=_ml(request, "volume_ml") if sent.get("volume_ml") else UNSET,
    )
    return _act(request, visit_id, command)


def _must_decide(request: StaffRequest) -> None:
    """Staff without a license of their own decide nothing: 403."""
    if not may_decide(request.staff.profession):
        raise PermissionDenied("decide")


@allowed("examine")
@require_POST
def clear(request: StaffRequest, visit_id: int) -> HttpResponse:
    """A red flag that was looked into: who, and what was found."""
    _must_decide(request)
    command = commands.ClearFlag(flag=request.POST.get("flag", ""), why=request.POST.get("why", ""))
    return _act(request, visit_id, command)


@allowed("examine")
@require_POST
def done(request: StaffRequest, visit_id: int) -> HttpResponse:
    """A site, or every planned site, was treated; with what was really given."""
    anyway = "anyway" in request.POST
    if request.POST.get("all"):
        return _act(request, visit_id, commands.RecordPlanned(questions_open=anyway))
    command = commands.RecordInjection(
        spot=_spot(request), volume_ml=_ml(request, "actual_ml"), questions_open=anyway
    )
    return _act(request, visit_id, command)


@allowed("examine")
@require_POST
def withdraw(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The record of a treated site is taken back, with the reason."""
    command = commands.WithdrawInjection(spot=_spot(request), why=request.POST.get("why", ""))
    return _act(request, visit_id, command)


@allowed("examine")
@require_POST
def event(request: StaffRequest, visit_id: int) -> HttpResponse:
    """An adverse event."""
    sent = request.POST
    return _act(request, visit_id, commands.RecordEvent(kind=sent.get("kind", ""), what=sent.get("what", "")))


@allowed("examine")
@require_POST
def safety(request: StaffRequest, visit_id: int) -> HttpResponse:
    """An answer to what is asked before each needle."""
    return _act(request, visit_id, _answer(request, _visit(request, visit_id)))


def _answer(request: StaffRequest, visit: Visit) -> Command:
    sent = request.POST
    match sent.get("name", ""):
        case "clear":
            return commands.ReportNothing()
        case "given":
            return commands.ReportDose(dose=_dose(request))
        case "local":
            state = {"what": sent.get("what", ""), "region": region_of(sent.get("region", ""))}
            return commands.ReportLocal(state=read_as(state, LocalState, "skin"))
        case "pregnant":
            pregnant = _yes(request, "value")
            if pregnant is None:
                raise Refused(Fault("value", repr(sent.get("value", "")[:20]), "yes or no"))
            return commands.ReportPregnancy(pregnant=pregnant)
        case "weeks":
            weeks = _bounded(request, "value", "pregnancy_weeks")
            return commands.ReportPregnancy(pregnant=True, weeks=int(weeks))
        case test if test in LABS:
            value = _bounded(request, "value", test)
            today = timezone.now().astimezone(ZoneInfo(visit.practice.timezone)).date()
            return commands.ReportLab(test=test, value=value, on=today)
    known = "clear, given, local, pregnant, weeks, platelets, hba1c, inr"
    raise Refused(Fault("name", repr(sent.get("name", "")[:20]), f"one of {known}"))


def _dose(request: StaffRequest) -> GivenDose:
    """What was given before this visit, some hours ago."""
    sent = request.POST
    hours, dose = _bounded(request, "hours", "hours_ago"), _bounded(request, "dose_mg", "dose_mg")
    at = timezone.now() - datetime.timedelta(seconds=int(hours * 3600))
    return GivenDose(drug=sent.get("drug", ""), dose_mg=dose, at=at)


@allowed("examine")
@require_POST
def history(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Since when it hurts, and what was tried; for the whole episode."""
    visit, sent = _visit(request, visit_id), request.POST
    if not visit.open:
        raise Refused(Fault("visit", "a closed visit", "an open one"))
    if "began_on" in sent:
        set_began(request.staff, visit.episode_id, _day(sent["began_on"]), timezone.localdate())
    if "care" in sent:
        weeks = sent.get("weeks", "")
        known = read_number(weeks, "weeks", 0, 5200, "weeks") if weeks.strip() else None
        add_care(request.staff, visit.episode_id, sent["care"], known, _yes(request, "helped"))
    return _work(request, visit_id)


@allowed("examine")
@require_POST
def payer(request: StaffRequest, visit_id: int) -> HttpResponse:
    """An answer that only the payer's policy asks for: yes, no, or not known again."""
    name = request.POST.get("name", "")
    if name not in ASKED:
        raise Refused(Fault("name", repr(name), f"one of {', '.join(ASKED)}"))
    return _act(request, visit_id, commands.AnswerPayer(name=name, answer=_yes(request, "answer")))


def _day(text: str) -> datetime.date | None:
    return read_day(text, "began_on") if text else None


@allowed("examine")
@require_POST
def after(request: StaffRequest, visit_id: int) -> HttpResponse:
    """How it was afterwards: pain, reactions, the lot that was used, what was seen at a site, words for the note."""
    return _act(request, visit_id, *_afterwards(request, _visit(request, visit_id)))


def _afterwards(request: StaffRequest, visit: Visit) -> list[Command]:
    sent = request.POST
    found: list[Command] = []
    if "after" in sent:
        found.append(commands.RecordObserved(pain_after=_scale(request, "after")))
    if "reactions" in sent:
        text = sent["reactions"].strip()[:300]
        found.append(commands.RecordObserved(reactions=(text,) if text else ()))
    if "sentence" in sent:
        words = None if sent.get("restore") else sent.get("words", "")
        found.append(
            commands.EditSentence(key=sent["sentence"], words=words, instead_of=sent.get("instead_of", ""))
        )
    if "template" in sent:
        found.append(commands.WriteOwnWords(text=_with_template(visit, sent["template"])))
    if "own_words" in sent:
        found.append(commands.WriteOwnWords(text=sent["own_words"]))
    if "response" in sent:
        found.append(commands.RecordResponse(spot=_spot(request), response=sent["response"]))
    elif "twitch" in sent:
        spot = _spot(request)
        row = visit.sites.filter(**spot._asdict()).first()
        seen = row.given.twitch if row and row.given else None
        found.append(commands.RecordResponse(spot=spot, twitch=NEXT_VALUE[seen]))
    if sent.get("lot"):
        found.append(vial_of(request.staff, _number(sent["lot"], "lot")))
    if sent.get("remove_lot"):
        found.append(commands.RemoveVial(lot_id=_number(sent["remove_lot"], "lot")))
    return found


def _number(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused(Fault(where, repr(text[:20]), "one of the list"))
    return int(text)


def _with_template(visit: Visit, chosen: str) -> str:
    """The own words with a text of the practice behind them."""
    texts = visit.practice.templates
    if not (chosen.isascii() and chosen.isdigit() and int(chosen[:6]) < len(texts)):
        raise Refused(Fault("template", repr(chosen[:20]), "a text of the practice"))
    parts = [visit.facts.note.own_words, texts[int(chosen)]["text"]]
    return "\n".join(part for part in parts if part)


@allowed("examine")
@require_POST
def guide(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Whether ultrasound guided the needle, and where the saved picture is."""
    ultrasound = _yes(request, "ultrasound") or False
    picture = request.POST.get("picture", "") if ultrasound else ""
    return _act(request, visit_id, commands.RecordGuidance(ultrasound=ultrasound, picture=picture))


@allowed("examine")
@require_POST
def times(request: StaffRequest, visit_id: int) -> HttpResponse:
    """When the procedure started and ended, by the clock of the practice."""
    visit = _visit(request, visit_id)
    command = commands.RecordTimes(
        started_at=_clock(visit, request.POST["started"]) if "started" in request.POST else UNSET,
        ended_at=_clock(visit, request.POST["ended"]) if "ended" in request.POST else UNSET,
    )
    return _act(request, visit_id, command)


def _clock(visit: Visit, text: str) -> datetime.datetime | None:
    try:
        at = datetime.time.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(Fault("time", repr(text[:20]), "a time such as 14:30")) from None
    if at is None:
        return None
    zone = ZoneInfo(visit.practice.timezone)
    return datetime.datetime.combine(visit.day, at.replace(tzinfo=None), zone).astimezone(datetime.UTC)


@allowed("examine")
@require_POST
def consult(request: StaffRequest, visit_id: int) -> HttpResponse:
    """An evaluation and management visit of the same day."""
    sent = request.POST
    command = commands.RecordConsultation(code=sent.get("code", ""), own_work=sent.get("own_work", ""))
    return _act(request, visit_id, command)


@allowed("examine")
@require_POST
def without_needle(request: StaffRequest, visit_id: int) -> HttpResponse:
    """The visit ends without a needle, or after all not."""
    if request.POST.get("reopen"):
        return _act(request, visit_id, commands.Reopen())
    command = commands.EndWithoutNeedle(
        kind=request.POST.get("kind", ""), words=request.POST.get("words", "")
    )
    return _act(request, visit_id, command)


@allowed("examine")
@require_POST
def complete(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Nothing more is to be done: ready to sign; or back to the room."""
    command = commands.Reopen() if request.POST.get("reopen") else commands.Complete()
    return _act(request, visit_id, command)


@allowed("examine")
@require_POST
def outcome(request: StaffRequest, visit_id: int) -> HttpResponse:
    """How much a signed visit helped, as the patient said later."""
    sent = request.POST
    percent, weeks = sent.get("relief_percent", ""), sent.get("relief_weeks", "")
    command = commands.RecordOutcome(
        relief_percent=int(read_number(percent, "relief", 0, 100, "percent")) if percent.strip() else None,
        relief_weeks=read_number(weeks, "weeks", 0, 520, "weeks") if weeks.strip() else None,
    )
    act(request.staff, visit_id, command)
    return redirect("visit", visit_id)


@allowed("examine")
@require_POST
def take_back(request: StaffRequest, visit_id: int) -> HttpResponse:
    """Take the last change back."""
    return _by(request, visit_id, lambda: undo(request.staff, visit_id, _version(request)))
