"""Any sequence of acts on a visit of the database: every part says the same milligrams, effects happen once."""

import datetime
from collections import Counter
from decimal import ROUND_CEILING, Decimal

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from needlepoint.base.refusal import Refused
from needlepoint.coding.load import load_codes
from needlepoint.records.models import FollowUpSurvey, Lot, Note, OutboxMessage, SlotLock, Visit, VisitChange
from needlepoint.records.notes.sign import consent_page, sign_consent, sign_note
from needlepoint.records.settings.stock import vial_of
from needlepoint.records.visit.act import Stale, act, undo
from needlepoint.treatment.types import PriorCare
from needlepoint.visit import Spot, State, commands
from needlepoint.visit.facts import OPEN, SIGNS
from tests.kit.seen import Seen, stock_of, value_of
from tests.kit.visits import put_consent

SPOTS = [Spot("soleus", "left"), Spot("soleus", "right"), Spot("gastrocnemius", "left")]
SPOT = st.sampled_from(SPOTS)
ALL_SIGNS = dict.fromkeys(SIGNS[:4], True)
DRUGS = [("lidocaine", "1"), ("lidocaine", "0.5"), ("ropivacaine", "0.2")]
ML = st.sampled_from([None, Decimal("0.5"), Decimal(1), Decimal(5)])
LEAVES = [commands.Cancel(because="a cold"), commands.NoShow(), commands.Reinstate()]
DESK = [commands.CheckIn(), commands.UndoCheckIn(), commands.AssignRoom(room="1"), commands.LeaveRoom(),
        commands.FinishIntake(), commands.Complete(), commands.Reopen()]  # fmt: skip


