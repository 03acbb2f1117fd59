"""From an assessment to a plan: what is chosen, what is refused, and that no accepted plan exceeds a limit."""

import datetime
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.anatomy import load_atlas
from needlepoint.base.people import Allergy, Clinician, GivenDose, Medicine, Patient
from needlepoint.base.refusal import Refused
from needlepoint.exam import Found, assess
from needlepoint.treatment.load import load_drugs
from needlepoint.treatment.plan.defaults import load_defaults
from needlepoint.treatment.plan.make import PlanInput, make_plan
from needlepoint.treatment.plan.order import PlanOrder, SiteOrder
from needlepoint.treatment.plan.read_practice import read_practice
from needlepoint.treatment.precautions.check import PrecautionDecision
from needlepoint.treatment.types import CheckVerdict, PriorCare, SteroidOrder

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
PATIENT = Patient(
    age_years=40,
    sex="male",
    weight_kg=Decimal(70),
    height_cm=Decimal(175),
    pregnant=False,
    allergies=[],
    conditions=[],
    medicines=[],
    given=[],
    local=[],
)
PHYSICIAN = Clinician(profession="physician", state="TX", credentials=["advanced_needling"])
SIGNS = {"taut_band": True, "tender_spot": True, "familiar_pain": True, "referred_pain": True}


def spots(*places):
    return assess([Found(muscle=muscle, side=side, **SIGNS) for muscle, side in places])


def plan(*places, patient=PATIENT, clinician=PHYSICIAN, practice=None, **order):
    more = {key: order.pop(key) for key in ("prior_care", "pain_nprs", "earlier") if key in order}
    return make_plan(
        PlanInput(
            patient=patient,
            clinician=clinician,
            assessment=spots(*places),
            as_of=NOON,
            order=PlanOrder(**order),
            practice=None if practice is None else read_practice(practice),
            earlier=more.get("earlier", []),
            prior_care=more.get("prior_care", []),
            pain_nprs=more.get("pain_nprs"),
        )
    )


def changed(**fields):
    return msgspec.structs.replace(PATIENT, **fields)


def test_the_usual_plan_is_a_weak_anesthetic_without_steroid():
    found = plan(("soleus", "left"), ("gastrocnemius", "left"))
    assert found.verdict is CheckVerdict.MET
    assert found.chosen.technique == "wet"
    assert found.chosen.concentration_percent == load_defaults().defaults.concentration_percent
    assert found.chosen.steroid is None
    assert found.chosen.dose.total_share < Fraction(1, 20)
    assert found.toxicity.bolus_ml
    assert len(found.follow_up.ask_on) == 5


def test_an_allergy_to_the_drug_turns_to_saline_and_says_why():
    found = plan(("soleus", "left"), patient=changed(allergies=[Allergy("lidocaine")]))
    assert found.verdict is CheckVerdict.MET
    assert found.chosen.technique == "saline"
    assert found.toxicity is None
    assert "amide" in found.passed_over[0][1]


def test_who_may_not_inject_is_offered_the_dry_needle():
    acupuncturist = Clinician(profession="acupuncturist", state="NY")
    found = plan(("soleus", "left"), clinician=acupuncturist)
    assert found.chosen.technique == "dry"
    assert found.chosen.sites[0].volume_ml is None
    assert found.verdict is CheckVerdict.MET


def test_a_physical_therapist_in_new_york_is_refused_with_the_law_named():
    therapist = Clinician(profession="physical_therapist", state="NY")
    found = plan(("soleus", "left"), clinician=therapist, technique="dry")
    assert found.verdict is CheckVerdict.NOT_MET
    assert any("New York" in line or "NY" in line for line in found.because)
    assert found.chosen.scope.citations


def test_an_order_over_the_limit_is_refused_with_arithmetic_and_the_largest_safe_volume():
    found = plan(
        ("soleus", "left"), ("gastrocnemius", "left"), concentration_percent=Decimal(2), volume_ml=Decimal(10)
    )
    assert found.verdict is CheckVerdict.NOT_MET
    assert "400" in found.because[0]
    assert "7.5 mL for each site" in found.because[0]


def test_a_refused_technique_names_those_that_would_pass():
    found = plan(("soleus", "left"), technique="wet", patient=changed(allergies=[Allergy("lidocaine")]))
    assert found.verdict is CheckVerdict.NOT_MET
    assert set(found.would_pass) == {"saline", "dry"}


def test_what_is_not_known_is_asked_before_the_needle():
    found = plan(("soleus", "left"), patient=Patient())
    assert found.verdict is CheckVerdict.NOT_KNOWN
    asked = {question.key for question in found.chosen.questions if question.blocks}
    assert {"medicine", "allergy", "condition", "local", "age"} <= asked
    assert any("weigh" in line for line in found.because)


