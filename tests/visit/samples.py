"""One example of every command, and a visit for which it is possible."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from needlepoint.base.people import GivenDose, LocalState
from needlepoint.exam.motion import MotionFinding
from needlepoint.reasoning.types import NeuroFinding
from needlepoint.treatment.types import PriorCare
from needlepoint.visit import State, Visit
from needlepoint.visit import commands as act
from tests.visit.kit import ACTIVE, CALF, LEFT, RIGHT, START, do, examined, vial

DAY = datetime.timedelta(days=1)
EARLIER = GivenDose(drug="lidocaine", dose_mg=Decimal(20), at=START - DAY / 8)

MASSAGE = PriorCare(what="massage", weeks=Decimal(6), helped=False)

# The act, and what was done before it: 'nothing', 'care', 'one site' or 'vial'.
SAMPLES: tuple[tuple[act.Command, str], ...] = (
    (act.ReportComplaint(words="It pulls.", pain_now=6), "nothing"),
    (act.ToggleRegion(region="left_leg_back_calf"), "nothing"),
    (act.AnswerQuestion(question="heart", answer="yes"), "nothing"),
    (act.ReportHistory(began_on=START.date(), prior_care=(MASSAGE,)), "nothing"),
    (act.RemovePriorCare(number=0, what="massage"), "care"),
    (act.ReportNothing(), "nothing"),
    (act.ReportDose(dose=EARLIER), "nothing"),
    (act.ReportLocal(state=LocalState(what="rash", region="left_leg_back_calf")), "nothing"),
    (act.ReportPregnancy(pregnant=False), "nothing"),
    (act.ReportLab(test="inr", value=Decimal("2.1"), on=START.date()), "nothing"),
    (act.AnswerPayer(name="in_program", answer=True), "nothing"),
    (act.RecordSigns(spot=RIGHT, signs=ACTIVE), "nothing"),
    (
        act.RecordNeurological(found=(NeuroFinding(test="strength_c6", side="right", value=4),)),
        "nothing",
    ),
    (
        act.RecordMotions(
            found=(MotionFinding(motion="neck_rotation", side="left", degrees=50, painful=True),)
        ),
        "nothing",
    ),
    (act.ChangeOrder(drug="ropivacaine", concentration_percent=Decimal("0.2")), "nothing"),
    (act.PlanSite(spot=CALF, planned=False), "nothing"),
    (act.RemoveSite(spot=LEFT), "nothing"),
    (act.DecidePrecaution(rule="pleura_site", why="seen by ultrasound"), "nothing"),
    (act.ClearFlag(flag="cauda_equina", why="no sign of it today"), "nothing"),
    (act.RecordInjection(spot=LEFT), "nothing"),
    (act.RecordPlanned(), "nothing"),
    (act.WithdrawInjection(spot=LEFT, why="the wrong leg"), "one site"),
    (act.RecordResponse(spot=LEFT, twitch=True), "one site"),
    (vial("lidocaine", "1", "5"), "nothing"),
    (act.RemoveVial(lot_id=1), "vial"),
    (act.RecordGuidance(ultrasound=True, picture="A1"), "nothing"),
    (act.RecordTimeOut(), "nothing"),
    (act.RecordVitals(systolic=Decimal(124), diastolic=Decimal(78), pulse=Decimal(66)), "nothing"),
    (act.RecordPreparation(position="prone", skin="alcohol", approach="oblique"), "nothing"),
    (act.RecordInstrument(instrument="peg", answers=(Decimal(6), Decimal(7), Decimal(5))), "nothing"),
    (act.RecordDischarge(condition="stable"), "nothing"),
    (act.RecordDiluent(drug="lidocaine", concentration_percent=Decimal(1), what=""), "nothing"),
    (act.RecordTimes(started_at=START), "nothing"),
    (act.RecordConsultation(code="99213", own_work="The knee too."), "nothing"),
    (act.RecordEvent(kind="faint", what="Pale for a minute, legs up."), "nothing"),
    (act.RecordObserved(reactions=()), "nothing"),
    (act.EditSentence(key="a:b", words="In my words."), "nothing"),
    (act.WriteOwnWords(text="Rest today."), "nothing"),
    (act.EndWithoutNeedle(kind="declined", words="Wants to wait."), "nothing"),
    (act.Complete(), "one site"),
    (act.Reopen(), "one site"),
    (act.Sign(), "one site"),
    (act.RecordOutcome(relief_percent=60, relief_weeks=Decimal(5)), "one site"),
    (act.CheckIn(), "nothing"),
    (act.UndoCheckIn(), "nothing"),
    (act.FinishIntake(), "nothing"),
    (act.AssignRoom(room="2"), "nothing"),
    (act.LeaveRoom(), "nothing"),
    (act.NoShow(), "nothing"),
    (act.Cancel(because="A cold."), "nothing"),
    (act.Reinstate(), "nothing"),
    (act.Reschedule(starts_at=START + DAY, minutes=45, clinician=2, place=2), "nothing"),
)


def before(what: str, state: State = State.IN_ROOM) -> Visit:
    """The visit on which a sample is tried, in a state."""
    visit = examined(state=State.IN_ROOM)
    if what == "one site":
        visit = do(visit, act.RecordInjection(spot=LEFT))
    if what == "care":
        visit = do(visit, act.ReportHistory(prior_care=(MASSAGE,)))
    if what == "vial":
        visit = do(visit, vial("lidocaine", "1", "5"))
    return msgspec.structs.replace(visit, state=state)
