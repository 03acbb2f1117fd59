"""US spelling of identifiers; the old names in files and databases are still read."""

import msgspec

from needlepoint.base.refusal import read_as
from needlepoint.base.spelling import decode_json, with_current_names
from needlepoint.visit.facts import Facts, Signs, State


def test_stored_signs_of_an_older_version_are_read():
    stored = b'{"taut_band": true, "recognised_pain": true}'
    assert decode_json(stored, Signs) == Signs(taut_band=True, familiar_pain=True)
    assert decode_json('{"familiar_pain": false}', Signs) == Signs(familiar_pain=False)


def test_a_visit_that_was_canceled_by_an_older_version_keeps_its_reason():
    assert decode_json('{"cancelled_because": "moved away"}', Facts).canceled_because == "moved away"
    assert decode_json('"cancelled"', State) is State.CANCELED


def test_a_raw_document_stays_as_it_was_written():
    assert bytes(decode_json('{"recognised_pain": true}', msgspec.Raw)) == b'{"recognised_pain": true}'


def test_input_with_old_names_is_read():
    assert read_as({"recognised_pain": True}, Signs) == Signs(familiar_pain=True)
    assert with_current_names([{"professions": ["nurse_anaesthetist"]}]) == [
        {"professions": ["nurse_anesthetist"]}
    ]
    assert with_current_names([[1.5, 2], [3, 4]]) == [[1.5, 2], [3, 4]]
