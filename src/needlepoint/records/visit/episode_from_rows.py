"""A visit's rows as the core's episode: nothing is copied, every value comes from the rows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar, get_args
from zoneinfo import ZoneInfo

import msgspec
from dateutil.relativedelta import relativedelta
from django.db.models import TextField, prefetch_related_objects
from django.db.models.functions import Cast

from needlepoint import visit as core_visit
from needlepoint.anatomy.drawing import Drawing, Mark, cover
from needlepoint.base import people as core
from needlepoint.base.spelling import decode_json
from needlepoint.claims.types import Provider
from needlepoint.coding import Session
from needlepoint.coding.types import DrugUsed, OfficeVisit, SessionSite
from needlepoint.episode.account import Account, Insured
from needlepoint.episode.read import checked_episode
from needlepoint.episode.types import Cleared, Episode, Pain
from needlepoint.exam import assess
from needlepoint.exam.motion import is_limited, lost_movements
from needlepoint.guard.encryption.fields import open_json
from needlepoint.outcomes import PainRating, course_of
from needlepoint.reasoning.complaint import Case
from needlepoint.records.models import FollowUpSurvey, Patient, PatientListItem, Site, Staff, Visit
from needlepoint.records.patients.patients import person_of
from needlepoint.records.values import Billing
from needlepoint.records.visit.meanings import meanings_of
from needlepoint.records.visit.rows import visit_of
from needlepoint.treatment.lists.entries import read_entry
from needlepoint.treatment.types import EarlierSession, TreatedSite
from needlepoint.visit import derive
from needlepoint.visit.facts import Checked, Facts, Given

T = TypeVar("T")

__all__ = ["LOOK_BACK", "ONE", "age_on", "completed", "episode_of", "full", "patient_of", "regions_of"]

LOOK_BACK = relativedelta(months=24)  # payers and spacing rules look no further
# The date and the facts of a visit as text: they are decoded only when they are used.
FACTS = "Visit.facts"  # as what these are encrypted
AS_STORED = tuple(Cast(name, TextField()) for name in ("visit__starts_at", "visit__facts", "given"))
ONE, MANY = (
    ("patient", "episode", "clinician", "location", "practice", "intake", "service"),
    ("sites", "patient__list_items", "clinician__licenses", "consents"),
)


def full(visit_id: int, practice_id: int) -> Visit:
    """Return the visit with everything that its pages show, in a constant number of queries."""
    row: Visit = Visit.objects.select_related(*ONE).get(pk=visit_id, practice_id=practice_id)
    return completed(row)


def completed(row: Visit) -> Visit:
    """Return a visit that was selected with ONE, with the rest of what `full` loads; nothing is loaded twice."""
    if row.patient.practice_id == row.practice_id:
        row.patient.practice = row.practice
    prefetch_related_objects([row], *MANY)
    return row


def age_on(patient: Patient, day: datetime.date) -> int:
    """Return whole years."""
    return relativedelta(day, patient.birth_date).years


def _complaint_of(visit: Visit) -> Case:
    """Return the complaint in the case format: regions of drawing and list together, and the patient's words."""
    reported, painful = visit.facts.reported, regions_of(visit)
    sides = {region.partition("_")[0] for region in painful} & {"left", "right"}
    return Case(
        regions=painful or None,
        neurological=list(visit.facts.neurological),
        rom_loss=list(lost_movements(visit.facts.motions, sides)),
        pain_text=reported.words or None,
        answers=dict(reported.answers),
        symptoms=list(reported.symptoms),
    )


def regions_of(visit: Visit) -> dict[str, float]:
    """Return the painful regions of drawing and list together, with their pain (0-10)."""
    reported = visit.facts.reported
    drawn = _drawn(msgspec.json.encode(reported.drawing)) if reported.drawing else {}
    return drawn | reported.regions


@lru_cache(maxsize=64)
def _drawn(marks: bytes) -> dict[str, float]:
    """Return the painful regions of a drawing, cached by its encoded marks."""
    return cover(Drawing(msgspec.json.decode(marks, type=tuple[Mark, ...]))).painful


def episode_of(row: Visit) -> Episode:
    """Return the core's episode of a visit from `full`. Nothing is copied: every value comes from the rows.

    Raises Refused for values of the patient that are out of bounds.
    """
    visit = visit_of(row)
    findings = derive.findings(visit)
    return checked_episode(
        Episode(
            id=f"visit-{row.pk}",
            as_of=row.starts_at.astimezone(ZoneInfo(visit.zone)),
            patient=patient_of(row),
            clinician=_clinician(row),
            practice=row.practice.rules,
            complaint=_complaint_of(row),
            pain=_pain(row, visit),
            cleared=[
                Cleared(one.flag, one.by, one.why, one.profession)
                for one in visit.facts.cleared
                if one.profession  # made before the profession was recorded: it clears nothing
            ],
            findings=findings or None,
            prior_care=None if visit.history.prior_care is None else list(visit.history.prior_care),
            earlier_sessions=_earlier(row),
            plan=derive.ordered(visit, assess(findings) if findings else None),
            session=_session(row, visit),
            insured=_insured(row, visit),
            account=_account(row) if row.practice.has_fees else None,
        )
    )