class RecordMachine(RuleBasedStateMachine):
    """One booked visit in a transaction that is rolled back at the end."""

    doctor = None
    visit_id = 0

    def __init__(self):
        super().__init__()
        starts_at = Visit.objects.get(pk=self.visit_id).starts_at
        self.clock = time_machine.travel(starts_at + datetime.timedelta(minutes=1), tick=True)
        self.clock.start()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.minutes = SlotLock.objects.filter(visit_id=self.visit_id).count()
        self.shelf = stock_of(self.row())[1]
        self.given = Counter()
        self.history_at_first = value_of(self.visit_id).history

    def row(self):
        return Visit.objects.select_related("practice").get(pk=self.visit_id)

    def attempt(self, command, by=None):
        """Through the one entry; a refusal leaves every row as it was, an act adds one change."""
        before, version, changes = value_of(self.visit_id), self.row().version, VisitChange.objects.count()
        try:
            (by or (lambda: act(self.doctor, self.visit_id, command, version)))()
        except Refused:
            assert value_of(self.visit_id) == before
            assert (self.row().version, VisitChange.objects.count()) == (version, changes)
            return False
        assert (self.row().version, VisitChange.objects.count()) == (version + 1, changes + 1)
        self.nothing_given_disappears(command)
        return True

    def nothing_given_disappears(self, command):
        sites = value_of(self.visit_id).sites
        now = Counter((site.spot, site.given.dose_mg) for site in sites if site.given)
        now += Counter((site.spot, one.given.dose_mg) for site in sites for one in site.withdrawn)
        assert command is None or not self.given - now
        self.given = now

    @initialize(ready=st.booleans())
    def begin(self, ready):
        self.attempt(commands.ReportComplaint(words="The calf pulls.", pain_now=6))
        if ready:
            self.make_ready(SPOTS[0], SPOTS[2])

    def make_ready(self, *spots):
        self.attempt(commands.ReportNothing())
        for spot in spots:
            self.attempt(commands.RecordSigns(spot=spot, signs=ALL_SIGNS))
            self.attempt(commands.PlanSite(spot=spot, planned=True))
        now = Seen(self.visit_id, self.doctor.practice_id)
        if now.plan and not now.row.consents.filter(technique=now.plan.chosen.technique).exists():
            put_consent(now.row, consent_page(now.row, now.thought))
        self.attempt(commands.RecordTimeOut())

    @rule(spot=SPOT, sign=st.sampled_from(SIGNS), value=st.sampled_from([True, False, None]))
    def one_sign(self, spot, sign, value):
        self.attempt(commands.RecordSigns(spot=spot, signs={sign: value}))

    @rule(drug=st.sampled_from(DRUGS), ml=ML)
    def order(self, drug, ml):
        name, percent = drug
        self.attempt(
            commands.ChangeOrder(
                technique="wet", drug=name, concentration_percent=Decimal(percent), volume_ml=ml
            )
        )

    @rule(technique=st.sampled_from(["saline", "dry"]))
    def without_drug(self, technique):
        self.attempt(commands.ChangeOrder(technique=technique, drug="", concentration_percent=None))

    @rule(spot=SPOT, planned=st.booleans())
    def plan(self, spot, planned):
        self.attempt(commands.PlanSite(spot=spot, planned=planned))

    @rule(spot=SPOT)
    def remove(self, spot):
        self.attempt(commands.RemoveSite(spot=spot))

    @rule(spot=SPOT, ml=ML, ready=st.integers(0, 3))
    def inject(self, spot, ml, ready):
        if ready:
            self.make_ready(spot)
        self.attempt(commands.RecordInjection(spot=spot, volume_ml=ml, questions_open=True))

    @rule()
    def inject_all(self):
        self.attempt(commands.RecordPlanned(questions_open=True))

    @rule(spot=SPOT, why=st.sampled_from(["", "the wrong leg"]))
    def withdraw(self, spot, why):
        assert self.attempt(commands.WithdrawInjection(spot=spot, why=why)) <= bool(why)

    @rule(spot=SPOT, twitch=st.sampled_from([True, None]))
    def respond(self, spot, twitch):
        self.attempt(commands.RecordResponse(spot=spot, twitch=twitch))

    @rule(nth=st.integers(0, 4))
    def open_vial(self, nth):
        lot = Lot.objects.order_by("pk")[nth % Lot.objects.count()]
        self.attempt(vial_of(self.doctor, lot.pk))

    @rule(nth=st.integers(0, 4))
    def remove_vial(self, nth):
        self.attempt(commands.RemoveVial(lot_id=Lot.objects.order_by("pk")[nth % Lot.objects.count()].pk))

    @rule(day=st.none() | st.integers(1, 28), what=st.sampled_from(["massage", "yoga"]))
    def history(self, day, what):
        began = None if day is None else datetime.date(2026, 1, day)
        self.attempt(commands.ReportHistory(began_on=began, prior_care=(PriorCare(what=what),)))

    @rule(number=st.integers(0, 3), what=st.sampled_from(["massage", "yoga"]))
    def care_in_error(self, number, what):
        self.attempt(commands.RemovePriorCare(number=number, what=what))

    @rule(words=st.sampled_from(["", "Rest."]))
    def own_words(self, words):
        self.attempt(commands.WriteOwnWords(text=words))

    @rule(command=st.sampled_from(DESK))
    def move(self, command):
        self.attempt(command)

    @rule(command=st.sampled_from(LEAVES))
    def leave(self, command):
        self.attempt(command)

    @rule()
    def declined(self):
        self.attempt(commands.EndWithoutNeedle(kind="declined", words="Wants to wait."))

    @rule()
    def take_back(self):
        self.attempt(None, lambda: undo(self.doctor, self.visit_id, self.row().version, "a test"))

    @rule()
    def sent_twice(self):
        """A device whose answer was lost sends the same act again: it is made once."""
        version, key = self.row().version, f"key-{self.row().version}"
        for _ in range(2):
            try:
                act(self.doctor, self.visit_id, commands.WriteOwnWords(text=key), version, key)
            except Refused:
                return
        assert self.row().version == version + 1

    @rule()
    def shown_too_long_ago(self):
        before = value_of(self.visit_id)
        try:
            act(self.doctor, self.visit_id, commands.WriteOwnWords(text="late"), self.row().version - 1)
        except (Stale, Refused):
            assert value_of(self.visit_id) == before
        else:
            raise AssertionError("an old draft was overwritten unseen")

    @precondition(lambda self: self.given)
    @rule()
    def sign(self):
        now = Seen(self.visit_id, self.doctor.practice_id)
        try:
            sign_consent(
                self.doctor, self.visit_id, "A. Person", "M1,1L5,5", consent_page(now.row, now.thought)
            )
        except Refused:
            return
        said = Seen(self.visit_id, self.doctor.practice_id).note()
        if self.attempt(commands.Sign(), lambda: sign_note(self.doctor, self.visit_id, self.row().version)):
            note = Note.objects.get(visit_id=self.visit_id)
            assert " ".join(sentence.text for sentence in note.sentences) == said

    # What always holds

    @invariant()
    def every_part_says_the_same_milligrams(self):
        if not self.given or not any(site.given for site in value_of(self.visit_id).sites):
            return
        seen = Seen(self.visit_id, self.doctor.practice_id)
        by_site = seen.by_site()
        assert seen.thought.refused == ""
        assert seen.by_session() == by_site
        if by_site:
            assert seen.by_dose_check() == by_site
        if seen.walked.coding is not None:
            assert sorted(seen.by_note()) == sorted(
                by_site.values()
            )  # the note names them in the order of giving
            self.units_follow(seen, by_site)
        assert "E+" not in seen.note()

    def units_follow(self, seen, by_site):
        codes = {row.code: row for row in load_codes().drug}
        for code, units in seen.drug_units().items():
            row = codes[code]
            assert units == (by_site[row.drug] / row.unit_mg).to_integral_value(ROUND_CEILING)
        assert seen.claim_units().items() <= seen.drug_units().items()

    @invariant()
    def the_stock_has_what_the_visit_says(self):
        opened, left = stock_of(self.row())
        assert opened == Counter(vial.lot_id for vial in value_of(self.visit_id).facts.vials)
        assert left == {lot: count - opened[lot] for lot, count in self.shelf.items()}

    @invariant()
    def effects_happened_once(self):
        state = State(self.row().state)
        held = SlotLock.objects.filter(visit_id=self.visit_id).count()
        assert held == (0 if state in (State.CANCELED, State.NO_SHOW) else self.minutes)
        signed = state is State.DONE
        assert Note.objects.filter(visit_id=self.visit_id).count() == signed
        treated = any(site.given for site in value_of(self.visit_id).sites)
        assert bool(FollowUpSurvey.objects.filter(visit_id=self.visit_id).count()) == (signed and treated)
        about = OutboxMessage.objects.filter(visit_id=self.visit_id)
        assert about.filter(kind="paper").count() == (signed and treated)

    def teardown(self):
        """Undo of all gives what was known at first; then nothing of it is kept."""
        try:
            if State(self.row().state) in OPEN:
                while self.attempt(
                    None, lambda: undo(self.doctor, self.visit_id, self.row().version, "a test")
                ):
                    pass
                now = value_of(self.visit_id)
                assert now.sites == ()
                assert now.history == self.history_at_first
                assert now.facts == type(now.facts)(canceled_because=now.facts.canceled_because)
                self.the_stock_has_what_the_visit_says()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)
            self.clock.stop()


def test_any_sequence_of_acts(booked, doctor):
    RecordMachine.doctor, RecordMachine.visit_id = doctor, booked.pk
    run_state_machine_as_test(
        RecordMachine,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
