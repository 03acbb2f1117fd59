"""What the apps connect when Django starts."""

from anymail.signals import tracking
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_init

from needlepoint.guard.audit import complete
from needlepoint.guard.sign_in import signals
from needlepoint.records.models import Patient
from needlepoint.records.outbox import bounces


def receivers(signal, sender=None):
    return [found for group in signal._live_receivers(sender) for found in group]


def test_sign_ins_sign_outs_reads_and_mail_reports_have_their_receivers():
    assert signals.signed_in in receivers(user_logged_in)
    assert signals.signed_out in receivers(user_logged_out)
    assert bounces.tracked in receivers(tracking)
    assert complete._read in receivers(post_init, Patient)
