"""One patient's whole record as one FHIR R4 Bundle (type `collection`), for download.

Codes: LOINC 72514-3 is pain severity from 0 to 10; procedures carry the CPT code without its descriptor. Unknown values
are left out, never made up.
"""

from __future__ import annotations

import base64
import datetime
from collections.abc import Iterator

from needlepoint.base.wording import ml
from needlepoint.documents.notes.write import place
from needlepoint.fhir import resources as r4
from needlepoint.fhir.examination import examined
from needlepoint.records.models import Note, Patient, PatientListItem, Site, Visit
from needlepoint.records.notes.integrity import check_notes
from needlepoint.records.patients.export import figure_of, is_planned, told_in_intake
from needlepoint.records.values import PostalAddress
from needlepoint.visit.facts import Given

__all__ = ["bundle_of"]

PAIN = r4.CodeableConcept(
    coding=(r4.FhirCoding(system="http://loinc.org", code="72514-3", display="Pain severity"),)
)
NOTE = r4.CodeableConcept(
    coding=(r4.FhirCoding(system="http://loinc.org", code="11506-3", display="Progress note"),)
)
LETTER = r4.CodeableConcept(
    coding=(r4.FhirCoding(system="http://loinc.org", code="11488-4", display="Consult note"),)
)
CLINICAL = "http://terminology.hl7.org/CodeSystem"
STATUS = {"done": "finished", "canceled": "cancelled", "booked": "planned", "arrived": "arrived"}


def bundle_of(patient: Patient, made_at: datetime.datetime) -> r4.Bundle:
    """Return the bundle of a patient, in a constant number of queries. Refused with a note that was changed."""
    visits = list(
        Visit.objects.filter(patient=patient)
        .select_related("clinician", "location", "note", "intake")
        .prefetch_related("sites", "follow_up_surveys", "estimates", "note__letters")
        .order_by("starts_at", "pk")
    )
    check_notes(patient, [visit.note for visit in visits if hasattr(visit, "note")])
    found = [_patient(patient), *(_listed(patient)), *_messages(patient), *_photos(patient)]
    for visit in visits:
        found += [
            _encounter(visit),
            *_procedures(visit),
            *_pains(visit),
            *examined(visit),
            *_told(visit),
            *_note(visit),
        ]
        found += [*_letters(visit), *_drawing(visit), *_estimates(visit)]
    return r4.Bundle(
        type="collection",
        timestamp=made_at.isoformat(timespec="seconds"),
        entry=tuple(r4.BundleEntry(full_url=_url(row), resource=row) for row in found),
    )


def _url(row: r4.AnyResource) -> str:
    return f"https://needlepoint.invalid/{row.__struct_config__.tag}/{row.id}"


def _of(patient: Patient) -> r4.Reference:
    return r4.Reference(reference=f"Patient/{patient.pk}")


def _at(visit: Visit) -> r4.Reference:
    return r4.Reference(reference=f"Encounter/visit-{visit.pk}")


def _patient(patient: Patient) -> r4.AnyResource:
    reached = (("phone", patient.phone), ("email", patient.email))
    language = r4.FhirCoding(system="urn:ietf:bcp:47", code=patient.language)
    gender = patient.sex if patient.sex in ("female", "male") else "other"
    return r4.FhirPatient(
        id=str(patient.pk),
        name=(r4.HumanName(family=patient.family, given=(patient.given,)),),
        birth_date=patient.birth_date.isoformat(),
        communication=(r4.Language(language=r4.CodeableConcept(coding=(language,))),),
        telecom=tuple(r4.ContactPoint(system=system, value=value) for system, value in reached if value),
        gender=gender if patient.sex else None,
        address=(_address(patient.address),) if patient.address else (),
    )


def _address(known: PostalAddress) -> r4.FhirAddress:
    return r4.FhirAddress(
        line=(known.line1,) if known.line1 else (),
        city=known.city or None,
        state=known.state or None,
        postal_code=known.zip or None,
    )


def _listed(patient: Patient) -> Iterator[r4.AnyResource]:
    """Return the current allergies, conditions and medicines."""
    for line in patient.list_items.filter(voided_at=None).order_by("pk"):
        yield _line(patient, line)


