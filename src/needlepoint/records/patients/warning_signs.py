"""Warning signs that patients report: found by the server, shown until they were read, with a task for the practice.

All free text takes one path: `screen_words` screens (`screen_stranger` if nobody is a patient yet), `alert` makes the
tasks, `hear` does both. What the intake showed is stored in `Intake.warnings`, one row for each red flag, and
another if it comes back after it was read and withdrawn: what was shown, what to do, when it was found and read.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence

import msgspec
from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from msgspec.structs import replace

from needlepoint.anatomy.drawing import Drawing, cover
from needlepoint.documents.leaflets.dangers import Danger, danger_of, load_dangers, to_check, uncovered
from needlepoint.documents.leaflets.questions import SECTIONS
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.reasoning.red_flags.actions import Action, action_of
from needlepoint.reasoning.red_flags.check import RedFlag, actions_of_flags, flag_titles, screen_text
from needlepoint.records.models import Intake, OutboxMessage, Patient, Practice, Task, Visit
from needlepoint.records.outbox.queue import queue
from needlepoint.records.settings.public_settings import zone_of
from needlepoint.records.values import IntakeAnswers, ShownWarning
from needlepoint.records.visit.episode_from_rows import age_on

__all__ = [
    "StandingWarning",
    "Warning",
    "alert",
    "checklist",
    "hear",
    "note_warnings",
    "painful_places",
    "read_warnings",
    "screen_stranger",
    "screen_words",
    "standing",
    "unread",
]

SEXES = ("female", "male")
TITLE = 200  # characters of a task's title
MAIL_AGAIN = datetime.timedelta(minutes=30)  # until another email about warnings of the same visit
# Where something was entered, as a task names it: English, Spanish.
PLACES = {
    "intake": ("intake", "cuestionario"),
    "message": ("message", "mensaje"),
    "feedback": ("feedback", "comentario"),
    "asked": ("booking not confirmed", "reserva sin confirmar"),
    "booking": ("booking", "reserva"),
    "refused": ("not booked", "sin reserva"),
    "insurance": ("insurance", "seguro"),
    "access": ("people with access", "personas con acceso"),
    "desk": ("told at the desk", "dicho en recepción"),
}


class Warning(msgspec.Struct, frozen=True, kw_only=True):
    """One warning for patients: the sign in plain words, and what to do about it."""

    flag: str
    en: str
    es: str
    action: Action


def painful_places(visit: Visit) -> frozenset[str]:
    """Return where the patient marked pain: regions with their side; empty if unreadable."""
    reported = visit.facts.reported
    drawn = cover(Drawing(reported.drawing)).painful if reported.drawing else {}
    return frozenset(reported.regions) | frozenset(drawn)


def checklist(visit: Visit) -> list[Danger]:
    """Return the warning signs to ask this patient about before the other questions."""
    places = {place.partition("_")[2] for place in painful_places(visit)}
    return to_check(places, age_on(visit.patient, visit.day), _sex(visit.patient))


def _sex(patient: Patient) -> str | None:
    return patient.sex if patient.sex in SEXES else None


def screen_words(
    patient: Patient, text: str, on: datetime.date, regions: Iterable[str] = ()
) -> list[Warning]:
    """Return the warnings in what a patient wrote, the most urgent first, read in both languages."""
    if not text.strip():
        return []
    return _screen(text, patient.language, age_on(patient, on), _sex(patient), regions)


def screen_stranger(text: str, lang: str, born: datetime.date | None = None) -> list[Warning]:
    """The same for someone who is not a patient (yet): only their words are known."""
    if not text.strip():
        return []
    age = relativedelta(timezone.localdate(), born).years if born else None
    return _screen(text, lang, age, None, ())


def _screen(
    text: str, language: str, age: int | None, sex: str | None, regions: Iterable[str]
) -> list[Warning]:
    places = list(regions)
    flags = {
        flag.id: flag
        for lang in (None, language)
        for flag in screen_text(text, lang, regions=places, age=age, sex=sex)
        if flag.action.warns_patient
    }
    found = sorted(flags.values(), key=lambda flag: (flag.urgency.rank, flag.action.id))
    shown = uncovered(list(flags))
    listed = [flag for flag in found if flag.id in shown]
    return [_warning(flag.id, flag.action) for flag in listed if not _said_by_another(flag, listed)]


def _said_by_another(flag: RedFlag, others: Sequence[RedFlag]) -> bool:
    """Return whether the words of this warning raised another one that is more urgent or more complete.

    One complaint is one warning: a weaker one beside it would only obscure what to do.
    """
    return any(
        _part_of(flag, other) and not (_part_of(other, flag) and others.index(flag) < others.index(other))
        for other in others
        if other is not flag
    )


def _part_of(flag: RedFlag, other: RedFlag) -> bool:
    """Return whether the words of one warning are among those of another that is as urgent or more."""
    stronger = other.urgency.rank < flag.urgency.rank or other.action.id == flag.action.id
    said, heard = flag.said, other.said
    return stronger and bool(said) and all(any(words in more for more in heard) for words in said)


def _warning(flag: str, action: Action) -> Warning:
    row = danger_of(flag)
    return Warning(flag=flag, en=row.en, es=row.es, action=action)


def hear(
    practice: Practice,
    patient: Patient | None,
    where: str,
    texts: Iterable[str],
    *,
    lang: str = "en",
    visit: Visit | None = None,
) -> list[Warning]:
    """Screen a text, and make the tasks. Returns the warnings, for the page to show at once.

    Every free text is screened here or, if it is saved first, by `alert`. `where`: a key of PLACES; `lang`: for someone
    who is not a patient.
    """
    text = ". ".join(part.strip() for part in texts if part.strip())
    if patient is None:
        found = screen_stranger(text, lang)
    else:
        today = timezone.now().astimezone(zone_of(practice)).date()
        found = screen_words(patient, text, today, painful_places(visit) if visit else ())
    alert(practice, patient, where, found, visit=visit)
    return found


@transaction.atomic
def alert(
    practice: Practice,
    patient: Patient | None,
    where: str,
    warnings: Sequence[Warning],
    *,
    told: bool = True,
    visit: Visit | None = None,
    number: int | None = None,
) -> list[str]:
    """Make urgent tasks that name every warning with what the patient was told; none without warnings.

    Returns their titles.

    A warning with an open task in this visit makes no second one; its title is returned all the same. `told`: the
    patient read it on a page; else the task says what to tell them. `number`: of a feedback entry.
    """
    if not warnings:
        return []
    words = PLACES[where][1 if practice.language == "es" else 0]
    place = words if number is None else f"{words} {number}"
    known = _open_dangers(practice, patient, visit)
    today = timezone.now().astimezone(zone_of(practice)).date()
    new = _tasks(place, [row for row in warnings if row.flag not in known], practice.language, told)
    Task.objects.bulk_create(
        Task(
            practice=practice,
            patient=patient,
            visit=visit,
            title=title,
            about=flags,
            urgent=True,
            due_on=today,
        )
        for title, flags in new
    )
    return [title for title, _ in _tasks(place, warnings, practice.language, told)]


def _open_dangers(practice: Practice, patient: Patient | None, visit: Visit | None) -> set[str]:
    """Return the warnings of this patient that have an open task, in this visit or without one."""
    if patient is None:
        return set()
    # Two texts that arrive at once wait for each other here.
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    rows = Task.objects.filter(practice=practice, patient=patient, urgent=True, done_at=None)
    if visit is not None:
        rows = rows.filter(Q(visit=None) | Q(visit=visit))
    return {flag for row in rows for flag in row.about}


def _tasks(place: str, warnings: Sequence[Warning], lang: str, told: bool) -> list[tuple[str, list[str]]]:
    """Return (title, red flags) of each task: one for each action, or as many as needed to name every warning."""
    names = flag_titles(lang)
    by_action: dict[str, list[tuple[str, str]]] = {}
    for warning in warnings:
        named = (warning.flag, names.get(warning.flag, warning.en))
        by_action.setdefault(warning.action.id, []).append(named)
    return [
        task for id_, named in by_action.items() for task in _titles(place, action_of(id_), named, lang, told)
    ]


def _titles(
    where: str, action: Action, named: list[tuple[str, str]], lang: str, told: bool
) -> list[tuple[str, list[str]]]:
    """Return one title, or as many as needed: no warning is cut off."""
    if lang == "es":
        said = "Se le dijo" if told else "Dígale"
        head, tail = f"Señal de alarma ({where}): ", f". {said}: {action.button_es}."
    else:
        said = "Patient told" if told else "Tell the patient"
        head, tail = f"Warning sign ({where}): ", f". {said}: {action.button_en}."
    lines: list[list[tuple[str, str]]] = [[]]
    for row in named:
        joined = "; ".join(name for _, name in [*lines[-1], row])
        if lines[-1] and len(head) + len(joined) + len(tail) > TITLE:
            lines.append([])
        lines[-1].append(row)
    return [
        (f"{head}{'; '.join(name for _, name in line)}{tail}"[:TITLE], [flag for flag, _ in line])
        for line in lines
    ]


def note_warnings(visit: Visit, intake: Intake) -> None:
    """Update the intake's warnings after a change of its answers: new ones make tasks and an email at once.

    Warnings that no longer apply stay on record as withdrawn. The caller has locked the intake's row.
    """
    found = _in_intake(visit, intake)
    now = timezone.now()
    rows = [_updated(row, row.flag in found, now) for row in intake.warnings]
    known = {row.flag for row in rows if row.withdrawn_at is None}
    new = [found[flag] for flag in found if flag not in known]
    rows += [
        ShownWarning(flag=w.flag, action=w.action.id, en=w.en, es=w.es, section=section, found_at=now)
        for w, section in new
    ]
    intake.warnings, intake.flags = tuple(rows), tuple(found)
    intake.save(update_fields=["warnings", "flags"])
    if new:
        alert(visit.practice, visit.patient, "intake", [warning for warning, _ in new], visit=visit)
        _mail_warnings(visit, len(rows))


def _updated(row: ShownWarning, found: bool, now: datetime.datetime) -> ShownWarning:
    """Return the row after a change of the answers.

    One that was read and withdrawn stays so: if the sign is reported again, a new row asks to be read.
    """
    if row.withdrawn_at is not None and row.read_at is not None:
        return row
    return replace(row, withdrawn_at=None if found else row.withdrawn_at or now)


def _mail_warnings(visit: Visit, number: int) -> None:
    """Send one email for all warnings of MAIL_AGAIN: its link leads to the page with every current one."""
    lately = OutboxMessage.objects.filter(
        visit=visit, kind="warning", due_at__gt=timezone.now() - MAIL_AGAIN
    ).exclude(state__in=(OutboxMessage.State.FAILED, OutboxMessage.State.CANCELED))
    if lately.exists():
        return
    target, key = f"/me/visits/{visit.pk}/intake/warning/", f"warning:{visit.pk}:{number}"
    queue(visit.patient, "warning", key, visit=visit, at_once=True, link="open", target=target)


def _in_intake(visit: Visit, intake: Intake) -> dict[str, tuple[Warning, str]]:
    """Return flag -> the warning and its section, the most urgent first."""
    answers, on = intake.answers, visit.day
    found: dict[str, tuple[Warning, str]] = {}
    for flag in answers.signs or ():
        row = load_dangers().get(flag)
        if row is not None and row.check is not None:
            said = Warning(flag=flag, en=row.check.en, es=row.check.es, action=actions_of_flags()[flag])
            found[flag] = (said, "signs")
    places = painful_places(visit)
    for section, text in _texts(answers, visit):
        for warning in screen_words(visit.patient, text, on, places):
            found.setdefault(warning.flag, (warning, section))
    shown = uncovered(list(found))
    by_urgency = sorted(found.items(), key=lambda item: item[1][0].action.urgency.rank)
    return {flag: warning for flag, warning in by_urgency if flag in shown}


def _texts(answers: IntakeAnswers, visit: Visit) -> list[tuple[str, str]]:
    """Return (section, all of the patient's own words there)."""
    story = ". ".join(part for part in (visit.facts.reported.words, answers.one("goal")) if part)
    health = ". ".join([*answers.some("medicines"), *answers.some("allergies")])
    insurance = ". ".join(part for part in (answers.one("plan"), answers.one("member")) if part)
    return [("story", story), ("health", health), ("contact", insurance)]


class StandingWarning(msgspec.Struct, frozen=True):
    """A current warning, as a page shows it."""

    flag: str
    en: str
    es: str
    action: Action
    section: str
    read_at: datetime.datetime | None


def standing(intake: Intake) -> list[StandingWarning]:
    """Return the current warnings, the most urgent first."""
    shown = [
        StandingWarning(row.flag, row.en, row.es, action_of(row.action), row.section, row.read_at)
        for row in intake.warnings
        if row.withdrawn_at is None
    ]
    return sorted(shown, key=lambda row: (row.action.urgency.rank, row.action.id))


def unread(intake: Intake, until: str | None = None) -> list[StandingWarning]:
    """Return the unread warnings; with `until`, those of the sections before that one."""
    limit = SECTIONS.index(until) if until in SECTIONS else len(SECTIONS)
    rows = [row for row in standing(intake) if row.read_at is None]
    return [row for row in rows if SECTIONS.index(row.section) < limit]


def read_warnings(visit: Visit, who: str, lang: str, flags: Collection[str]) -> str | None:
    """Record that the warnings on the page were read, when, by whom and in which language.

    Only warnings on the page count as read. Returns the section of the last of them.
    """
    intake = Intake.objects.select_for_update().get(visit=visit)
    read = [row.flag for row in intake.warnings if row.flag in flags and row.read_at is None]
    intake.warnings = tuple(
        replace(row, read_at=timezone.now(), read_by=who, read_in=lang) if row.flag in read else row
        for row in intake.warnings
    )
    intake.save(update_fields=["warnings"])
    if read:
        what = f"intake of visit {visit.pk}: warning read ({', '.join(read)})"
        note_down_outside(visit.practice_id, visit.patient_id, who, "write", what)
    sections = [row.section for row in intake.warnings if row.flag in flags]
    return max(sections, key=SECTIONS.index, default=None)
