"""A visit's rows as the core's episode: nothing is copied, everything is asked of the rows as they stand."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from needlepoint.anatomy.drawing import cover, read_drawing
from needlepoint.records.meanings import meanings_of
from needlepoint.records.models import Listed, Patient, Site, Visit
from needlepoint.treatment.entries import read_entry

__all__ = ["LOOK_BACK", "age_on", "complaint_of", "episode_object", "full"]

LOOK_BACK = relativedelta(months=24)  # payers and spacing rules look no further
SIGNS = ("taut_band", "tender_spot", "recognised_pain", "referred_pain", "twitch")


def full(visit_id: int, practice_id: int) -> Visit:
    """The visit with everything that a page of it shows, in a constant number of queries."""
    return (
        Visit.objects.select_related(
            "patient__practice", "episode", "clinician", "location", "practice", "intake", "service"
        )
        .prefetch_related("sites", "patient__listed", "clinician__licenses", "consents")
        .get(pk=visit_id, practice_id=practice_id)
    )


def age_on(patient: Patient, day: datetime.date) -> int:
    """Whole years."""
    return relativedelta(day, patient.birth_date).years


def complaint_of(visit: Visit) -> dict[str, Any]:
    """What the patient told, as the core reads it: the regions of drawing and list together, and the words."""
    told: dict[str, Any] = {
        key: value for key, value in visit.complaint.items() if key not in ("drawing", "regions") and value
    }
    marks = visit.complaint.get("drawing") or []
    regions = cover(read_drawing(marks)).painful if marks else {}
    regions |= visit.complaint.get("regions") or {}
    if regions:
        told["regions"] = regions
    return told


def episode_object(visit: Visit) -> dict[str, Any]:
    """The core's episode as a plain object. `visit` comes from `full`."""
    sites = [site for site in visit.sites.all() if site.voided_at is None]
    planned = [site for site in sites if site.planned]
    found: dict[str, Any] = {
        "id": f"visit-{visit.pk}",
        "as_of": visit.starts_at.astimezone(ZoneInfo(visit.practice.timezone)).isoformat(),
        "patient": _patient(visit),
        "clinician": _clinician(visit),
        "practice": visit.practice.rules,
        "complaint": complaint_of(visit),
        "pain": _pain(visit),
        "cleared": [row for row in visit.cleared if row.get("profession")],
        "prior_care": visit.episode.prior_care,
        "earlier_sessions": _earlier(visit),
    }
    findings = [_finding(site) for site in sites if site.found]
    if findings:
        found["findings"] = findings
    if planned or visit.order:
        found["plan"] = dict(visit.order) | (
            {"sites": [_ordered(site) for site in planned]} if planned else {}
        )
    session = _session(visit, sites)
    if session:
        found["session"] = session
    if visit.patient.payer:
        found["insured"] = {
            "payer": visit.patient.payer,
            "state": visit.location.state,
            "documented": _documented(visit, sites),
        } | visit.session.get("insured", {})
    if visit.practice.fees:
        found["account"] = _account(visit)
    return found


def _patient(visit: Visit) -> dict[str, Any]:
    patient, safety = visit.patient, visit.session.get("safety", {})
    by_kind: dict[str, list[Listed]] = {}
    for row in patient.listed.all():
        if row.voided_at is None:
            by_kind.setdefault(row.kind, []).append(row)

    def asked(kind: str, values: list[Any]) -> list[Any] | None:
        """What is listed; nothing listed means 'none' only where somebody asked."""
        return values if values or kind in patient.asked else None

    allergies = by_kind.get("allergy", [])
    return {
        "id": str(patient.pk),
        "age_years": age_on(patient, visit.day),
        "sex": patient.sex or None,
        "weight_kg": None if patient.weight_kg is None else str(patient.weight_kg),
        "height_cm": None if patient.height_cm is None else str(patient.height_cm),
        "pregnant": safety.get("pregnant", patient.pregnant),
        "pregnancy_weeks": safety.get("weeks") if safety.get("pregnant", patient.pregnant) else None,
        "allergies": asked(
            "allergy", [{"substance": row.text, "reaction": row.reaction or None} for row in allergies]
        ),
        "conditions": asked("condition", [row.text for row in by_kind.get("condition", [])]),
        "medicines": asked(
            "medicine", [_medicine(row.text, safety, visit.starts_at) for row in by_kind.get("medicine", [])]
        ),
        # What was given and how the skin is holds for this visit only: it is asked anew each time.
        "given": _given(safety.get("given"), visit.starts_at),
        "local": safety.get("local"),
        "platelets_10e9_l": safety.get("platelets"),
        "hba1c_percent": safety.get("hba1c"),
        "meanings": meanings_of(patient.listed.all(), visit.day),
        "language": patient.language,
    }


def _given(rows: list[dict[str, Any]] | None, starts_at: datetime.datetime) -> list[dict[str, Any]] | None:
    """Doses given before. One that was entered while the visit went on counts as given at its start."""
    if rows is None:
        return None
    return [
        row | {"at": min(row["at"], starts_at.isoformat(), key=datetime.datetime.fromisoformat)}
        for row in rows
    ]


