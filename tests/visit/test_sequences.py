"""Any sequence of acts: milligrams agree everywhere, nothing that was given disappears, undo of all gives the start."""

import datetime
from collections import Counter
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from needlepoint.base.people import GivenDose, LocalState
from needlepoint.base.refusal import Refused
from needlepoint.treatment.dose.check import check_dose
from needlepoint.treatment.types import PriorCare, SteroidOrder
from needlepoint.visit import Spot, State, apply, derive
from needlepoint.visit import commands as act
from needlepoint.visit.facts import OPEN, SIGNS
from needlepoint.visit.history import difference, put_back
from tests.visit.kit import (
    ACTIVE,
    CALF,
    DESK,
    DOCTOR,
    LEFT,
    PATIENT,
    RIGHT,
    booked,
    context,
    patient_of,
    plan_of,
    vial,
)

SPOTS = st.sampled_from([LEFT, RIGHT, CALF])
ML = st.sampled_from([Decimal(text) for text in ("0.1", "0.5", "1", "2", "5", "20")])
DRUGS = {
    "lidocaine": ("0.5", "1", "2"),
    "ropivacaine": ("0.2", "0.5"),
    "bupivacaine": ("0.25",),
    "procaine": ("1",),
}
STEROID = SteroidOrder(drug="triamcinolone", dose_mg=Decimal(20), indication="scar")
SETTLED = (act.Sign, act.Cancel, act.NoShow, act.Reinstate, act.Reschedule, act.RecordOutcome)


def given_now(visit):
    """Every record of a needle that stands, and every one that was withdrawn."""
    standing = Counter((site.spot, repr(plain(site.given))) for site in visit.treated)
    taken = Counter((site.spot, repr(plain(one.given))) for site in visit.sites for one in site.withdrawn)
    return standing + taken


def plain(given):
    """The dose of a record without what was seen afterward."""
    return (
        given.technique,
        given.drug,
        given.concentration_percent,
        given.volume_ml,
        given.steroid,
        given.steroid_mg,
    )


