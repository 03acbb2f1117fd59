"""Acts on a visit that many tests begin with."""

import datetime
from decimal import Decimal

from needlepoint.records.models import Consent, Lot, Site
from needlepoint.records.notes.sign import consent_page, sign_consent
from needlepoint.records.settings.stock import vial_of
from needlepoint.records.visit.act import act
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from needlepoint.records.visit.rows import visit_of
from needlepoint.visit import Spot, commands
from needlepoint.visit.before_needle import planned_spots, without_time_out
from needlepoint.visit.facts import SIGNS, Facts, Given, Reported, Signs

ALL_SIGNS = dict.fromkeys(SIGNS[:4], True)
SPOT = Spot("infraspinatus", "left")


def consented(staff, visit):
    """The consent for what is planned, signed."""
    now = full(visit.pk, visit.practice_id)
    return sign_consent(staff, visit.pk, "A. Person", "M1,1L5,5", consent_page(now, think(now)))


def put_consent(visit, page):
    """A consent without its paper, straight into the database."""
    Consent.objects.create(
        visit=visit, technique=page.technique, text=page, language=page.language, signed_by="A. Person"
    )


def allow_needle(staff, visit):
    """Consent and time-out for what is planned now, where they are still missing."""
    now = full(visit.pk, visit.practice_id)
    thought = think(now)
    plan = thought.walked.plan
    if not now.consents.filter(technique=plan.chosen.technique).exists():
        put_consent(now, consent_page(now, thought))
    if without_time_out(visit_of(now), planned_spots(plan), plan.chosen):
        act(staff, visit.pk, commands.RecordTimeOut())


def inject(staff, visit, spot=SPOT, ml=None):
    """Treat one planned site, with everything that must come before."""
    allow_needle(staff, visit)
    volume = None if ml is None else Decimal(ml)
    return act(staff, visit.pk, commands.RecordInjection(spot=spot, volume_ml=volume, questions_open=True))


def treated(staff, visit, spot=SPOT, ml="0.5", vial=True):
    """A visit with one muscle examined, planned, treated and looked at afterward; as it stands then."""
    act(staff, visit.pk, commands.ReportComplaint(pain_now=5))
    act(staff, visit.pk, commands.RecordSigns(spot=spot, signs=ALL_SIGNS))
    act(staff, visit.pk, commands.ReportNothing())
    consented(staff, visit)
    inject(staff, visit, spot, ml)
    act(staff, visit.pk, commands.RecordResponse(spot=spot, twitch=True))
    if vial:
        lot = Lot.objects.filter(practice_id=visit.practice_id, drug="lidocaine", recalled_at=None).filter(
            expires_on__gte=datetime.date.today() + datetime.timedelta(days=30)  # noqa: DTZ011
        )
        act(staff, visit.pk, vial_of(staff, lot.order_by("pk").first().pk))
    return act(staff, visit.pk, commands.RecordObserved(pain_after=2, reactions=()))


def ready(staff, visit):
    """A visit with one muscle examined, planned and treated; the version to sign."""
    return treated(staff, visit).version


def given_row(visit, muscle="soleus", side="left", at=None, **given):
    """A site that was treated, put straight into the database: for tests of what comes after a visit."""
    at = at or visit.starts_at
    value = Given(technique="wet", at=at, by=visit.clinician.name, **given)
    signs = Signs(taut_band=True, tender_spot=True, familiar_pain=True)
    return Site.objects.create(visit=visit, muscle=muscle, side=side, planned=True, signs=signs, given=value)


def with_pain(now):
    """Facts of a visit before which the pain was `now`."""
    return Facts(reported=Reported(pain_now=now))
