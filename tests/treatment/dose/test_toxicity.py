"""The bedside card: lipid doses computed for this patient, as ASRA's checklist gives them."""

from decimal import Decimal

import pytest

from needlepoint.base.people import Patient
from needlepoint.treatment.dose.toxicity import toxicity_card


def card(weight, height=None, sex=None):
    return toxicity_card(
        Patient(
            weight_kg=weight and Decimal(weight),
            height_cm=height and Decimal(height),
            sex=sex,
        )
    )


# weight, height, sex -> bolus mL, infusion mL/min, at most mL in 30 min. ASRA 2020: above 70 kg fixed volumes,
# else 1.5 mL/kg and 0.25 mL/kg/min of the ideal weight; never more than 12 mL/kg.
@pytest.mark.parametrize(
    ("weight", "height", "sex", "bolus", "infusion", "most"),
    [
        ("50", None, None, "75.0", ("12.5", "12.5"), "600.0"),
        ("70", None, None, "105.0", ("17.5", "17.5"), "840.0"),
        ("71", None, None, "100", ("10.0", "16.7"), "852.0"),
        ("100", "180", "male", "100", ("10.0", "16.7"), "960.0"),
        ("60", "160", "female", "90.0", ("13.8", "13.8"), "660.0"),
        ("45", "170", "female", "67.5", ("11.3", "11.3"), "540.0"),
    ],
)
def test_the_doses_of_the_card(weight, height, sex, bolus, infusion, most):
    found = card(weight, height, sex)
    assert found.bolus_ml == Decimal(bolus)
    assert found.infusion_ml_per_min == tuple(Decimal(rate) for rate in infusion)
    assert found.most_ml_30_min == Decimal(most)
    assert found.arithmetic


def test_without_a_weight_the_steps_stand_and_no_dose_is_made_up():
    found = card(None)
    assert found.bolus_ml is None
    assert found.infusion_ml_per_min is None
    assert [step.id for step in found.steps][:2] == ["stop", "help"]
    assert found.citations


def test_a_small_body_needs_a_pump():
    assert any("pump" in line for line in card("35").arithmetic)
    assert not any("pump" in line for line in card("45").arithmetic)