def _line(patient: Patient, line: PatientListItem) -> r4.AnyResource:
    named = r4.CodeableConcept(text=line.text)
    match line.kind:
        case PatientListItem.Kind.ALLERGY:
            signs = r4.Reaction(manifestation=(r4.CodeableConcept(text=line.reaction),))
            return r4.AllergyIntolerance(
                id=f"allergy-{line.pk}",
                clinical_status=_active("allergyintolerance-clinical"),
                code=named,
                patient=_of(patient),
                reaction=(signs,) if line.reaction else (),
            )
        case PatientListItem.Kind.CONDITION:
            status, id_ = _active("condition-clinical"), f"condition-{line.pk}"
            return r4.FhirCondition(id=id_, clinical_status=status, code=named, subject=_of(patient))
        case _:
            return r4.MedicationStatement(
                id=f"medicine-{line.pk}",
                status="active",
                medication_codeable_concept=named,
                subject=_of(patient),
            )


def _active(system: str) -> r4.CodeableConcept:
    return r4.CodeableConcept(coding=(r4.FhirCoding(system=f"{CLINICAL}/{system}", code="active"),))


def _encounter(visit: Visit) -> r4.AnyResource:
    ends = visit.starts_at + datetime.timedelta(minutes=visit.minutes)
    clinician = r4.Reference(display=visit.clinician.name)
    return r4.Encounter(
        id=f"visit-{visit.pk}",
        status=STATUS.get(visit.state, "in-progress"),
        class_=r4.FhirCoding(system=f"{CLINICAL}/v3-ActCode", code="AMB"),
        subject=_of(visit.patient),
        participant=(r4.Participant(individual=clinician),),
        period=r4.Period(start=visit.starts_at.isoformat(), end=ends.isoformat()),
        location=(r4.FhirPlace(location=r4.Reference(display=visit.location.name)),),
    )


def _procedures(visit: Visit) -> Iterator[r4.AnyResource]:
    """Return one procedure for each treated muscle."""
    for site in visit.sites.all():
        if site.given is not None:
            yield _procedure(visit, site, site.given)


def _procedure(visit: Visit, site: Site, given: Given) -> r4.AnyResource:
    words = {"dry": "Dry needling", "saline": "Injection of saline into a trigger point"}
    volume = r4.Annotation(text=ml(given.volume_ml)) if given.volume_ml is not None else None
    return r4.FhirProcedure(
        id=f"site-{site.pk}",
        status="completed",
        code=r4.CodeableConcept(text=words.get(given.technique, "Trigger point injection")),
        subject=_of(visit.patient),
        encounter=_at(visit),
        performed_date_time=given.at.isoformat(),
        performer=(r4.Performer(actor=r4.Reference(display=visit.clinician.name)),),
        body_site=(r4.CodeableConcept(text=place(site.muscle, site.side, "en")),),
        note=(volume,) if volume else (),
    )


def _pains(visit: Visit) -> Iterator[r4.AnyResource]:
    """Return pain before and after the session, and from each follow-up survey."""
    # Before a visit, pain is dated by the answer, not by the day of the visit.
    intake = getattr(visit, "intake", None)
    told_at = intake.began_at if is_planned(visit) and intake is not None else visit.starts_at
    if told_at is None or (is_planned(visit) and intake is None):
        return
    ends = visit.starts_at + datetime.timedelta(minutes=visit.minutes)
    facts = visit.facts
    told = (("before", facts.reported.pain_now, told_at), ("after", facts.observed.pain_after, ends))
    for when, value, at in told:
        if value is not None:
            yield _pain(visit, f"pain-{visit.pk}-{when}", int(value), at)
    for row in visit.follow_up_surveys.all():
        if row.pain is not None:
            yield _pain(visit, f"check-in-{row.pk}", row.pain, row.answered_at or row.due_at)


def _pain(visit: Visit, id_: str, value: int, at: datetime.datetime) -> r4.AnyResource:
    return r4.FhirObservation(
        id=id_,
        status="final",
        code=PAIN,
        subject=_of(visit.patient),
        encounter=_at(visit),
        effective_date_time=at.isoformat(),
        value_integer=value,
    )