def _medicine(name: str, safety: dict[str, Any], starts_at: datetime.datetime) -> dict[str, Any]:
    """A medicine; the INR of this visit goes with the one that it is measured for."""
    if safety.get("inr") and "warfarin" in read_entry("medicine", name, starts_at.date()).groups:
        measured = min(safety["inr_on"], starts_at.date().isoformat())  # never after the session
        return {"name": name, "inr": safety["inr"], "inr_on": measured}
    return {"name": name}


def _clinician(visit: Visit) -> dict[str, Any]:
    clinician, state, day = visit.clinician, visit.location.state, visit.day
    held = [row for row in clinician.licenses.all() if row.state == state and row.expires_on >= day]
    return {
        "name": clinician.name,
        # Without a licence of this state that still holds nobody is anything here.
        "profession": clinician.profession if held else None,
        "state": state,
        "credentials": held[0].credentials if held else [],
    }


def _pain(visit: Visit) -> dict[str, Any]:
    began = visit.episode.began_on
    weeks = (visit.day - began).days // 7 if began else None
    return {
        "weeks": None if weeks is None else str(max(weeks, 0)),
        "now_nprs": visit.pain.get("now"),
        "worst_nprs": visit.pain.get("worst"),
    }


def _finding(site: Site) -> dict[str, Any]:
    signs = {sign: site.found[sign] for sign in SIGNS if sign in site.found}
    return {"muscle": site.muscle, "side": site.side, "point": site.point or None, **signs}


def _ordered(site: Site) -> dict[str, Any]:
    volume = {} if site.volume_ml is None else {"volume_ml": str(site.volume_ml)}
    return {"muscle": site.muscle, "side": site.side, "point": site.point or None, **volume}


def _earlier(visit: Visit) -> list[dict[str, Any]]:
    """The sessions before, as far back as any rule looks: one query."""
    since, zone = visit.starts_at - LOOK_BACK, ZoneInfo(visit.practice.timezone)
    rows = (
        Site.objects.filter(
            visit__patient_id=visit.patient_id,
            visit__starts_at__lt=visit.starts_at,
            visit__starts_at__gte=since,
            done_at__isnull=False,
            voided_at=None,
        )
        .values_list("visit_id", "visit__starts_at", "visit__session", "muscle", "side", "point")
        .order_by("visit__starts_at", "pk")
    )
    sessions: dict[int, dict[str, Any]] = {}
    for visit_id, starts_at, session, muscle, side, point in rows:
        kept = sessions.setdefault(
            visit_id,
            {
                "on": starts_at.astimezone(zone).date().isoformat(),
                "sites": [],
                "technique": session.get("technique"),
                "relief_percent": session.get("relief_percent"),
                "relief_weeks": session.get("relief_weeks"),
            },
        )
        kept["sites"].append({"muscle": muscle, "side": side, "point": point or None})
    return list(sessions.values())


def _session(visit: Visit, sites: Iterable[Site]) -> dict[str, Any] | None:
    """What was done, once the first site is done."""
    done = [site for site in sites if site.done_at]
    if not done:
        return None
    session = visit.session
    found: dict[str, Any] = {
        "on": visit.day.isoformat(),
        "place": visit.location.place,
        "sites": [
            {
                "muscle": site.muscle,
                "side": site.side,
                "point": site.point or None,
                "technique": site.done.get("technique") or session.get("technique") or "wet",
                "volume_ml": site.done.get("volume_ml"),
                "drug": site.done.get("drug"),
                "concentration_percent": site.done.get("concentration_percent"),
            }
            for site in done
        ],
        "drugs": session.get("drugs", []),
        "ultrasound": bool(session.get("ultrasound")),
        "picture": session.get("picture"),
    }
    if session.get("visit"):
        found["visit"] = session["visit"]
    return found


def _documented(visit: Visit, sites: Iterable[Site]) -> list[str]:
    """What the note will say, as a policy asks for it. It is signed or it is none."""
    session = visit.session
    held = {
        "muscles": any(site.done_at for site in sites),
        "drug_amount": bool(session.get("drugs")),
        "pain_before": visit.pain.get("now") is not None,
        "pain_after": session.get("after") is not None,
        "signature": True,
    }
    return [name for name, said in held.items() if said]


def _account(visit: Visit) -> dict[str, Any]:
    patient, clinician = visit.patient, visit.clinician
    given, _, family = clinician.name.removeprefix("Dr. ").partition(" ")
    person = {"last": patient.family, "first": patient.given, "birth_date": patient.birth_date.isoformat()}
    person["sex"] = {"female": "F", "male": "M"}.get(patient.sex, "U")
    if patient.address:
        person["address"] = patient.address
    account: dict[str, Any] = {
        "claim_id": f"NP-{visit.pk}",
        "billing": visit.practice.billing or None,
        "patient": person,
        "coverages": patient.coverages,
        "fees": visit.practice.fees,
        "locality": visit.location.locality or None,
    }
    if clinician.npi:
        account["rendering"] = {"first": given, "name": family or given, "npi": clinician.npi}
    return account
