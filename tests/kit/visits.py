"""Acts on a visit that many tests begin with."""

import datetime
from decimal import Decimal

from needlepoint.records.models import Lot, Site
from needlepoint.records.notes.sign import consent_page, sign_consent
from needlepoint.records.settings.stock import vial_of
from needlepoint.records.visit.act import act
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from needlepoint.visit import Spot, commands
from needlepoint.visit.facts import SIGNS, Facts, Given, Reported, Signs

ALL_SIGNS = dict.fromkeys(SIGNS[:4], True)
SPOT = Spot("infraspinatus", "left")


def consented(staff, visit):
    """The consent for what is planned, signed."""
    now = full(visit.pk, visit.practice_id)
    return sign_consent(staff, visit.pk, "A. Person", "M1,1L5,5", consent_page(now, think(now)))


def treated(staff, visit, spot=SPOT, ml="0.5", consent=True, vial=True):
    """A visit with one muscle examined, planned, treated and looked at afterward; as it stands then."""
    act(staff, visit.pk, commands.ReportComplaint(pain_now=5))
    act(staff, visit.pk, commands.RecordSigns(spot=spot, signs=ALL_SIGNS))
    act(staff, visit.pk, commands.ReportNothing())
    if consent:
        consented(staff, visit)
    act(staff, visit.pk, commands.RecordInjection(spot=spot, volume_ml=Decimal(ml), questions_open=True))
    act(staff, visit.pk, commands.RecordResponse(spot=spot, twitch=True))
    if vial:
        lot = Lot.objects.filter(practice_id=visit.practice_id, drug="lidocaine", recalled_at=None).filter(
            expires_on__gte=datetime.date.today() + datetime.timedelta(days=30)  # noqa: DTZ011
        )
        act(staff, visit.pk, vial_of(staff, lot.order_by("pk").first().pk))
    return act(staff, visit.pk, commands.RecordObserved(pain_after=2, reactions=()))


def ready(staff, visit, consent=True):
    """A visit with one muscle examined, planned and treated; the version to sign."""
    return treated(staff, visit, consent=consent).version


def given_row(visit, muscle="soleus", side="left", at=None, **given):
    """A site that was treated, put straight into the database: for tests of what comes after a visit."""
    at = at or visit.starts_at
    value = Given(technique="wet", at=at, by=visit.clinician.name, **given)
    signs = Signs(taut_band=True, tender_spot=True, familiar_pain=True)
    return Site.objects.create(visit=visit, muscle=muscle, side=side, planned=True, signs=signs, given=value)


def with_pain(now):
    """Facts of a visit before which the pain was `now`."""
    return Facts(reported=Reported(pain_now=now))
