"""Effects of a visit's change on the rest of the practice, in the same transaction."""

from __future__ import annotations

from collections import Counter

from needlepoint.records.billing.ledger import charge_copay, drop_copay
from needlepoint.records.models import GivenEstimate, SlotLock, Staff, Visit
from needlepoint.records.outbox.queue import cancel_queued, queue
from needlepoint.records.portal.checkins import schedule
from needlepoint.records.schedule.slots import hold
from needlepoint.records.schedule.times import Slot
from needlepoint.records.schedule.waitlist import offer_freed
from needlepoint.records.settings.stock import return_vial, use_vial
from needlepoint.records.visit.report import tell, tell_canceled
from needlepoint.visit import facts as core
from needlepoint.visit.commands import Command, Reschedule
from needlepoint.visit.states import Effect

__all__ = ["carry_out"]

ABOUT_A_VISIT = ("reminder", "booked", "moved", "intake", "offer")
NOT_YET = (core.State.BOOKED, core.State.NO_SHOW)
BEFORE_A_VISIT = ("reminder", "booked", "moved")


def carry_out(
    row: Visit,
    command: Command,
    effects: tuple[Effect, ...],
    before: core.Visit,
    after: core.Visit,
    staff: Staff | None,
) -> None:
    """Run every effect in order; Refused (and everything rolled back) when one fails, such as a time that is taken."""
    _vials(row, before, after, staff)
    _copay(row, before, after, staff)
    for effect in effects:
        match effect:
            case Effect.RELEASE_SLOT:
                SlotLock.objects.filter(visit=row).delete()
            case Effect.TAKE_SLOT | Effect.MOVE_SLOT:
                _take(row, command if isinstance(command, Reschedule) else None)
            case Effect.RECALL_MESSAGES:
                cancel_queued(row, *ABOUT_A_VISIT)
            case Effect.RECALL_BEFORE_VISIT:
                cancel_queued(row, *BEFORE_A_VISIT)
            case Effect.TELL_BOOKED:
                tell(row, "booked")
            case Effect.TELL_MOVED:
                tell(row, "moved")
            case Effect.TELL_CANCELED:
                tell_canceled(row)
            case Effect.OFFER_WAITLIST:
                offer_freed(row.practice)
            case Effect.DROP_ESTIMATE:
                GivenEstimate.objects.filter(visit=row, given_at=None).delete()
            case Effect.SCHEDULE_CHECK_INS:
                schedule(row)
            case Effect.SEND_AFTERCARE:
                _aftercare(row)
            case Effect.USE_VIAL | Effect.RETURN_VIAL | Effect.FREEZE_NOTE:
                pass  # vials by difference above; records.notes.sign freezes the note with its PDF


def _vials(row: Visit, before: core.Visit, after: core.Visit, staff: Staff | None) -> None:
    """Take from the inventory what this act (or its undo) opened, and return what it did not."""
    old, new = (Counter(vial.lot_id for vial in visit.facts.vials) for visit in (before, after))
    for lot_id in (new - old).elements():
        use_vial(row, lot_id, staff)
    for lot_id in (old - new).elements():
        return_vial(row, lot_id)


def _copay(row: Visit, before: core.Visit, after: core.Visit, staff: Staff | None) -> None:
    """Charge the copay on the card at check-in; a check-in that is undone, or a visit that is canceled, owes none."""
    if before.state in NOT_YET and after.state is core.State.ARRIVED:
        charge_copay(row, staff)
    elif before.state not in NOT_YET and after.state in (core.State.BOOKED, core.State.CANCELED):
        drop_copay(row, staff)


def _take(row: Visit, moved: Reschedule | None) -> None:
    """Lock the minutes of the clinician and the room; the old ones are released."""
    SlotLock.objects.filter(visit=row).delete()
    if row.service is None and moved is None:
        return
    slot = Slot(
        starts_at=row.starts_at,
        staff_id=row.clinician_id,
        staff="",
        location_id=row.location_id,
        location="",
        room=moved.room if moved else "",
    )
    hold(slot, row.minutes, overbook=moved is not None and moved.overbook, visit=row)


def _aftercare(row: Visit) -> None:
    target = f"/me/visits/{row.pk}/aftercare/"
    queue(row.patient, "paper", f"aftercare:{row.pk}", visit=row, at_once=True, link="open", target=target)
