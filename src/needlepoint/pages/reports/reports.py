"""Reports for the owner: visits, no-shows, time, relief, adverse events, and stock, by period and clinician."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import urlencode

import msgspec
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from needlepoint.documents.notes.load import word
from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed
from needlepoint.outcomes.figures import Figures, mean, together
from needlepoint.pages.charts import count_chart
from needlepoint.pages.fields import DayField, IdField, is_spanish
from needlepoint.pages.forms import SentForm
from needlepoint.pages.requests import StaffRequest
from needlepoint.records.models import Staff
from needlepoint.records.settings.figures import DayRow, Report, report_of
from needlepoint.treatment.load import load_drugs

__all__ = ["chart", "csv_file", "reports"]

BY_DAY, BY_WEEK = 31, 120  # longest periods that are shown by day and by week
UNSAFE = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would read a formula


class PeriodForm(SentForm):
    """The period and the clinician of a report."""

    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("To"), required=False)
    who = IdField(required=False)


class Asked(msgspec.Struct, frozen=True):
    """What a report is about."""

    first: datetime.date
    last: datetime.date
    who: int | None

    @property
    def address(self) -> str:
        """Return the query string."""
        parts = {"first": self.first.isoformat(), "last": self.last.isoformat(), "who": self.who or ""}
        return "?" + urlencode(parts)


class Line(msgspec.Struct, frozen=True):
    """One line of a table, with means; None where nothing was recorded."""

    name: str
    figures: Figures

    @property
    def no_show_percent(self) -> Decimal | None:
        """Return the no-shows of the visits that were not canceled, in percent."""
        share = mean(self.figures.no_show, self.figures.seen + self.figures.no_show)
        return None if share is None else share * 100

    @property
    def minutes(self) -> Decimal | None:
        """Return the mean minutes from start to end."""
        return mean(self.figures.minutes, self.figures.timed)

    @property
    def waited(self) -> Decimal | None:
        """Return the mean minutes from check-in to start."""
        return mean(self.figures.waited, self.figures.wait_timed)

    @property
    def before(self) -> Decimal | None:
        """Return the mean pain at the start."""
        return mean(self.figures.before, self.figures.compared)

    @property
    def after(self) -> Decimal | None:
        """Return the mean pain at the end of the same visits."""
        return mean(self.figures.after, self.figures.compared)

    @property
    def relief(self) -> Decimal | None:
        """Return the mean relief in percent."""
        return mean(self.figures.relief, self.figures.relief_known)

    @property
    def events(self) -> int:
        """Return how many adverse events."""
        return sum(self.figures.events.values())


@allowed("reports")
@require_GET
def reports(request: StaffRequest) -> HttpResponse:
    """The figures of a period by clinician and by day, week or month."""
    asked, form = _asked(request)
    found = report_of(request.staff.practice, asked.first, asked.last, asked.who)
    record_audit(request.staff, "read", f"reports: {asked.first} to {asked.last}")
    return render(request, "pages/reports.html", _context(request, asked, found) | {"form": form})


def _asked(request: StaffRequest) -> tuple[Asked, PeriodForm]:
    """Return the period: this month for none or an invalid one."""
    form, today = PeriodForm(request.GET), timezone.localdate()
    sent = form.cleaned_data if form.is_valid() else {}
    first = sent.get("first") or today.replace(day=1)
    last = sent.get("last") or today
    return Asked(first, max(first, last), sent.get("who")), form


def _context(request: StaffRequest, asked: Asked, found: Report) -> dict[str, object]:
    people = list(
        Staff.objects.filter(practice=request.staff.practice).exclude(profession="").order_by("name")
    )
    names = {person.pk: person.name for person in people}
    whole = Line(say("All together"), together([row.figures for row in found.rows]))
    drugs, lang = load_drugs(), "es" if is_spanish() else "en"
    return {
        "asked": asked,
        "people": people,
        "whole": whole,
        "heads": (say("Clinician"), say("Period")),
        "by_clinician": _lines(found.rows, lambda row: row.clinician, lambda key: names.get(key, "")),
        "by_period": _lines(found.rows, _period_of(asked), _period_words(asked)),
        "events": [(word("event", kind, lang), n) for kind, n in whole.figures.events.items()],
        "vials": [(getattr(drugs.get(drug), lang, drug), n) for drug, n in whole.figures.vials.items()],
        "missing": found.missing,
        "presets": _presets(asked.who),
        "nav": "reports",
    }


def _lines(rows: list[DayRow], key: Callable[[DayRow], object], words: Callable[..., str]) -> list[Line]:
    """Return one line for each group, in the order of the keys."""
    groups: dict[object, list[Figures]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row.figures)
    return [
        Line(words(name), together(found))
        for name, found in sorted(groups.items(), key=lambda pair: str(pair[0]))
    ]


def _step(asked: Asked) -> str:
    days = (asked.last - asked.first).days + 1
    return "day" if days <= BY_DAY else "week" if days <= BY_WEEK else "month"


def _period_of(asked: Asked) -> Callable[[DayRow], datetime.date]:
    """Return the function from a row to the first day of its day, week or month."""
    step = _step(asked)
    if step == "week":
        return lambda row: row.day - datetime.timedelta(days=row.day.weekday())
    return lambda row: row.day.replace(day=1) if step == "month" else row.day


def _period_words(asked: Asked) -> Callable[[datetime.date], str]:
    step = _step(asked)
    if step == "month":
        return lambda day: date_format(day, "YEAR_MONTH_FORMAT")
    if step == "week":
        return lambda day: say("week of %(day)s") % {"day": date_format(day, "DATE_FORMAT")}
    return lambda day: date_format(day, r"j M Y" if is_spanish() else "DATE_FORMAT")


def _short_words(asked: Asked) -> Callable[[datetime.date], str]:
    """Return the words under the bars of the chart."""
    shape = r"M Y" if _step(asked) == "month" else r"j M" if is_spanish() else r"M j"
    return lambda day: date_format(day, shape)


def _presets(who: int | None) -> list[tuple[str, str]]:
    """Return the usual periods with their addresses."""
    today = timezone.localdate()
    month = today.replace(day=1)
    before = month - datetime.timedelta(days=1)
    return [
        (say("This month"), Asked(month, today, who).address),
        (say("Last month"), Asked(before.replace(day=1), before, who).address),
        (say("This year"), Asked(today.replace(month=1, day=1), today, who).address),
        (say("12 months"), Asked(today - datetime.timedelta(days=365), today, who).address),
    ]


@allowed("reports")
@require_GET
def chart(request: StaffRequest) -> HttpResponse:
    """Visits and no-shows of the period as a picture; the table of the page says the same."""
    asked, _form = _asked(request)
    found = report_of(request.staff.practice, asked.first, asked.last, asked.who)
    lines = _lines(found.rows, _period_of(asked), _short_words(asked))
    picture = count_chart(
        [(line.name, line.figures.seen, line.figures.no_show, line.figures.canceled) for line in lines],
        "dark" in request.GET,
        "es" if is_spanish() else "en",
    )
    response = HttpResponse(picture, content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=60"
    return response


@allowed("reports")
@require_GET
def csv_file(request: StaffRequest) -> HttpResponse:
    """The figures by day and clinician for a spreadsheet; no patient is named."""
    asked, _form = _asked(request)
    found = report_of(request.staff.practice, asked.first, asked.last, asked.who)
    record_audit(request.staff, "print", f"reports: {asked.first} to {asked.last} as CSV")
    names = dict(Staff.objects.filter(practice=request.staff.practice).values_list("pk", "name"))
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for row in found.rows:
        writer.writerow(_cells(row, names.get(row.clinician, "")))
    response = HttpResponse(stream.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="figures-{asked.first}-{asked.last}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


COLUMNS = (
    "day", "clinician", "visits", "no_shows", "canceled", "mean_minutes", "mean_minutes_waited", "pain_before",
    "pain_after", "relief_percent", "adverse_events", "vials_opened",
)  # fmt: skip


def _cells(row: DayRow, name: str) -> list[object]:
    line, figures = Line(name, row.figures), row.figures
    means = (line.minutes, line.waited, line.before, line.after, line.relief)
    return [
        row.day.isoformat(),
        f"'{name}" if name.startswith(UNSAFE) else name,
        figures.seen,
        figures.no_show,
        figures.canceled,
        *("" if value is None else f"{value:.1f}" for value in means),
        line.events,
        sum(figures.vials.values()),
    ]