def patient_of(row: Visit) -> core.Patient:
    """Return the core's patient for this visit: lists, measures, and what was asked today."""
    patient, checked = row.patient, row.facts.checked
    by_kind: dict[str, list[PatientListItem]] = {}
    for line in patient.list_items.all():
        if line.voided_at is None:
            by_kind.setdefault(line.kind, []).append(line)

    def asked(kind: str, values: list[T]) -> list[T] | None:
        """Return the list; an empty one means 'none' only when somebody asked."""
        return values if values or kind in patient.asked else None

    pregnant = patient.pregnant if checked.pregnant is None else checked.pregnant
    allergies = [core.Allergy(line.text, line.reaction or None) for line in by_kind.get("allergy", [])]
    medicines = [_medicine(line.text, checked, row.day) for line in by_kind.get("medicine", [])]
    return core.Patient(
        id=str(patient.pk),
        age_years=age_on(patient, row.day),
        sex=next((sex for sex in get_args(core.Sex) if sex == patient.sex), None),
        weight_kg=patient.weight_kg,
        height_cm=patient.height_cm,
        pregnant=pregnant,
        pregnancy_weeks=checked.pregnancy_weeks if pregnant else None,
        allergies=asked("allergy", allergies),
        conditions=asked("condition", [line.text for line in by_kind.get("condition", [])]),
        medicines=asked("medicine", medicines),
        # What was given and the state of the skin apply to this visit only: they are asked each time.
        given=_given_before(row),
        local=None if checked.local is None else list(checked.local),
        platelets_10e9_l=checked.platelets_10e9_l,
        neutrophils_10e9_l=checked.neutrophils_10e9_l,
        blood_count_on=None if checked.blood_count_on is None else min(checked.blood_count_on, row.day),
        hba1c_percent=checked.hba1c_percent,
        meanings=meanings_of(patient.list_items.all(), row.day),
        language=patient.language,
    )


def _given_before(row: Visit) -> list[core.GivenDose] | None:
    """Return doses given before. One that was entered during the visit counts as given at its start."""
    given = row.facts.checked.given
    if given is None:
        return None
    return [msgspec.structs.replace(dose, at=min(dose.at, row.starts_at)) for dose in given]


def _medicine(name: str, checked: Checked, day: datetime.date) -> core.Medicine:
    """Return a medicine; the INR of this visit goes with the one that it is measured for."""
    if checked.inr is not None and "warfarin" in read_entry("medicine", name, day).groups:
        return core.Medicine(name=name, inr=checked.inr, inr_on=min(checked.inr_on or day, day))
    return core.Medicine(name=name)


def _clinician(row: Visit) -> core.Clinician:
    clinician, state = row.clinician, row.location.state
    held = [one for one in clinician.licenses.all() if one.state == state and one.expires_on >= row.day]
    return core.Clinician(
        name=clinician.name,
        # Without a valid license of this state nobody has a profession here.
        profession=clinician.profession if held else None,
        state=state,
        credentials=list(held[0].credentials) if held else [],
    )


