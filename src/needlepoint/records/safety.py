"""What is asked before each needle: answers of this visit, never carried over from the last one."""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from needlepoint.anatomy.geometry import region_ids
from needlepoint.records.drafts import Put, change
from needlepoint.records.models import Staff, Visit
from needlepoint.refusal import Fault, Refused, nearest
from needlepoint.treatment.bounds import LOCAL_STATES, Bound, bound
from needlepoint.treatment.load import load_drugs

__all__ = ["answer"]


def answer(staff: Staff, visit_id: int, version: int, sent: dict[str, str]) -> Visit:
    """One answer into the draft: `name` and what goes with it. Raises Refused for an answer that is none."""
    visit = Visit.objects.get(pk=visit_id, practice_id=staff.practice_id)
    safety = dict(visit.session.get("safety", {}))
    name = sent.get("name", "")
    match name:
        case "clear":
            safety |= {"given": [], "local": []}
        case "given":
            safety["given"] = [*safety.get("given", []), _given(sent)]
        case "local":
            safety["local"] = [*safety.get("local", []), _local(sent)]
        case "pregnant":
            safety["pregnant"] = _yes(sent)
        case "platelets" | "hba1c" | "inr":
            safety |= _number(name, sent.get("value", ""))
        case "weeks":
            safety["weeks"] = int(_decimal("weeks", sent.get("value", ""), bound("pregnancy_weeks")))
        case _:
            known = "clear, given, local, pregnant, weeks, platelets, hba1c, inr"
            raise Refused(Fault("name", repr(name), f"one of {known}"))
    puts = [Put("session", visit.session | {"safety": safety})]
    return change(visit_id, staff, version, f"asked: {name}", puts, sent.get("key", "")[:40])


def _given(sent: dict[str, str]) -> dict[str, Any]:
    drug = sent.get("drug", "")
    if drug not in load_drugs():
        raise Refused(Fault("drug", repr(drug), f"one of {', '.join(load_drugs())}"))
    hours = _decimal("hours", sent.get("hours", ""), bound("hours_ago"))
    at = timezone.now() - datetime.timedelta(seconds=int(hours * 3600))
    dose = _decimal("dose_mg", sent.get("dose_mg", ""), bound("dose_mg"))
    return {"drug": drug, "dose_mg": str(dose), "at": at.isoformat()}


def _local(sent: dict[str, str]) -> dict[str, str]:
    if sent.get("what") not in LOCAL_STATES:
        raise Refused(Fault("what", repr(sent.get("what")), f"one of {', '.join(LOCAL_STATES)}"))
    region = sent.get("region", "")
    if region not in region_ids():  # a place that the chart does not know would guard no site
        raise Refused(Fault("region", repr(region), "a region of the chart", nearest(region, region_ids())))
    return {"what": sent["what"], "region": region}


def _yes(sent: dict[str, str]) -> bool:
    value = {"yes": True, "no": False}.get(sent.get("value", ""))
    if value is None:
        raise Refused(Fault("value", repr(sent.get("value")), "yes or no"))
    return value


def _number(name: str, text: str) -> dict[str, Any]:
    value = _decimal(name, text, bound(name))
    if name == "platelets":
        return {"platelets": int(value)}
    found: dict[str, Any] = {name: str(value)}
    return found | {"inr_on": timezone.localdate().isoformat()} if name == "inr" else found


def _decimal(name: str, text: str, rule: Bound) -> Decimal:
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise Refused(Fault(name, repr(text), f"a number {rule.expected}")) from None
    if not (value.is_finite() and rule.holds(value)):
        raise Refused(Fault(name, text, f"a number {rule.expected}", rule.remedy))
    return value.quantize(Decimal("0.1"))
