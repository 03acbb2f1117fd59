"""Links of mails."""

from needlepoint.records.portal.magic_links import make_link


def visit_link(visit):
    """The secret of a visit's link."""
    return make_link("visit", visit.patient, visit)[1]
