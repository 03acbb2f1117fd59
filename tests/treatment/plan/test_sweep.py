"""Every point, technique and body size: invariants of every planned site."""

import datetime
from decimal import Decimal

import msgspec
import pytest

from needlepoint.anatomy import load_atlas
from needlepoint.base.people import Clinician, Patient
from needlepoint.exam import Found, assess
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.treatment.plan.make import PlanInput, make_plan
from needlepoint.treatment.plan.order import PlanOrder, SiteOrder
from needlepoint.treatment.plan.read_practice import read_practice
from needlepoint.treatment.types import CheckVerdict

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
WELL = Patient(
    age_years=45,
    sex="female",
    weight_kg=Decimal(70),
    height_cm=Decimal(168),
    pregnant=False,
    allergies=[],
    conditions=[],
    medicines=[],
    given=[],
    local=[],
)
SIGNS = {"taut_band": True, "tender_spot": True, "familiar_pain": True, "referred_pain": True}
POINTS = [(muscle, point) for muscle in load_atlas().muscles.values() for point in muscle.points]
BODIES = {16: Decimal(45), 25: Decimal(70), 33: Decimal(93), 45: Decimal(127)}


def plan_of(muscle, point, patient=WELL, ultrasound=True, **order):
    side = "left" if muscle.paired else "midline"
    return make_plan(
        PlanInput(
            patient=patient,
            clinician=Clinician(profession="physician", state="CA", credentials=["advanced_needling"]),
            assessment=assess([Found(muscle=muscle.id, side=side, point=point.id, **SIGNS)]),
            as_of=NOON,
            order=PlanOrder(sites=[SiteOrder(muscle=muscle.id, side=side, point=point.id)], **order),
            practice=read_practice({"ultrasound": ultrasound}),
            earlier=[],
        )
    )


@pytest.mark.parametrize("technique", ["wet", "saline", "dry"])
@pytest.mark.parametrize("bmi", BODIES)
def test_the_needle_is_longer_than_the_depth_and_short_over_the_pleura(bmi, technique):
    rule = load_defaults().needles
    patient = msgspec.structs.replace(WELL, weight_kg=BODIES[bmi])
    for muscle, point in POINTS:
        site = plan_of(muscle, point, patient, technique=technique).sites[0]
        assert site.needle.length_mm >= site.depth_mm[1] + rule.spare_mm, point.id
        assert 0 < site.depth_mm[0] <= site.depth_mm[1], point.id
        assert site.hazards, point.id
        assert site.approach
        assert site.landmark
        near = any(row.kind == "pleura" and row.level != "low" for row in site.hazards)
        assert not near or site.guidance == "required" or site.needle.length_mm <= rule.pleura_most_mm, (
            point.id
        )


def test_depth_follows_the_body():
    def depth(bmi, name):
        muscle = load_atlas().muscles[name]
        patient = msgspec.structs.replace(WELL, weight_kg=BODIES[bmi])
        return plan_of(muscle, muscle.usual_point, patient).sites[0].depth_mm[1]

    assert depth(16, "gluteus_medius") < depth(25, "gluteus_medius") < depth(33, "gluteus_medius")
    assert depth(33, "gluteus_medius") < depth(45, "gluteus_medius")
    assert depth(45, "rhomboids") == depth(25, "rhomboids")  # near the pleura never deeper unmeasured
    assert depth(16, "rhomboids") < depth(25, "rhomboids")


def test_a_point_whose_safe_needle_cannot_be_stated_is_not_offered():
    for muscle, point in POINTS:
        if muscle.needling_at(point).offered == "no":
            assert plan_of(muscle, point).verdict is CheckVerdict.NOT_MET
        if muscle.needling_at(point).guidance == "required":
            assert plan_of(muscle, point, ultrasound=False).verdict is CheckVerdict.NOT_MET, point.id


@pytest.mark.parametrize(
    "medicine", ["Eliquis", "warfarin", "Lovenox", "blood thinner", "Xarelto and aspirin"]
)
def test_a_blood_thinner_never_passes_where_bleeding_cannot_be_pressed(medicine):
    from needlepoint.base.people import Medicine

    row = Medicine(medicine, inr=Decimal("2.5"), inr_on=NOON.date())
    patient = msgspec.structs.replace(WELL, medicines=[row])
    for muscle, point in POINTS:
        found = plan_of(muscle, point, patient)
        assert found.statements, point.id
        if not found.sites[0].compressible:
            assert found.verdict is not CheckVerdict.MET, point.id
        assert any(
            "bleed" in row.en.lower() or "anticoag" in row.en.lower() or "warfarin" in row.en.lower()
            for row in found.statements
        ), point.id