class VisitMachine(RuleBasedStateMachine):
    """One visit; every rule is one act by somebody, which the visit takes or refuses."""

    def __init__(self):
        super().__init__()
        self.visit = self.first = booked()
        self.past = []  # parts of every act that can still be taken back
        self.minutes = 0

    @initialize(ready=st.booleans())
    def begin(self, ready):
        """In the room with two sites that qualify, or nothing at all."""
        if ready:
            self.attempt(act.AssignRoom(room="1"), DESK)
            self.make_ready(LEFT, CALF)

    def attempt(self, command, actor=DOCTOR):
        """Do it, or see that a refusal changes nothing; keep what it changed."""
        before = self.visit
        self.minutes += 1
        try:
            done = apply(before, command, context(before, actor, self.minutes))
        except Refused:
            return False
        self.visit = done.visit
        assert put_back(self.visit, difference(before, self.visit)) == before
        lost = given_now(before) - given_now(self.visit)
        assert not lost or isinstance(command, act.Undo), f"{command} lost {lost}"
        assert len(done.effects) == len(set(done.effects))
        if isinstance(command, SETTLED):
            self.past, self.first = [], self.visit
        elif not isinstance(command, act.Undo):
            self.past.append(difference(before, self.visit))
        return True

    # What is known, found and ordered

    @rule(spot=SPOTS, sign=st.sampled_from(SIGNS), value=st.sampled_from([True, False, None]))
    def one_sign(self, spot, sign, value):
        self.attempt(act.RecordSigns(spot=spot, signs={sign: value}))

    @rule(spot=SPOTS)
    def qualifies(self, spot):
        self.attempt(act.RecordSigns(spot=spot, signs=ACTIVE))

    @rule(days=st.none() | st.integers(-2, 400), what=st.sampled_from(["", "massage", "yoga"]))
    def history(self, days, what):
        began = None if days is None else self.visit.starts_at.date() - datetime.timedelta(days=days)
        self.attempt(act.ReportHistory(began_on=began, prior_care=(PriorCare(what=what),)))

    @rule(number=st.integers(-1, 3), what=st.sampled_from(["massage", "yoga"]))
    def care_in_error(self, number, what):
        self.attempt(act.RemovePriorCare(number=number, what=what))

    @rule(nothing=st.booleans(), mg=st.sampled_from(["20", "200"]))
    def asked(self, nothing, mg):
        dose = GivenDose("lidocaine", Decimal(mg), self.visit.starts_at - datetime.timedelta(hours=2))
        self.attempt(act.ReportNothing() if nothing else act.ReportDose(dose=dose))

    @rule(what=st.sampled_from(["rash", "infection"]))
    def skin(self, what):
        self.attempt(act.ReportLocal(state=LocalState(what=what, region="left_leg_back_calf")))

    @rule(drug=st.sampled_from(sorted(DRUGS)), nth=st.integers(0, 2), ml=ML)
    def drug(self, drug, nth, ml):
        percent = Decimal(DRUGS[drug][nth % len(DRUGS[drug])])
        self.attempt(act.ChangeOrder(technique="wet", drug=drug, concentration_percent=percent, volume_ml=ml))

    @rule(technique=st.sampled_from(["", "wet", "saline", "dry"]), steroid=st.sampled_from([None, STEROID]))
    def technique(self, technique, steroid):
        bare = {} if technique in ("", "wet") else {"drug": "", "concentration_percent": None}
        self.attempt(act.ChangeOrder(technique=technique, steroid=steroid, **bare))

    @rule(spot=SPOTS, planned=st.booleans(), ml=st.none() | ML)
    def plan(self, spot, planned, ml):
        self.attempt(act.PlanSite(spot=spot, planned=planned, volume_ml=ml))

    @rule(spot=SPOTS)
    def remove(self, spot):
        self.attempt(act.RemoveSite(spot=spot))

    # The needle

    @rule(spot=SPOTS, ml=st.none() | ML, anyway=st.booleans(), ready=st.integers(0, 3))
    def inject(self, spot, ml, anyway, ready):
        if ready:
            self.make_ready(spot)
        self.attempt(act.RecordInjection(spot=spot, volume_ml=ml, questions_open=anyway))

    def make_ready(self, *spots):
        """Everything asked, and these sites examined and taken into the plan."""
        self.attempt(act.ReportNothing())
        for spot in spots:
            self.attempt(act.RecordSigns(spot=spot, signs=ACTIVE))
            self.attempt(act.PlanSite(spot=spot, planned=True))
        self.attempt(act.RecordTimeOut())

    @rule(anyway=st.booleans(), ready=st.booleans())
    def inject_all(self, anyway, ready):
        if ready:
            self.make_ready(LEFT, CALF)
        others = {site.spot for site in self.visit.treated}
        if self.attempt(act.RecordPlanned(questions_open=anyway)):
            plan, _ = plan_of(self.visit)
            assert others <= {site.spot for site in self.visit.treated}
            assert plan is None or len(self.visit.treated) >= len(plan.sites)

    @rule(spot=SPOTS, why=st.sampled_from(["", "the wrong leg"]))
    def withdraw(self, spot, why):
        assert self.attempt(act.WithdrawInjection(spot=spot, why=why)) <= bool(why)

    @rule(spot=SPOTS, twitch=st.sampled_from([True, False, None]))
    def respond(self, spot, twitch):
        self.attempt(act.RecordResponse(spot=spot, twitch=twitch, response="eased"))

    @rule(drug=st.sampled_from(sorted(DRUGS)), single=st.booleans(), lot=st.integers(1, 2))
    def open_vial(self, drug, single, lot):
        self.attempt(vial(drug, DRUGS[drug][0], "10", single, lot))

    @rule(lot=st.integers(1, 2))
    def remove_vial(self, lot):
        self.attempt(act.RemoveVial(lot_id=lot))

    @rule(kind=st.sampled_from(["consultation", "declined"]))
    def no_needle(self, kind):
        self.attempt(act.EndWithoutNeedle(kind=kind, words="Wants to wait."))

    @rule(words=st.sampled_from(["", "Rest."]), after=st.none() | st.integers(0, 10))
    def words(self, words, after):
        self.attempt(act.WriteOwnWords(text=words))
        self.attempt(act.RecordObserved(pain_after=after))

    # The day

    @rule(
        command=st.sampled_from(
            [act.CheckIn(), act.UndoCheckIn(), act.FinishIntake(), act.AssignRoom(room="1"), act.LeaveRoom(),
             act.Complete(), act.Reopen()]
        ),
        actor=st.sampled_from([DOCTOR, DESK, PATIENT]),
    )  # fmt: skip
    def move(self, command, actor):
        self.attempt(command, actor)

    @precondition(lambda self: self.minutes > 12)
    @rule(
        command=st.sampled_from([act.Cancel(), act.NoShow(), act.Reinstate(), act.Sign()]),
        actor=st.sampled_from([DOCTOR, DESK, PATIENT]),
    )
    def settle(self, command, actor):
        self.attempt(command, actor)

    @precondition(lambda self: self.past)
    @rule()
    def undo(self):
        previous = put_back(self.visit, self.past[-1])
        if self.attempt(act.Undo(previous=previous)):
            assert self.visit == previous
            self.past.pop()

    # What always holds

    @invariant()
    def milligrams_agree(self):
        by_site = Counter()
        for site in self.visit.sites:
            if site.given is not None and site.given.drug:
                by_site[site.given.drug] += site.given.concentration_percent * 10 * site.given.volume_ml
        injected = Counter()
        for injection in derive.injections(self.visit):
            injected[injection.drug] += injection.dose_mg
        totals = {total.drug: total for total in derive.drug_totals(self.visit)}
        anesthetics = {drug: total.given_mg for drug, total in totals.items() if drug in DRUGS}
        assert by_site == injected == anesthetics
        assert all(derive.given_mg(self.visit, drug) == mg for drug, mg in by_site.items())
        for total in totals.values():
            held = sum(vial.holds_mg for vial in self.visit.facts.vials if vial.drug == total.drug)
            assert total.wasted_mg is None or 0 <= total.wasted_mg <= held - total.given_mg

    @invariant()
    def the_dose_check_counts_all_that_was_given(self):
        injections = derive.injections(self.visit)
        if not injections:
            return
        plan, why = plan_of(self.visit)
        dose = (
            plan.chosen.dose if plan else check_dose(injections, patient_of(self.visit), self.visit.starts_at)
        )
        assert plan is not None or why
        if dose.total_share is None:
            assert self.visit.facts.checked.given is None  # it waits for an answer, and says so
            return
        due = Counter()
        for injection in injections:
            due[injection.drug] += injection.dose_mg
        treated = {site.spot for site in self.visit.treated}
        for site in plan.sites if plan else ():
            if plan.chosen.drug and Spot(site.muscle_id, site.side, site.point or "") not in treated:
                due[plan.chosen.drug] += site.dose_mg
        assert {share.drug: share.dose_mg for share in dose.shares if share.dose_mg} == due

    @invariant()
    def a_needle_stands_only_in_a_visit_that_took_place(self):
        if self.visit.treated:
            assert self.visit.state not in (State.CANCELED, State.NO_SHOW)
            assert self.visit.facts.without_needle is None
            assert self.visit.facts.started_at is not None
        if self.visit.state is State.DONE:
            assert self.visit.treated or self.visit.facts.without_needle is not None

    def teardown(self):
        """Undo of everything since the visit was last settled gives exactly what it was then."""
        if self.visit.state not in OPEN:
            return
        while self.past:
            previous = put_back(self.visit, self.past[-1])
            if not self.attempt(act.Undo(previous=previous)):
                return  # an act that only another act takes back
            self.past.pop()
        assert self.visit == self.first


TestVisit = VisitMachine.TestCase
TestVisit.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
