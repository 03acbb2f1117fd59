"""The intake at home, section by section; each answer is saved at once, on any device that has the code.

The server screens the answers before it shows the next page: a warning comes first until it was read.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from needlepoint.base.refusal import Refused
from needlepoint.documents.leaflets.questions import SECTIONS
from needlepoint.pages.portal.intake.context import around, questions_context, signs_context, where_context
from needlepoint.pages.portal.intake.forms import (
    AnswersForm,
    CardForm,
    ReadForm,
    SignsForm,
    TypedForm,
    WaysForm,
    WhereForm,
)
from needlepoint.pages.portal.page import mine, page, seen
from needlepoint.pages.portal.patient_access import for_intake
from needlepoint.pages.public_site.public_access import rate_limit
from needlepoint.pages.requests import PatientRequest
from needlepoint.pages.visit.content.board import lang_of
from needlepoint.records.models import Intake, Visit
from needlepoint.records.patients.pictures import keep_picture
from needlepoint.records.patients.warning_signs import (
    checklist,
    painful_places,
    read_warnings,
    screen_words,
    standing,
    unread,
)
from needlepoint.records.portal.access import is_lent, let_out
from needlepoint.records.portal.intake import (
    answer,
    choose_ways,
    hand_in,
    in_order,
    intake_of,
    open_part,
    questions_of,
    set_signs,
    set_where,
    where_open,
)
from needlepoint.records.schedule.hours import open_now
from needlepoint.records.settings.public_settings import outside_of
from needlepoint.records.settings.public_site import is_ahead
from needlepoint.treatment.lists.names import known_names
from needlepoint.visit.facts import State
from needlepoint.visit.states import BEFORE_ROOM

__all__ = ["begin", "card", "finish", "flags", "names", "section", "warning"]

MOST_NAMES = 8


def _visit(request: PatientRequest, visit_id: int) -> Visit:
    """Return a visit of this patient; on the clinic's tablet only an upcoming one."""
    row = mine(request, visit_id)
    if is_lent(request) and not is_ahead(row):
        raise Http404
    return row


def _open(request: PatientRequest, visit_id: int) -> tuple[Visit, Intake]:
    row = _visit(request, visit_id)
    return row, intake_of(row)


