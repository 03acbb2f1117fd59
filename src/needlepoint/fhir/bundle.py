"""Everything of one patient as one FHIR R4 Bundle (type `collection`), for them to take along.

Codes: LOINC 72514-3 is pain severity from 0 to 10; procedures carry the CPT code without its descriptor. What is not
known is left out, never made up.
"""

from __future__ import annotations

import base64
import datetime
from collections.abc import Iterator
from typing import Any

from needlepoint.base.wording import ml
from needlepoint.documents.notes.write import place
from needlepoint.records.models import CheckIn, Listed, Note, Patient, Site, Visit
from needlepoint.records.patients.export import figure_of, is_planned, told_in_intake
from needlepoint.visit.facts import Given

__all__ = ["bundle_of"]

PAIN = {"coding": [{"system": "http://loinc.org", "code": "72514-3", "display": "Pain severity"}]}
STATUS = {"done": "finished", "cancelled": "cancelled", "booked": "planned", "arrived": "arrived"}


def bundle_of(patient: Patient, made_at: datetime.datetime) -> dict[str, Any]:
    """The bundle as a plain object; a constant number of queries."""
    visits = list(
        Visit.objects.filter(patient=patient)
        .select_related("clinician", "location", "note", "intake")
        .prefetch_related("sites", "check_ins", "estimates")
        .order_by("starts_at", "pk")
    )
    found = [_patient(patient), *(_listed(patient)), *_messages(patient), *_photos(patient)]
    for visit in visits:
        found += [_encounter(visit), *_procedures(visit), *_pains(visit), *_told(visit), *_note(visit)]
        found += [*_drawing(visit), *_estimates(visit)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": made_at.isoformat(timespec="seconds"),
        "entry": [{"fullUrl": _url(row), "resource": row} for row in found],
    }


def _url(row: dict[str, Any]) -> str:
    return f"https://needlepoint.invalid/{row['resourceType']}/{row['id']}"


def _of(patient: Patient) -> dict[str, str]:
    return {"reference": f"Patient/{patient.pk}"}


def _patient(patient: Patient) -> dict[str, Any]:
    telecom = [
        {"system": system, "value": value}
        for system, value in (("phone", patient.phone), ("email", patient.email))
        if value
    ]
    row: dict[str, Any] = {
        "resourceType": "Patient",
        "id": str(patient.pk),
        "name": [{"family": patient.family, "given": [patient.given]}],
        "birthDate": patient.birth_date.isoformat(),
        "communication": [
            {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": patient.language}]}}
        ],
    }
    if telecom:
        row["telecom"] = telecom
    if patient.sex:
        row["gender"] = patient.sex if patient.sex in ("female", "male") else "other"
    address = patient.address
    if address:
        row["address"] = [
            {
                key: value
                for key, value in (
                    ("line", [address["line1"]] if address.get("line1") else None),
                    ("city", address.get("city")),
                    ("state", address.get("state")),
                    ("postalCode", address.get("zip")),
                )
                if value
            }
        ]
    return row


def _listed(patient: Patient) -> Iterator[dict[str, Any]]:
    """Allergies, conditions and medicines that hold."""
    for line in patient.listed.filter(voided_at=None).order_by("pk"):
        yield _line(patient, line)


def _line(patient: Patient, line: Listed) -> dict[str, Any]:
    active = {"coding": [{"code": "active"}]}
    match line.kind:
        case Listed.Kind.ALLERGY:
            system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
            row: dict[str, Any] = {
                "resourceType": "AllergyIntolerance",
                "id": f"allergy-{line.pk}",
                "clinicalStatus": {"coding": [{"system": system, "code": "active"}]},
                "code": {"text": line.text},
                "patient": _of(patient),
            }
            if line.reaction:
                row["reaction"] = [{"manifestation": [{"text": line.reaction}]}]
            return row
        case Listed.Kind.CONDITION:
            active["coding"][0]["system"] = "http://terminology.hl7.org/CodeSystem/condition-clinical"
            return {
                "resourceType": "Condition",
                "id": f"condition-{line.pk}",
                "clinicalStatus": active,
                "code": {"text": line.text},
                "subject": _of(patient),
            }
        case _:
            return {
                "resourceType": "MedicationStatement",
                "id": f"medicine-{line.pk}",
                "status": "active",
                "medicationCodeableConcept": {"text": line.text},
                "subject": _of(patient),
            }


def _encounter(visit: Visit) -> dict[str, Any]:
    ends = visit.starts_at + datetime.timedelta(minutes=visit.minutes)
    return {
        "resourceType": "Encounter",
        "id": f"visit-{visit.pk}",
        "status": STATUS.get(visit.state, "in-progress"),
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": _of(visit.patient),
        "participant": [{"individual": {"display": visit.clinician.name}}],
        "period": {"start": visit.starts_at.isoformat(), "end": ends.isoformat()},
        "location": [{"location": {"display": visit.location.name}}],
    }


def _procedures(visit: Visit) -> Iterator[dict[str, Any]]:
    """One for each muscle that was treated."""
    for site in visit.sites.all():
        if site.given is not None:
            yield _procedure(visit, site, site.given)


def _procedure(visit: Visit, site: Site, given: Given) -> dict[str, Any]:
    words = {"dry": "Dry needling", "saline": "Injection of saline into a trigger point"}
    row: dict[str, Any] = {
        "resourceType": "Procedure",
        "id": f"site-{site.pk}",
        "status": "completed",
        "code": {"text": words.get(given.technique, "Trigger point injection")},
        "subject": _of(visit.patient),
        "encounter": {"reference": f"Encounter/visit-{visit.pk}"},
        "performedDateTime": given.at.isoformat(),
        "performer": [{"actor": {"display": visit.clinician.name}}],
        "bodySite": [{"text": place(site.muscle, site.side, "en")}],
    }
    if given.volume_ml is not None:
        row["note"] = [{"text": ml(given.volume_ml)}]
    return row


def _pains(visit: Visit) -> Iterator[dict[str, Any]]:
    """Pain before and after the session, and at each check-in."""
    # Before a visit it was told when the questions were answered, not on the day that is still ahead.
    intake = getattr(visit, "intake", None)
    told_at = intake.began_at if is_planned(visit) and intake is not None else visit.starts_at
    if told_at is None or (is_planned(visit) and intake is None):
        return
    told = (
        ("before", visit.facts.reported.pain_now, told_at),
        (
            "after",
            visit.facts.observed.pain_after,
            visit.starts_at + datetime.timedelta(minutes=visit.minutes),
        ),
    )
    for when, value, at in told:
        if value is not None:
            yield _pain(visit, f"pain-{visit.pk}-{when}", int(value), at)
    for row in visit.check_ins.all():
        if row.pain is not None:
            yield _pain(visit, f"check-in-{row.pk}", row.pain, _answered(row))


def _answered(row: CheckIn) -> datetime.datetime:
    return row.answered_at or row.due_at


def _pain(visit: Visit, id_: str, value: int, at: datetime.datetime) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "code": PAIN,
        "subject": _of(visit.patient),
        "encounter": {"reference": f"Encounter/visit-{visit.pk}"},
        "effectiveDateTime": at.isoformat(),
        "valueInteger": value,
    }