def test_only_fit_spots_are_planned_and_the_rest_is_named():
    assessment = assess(
        [
            Found(muscle="soleus", side="left", **SIGNS),
            Found(
                muscle="tibialis_anterior",
                side="left",
                tender_spot=True,
                taut_band=False,
                referred_pain=False,
            ),
        ]
    )
    found = make_plan(
        PlanInput(patient=PATIENT, clinician=PHYSICIAN, assessment=assessment, as_of=NOON, earlier=[])
    )
    assert [site.muscle_id for site in found.sites] == ["soleus"]
    assert "tibialis anterior" in found.left_out[0]


def test_a_place_that_was_not_found_fit_cannot_be_ordered():
    with pytest.raises(Refused, match="was not examined"):
        plan(("soleus", "left"), sites=[SiteOrder(muscle="soleus", side="right")])


def test_a_practice_may_loosen_what_it_injects_and_the_plan_says_so():
    tender = assess([Found(muscle="soleus", side="left", tender_spot=True)], ["tender_spot"])
    practice = read_practice(
        {"injectable": {"needs": ["tender_spot"], "by": "Dr. A", "on": "2026-01-02", "why": "our protocol"}}
    )
    found = make_plan(
        PlanInput(
            patient=PATIENT, clinician=PHYSICIAN, assessment=tender, as_of=NOON, practice=practice, earlier=[]
        )
    )
    assert "Dr. A, 2026-01-02: our protocol" in found.loosened


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"sites": []}, "an empty list"),
        ({"sites": [SiteOrder(muscle="soleous", side="left")]}, "soleus"),
        ({"sites": [SiteOrder(muscle="soleus", side="middle")]}, "left, right"),
        (
            {"sites": [SiteOrder(muscle="soleus", side="left"), SiteOrder(muscle="Soleus", side="left")]},
            "twice",
        ),
        ({"sites": [SiteOrder(muscle="soleus", side="left", point="x9")]}, "a point of soleus"),
        ({"sites": [SiteOrder(muscle="soleus", side="left", volume_ml=Decimal(50))]}, "units mixed up"),
        ({"volume_ml": Decimal("-1")}, "units mixed up"),
        ({"drug": "lidocane"}, "lidocaine"),
        ({"technique": "laser"}, "wet, saline, dry"),
        ({"concentration_percent": Decimal(10)}, "Did you mean"),
        ({"steroid": SteroidOrder(drug="kenalogg", dose_mg=Decimal(5))}, "kenalog"),
    ],
)
def test_an_order_that_cannot_be_meant_is_refused(order, said):
    with pytest.raises(Refused, match=said):
        plan(("soleus", "left"), **order)


def test_less_invasive_care_comes_first_unless_it_was_tried_or_the_pain_is_severe():
    assert plan(("soleus", "left"), prior_care=[]).wait.wait is True
    tried = [PriorCare(what="exercise", weeks=Decimal(6))]
    assert plan(("soleus", "left"), prior_care=tried).wait.wait is False
    cannot = [PriorCare(what="exercise", cannot="plaster cast")]
    assert plan(("soleus", "left"), prior_care=cannot).wait.wait is False
    assert plan(("soleus", "left"), prior_care=[], pain_nprs=Decimal(8)).wait.wait is False
    assert plan(("soleus", "left"), prior_care=None).wait.wait is None


def test_the_key_muscle_comes_before_those_it_keeps_alive():
    found = plan(("temporalis", "left"), ("sternocleidomastoid", "left"))
    assert [site.muscle_id for site in found.sites] == ["sternocleidomastoid", "temporalis"]


def test_a_blood_thinner_takes_the_fine_needle():
    usual = plan(("deltoid", "left")).sites[0].needle.gauge
    fine = plan(("deltoid", "left"), patient=changed(medicines=[Medicine("apixaban")])).sites[0].needle.gauge
    assert fine >= load_defaults().needles.fine_gauge > usual


def test_no_needle_over_the_pleura_is_long_without_ultrasound():
    most = load_defaults().needles.pleura_most_mm
    for muscle in load_atlas().muscles.values():
        site = plan((muscle.id, "left" if muscle.paired else "midline")).sites[0]
        if any(h.kind == "pleura" and h.level != "low" for h in site.hazards):
            assert site.needle.length_mm <= most or site.guidance == "required"


def test_the_name_of_a_part_means_its_own_point():
    assert plan(("trapezius", "left")).sites[0].point is None
    sites = [SiteOrder(muscle="lower trapezius", side="left")]
    assert plan(("trapezius", "left"), sites=sites).sites[0].point == "trapezius_ascending_outer"


