"""A practice accepts and tightens; it loosens nothing in silence."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.people import Patient
from needlepoint.base.refusal import Refused
from needlepoint.treatment.dose.check import check_dose
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.plan.practice import formulary, review_of
from needlepoint.treatment.plan.read_practice import read_practice, read_practice_file
from needlepoint.treatment.types import CheckVerdict, Injection

DIRECTOR = {"director": "Dr. Ada Made-Up", "accepted_on": "2026-10-01"}
NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


def test_an_accepted_row_names_who_and_when():
    practice = read_practice({**DIRECTOR, "accept": ["both_lungs"]})
    assert str(review_of("both_lungs", practice)).endswith("accepted by Dr. Ada Made-Up, 2026-10-01")
    assert "not yet accepted" in str(review_of("child", practice))
    assert "not yet accepted" in str(review_of("child", None))


def test_a_tightened_limit_refuses_earlier():
    practice = read_practice({**DIRECTOR, "tighten": [{"limit": "lidocaine_1", "value": "3"}]})
    patient = Patient(age_years=40, sex="male", weight_kg=Decimal(60), given=[])
    site = Injection(
        muscle="soleus",
        side="left",
        drug="lidocaine",
        concentration_percent=Decimal(1),
        volume_ml=Decimal(20),
    )
    assert check_dose([site], patient, NOON).verdict is CheckVerdict.MET
    over = check_dose([site], patient, NOON, formulary(practice))
    assert over.verdict is CheckVerdict.NOT_MET
    assert over.largest_safe_volume_ml == Decimal("18.0")


@given(st.decimals("0.01", "10", places=2))
def test_no_limit_can_be_loosened(value):
    limit = next(row for row in load_drugs()["lidocaine"].limits if row.id == "lidocaine_1")
    given_ = {**DIRECTOR, "tighten": [{"limit": "lidocaine_1", "value": str(value)}]}
    if value <= limit.value:
        kept = formulary(read_practice(given_))["lidocaine"].limits
        assert next(row for row in kept if row.id == "lidocaine_1").value == value
    else:
        with pytest.raises(Refused, match="never loosened"):
            read_practice(given_)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"accept": ["*"]}, "director"),
        ({**DIRECTOR, "accept": ["both_lung"]}, "both_lungs"),
        ({**DIRECTOR, "stops": ["too_son"]}, "too_soon"),
        ({"drugs": ["lidocain"]}, "lidocaine"),
        ({"injectable": {"needs": ["taut"], "by": "A", "on": "2026-01-01", "why": "x"}}, "taut_band"),
        ({**DIRECTOR, "tighten": [{"limit": "x", "value": "1"}]}, "the id of a dose limit"),
        ({"color": "red"}, "color"),
        ([], "practice"),
    ],
)
def test_a_wrong_overlay_is_refused_with_a_remedy(wrong, said):
    with pytest.raises(Refused, match=said):
        read_practice(wrong)


def test_the_overlay_is_read_from_a_file(tmp_path):
    file = tmp_path / "practice.toml"
    file.write_text('name = "Clinic"\ndrugs = ["lidocaine"]\nultrasound = true\n')
    practice = read_practice_file(file)
    assert practice.ultrasound is True
    assert list(formulary(practice)) == ["lidocaine"]
    with pytest.raises(Refused, match="no file"):
        read_practice_file(tmp_path / "none.toml")
