"""What is in the database: nothing of a secret column in clear, and always under one known key."""

from __future__ import annotations

import pytest
from django.db import connection

from needlepoint.guard.encryption import stored
from needlepoint.guard.encryption.keys import add_key, key_of, read_keys, seal_text
from needlepoint.guard.encryption.stored import (
    encrypt_stored,
    is_complete,
    keys_in_use,
    missing_keys,
    secret_columns,
)
from needlepoint.records.models import (
    Feedback,
    Intake,
    Message,
    Note,
    Patient,
    PatientListItem,
    Picture,
    Visit,
)
from needlepoint.records.values import EmergencyContact
from tests.kit.clinic import *  # noqa: F403
from tests.kit.visits import ready

WORD = "Zwetschgenknoedel"


@pytest.fixture
def keys(settings, tmp_path, db):
    """A file of keys of its own: what the made-up practice holds under another one is brought under it."""
    encrypt_stored()
    settings_before = settings.FIELD_KEYS
    settings.FIELD_KEYS = tmp_path / "field_keys"
    settings.FIELD_KEYS.write_bytes(settings_before.read_bytes())
    settings.FIELD_KEYS.chmod(0o600)
    return settings.FIELD_KEYS


def raw_rows():
    """Every stored value of every secret column, as the database holds it."""
    with connection.cursor() as cursor:
        for table in secret_columns():
            for field in table.fields:
                cursor.execute(f'SELECT {stored._read(field)} FROM "{table.table}"')
                for (value,) in cursor.fetchall():
                    yield field, value if isinstance(value, str | None) else bytes(value)


def in_clear(field, value):
    return value and key_of(value) is None and value not in ("{}", "[]", "null")


def test_nothing_of_a_filled_practice_is_in_clear(clinic, doctor, visit):
    ready(doctor, visit)
    assert [(field.sealed_as, value) for field, value in raw_rows() if in_clear(field, value)] == []


def test_words_and_numbers_of_a_patient_are_nowhere_in_the_database(clinic, doctor, patient):
    Message.objects.create(patient=patient, by=doctor, text=f"{WORD} m")
    Feedback.objects.create(practice=clinic, kind="praise", text=f"{WORD} f", contact=f"{WORD}@example.org")
    PatientListItem.objects.create(patient=patient, kind="allergy", text=f"{WORD} a", reaction=f"{WORD} r")
    Picture.objects.create(patient=patient, kind="card_front", jpeg=WORD.encode(), sha256="")
    patient.emergency = EmergencyContact(name=f"{WORD} e", phone="555")
    patient.save()
    Visit.objects.filter(patient=patient).update(reason=f"{WORD} v")
    for _, value in raw_rows():
        assert value is None or (WORD not in value if isinstance(value, str) else WORD.encode() not in value)
    assert Message.objects.latest("pk").text == f"{WORD} m"
    assert Patient.objects.get(pk=patient.pk).emergency.name == f"{WORD} e"
    assert bytes(Picture.objects.get(patient=patient).jpeg) == WORD.encode()
    assert {row.reason for row in Visit.objects.filter(patient=patient)} == {f"{WORD} v"}


def test_searching_by_an_encrypted_column_is_a_fault_of_the_program(clinic):
    with pytest.raises(TypeError, match="encrypted"):
        Message.objects.filter(text__contains="x").count()


def put_in_clear():
    """The rows as an older version left them."""
    with connection.cursor() as cursor:
        for table in secret_columns():
            for field in table.fields:
                column = f'"{field.column}"'
                cursor.execute(f'SELECT "{table.pk}", {stored._read(field)} FROM "{table.table}"')
                for pk, value in cursor.fetchall():
                    if value:
                        sets = f'UPDATE "{table.table}" SET {column} = {stored._place(field)} WHERE "{table.pk}" = %s'
                        cursor.execute(sets, [plain_of(field, value), pk])


def plain_of(field, value):
    from needlepoint.guard.encryption.fields import SecretBinaryField, SecretStructField, open_json
    from needlepoint.guard.encryption.keys import open_bytes, open_text

    if isinstance(field, SecretBinaryField):
        return open_bytes(field.sealed_as, bytes(value))
    if isinstance(field, SecretStructField):
        return open_json(field.sealed_as, value)
    return open_text(field.sealed_as, value)


def everything():
    """What the program reads, by model."""
    models = (Visit, Patient, Note, PatientListItem, Message, Intake)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_a_database_of_an_older_version_is_read_and_then_encrypted_without_a_change(clinic, keys):
    before = everything()
    put_in_clear()
    assert keys_in_use().keys() == {""}
    assert everything() == before
    assert encrypt_stored() > 20
    assert is_complete()
    assert keys_in_use().keys() == {read_keys().newest.id}
    assert everything() == before
    assert encrypt_stored() == 0


def test_a_rotation_that_breaks_off_is_taken_up_again(clinic, keys, monkeypatch):
    before, total = everything(), keys_in_use().total()
    first, second = read_keys().newest.id, add_key().id
    assert not is_complete()
    real, tables = stored._encrypt_batch, iter(range(2))

    def some(table, numbers):
        if next(tables, None) is None:
            raise KeyboardInterrupt
        return real(table, numbers)

    monkeypatch.setattr(stored, "_encrypt_batch", some)
    with pytest.raises(KeyboardInterrupt):
        encrypt_stored()
    half = keys_in_use()
    assert half[first]
    assert half[second]
    assert everything() == before
    monkeypatch.undo()
    assert encrypt_stored() == half[first]
    assert keys_in_use() == {second: total}
    assert everything() == before


def test_a_lost_key_is_found_before_anything_is_written(clinic, keys):
    assert missing_keys() == []
    keys.unlink()
    seal_text("A.b", "makes a new file")
    assert "not in the file of keys" in missing_keys()[0]