def _told(visit: Visit) -> Iterator[r4.AnyResource]:
    """Return the intake questions with their answers, in the patient's language."""
    intake = getattr(visit, "intake", None)
    answers = told_in_intake(visit, visit.patient.language)
    if intake is None or not answers:
        return
    yield r4.QuestionnaireResponse(
        id=f"intake-{intake.pk}",
        status="completed" if intake.handed_in_at else "in-progress",
        subject=_of(visit.patient),
        encounter=_at(visit),
        authored=(intake.handed_in_at or intake.began_at or visit.starts_at).isoformat(),
        item=tuple(
            r4.FhirItem(link_id=str(number), text=question, answer=(r4.FhirAnswer(value_string=given),))
            for number, (question, given) in enumerate(answers, 1)
        ),
    )


def _messages(patient: Patient) -> Iterator[r4.AnyResource]:
    """Return messages between the patient and the practice."""
    for word in patient.messages.filter(shared=True).select_related("by").order_by("at", "pk"):
        yield r4.Communication(
            id=f"message-{word.pk}",
            status="completed",
            subject=_of(patient),
            sent=word.at.isoformat(),
            sender=r4.Reference(display=word.by.name) if word.by else _of(patient),
            payload=(r4.Payload(content_string=word.text),),
        )


def _photos(patient: Patient) -> Iterator[r4.AnyResource]:
    """Photos of the insurance card that the patient sent."""
    card = r4.CodeableConcept(text="Insurance card")
    for row in patient.pictures.filter(voided_at=None).order_by("pk"):
        file = _file("Insurance card", "image/jpeg", bytes(row.jpeg))
        yield _document(patient, f"photo-{row.pk}", card, row.at, file)


def _drawing(visit: Visit) -> Iterator[r4.AnyResource]:
    """Return the drawing of where it hurt."""
    picture = figure_of(visit, visit.patient.language)
    if picture:
        intake = getattr(visit, "intake", None)
        at = (intake.began_at if intake else None) or visit.starts_at
        file = _file("Pain drawing", "image/svg+xml", picture.encode())
        yield _document(
            visit.patient, f"drawing-{visit.pk}", r4.CodeableConcept(text="Pain drawing"), at, file
        )


def _estimates(visit: Visit) -> Iterator[r4.AnyResource]:
    """Good faith estimates that were given."""
    title = "Good faith estimate"
    for row in visit.estimates.all():
        if row.given_at and row.pdf:
            file = _file(title, "application/pdf", bytes(row.pdf))
            kind = r4.CodeableConcept(text=title)
            yield _document(visit.patient, f"estimate-{row.pk}", kind, row.given_at, file)


def _note(visit: Visit) -> Iterator[r4.AnyResource]:
    """The signed note, unless it is withheld."""
    note: Note | None = getattr(visit, "note", None)
    if note is None or note.withheld:
        return
    file = _file(f"Note of {visit.starts_at:%Y-%m-%d}", "application/pdf", bytes(note.pdf))
    yield _document(visit.patient, f"note-{note.pk}", NOTE, note.signed_at, file)


def _letters(visit: Visit) -> Iterator[r4.AnyResource]:
    """Return the letters to the referring doctor, unless the note is withheld."""
    note: Note | None = getattr(visit, "note", None)
    if note is None or note.withheld:
        return
    for row in note.letters.all():
        file = _file("Letter to the referring doctor", "application/pdf", bytes(row.pdf))
        yield _document(visit.patient, f"letter-{row.pk}", LETTER, row.at, file)


def _file(title: str, kind: str, data: bytes) -> r4.FhirAttachment:
    return r4.FhirAttachment(content_type=kind, data=base64.b64encode(data).decode(), title=title)


def _document(
    patient: Patient, id_: str, kind: r4.CodeableConcept, at: datetime.datetime, file: r4.FhirAttachment
) -> r4.AnyResource:
    return r4.DocumentReference(
        id=id_,
        status="current",
        type=kind,
        subject=_of(patient),
        date=at.isoformat(),
        content=(r4.Content(attachment=file),),
    )
