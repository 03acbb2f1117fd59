"""The column that holds a typed value."""

import msgspec
import pytest
from django.db import transaction

from needlepoint.records.models import Note, Patient
from needlepoint.records.values import NamedInsurance

pytestmark = pytest.mark.django_db


def test_a_value_that_does_not_fit_is_never_written(clinic):
    patient = Patient.objects.earliest("pk")
    with pytest.raises(msgspec.ValidationError), transaction.atomic():
        Patient.objects.filter(pk=patient.pk).update(told_insurance={"kind": 7})
    patient.told_insurance = {"kind": 7}
    with pytest.raises(msgspec.ValidationError), transaction.atomic():
        patient.save()
    assert Patient.objects.get(pk=patient.pk).told_insurance == NamedInsurance()


def test_plain_values_become_typed_ones_when_they_are_saved(clinic):
    patient = Patient.objects.earliest("pk")
    patient.needs, patient.told_insurance = ["interpreter"], {"kind": "medicare"}
    patient.save()
    assert (patient.needs, patient.told_insurance) == (("interpreter",), NamedInsurance(kind="medicare"))
    again = Patient.objects.get(pk=patient.pk)
    assert (again.needs, again.told_insurance) == (patient.needs, patient.told_insurance)


def test_a_raw_document_is_read_as_it_was_written():
    field = Note._meta.get_field("record")
    text = '{"b": 1.50, "a": ["x", null]}'
    assert bytes(field.from_db_value(text, None, None)) == text.encode()