@for_intake
@require_GET
def begin(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Continue where the patient left off: an unread warning, else the first section with an open question."""
    row, intake = _open(request, visit_id)
    if intake.handed_in_at is not None or State(row.state) not in BEFORE_ROOM:
        return redirect("intake", visit_id, "done")
    if unread(intake):
        return redirect("intake-warning", visit_id)
    part = open_part(row, intake)
    if part is not None:
        return redirect("intake", visit_id, part[0])
    return redirect("intake", visit_id, "contact")


@for_intake
@require_http_methods(["GET", "POST"])
def section(request: PatientRequest, visit_id: int, name: str) -> HttpResponse:
    """Show or save one section. An automatic save (htmx) changes nothing else; the button continues."""
    row, intake = _open(request, visit_id)
    if request.method == "GET":
        seen(request, f"intake of visit {visit_id}: {name}")
    if name == "done":
        return _done(request, row, intake)
    if name not in SECTIONS:
        raise Http404
    if request.method == "GET":
        return (
            redirect("intake-warning", visit_id) if unread(intake, until=name) else _page(request, row, name)
        )
    form: WhereForm | SignsForm | AnswersForm
    if name == "where":
        form = WhereForm(request.POST)
    elif name == "signs":
        form = SignsForm(checklist(row), request.POST)
    else:
        form = AnswersForm(questions_of(name, intake, row), request.POST)
    if not (form.is_valid() and _keep(row, name, form)):
        if request.htmx and isinstance(form, AnswersForm) and "add" in request.POST:
            return _asked_again(row, intake, name, form)
        if request.htmx:
            return _not_saved(form)
        return _page(request, row, name, form, 422)
    if name == "contact":
        _keep_ways(row, WaysForm(request.POST))
    row, intake = _open(request, visit_id)
    return _saved(row, intake, name, form) if request.htmx else _next(row, intake, name, form)


def _asked_again(row: Visit, intake: Intake, name: str, form: AnswersForm) -> HttpResponse:
    """Show the questions with what was sent, and beside the list why nothing was added to it."""
    context = questions_context(row, intake, name, form)
    return HttpResponse(render_to_string("outside/_questions.html", context))


def _not_saved(form: WhereForm | SignsForm | AnswersForm) -> HttpResponse:
    """Show why an automatic save failed, where the page shows messages."""
    message = HttpResponse(render_to_string("outside/_not_saved.html", {"form": form}))
    message["HX-Retarget"], message["HX-Reswap"] = "#messages", "innerHTML"
    return message


def _done(request: PatientRequest, row: Visit, intake: Intake) -> HttpResponse:
    """The last page, with every warning again."""
    if unread(intake):
        return redirect("intake-warning", row.pk)
    lent = is_lent(request)
    shown = page(
        request, "intake_done", "me", visit=row, intake=intake, lent=lent, warnings=standing(intake),
        hours=open_now(row.practice),
    )  # fmt: skip
    if lent:
        let_out(request)
    return shown


def _page(
    request: PatientRequest,
    row: Visit,
    name: str,
    form: WhereForm | SignsForm | AnswersForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a section, as saved; with errors, as sent."""
    shown, intake = around(row, name), intake_of(row)
    if name == "signs":
        sent = form if isinstance(form, SignsForm) else None
        return page(request, "intake_signs", "me", status, **shown, **signs_context(row, intake, sent))
    if name == "where":
        where = form if isinstance(form, WhereForm) else None
        return page(request, "intake_where", "me", status, **shown, **where_context(row, where))
    answers = form if isinstance(form, AnswersForm) else None
    return page(
        request, "intake_section", "me", status, **(shown | questions_context(row, intake, name, answers))
    )


def _saved(row: Visit, intake: Intake, name: str, form: WhereForm | SignsForm | AnswersForm) -> HttpResponse:
    """The answer to an automatic save: nothing, unless the questions have changed."""
    if name in ("where", "signs"):
        return HttpResponse(status=204)
    context = questions_context(row, intake, name)
    # While the questions stay the same the page stays untouched, so that typing is not disturbed.
    if form.cleaned_data["shape"] == context["shape"]:
        return HttpResponse(status=204)
    return HttpResponse(render_to_string("outside/_questions.html", context))


@for_intake
@require_http_methods(["GET", "POST"])
def warning(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Every warning with what to do; the patient confirms reading it before continuing."""
    row, intake = _open(request, visit_id)
    if request.method == "POST":
        form = ReadForm(request.POST)
        read = form.cleaned_data["flag"] or [] if form.is_valid() else []
        with transaction.atomic():
            after = read_warnings(row, request.me.who, lang_of(), read)
        intake.refresh_from_db()
        if unread(intake) or after is None:
            return redirect("intake-warning", visit_id)
        return redirect("intake", visit_id, _after(intake, after))
    rows = standing(intake)
    if not rows:
        return redirect("intake-begin", visit_id)
    # Back to the answers that raised what is not read yet; the others were seen already.
    back = min((row_.section for row_ in unread(intake) or rows), key=SECTIONS.index)
    return page(
        request, "intake_warning", "me", visit=row, warnings=rows, hours=open_now(row.practice), back=back,
        lent=is_lent(request), unread=bool(unread(intake)),
    )  # fmt: skip


def _after(intake: Intake, name: str) -> str:
    """Return the section after the one that raised the warning; the last page when everything is submitted."""
    return "done" if intake.handed_in_at is not None else SECTIONS[SECTIONS.index(name) + 1]


def _keep(row: Visit, name: str, form: WhereForm | SignsForm | AnswersForm) -> bool:
    """Save what was sent, unless it is older than a previous save; False with errors in the form."""
    sent = form.cleaned_data
    if not in_order(row, name, sent["page"], sent["seq"]):
        return True
    try:
        if isinstance(form, SignsForm):
            set_signs(row, sent["signs"])
        elif isinstance(form, WhereForm):
            set_where(row, sent["marks"], sent["now"], sent["worst"], places=sent["place"])
        else:
            answer(row, form.answers())
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def _keep_ways(row: Visit, form: WaysForm) -> None:
    if form.is_valid() and form.cleaned_data["ways"]:
        choose_ways(row, form.cleaned_data["email"], form.cleaned_data["sms"] and bool(settings.SMS_URL))


def _next(row: Visit, intake: Intake, name: str, form: WhereForm | SignsForm | AnswersForm) -> HttpResponse:
    """Go to the next section: past a warning only when it was read, past an open question not at all."""
    if unread(intake):
        return redirect("intake-warning", row.pk)
    if name == "where" and (missing := where_open(row)):
        return _to_open(row, (name, missing))
    if isinstance(form, AnswersForm) and (both := form.contradicted()):
        return redirect(f"/me/visits/{row.pk}/intake/{name}/?both={both[0]}#q-{both[0]}")
    open_ = [
        q for q in questions_of(name, intake, row) if q.kind != "text" and q.id not in intake.answers.given
    ]
    if open_ and name != "contact":
        return _to_open(row, (name, open_[0].id))
    at = SECTIONS.index(name)
    if at + 1 < len(SECTIONS):
        return redirect("intake", row.pk, SECTIONS[at + 1])
    return _hand_in(row, intake)


def _to_open(row: Visit, part: tuple[str, str]) -> HttpResponse:
    """Go to the section with an open question, which is highlighted."""
    section_name, question = part
    return redirect(f"/me/visits/{row.pk}/intake/{section_name}/?open={question}#q-{question}")


def _hand_in(row: Visit, intake: Intake) -> HttpResponse:
    """Submit it; when something is open by now, go back to it."""
    part = None if intake.handed_in_at is not None else open_part(row, intake)
    if part is not None:
        return _to_open(row, part)
    hand_in(row)
    return redirect("intake", row.pk, "done")


@for_intake
@require_POST
def flags(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Screen what is being typed: an emergency is shown at once, without naming a disease."""
    row = _visit(request, visit_id)
    form = TypedForm(request.POST)
    text = form.cleaned_data["words"] if form.is_valid() else ""
    found = screen_words(row.patient, text, row.starts_at.date(), painful_places(row))
    return render(request, "outside/_flags.html", {"warnings": found, "outside": outside_of(row.practice)})


@for_intake
@require_GET
def names(request: PatientRequest, visit_id: int, kind: str) -> HttpResponse:
    """Suggest names of medicines or allergens that begin with what is typed."""
    _visit(request, visit_id)
    typed = request.GET.get("q", "").strip()[:60]
    of = {"medicines": "medicine", "allergies": "allergy"}.get(kind)
    if of is None:
        raise Http404
    found = known_names(of, typed)[:MOST_NAMES] if len(typed) >= 2 else []
    return render(request, "outside/_names.html", {"names": found, "kind": kind})


@for_intake
@require_POST
def card(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Receive a photo of the insurance card."""
    row = _visit(request, visit_id)
    rate_limit(request, "card", "30/h")
    form = CardForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            keep_picture(row.patient, form.cleaned_data["kind"], form.cleaned_data["photo"])
            return redirect("intake", visit_id, "contact")
        except Refused as refusal:
            form.refuse(refusal)
    shown, context = around(row, "contact"), questions_context(row, intake_of(row), "contact")
    return page(request, "intake_section", "me", 422, **(shown | context), card=form)


@for_intake
@require_POST
def finish(request: PatientRequest, visit_id: int) -> HttpResponse:
    """Submit the intake, unless a warning was not read yet."""
    row, intake = _open(request, visit_id)
    if unread(intake):
        return redirect("intake-warning", visit_id)
    return _hand_in(row, intake)
