"""Forms that an account fills without typing: the good faith estimate and Medicare's notice."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from needlepoint.base.refusal import Fault, Refused
from needlepoint.claims.types import Address, Person, Provider
from needlepoint.coding import Coding
from needlepoint.cost.protection.good_faith import (
    EstimatePatient,
    Expected,
    Giver,
    GoodFaithEstimate,
    GoodFaithOrder,
    ServiceAddress,
    discounted,
    write_good_faith,
)
from needlepoint.coverage import Determination
from needlepoint.coverage.abn import Abn, Notifier, NotifierAddress, Offered, write_abn
from needlepoint.episode.account.account import Account
from needlepoint.episode.account.estimate import Estimated

__all__ = ["Worded", "good_faith", "good_faith_of", "notice_of"]


class Worded(msgspec.Struct, frozen=True, kw_only=True):
    """The text for one priced line of an estimate: its label in both languages, and its diagnoses."""

    en: str
    es: str
    diagnoses: list[str]


def good_faith(
    found: Estimated, words: Sequence[Worded], giver: Giver, order: GoodFaithOrder
) -> GoodFaithEstimate:
    """Return the estimate: the priced lines of one provider after the patient's discount. The only builder of it.

    `words` are those of `found.prices`, in their order; `giver` comes without items and `order` without givers.
    """
    if found.total_usd is None:
        given = f"a price that is not known: {', '.join(found.open)}"
        raise Refused(Fault("estimate", given, "a price for each line", "Add it to the practice's fees."))
    charges = [price.amount_usd for price in found.prices]
    if found.sliding is not None:
        charges = discounted(charges, found.sliding.pays_usd)
    items = [
        Expected(
            code=price.code,
            label_en=said.en,
            label_es=said.es,
            charge_usd=charge,
            units=price.units,
            diagnoses=said.diagnoses,
        )
        for price, said, charge in zip(found.prices, words, charges, strict=True)
    ]
    giver = msgspec.structs.replace(giver, items=items)
    return write_good_faith(msgspec.structs.replace(order, givers=[giver]))


def good_faith_of(
    account: Account, coding: Coding, found: Estimated, made_on: datetime.date
) -> GoodFaithEstimate:
    """Return the estimate for a self-pay patient; Refused with what the account lacks for it."""
    if found.shares is not None or account.coverages:
        expected = "an account without a plan: the law's estimate is for those who pay themselves"
        raise Refused(Fault("account.coverages", "a plan that pays", expected, "Leave --pdf out."))
    billing, patient = _practice(account), _patient(account)
    assert billing.address is not None
    words = [
        Worded(en=line.en, es=line.es, diagnoses=[coding.diagnoses[n - 1].code for n in line.pointers])
        for line in coding.lines
    ]
    giver = Giver(
        name=billing.name,
        npi=billing.npi,
        tax_id=billing.tax_id,
        address=_street(billing.address),
        items=[],
    )
    main = coding.lines[0]
    order = GoodFaithOrder(
        patient=EstimatePatient(first=patient.first, last=patient.last, birth_date=_birth(patient)),
        service_en=main.en,
        service_es=main.es,
        givers=[],
        made_on=made_on,
        contact=account.contact or billing.phone,
        scheduled_on=account.scheduled_on,
        service_on=found.on,
        asked=account.asked_for_estimate,
    )
    return good_faith(found, words, giver, order)


def notice_of(
    account: Account, coding: Coding, found: Estimated, determination: Determination, made_on: datetime.date
) -> Abn:
    """Return Medicare's notice before a session that is not covered; Refused when none applies."""
    billing, patient = _practice(account), _patient(account)
    assert billing.address is not None
    offered = [
        Offered(
            label_en=line.en,
            label_es=line.es,
            cost_usd=account.fees.charged(line.code, found.on) or price.amount_usd,
        )
        for line, price in zip(coding.lines, found.prices, strict=True)
        if price.amount_usd and line.code in determination.not_covered
    ]
    address = billing.address
    notifier = Notifier(
        name=billing.name,
        phone=billing.phone or account.contact,
        address=NotifierAddress(line1=address.line1, city=address.city, state=address.state, zip=address.zip),
    )
    name = f"{patient.first} {patient.last}"
    dual = account.qmb is True
    return write_abn(determination, offered, notifier, name, account.record, made_on, found.on, dual)


def _practice(account: Account) -> Provider:
    if account.billing is None or account.billing.address is None:
        expected = "the practice with its NPI, tax number and address"
        raise Refused(Fault("account.billing", "nothing", expected))
    return account.billing


def _patient(account: Account) -> Person:
    """Return the patient by name: the account's own, or the insured if they are the patient."""
    themself = next((row.insured for row in account.coverages if row.relation == "18"), None)
    patient = account.patient or themself
    if patient is None:
        raise Refused(Fault("account.patient", "nothing", "the patient's name and birth date"))
    return patient


def _birth(patient: Person) -> datetime.date:
    if patient.birth_date is None:
        raise Refused(Fault("account.patient.birth_date", "nothing", "the patient's date of birth"))
    return patient.birth_date


def _street(address: Address) -> ServiceAddress:
    return ServiceAddress(
        line1=address.line1, line2=address.line2, city=address.city, state=address.state, zip=address.zip
    )
