"""The follow-up survey behind its magic link."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from needlepoint.outcomes.worry import load_worries
from needlepoint.pages.portal.forms import SurveyForm, SurveyPainForm
from needlepoint.pages.portal.links.behind import by_link, show
from needlepoint.pages.public_site.booking import gone
from needlepoint.pages.public_site.public_access import rate_limit
from needlepoint.pages.requests import Request
from needlepoint.records.models import FollowUpSurvey, MagicLink
from needlepoint.records.portal.checkins import answer_more, answer_pain, questions_at
from needlepoint.records.schedule.hours import open_now

__all__ = ["check_in", "check_in_more"]


@require_GET
@by_link("check_in")
def check_in(request: Request, link: MagicLink, token: str) -> HttpResponse:
    """How much does it hurt now? Eleven buttons, nothing else."""
    row = _asked(link)
    if row is None:
        return gone(request)
    return show(request, "check_in", link, row=row, token=token, scale=range(11), form=SurveyPainForm())


def _asked(link: MagicLink) -> FollowUpSurvey | None:
    """Return the survey of the link; None when a newer visit has replaced it."""
    rows = FollowUpSurvey.objects.select_related("visit__practice", "visit__patient")
    return rows.filter(pk=int(link.target or 0), visit__patient=link.patient, canceled_at=None).first()


@require_http_methods(["GET", "POST"])
@by_link("check_in")
def check_in_more(request: Request, link: MagicLink, token: str) -> HttpResponse:
    """Save the pain rating; then the second page, and what to do now if an answer is alarming."""
    row = _asked(link)
    if row is None:
        return gone(request)
    if request.method == "GET":
        return _more(request, link, row, SurveyForm(questions_at(row), initial=row.answers))
    rate_limit(request, "check-in", "120/h")
    if "pain" in request.POST:
        tap = SurveyPainForm(request.POST)
        if not tap.is_valid():
            return show(request, "check_in", link, 422, row=row, token=token, scale=range(11), form=tap)
        row, _found = answer_pain(row.pk, tap.cleaned_data["pain"])
        return _more(request, link, row, SurveyForm(questions_at(row), initial=row.answers))
    form = SurveyForm(questions_at(row), request.POST)
    if not form.is_valid():
        return _more(request, link, row, form, status=422)
    row, again = answer_more(row.pk, form.answers())
    return _more(request, link, row, form, again, done=not again)


def _more(
    request: Request,
    link: MagicLink,
    row: FollowUpSurvey,
    form: SurveyForm,
    again: tuple[str, ...] = (),
    done: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The second page: the questions with their answers, and what to do if one is alarming."""
    return show(
        request, "check_in_more", link, status, row=row, questions=form.shown(row.answers, again), again=again,
        done=done, worries=[worry for worry in load_worries() if worry.id in row.worries],
        scale=[str(n) for n in range(11)], hours=open_now(link.practice),
    )  # fmt: skip
