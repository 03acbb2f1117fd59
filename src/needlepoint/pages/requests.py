"""Types of requests, with what the middleware and the decorators of the pages add."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from needlepoint.guard.models import User
from needlepoint.records.models import Practice, Staff
from needlepoint.records.portal.access import Me
from needlepoint.records.settings.public_settings import Outside

__all__ = ["PatientRequest", "PublicRequest", "Request", "SignedInRequest", "StaffRequest"]


class Request(HttpRequest):
    """Any request, after the middleware."""

    htmx: HtmxDetails
    staff: Staff | None
    about_patients: bool  # the answer contains data of a patient's record


class SignedInRequest(Request):
    """A request of a signed-in user: what `login_required` requires."""

    user: User


class StaffRequest(SignedInRequest):
    """A request of signed-in staff: what `allowed` requires."""

    staff: Staff


class PatientRequest(Request):
    """A request for a patient's own pages: what `for_patient` and `for_intake` require.

    `others`: the other patients whose pages this browser may show.
    """

    me: Me
    others: list[Me]


class PublicRequest(Request):
    """A request for a page of a practice's public site: what `public` sets up."""

    practice: Practice
    outside: Outside
