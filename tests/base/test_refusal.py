"""A value that cannot be read is refused with what was expected in plain words."""

import datetime
from decimal import Decimal

import msgspec
import pytest

from needlepoint.base.refusal import Refused, read_as


class Row(msgspec.Struct):
    amount: Decimal | None = None
    on: datetime.date | None = None
    at: datetime.datetime | None = None
    clock: datetime.time | None = None


@pytest.mark.parametrize("field", ["amount", "on", "at", "clock"])
def test_the_words_of_the_reader_are_not_shown(field):
    with pytest.raises(Refused) as caught:
        read_as({field: "many"}, Row)
    [fault] = caught.value.faults
    assert "such as" in fault.expected
    assert "Invalid" not in str(fault)
