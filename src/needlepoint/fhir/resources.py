"""The FHIR R4 resources of a patient's download, as far as they are known. Unknown values are left out."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

__all__ = [
    "R4",
    "AllergyIntolerance",
    "Annotation",
    "AnyResource",
    "Bundle",
    "BundleEntry",
    "CodeableConcept",
    "Communication",
    "ContactPoint",
    "Content",
    "DocumentReference",
    "Encounter",
    "FhirAddress",
    "FhirAnswer",
    "FhirAttachment",
    "FhirCoding",
    "FhirCondition",
    "FhirItem",
    "FhirObservation",
    "FhirPatient",
    "FhirPlace",
    "FhirProcedure",
    "HumanName",
    "Language",
    "MedicationStatement",
    "Participant",
    "Payload",
    "Performer",
    "Period",
    "QuestionnaireResponse",
    "Reaction",
    "Reference",
    "Resource",
]


class R4(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What every part of a resource has in common: FHIR's field names; unknown values are omitted."""


class Resource(R4, frozen=True, kw_only=True, tag_field="resourceType"):
    """A resource with its id."""

    id: str


class FhirCoding(R4, frozen=True, kw_only=True):
    """A code of a code system."""

    system: str | None = None
    code: str
    display: str | None = None


class CodeableConcept(R4, frozen=True, kw_only=True):
    """CodeableConcept: codes, or text."""

    coding: tuple[FhirCoding, ...] = ()
    text: str | None = None


class Reference(R4, frozen=True, kw_only=True):
    """Another resource, or its name only."""

    reference: str | None = None
    display: str | None = None


class Period(R4, frozen=True, kw_only=True):
    """A period of time."""

    start: str
    end: str


class Annotation(R4, frozen=True, kw_only=True):
    """A text about a resource."""

    text: str


class FhirAttachment(R4, frozen=True, kw_only=True):
    """A file, as Base64."""

    content_type: str
    data: str
    title: str


class HumanName(R4, frozen=True, kw_only=True):
    """HumanName."""

    family: str
    given: tuple[str, ...]


class ContactPoint(R4, frozen=True, kw_only=True):
    """ContactPoint."""

    system: str
    value: str


class FhirAddress(R4, frozen=True, kw_only=True):
    """A street address as far as it is known."""

    line: tuple[str, ...] = ()
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None


class Language(R4, frozen=True, kw_only=True):
    """A language for communication with the patient."""

    language: CodeableConcept


class FhirPatient(Resource, frozen=True, kw_only=True, tag="Patient"):
    """The patient."""

    name: tuple[HumanName, ...]
    birth_date: str
    communication: tuple[Language, ...]
    telecom: tuple[ContactPoint, ...] = ()
    gender: str | None = None
    address: tuple[FhirAddress, ...] = ()


class Reaction(R4, frozen=True, kw_only=True):
    """The manifestation of an allergy."""

    manifestation: tuple[CodeableConcept, ...]


class AllergyIntolerance(Resource, frozen=True, kw_only=True, tag="AllergyIntolerance"):
    """AllergyIntolerance."""

    clinical_status: CodeableConcept
    code: CodeableConcept
    patient: Reference
    reaction: tuple[Reaction, ...] = ()


class FhirCondition(Resource, frozen=True, kw_only=True, tag="Condition"):
    """A condition of the patient."""

    clinical_status: CodeableConcept
    code: CodeableConcept
    subject: Reference


class MedicationStatement(Resource, frozen=True, kw_only=True, tag="MedicationStatement"):
    """MedicationStatement."""

    status: str
    medication_codeable_concept: CodeableConcept
    subject: Reference


class Participant(R4, frozen=True, kw_only=True):
    """Who took part in a visit."""

    individual: Reference


class FhirPlace(R4, frozen=True, kw_only=True):
    """The location of a visit."""

    location: Reference


class Encounter(Resource, frozen=True, kw_only=True, tag="Encounter"):
    """A visit."""

    status: str
    class_: FhirCoding = msgspec.field(name="class")
    subject: Reference
    participant: tuple[Participant, ...]
    period: Period
    location: tuple[FhirPlace, ...]


class Performer(R4, frozen=True, kw_only=True):
    """Who performed it."""

    actor: Reference


class FhirProcedure(Resource, frozen=True, kw_only=True, tag="Procedure"):
    """One muscle that was treated."""

    status: str
    code: CodeableConcept
    subject: Reference
    encounter: Reference
    performed_date_time: str
    performer: tuple[Performer, ...]
    body_site: tuple[CodeableConcept, ...]
    note: tuple[Annotation, ...] = ()


class FhirObservation(Resource, frozen=True, kw_only=True, tag="Observation"):
    """One value at one time: pain from 0 to 10, or a result of the examination in words."""

    status: str
    code: CodeableConcept
    subject: Reference
    encounter: Reference
    effective_date_time: str
    value_integer: int | None = None
    value_string: str | None = None
    body_site: CodeableConcept | None = None


class FhirAnswer(R4, frozen=True, kw_only=True):
    """A text answer."""

    value_string: str


class FhirItem(R4, frozen=True, kw_only=True):
    """A question with its answers."""

    link_id: str
    text: str
    answer: tuple[FhirAnswer, ...]


class QuestionnaireResponse(Resource, frozen=True, kw_only=True, tag="QuestionnaireResponse"):
    """The intake questions of a visit."""

    status: str
    subject: Reference
    encounter: Reference
    authored: str
    item: tuple[FhirItem, ...]


class Payload(R4, frozen=True, kw_only=True):
    """The text of a message."""

    content_string: str


class Communication(Resource, frozen=True, kw_only=True, tag="Communication"):
    """A message between the patient and the practice."""

    status: str
    subject: Reference
    sent: str
    sender: Reference
    payload: tuple[Payload, ...]


class Content(R4, frozen=True, kw_only=True):
    """The file of a document."""

    attachment: FhirAttachment


class DocumentReference(Resource, frozen=True, kw_only=True, tag="DocumentReference"):
    """DocumentReference: a document with its file."""

    status: str
    type: CodeableConcept
    subject: Reference
    date: str
    content: tuple[Content, ...]


AnyResource: TypeAlias = (
    FhirPatient
    | AllergyIntolerance
    | FhirCondition
    | MedicationStatement
    | Encounter
    | FhirProcedure
    | FhirObservation
    | QuestionnaireResponse
    | Communication
    | DocumentReference
)


class BundleEntry(R4, frozen=True, kw_only=True):
    """One resource of a bundle, with its full URL."""

    full_url: str
    resource: AnyResource


class Bundle(R4, frozen=True, kw_only=True, tag_field="resourceType", tag="Bundle"):
    """A collection of resources."""

    type: str
    timestamp: str
    entry: tuple[BundleEntry, ...]
