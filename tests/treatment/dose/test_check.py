"""No set of injections that the program accepts exceeds a limit, for any patient; a refusal shows what is safe."""

import datetime
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.people import GivenDose, Patient
from needlepoint.base.refusal import Refused
from needlepoint.treatment.dose.check import check_dose
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.types import CheckVerdict, Injection

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
ADULT = Patient(age_years=40, sex="male", weight_kg=Decimal(70), pregnant=False, given=[])


def site(drug="lidocaine", percent="1", volume="1", **more):
    return Injection(
        muscle="trapezius",
        side="right",
        drug=drug,
        concentration_percent=Decimal(percent),
        volume_ml=Decimal(volume),
        **more,
    )


def test_at_the_label_limit_and_just_above():
    assert check_dose([site(volume="30")], ADULT, NOON).verdict is CheckVerdict.MET
    over = check_dose([site(volume="30.1")], ADULT, NOON)
    assert over.verdict is CheckVerdict.NOT_MET
    assert "300 mg" in over.shares[0].arithmetic
    assert over.largest_safe_volume_ml == Decimal("30.0")
    assert over.shares[0].citations


def test_two_drugs_add_up():
    half = [site(volume="15"), site("bupivacaine", "0.25", "28")]
    assert check_dose(half, ADULT, NOON).total_share == 1
    assert check_dose([*half, site(volume="0.1")], ADULT, NOON).verdict is CheckVerdict.NOT_MET


def test_a_dose_of_this_morning_counts_and_one_of_yesterday_does_not():
    dose = GivenDose("lidocaine", Decimal(200), NOON - datetime.timedelta(hours=3))
    given_ = msgspec.structs.replace(ADULT, given=[dose])
    assert check_dose([site(volume="10.1")], given_, NOON).verdict is CheckVerdict.NOT_MET
    older = msgspec.structs.replace(dose, at=NOON - datetime.timedelta(hours=24))
    longer = msgspec.structs.replace(ADULT, given=[older])
    assert check_dose([site(volume="10.1")], longer, NOON).verdict is CheckVerdict.MET


@pytest.mark.parametrize("field", ["weight_kg", "age_years", "given"])
def test_what_is_not_known_is_asked_for(field):
    check = check_dose([site()], msgspec.structs.replace(ADULT, **{field: None}), NOON)
    assert check.verdict is CheckVerdict.NOT_KNOWN
    assert check.ask


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (site(percent="10"), "Did you mean 10 mg/mL = 1 %"),
        (site(volume="-1"), "above 0 mL"),
        (site(volume="NaN"), "above 0 mL"),
        (site("lidocane"), "'lidocaine'"),
        (site(percent="5"), "Did you mean 0.5 %"),
        (site("bupivacaine", percent="5"), "Did you mean 0.5 %"),
        (site("mepivacaine", percent="3"), "0.5 %, 1 %, 1.5 %, 2 %"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong, said):
    with pytest.raises(Refused, match=said):
        check_dose([wrong], ADULT, NOON)


@pytest.mark.parametrize("weight", ["7", "700"])
def test_a_weight_that_cannot_be_meant_is_refused(weight):
    with pytest.raises(Refused, match="weight_kg"):
        check_dose([site()], msgspec.structs.replace(ADULT, weight_kg=Decimal(weight)), NOON)


@pytest.mark.parametrize(("weight", "verdict"), [("25", "not_known"), ("30", "met"), ("320", "met")])
def test_a_weight_that_is_meant_never_ends_in_an_error(weight, verdict):
    """Below the program's least a specialist decides: that is a question that holds the plan, not a refusal."""
    check = check_dose([site()], msgspec.structs.replace(ADULT, weight_kg=Decimal(weight)), NOON)
    assert check.verdict.value == verdict
    assert (check.ask is not None) == (verdict == "not_known")


