"""The neurological examination moves roots and cord, answers the questions that it answers, and is asked for."""

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.reasoning.neurological import SCALES, load_neurological
from needlepoint.reasoning.reason import reason

SAID = "tingling of my thumb and index finger, pain down the right arm, worse when I look up"


def case(*found, regions=None, text=SAID, answers=None):
    rows = [{"test": test, "side": side, "value": value} for test, side, value in found]
    return {
        "pain_text": text,
        "regions": regions or known_arm(),
        "neurological": rows,
        "answers": answers or {},
    }


def known_arm():
    from needlepoint.anatomy.geometry import region_ids

    wanted = ("neck_side", "upper_arm_lateral", "forearm_radial", "thumb")
    return [region for region in region_ids() if region.startswith("right_") and region[6:] in wanted]


def chance(reasoned, cause):
    return reasoned.differential.chances[cause]


C6 = [("strength_c6", "right", 3), ("sensation_c6", "right", 1), ("reflex_brachioradialis", "right", 0),
      ("reflex_brachioradialis", "left", 2), ("spurling", "right", 1)]  # fmt: skip


def test_a_root_pattern_asks_for_the_examination_until_it_is_done():
    asked = {row.group: row for row in reason(case()).examine}
    assert {"strength_c6", "sensation_c6", "spurling"} <= set(asked["arm"].tests)
    test = load_neurological().tests
    done = [(id_, side, SCALES[test[id_].kind][1]) for id_ in asked["arm"].tests for side in test[id_].sides]
    assert "arm" not in {row.group for row in reason(case(*done)).examine}


def test_an_ordinary_neck_asks_for_no_examination():
    assert not reason({"pain_text": "stiff neck since this morning", "language": "en"}).examine


def test_findings_of_a_root_raise_it_and_a_normal_examination_lowers_it():
    before = chance(reason(case()), "cervical_root_c6")
    assert chance(reason(case(*C6)), "cervical_root_c6") > before
    normal = [
        ("strength_c6", "right", 5),
        ("sensation_c6", "right", 2),
        ("reflex_brachioradialis", "right", 2),
    ]
    assert chance(reason(case(*normal)), "cervical_root_c6") < before


def test_the_reasons_name_the_tests():
    found = {row.id: row for row in reason(case(*C6)).differential.other_causes}
    assert "wrist extension (C6): abnormal" in found["cervical_root_c6"].for_


def test_a_finding_of_the_side_that_does_not_hurt_says_nothing():
    other = [(test, "left", value) for test, side, value in C6 if side == "right"]
    assert chance(reason(case(*other)), "cervical_root_c6") == pytest.approx(
        chance(reason(case()), "cervical_root_c6")
    )


def test_a_reflex_that_is_absent_on_both_sides_speaks_for_no_root():
    both = [("reflex_brachioradialis", side, 0) for side in ("left", "right")]
    assert chance(reason(case(*both)), "cervical_root_c6") < chance(reason(case()), "cervical_root_c6")


def test_a_sign_of_the_cord_warns_and_brisk_reflexes_raise_the_cord():
    found = reason(case(("hoffmann", "left", 1), ("reflex_knee", "left", 4)))
    assert any("Hoffmann" in " ".join(flag.because) for flag in found.red_flags)
    assert chance(found, "cervical_myelopathy") > chance(reason(case()), "cervical_myelopathy")


CORD = [(test, side, 0) for test in ("hoffmann", "babinski", "grip_release") for side in ("left", "right")] + [
    ("gait", "midline", 0), ("lhermitte", "midline", 0)]  # fmt: skip
LEGS = [(f"strength_{level}", side, 5) for level in ("l3", "l5", "s1") for side in ("left", "right")]


def test_a_normal_examination_of_the_cord_answers_the_question_about_it():
    from needlepoint.reasoning.neurological import read_findings
    from needlepoint.reasoning.types import NeuroFinding

    rows = [NeuroFinding(test=test, side=side, value=value) for test, side, value in (*CORD, *LEGS)]
    asks = {"cord_signs", "hand_clumsy", "unsteady_gait", "lhermitte", "both_legs_weak"}
    assert asks <= read_findings(rows, (), "x").denied
    assert "cord" not in {row.id for row in reason(case(*CORD, *LEGS)).ask}


def test_numb_saddle_found_at_the_bedside_is_an_emergency():
    found = reason({"pain_text": "low back pain", "neurological": [
        {"test": "sensation_saddle", "side": "left", "value": 0}]})  # fmt: skip
    assert "cauda_equina" in {flag.id for flag in found.red_flags}


@pytest.mark.parametrize(
    "row",
    [
        {"test": "strength_c9", "side": "left", "value": 5},
        {"test": "strength_c6", "side": "midline", "value": 5},
        {"test": "strength_c6", "side": "left", "value": 6},
        {"test": "gait", "side": "left", "value": 1},
    ],
)
def test_a_finding_that_cannot_be_is_refused(row):
    with pytest.raises(Refused):
        reason({"pain_text": SAID, "neurological": [row]})
