"""Every URL of the site."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("needlepoint.pages.urls"))]
handler400 = "needlepoint.pages.errors.bad_request"
handler403 = "needlepoint.pages.errors.not_allowed"
handler404 = "needlepoint.pages.errors.not_found"
handler500 = "needlepoint.pages.errors.server_error"