drugs = st.sampled_from(sorted(load_drugs()))
made = [(drug.id, str(percent)) for drug in load_drugs().values() for percent in drug.concentrations_percent]
sites = st.builds(
    lambda made, **more: site(made[0], made[1], **more),
    made=st.sampled_from(made),
    volume=st.decimals("0.1", "20", places=1).map(str),
    with_epinephrine=st.booleans(),
)
patients = st.builds(
    Patient,
    age_years=st.integers(18, 100),
    weight_kg=st.decimals("30", "300", places=1),
    pregnant=st.booleans(),
    given=st.lists(
        st.builds(
            GivenDose,
            drug=drugs,
            dose_mg=st.decimals("0", "200", places=1),
            at=st.integers(0, 30).map(lambda hours: NOON - datetime.timedelta(hours=hours)),
        ),
        max_size=3,
    ),
)


def most_mg(drug, patient, epinephrine):
    """The limit computed apart, in fractions, without the modifiers (which only lower it)."""
    rows = [row for row in load_drugs()[drug].limits if row.with_epinephrine == epinephrine]
    weight = Fraction(patient.weight_kg)
    return min(Fraction(row.value) * (weight if row.unit == "mg_per_kg" else 1) for row in rows)


@given(st.lists(sites, min_size=1, max_size=8), patients)
def test_nothing_accepted_exceeds_any_limit(injections, patient):
    if check_dose(injections, patient, NOON).verdict is not CheckVerdict.MET:
        return
    total = Fraction(0)
    recent = [dose for dose in patient.given if NOON - dose.at < datetime.timedelta(hours=24)]
    for drug in load_drugs():
        mine = [s for s in injections if s.drug == drug]
        earlier = [d for d in recent if d.drug == drug]
        dose = sum(Fraction(s.concentration_percent) * 10 * Fraction(s.volume_ml) for s in mine)
        dose += sum(Fraction(d.dose_mg) for d in earlier)
        plain = any(not s.with_epinephrine for s in mine) or bool(earlier)
        total += Fraction(dose) / most_mg(drug, patient, epinephrine=not plain)
    assert total <= 1


@given(st.lists(sites, min_size=1, max_size=6), sites, patients)
def test_one_more_injection_never_makes_too_much_right(injections, more, patient):
    if check_dose(injections, patient, NOON).verdict is CheckVerdict.NOT_MET and not more.with_epinephrine:
        assert check_dose([*injections, more], patient, NOON).verdict is CheckVerdict.NOT_MET


@given(st.lists(sites, min_size=1, max_size=6), patients)
def test_the_safe_volume_is_accepted_and_a_step_more_is_not(injections, patient):
    check = check_dose(injections, patient, NOON)
    if check.verdict is CheckVerdict.MET or not check.largest_safe_volume_ml:
        return
    step = Decimal("0.1")

    def with_volume(volume):
        return [msgspec.structs.replace(s, volume_ml=volume) for s in injections]

    assert check_dose(with_volume(check.largest_safe_volume_ml), patient, NOON).verdict is CheckVerdict.MET
    assert (
        check_dose(with_volume(check.largest_safe_volume_ml + step), patient, NOON).verdict
        is CheckVerdict.NOT_MET
    )


@given(st.lists(sites, min_size=1, max_size=5), patients, st.randoms())
def test_order_does_not_matter(injections, patient, random):
    shuffled = random.sample(injections, len(injections))
    one, other = check_dose(injections, patient, NOON), check_dose(shuffled, patient, NOON)
    assert one.verdict is other.verdict
    assert float(one.total_share) == pytest.approx(float(other.total_share))


@pytest.mark.parametrize("name", ["lidocaine", "Lidocaine", "Xylocaine", "lignocaine", "lidocaína"])
def test_a_dose_given_before_counts_by_any_name(name):
    before = GivenDose(name, Decimal(300), NOON - datetime.timedelta(hours=2))
    patient = msgspec.structs.replace(ADULT, given=[before])
    assert check_dose([site(volume="1")], patient, NOON).verdict is CheckVerdict.NOT_MET


def test_a_depot_counts_for_four_days():
    def verdict(hours):
        before = GivenDose("Exparel", Decimal(266), NOON - datetime.timedelta(hours=hours))
        patient = msgspec.structs.replace(ADULT, given=[before])
        return check_dose([site(volume="1")], patient, NOON).verdict

    assert verdict(30) is CheckVerdict.NOT_MET
    assert verdict(97) is CheckVerdict.MET