def _told(visit: Visit) -> Iterator[dict[str, Any]]:
    """The questions before a visit with what was answered, in the patient's language."""
    intake = getattr(visit, "intake", None)
    answers = told_in_intake(visit, visit.patient.language)
    if intake is None or not answers:
        return
    yield {
        "resourceType": "QuestionnaireResponse",
        "id": f"intake-{intake.pk}",
        "status": "completed" if intake.handed_in_at else "in-progress",
        "subject": _of(visit.patient),
        "encounter": {"reference": f"Encounter/visit-{visit.pk}"},
        "authored": (intake.handed_in_at or intake.began_at or visit.starts_at).isoformat(),
        "item": [
            {"linkId": str(number), "text": question, "answer": [{"valueString": given}]}
            for number, (question, given) in enumerate(answers, 1)
        ],
    }


def _messages(patient: Patient) -> Iterator[dict[str, Any]]:
    """Words between the patient and the practice."""
    for word in patient.messages.filter(shared=True).select_related("by").order_by("at", "pk"):
        yield {
            "resourceType": "Communication",
            "id": f"message-{word.pk}",
            "status": "completed",
            "subject": _of(patient),
            "sent": word.at.isoformat(),
            "sender": {"display": word.by.name} if word.by else _of(patient),
            "payload": [{"contentString": word.text}],
        }


def _photos(patient: Patient) -> Iterator[dict[str, Any]]:
    """Photos of the insurance card that the patient sent."""
    for row in patient.pictures.filter(voided_at=None).order_by("pk"):
        yield _document(patient, f"photo-{row.pk}", "Insurance card", row.at, "image/jpeg", bytes(row.jpeg))


def _drawing(visit: Visit) -> Iterator[dict[str, Any]]:
    """Where it hurt, as a picture."""
    picture = figure_of(visit, visit.patient.language)
    if picture:
        intake = getattr(visit, "intake", None)
        at = (intake.began_at if intake else None) or visit.starts_at
        yield _document(
            visit.patient, f"drawing-{visit.pk}", "Pain drawing", at, "image/svg+xml", picture.encode()
        )


def _estimates(visit: Visit) -> Iterator[dict[str, Any]]:
    """Good faith estimates that were given."""
    for row in visit.estimates.all():
        if row.given_at and row.pdf:
            title = "Good faith estimate"
            yield _document(
                visit.patient, f"estimate-{row.pk}", title, row.given_at, "application/pdf", bytes(row.pdf)
            )


def _document(
    patient: Patient, id_: str, title: str, at: datetime.datetime, kind: str, data: bytes
) -> dict[str, Any]:
    attachment = {"contentType": kind, "data": base64.b64encode(data).decode(), "title": title}
    return {
        "resourceType": "DocumentReference",
        "id": id_,
        "status": "current",
        "type": {"text": title},
        "subject": _of(patient),
        "date": at.isoformat(),
        "content": [{"attachment": attachment}],
    }


def _note(visit: Visit) -> Iterator[dict[str, Any]]:
    """The signed note, unless it is withheld."""
    note: Note | None = getattr(visit, "note", None)
    if note is None or note.withheld:
        return
    yield {
        "resourceType": "DocumentReference",
        "id": f"note-{note.pk}",
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3", "display": "Progress note"}]},
        "subject": _of(visit.patient),
        "date": note.signed_at.isoformat(),
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "data": base64.b64encode(bytes(note.pdf)).decode(),
                    "title": f"Note of {visit.starts_at:%Y-%m-%d}",
                }
            }
        ],
    }
