"""Sealed values open with their key and for their column only."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.guard.encryption import keys as module
from needlepoint.guard.encryption.keys import (
    FieldKeyError,
    add_key,
    key_of,
    open_bytes,
    open_text,
    read_keys,
    remove_keys,
    seal_bytes,
    seal_text,
)

WORDS = st.text(st.characters(codec="utf-8"))


@pytest.fixture
def keys(settings, tmp_path):
    settings.FIELD_KEYS = tmp_path / "keys" / "field_keys"
    return settings.FIELD_KEYS


@given(WORDS, st.binary())
def test_what_was_sealed_opens_again_and_does_not_show(text, data):
    assert open_text("A.b", seal_text("A.b", text)) == text
    assert open_bytes("A.b", seal_bytes("A.b", data)) == data
    assert len(text) < 5 or text not in seal_text("A.b", text)


@given(WORDS, st.binary())
def test_what_was_never_sealed_is_read_as_it_is(text, data):
    assert open_text("A.b", text) == text
    assert open_bytes("A.b", data) == data


def test_the_same_value_is_never_sealed_the_same_way():
    assert len({seal_text("A.b", "same") for _ in range(1000)}) == 1000


def test_a_value_in_another_column_or_changed_does_not_open(keys):
    sealed = seal_text("Message.text", "words")
    with pytest.raises(FieldKeyError):
        open_text("Feedback.text", sealed)
    for at in range(len("np1:12345678:"), len(sealed)):
        changed = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        with pytest.raises(FieldKeyError):
            open_text("Message.text", changed)
    document = bytearray(seal_bytes("Note.pdf", b"%PDF-1.7 text"))
    document[-1] ^= 1
    with pytest.raises(FieldKeyError):
        open_bytes("Note.pdf", bytes(document))


def test_an_older_key_opens_until_it_is_removed_and_the_newest_cannot_be(keys, monkeypatch):
    first = seal_text("A.b", "old")
    added = add_key()
    second = seal_text("A.b", "new")
    assert key_of(second) == added.id != key_of(first)
    assert open_text("A.b", first) == "old"
    remove_keys([str(key_of(first)), added.id])
    assert [row.id for row in read_keys().keys] == [added.id]
    monkeypatch.setattr(module, "_ring", module._Ring())  # as a server that starts now
    with pytest.raises(FieldKeyError):
        open_text("A.b", first)
    assert open_text("A.b", second) == "new"


def test_the_file_is_private_and_a_lost_one_is_not_replaced_when_reading(keys):
    sealed = seal_text("A.b", "x")
    assert keys.stat().st_mode & 0o077 == 0
    keys.unlink()
    keys.parent.joinpath("other").touch()
    with pytest.raises(FieldKeyError):
        open_text("A.b", sealed.replace(str(key_of(sealed)), "00000000"))
    assert not keys.exists()


@pytest.mark.parametrize(
    "text", ["", "{}", '{"keys": []}', "not json", '{"keys": [{"id": "1", "key": "eA=="}]}']
)
def test_a_file_that_holds_something_else_is_refused(keys, text):
    keys.parent.mkdir()
    keys.write_text(text)
    with pytest.raises(Refused):
        seal_text("A.b", "x")


def test_two_that_begin_at_once_share_one_file(keys):
    sealed = []
    threads = [threading.Thread(target=lambda: sealed.append(seal_text("A.b", "x"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {open_text("A.b", value) for value in sealed} == {"x"}
    assert len({key_of(value) for value in sealed}) == 1
    assert [path.name for path in keys.parent.iterdir()] == ["field_keys"]