@pytest.mark.parametrize(
    ("muscle", "point", "verdict"),
    [
        ("trapezius", "trapezius_descending_middle", CheckVerdict.MET),
        ("sternocleidomastoid", None, CheckVerdict.MET),
        ("levator_scapulae", None, CheckVerdict.MET),
        ("infraspinatus", None, CheckVerdict.MET),
        ("latissimus_dorsi", None, CheckVerdict.MET),
        ("splenius_cervicis", None, CheckVerdict.MET),
        ("quadratus_lumborum", "quadratus_lumborum_lateral_lower", CheckVerdict.MET),
        ("multifidus", "multifidus_l4_to_l5", CheckVerdict.MET),
        ("rhomboids", None, CheckVerdict.NOT_MET),
        ("pectoralis_major", "pectoralis_major_sternal_part", CheckVerdict.NOT_MET),
        ("serratus_anterior", None, CheckVerdict.NOT_MET),
        ("scalenes", None, CheckVerdict.NOT_MET),
        ("intercostals", None, CheckVerdict.NOT_MET),
        ("trapezius", "trapezius_ascending_outer", CheckVerdict.NOT_MET),
    ],
)
def test_both_sides_stop_only_on_the_chest_wall(muscle, point, verdict):
    sites = [SiteOrder(muscle=muscle, side=side, point=point) for side in ("left", "right")]
    found = plan((muscle, "left"), (muscle, "right"), sites=sites, practice={"ultrasound": True})
    assert found.verdict is verdict


def test_a_long_needle_past_the_pleura_is_refused_where_there_is_no_ultrasound():
    assert plan(("quadratus_lumborum", "left"), practice={"ultrasound": True}).verdict is CheckVerdict.MET
    assert (
        plan(("quadratus_lumborum", "left"), practice={"ultrasound": False}).verdict is CheckVerdict.NOT_MET
    )
    assert plan(("quadratus_lumborum", "left")).verdict is CheckVerdict.NOT_KNOWN


def test_every_muscle_can_be_planned_or_is_refused_in_words():
    for muscle in load_atlas().muscles.values():
        found = plan((muscle.id, "left" if muscle.paired else "midline"))
        assert found.verdict is CheckVerdict.MET or found.because
        if muscle.needling.offered == "no":
            assert found.verdict is CheckVerdict.NOT_MET


def test_a_specialist_muscle_asks_for_the_training():
    beginner = Clinician(profession="physician", state="TX")
    special = next(
        m for m in load_atlas().muscles.values() if m.needling.offered == "specialist" and m.paired
    )
    assert plan((special.id, "left"), clinician=beginner).verdict is CheckVerdict.NOT_MET


def test_a_decision_in_writing_is_shown():
    patient = changed(conditions=["hemophilia"])
    word = PrecautionDecision(
        "bleeding_disorder", "Bea Made-Up", "factor given, hematology agrees", "physician"
    )
    assert plan(("soleus", "left"), patient=patient).verdict is CheckVerdict.NOT_MET
    found = plan(("soleus", "left"), patient=patient, decided=[word])
    assert found.verdict is CheckVerdict.MET
    assert found.chosen.concerns[0].decided == "Bea Made-Up: factor given, hematology agrees"


MUSCLES = ["soleus", "gastrocnemius", "deltoid", "infraspinatus", "gluteus_medius", "masseter"]


@settings(deadline=None)  # the first plan reads every data file
@given(
    weight=st.integers(30, 200),
    age=st.integers(18, 99),
    places=st.lists(st.sampled_from(MUSCLES), min_size=1, max_size=6, unique=True),
    drug=st.sampled_from(["lidocaine", "bupivacaine", "ropivacaine", "mepivacaine", "procaine"]),
    strength=st.integers(0, 4),
    volume=st.decimals("0.1", "20", places=1),
    before=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 400)), max_size=3),
)
def test_no_accepted_plan_exceeds_a_limit(weight, age, places, drug, strength, volume, before):
    made = load_drugs()[drug].concentrations_percent
    percent = made[strength % len(made)]
    patient = changed(
        weight_kg=Decimal(weight),
        age_years=age,
        given=[GivenDose("lidocaine", Decimal(mg), NOON - datetime.timedelta(hours=h)) for h, mg in before],
    )
    found = plan(
        *[(muscle, "left") for muscle in places],
        patient=patient,
        drug=drug,
        concentration_percent=percent,
        volume_ml=volume,
        technique="wet",
    )
    spent = sum(
        (
            Fraction(share.dose_mg + share.earlier_mg) / Fraction(share.limit_mg)
            for share in found.chosen.dose.shares
        ),
        Fraction(0),
    )
    largest = min(load_atlas().muscles[muscle].needling.most_ml for muscle in places)
    assert (found.verdict is CheckVerdict.MET) == (spent <= 1 and volume <= largest)
    assert found.chosen.total_ml == volume * len(places)
    given_mg = sum(site.dose_mg for site in found.sites)
    assert given_mg == percent * 10 * volume * len(places)
    if found.chosen.draw_up:
        up = found.chosen.draw_up
        assert Fraction(up.from_vial_ml) + Fraction(up.saline_ml) == Fraction(found.chosen.total_ml)
        assert up.waste_ml >= 0