def _pain(row: Visit, visit: core_visit.Visit) -> Pain:
    began, reported = visit.history.began_on, visit.facts.reported
    return Pain(
        weeks=Decimal(max((row.day - began).days // 7, 0)) if began else None,
        now_nprs=None if reported.pain_now is None else Decimal(reported.pain_now),
        worst_nprs=None if reported.pain_worst is None else Decimal(reported.pain_worst),
    )


def _earlier(row: Visit) -> list[EarlierSession]:
    """Return the earlier sessions, as far back as any rule looks, with the relief reported since: two queries."""
    since = row.starts_at - LOOK_BACK
    sites = Site.objects.filter(
        visit__patient_id=row.patient_id,
        visit__starts_at__lt=row.starts_at,
        visit__starts_at__gte=since,
        given__isnull=False,
    ).order_by("visit__starts_at", "pk")
    checks = FollowUpSurvey.objects.filter(
        visit__patient_id=row.patient_id,
        visit__starts_at__gte=since,
        answered_at__isnull=False,
        pain__isnull=False,
    )
    return list(
        _sessions(
            tuple(sites.values_list("visit_id", *AS_STORED, "muscle", "side", "point")),
            tuple(checks.order_by("pk").values_list("visit_id", "answered_at", "pain")),
            row.practice.timezone,
        )
    )


@lru_cache(maxsize=16)
def _sessions(
    sites: tuple[tuple[int, str, str, str, str, str, str], ...],
    checks: tuple[tuple[int, datetime.datetime | None, int | None], ...],
    timezone: str,
) -> tuple[EarlierSession, ...]:
    """Return the sessions of treated sites as stored, cached until they change."""
    zone = ZoneInfo(timezone)
    answers: dict[int, list[PainRating]] = {}
    for visit_id, at, pain in checks:
        if at is not None and pain is not None:
            answers.setdefault(visit_id, []).append(PainRating(at.astimezone(zone).date(), pain))
    found: dict[int, EarlierSession] = {}
    for visit_id, at_text, facts, given, muscle, side, point in sites:
        if visit_id not in found:
            on = _instant(at_text).astimezone(zone).date()
            known = decode_json(open_json(FACTS, facts), Facts), decode_json(given, Given)
            found[visit_id] = _earlier_session(on, *known, answers.get(visit_id, []))
        found[visit_id].sites.append(TreatedSite(muscle, side, point or None))
    return tuple(found.values())


def _instant(text: str) -> datetime.datetime:
    """Return an instant as either database stores it: PostgreSQL with the offset, SQLite in UTC without one."""
    at = datetime.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=datetime.UTC)


def _earlier_session(
    on: datetime.date, facts: Facts, given: Given, answers: Sequence[PainRating]
) -> EarlierSession:
    """Return one earlier session: a clinician's entry takes precedence over the surveys."""
    outcome, percent, weeks = facts.outcome, None, None
    course = course_of(facts.reported.pain_now, on, answers)
    if outcome is not None:
        percent, weeks = outcome.relief_percent, outcome.relief_weeks
    elif course.relief_percent is not None:
        percent = max(course.relief_percent, 0)
        days = course.relief_days or 0
        weeks = (Decimal(days) / 7).quantize(Decimal("0.1"))
    return EarlierSession(
        on=on, sites=[], technique=given.technique, relief_percent=percent, relief_weeks=weeks
    )


def _session(row: Visit, visit: core_visit.Visit) -> Session | None:
    """Return what was done, once the first site is recorded or an examination is to be billed."""
    facts = visit.facts
    if not visit.treated and facts.consultation is None:
        return None
    consultation = facts.consultation
    return Session(
        on=visit.day,
        place=row.location.place,
        sites=[_session_site(site, site.given) for site in visit.treated if site.given],
        drugs=[
            DrugUsed(
                drug=total.drug,
                given_mg=total.given_mg,
                wasted_mg=total.wasted_mg or Decimal(0),
                single_dose=total.single_dose if total.wasted_mg is not None else None,
                lot=", ".join(total.lots) or None,
                volume_ml=total.given_ml or None,
            )
            for total in derive.drug_totals(visit)
        ],
        ultrasound=facts.guidance is not None and facts.guidance.ultrasound,
        picture=(facts.guidance.picture or None) if facts.guidance else None,
        visit=OfficeVisit(consultation.code, consultation.own_work or None) if consultation else None,
        diagnoses=list(consultation.diagnoses) if consultation else [],
    )


def _session_site(site: core_visit.Site, given: Given) -> SessionSite:
    return SessionSite(
        muscle=site.spot.muscle,
        side=site.spot.side,
        point=site.spot.point or None,
        technique=given.technique,
        volume_ml=given.volume_ml,
        drug=given.drug or None,
        concentration_percent=given.concentration_percent,
    )


def _insured(row: Visit, visit: core_visit.Visit) -> Insured | None:
    if not row.patient.payer:
        return None
    limited = any(is_limited(motion) for motion in visit.facts.motions) or None
    known = Insured(
        payer=row.patient.payer,
        state=row.location.state,
        documented=_documented(visit),
        movement_limited=limited,
    )
    return msgspec.structs.replace(known, **visit.facts.payer_answers)


def _documented(visit: core_visit.Visit) -> list[str]:
    """Return what the note will document, as a policy requires it. Only a note that will be signed counts."""
    held = {
        "muscles": bool(visit.treated),
        "drug_amount": bool(derive.drug_totals(visit)),
        "pain_before": visit.facts.reported.pain_now is not None,
        "pain_after": visit.facts.observed.pain_after is not None,
        "signature": True,
    }
    return [name for name, said in held.items() if said]


def _account(row: Visit) -> Account:
    return Account(
        claim_id=f"NP-{row.pk}",
        billing=_provider(row.practice.billing) if row.practice.billing else None,
        patient=person_of(row.patient),
        coverages=list(row.patient.coverages),
        fees=row.practice.fees,
        locality=row.location.locality or None,
        rendering=_rendering(row.clinician) if row.clinician.npi else None,
    )


def _rendering(clinician: Staff) -> Provider:
    given, _, family = clinician.name.removeprefix("Dr. ").partition(" ")
    return Provider(first=given, name=family or given, npi=clinician.npi)


def _provider(billing: Billing) -> Provider:
    return Provider(
        name=billing.name,
        npi=billing.npi,
        taxonomy=billing.taxonomy,
        tax_id=billing.tax_id,
        phone=billing.phone,
        address=billing.address.for_claim(),
    )
