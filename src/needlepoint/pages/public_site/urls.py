"""URLs of the public pages."""

from __future__ import annotations

from django.urls import include, path

from needlepoint.pages.account import sessions
from needlepoint.pages.portal import (
    bills,
    follow_up,
    home,
    messages,
    visit,
)
from needlepoint.pages.portal.account import download, people, settings
from needlepoint.pages.portal.intake import views as intake
from needlepoint.pages.portal.links import calendar, codes, survey
from needlepoint.pages.portal.links import visit as link_visit
from needlepoint.pages.public_site import booking, demo, site

SITE = "at/<slug:slug>/"
PAGE = "at/<slug:slug>/<str:lang>/"

urlpatterns = [
    path("robots.txt", site.robots, name="robots"),
    path(SITE + "sitemap.xml", site.sitemap, name="sitemap"),
    path(SITE, site.of_practice, name="practice"),
    path(PAGE, site.front, name="front"),
    path(PAGE + "muscles/", site.book, name="book"),
    path(PAGE + "muscles/<slug:muscle_id>/", site.muscle, name="muscle"),
    path(PAGE + "urgent/", site.urgent, name="urgent"),
    path(PAGE + "prices/", site.prices, name="prices"),
    path(PAGE + "prices/help/", site.help_page, name="help"),
    path(PAGE + "feedback/", site.feedback, name="feedback"),
    path(PAGE + "visit/", booking.kinds, name="visit-kinds"),
    path(PAGE + "visit/code/", booking.code, name="visit-code"),
    path(PAGE + "visit/<int:service_id>/", booking.times, name="visit-times"),
    path(PAGE + "visit/<int:service_id>/<int:staff_id>/<str:at>/", booking.details, name="visit-details"),
    path(
        PAGE + "visit/<int:service_id>/<int:staff_id>/<str:at>/price.pdf",
        booking.price_pdf,
        name="visit-price-pdf",
    ),
    path("pictures/<str:lang>/muscle/<slug:muscle_id>.svg", site.felt_svg, name="felt"),
    path("pictures/<str:lang>/move/<slug:stretch_id>-<str:side>.svg", site.move_svg, name="move"),
    path("v/<str:token>/", link_visit.visit, name="link-visit"),
    path("v/<str:token>/open/", link_visit.visit_open, name="link-open"),
    path("v/<str:token>/cancel/", link_visit.visit_cancel, name="link-cancel"),
    path("v/<str:token>/move/", link_visit.visit_move, name="link-move"),
    path("v/<str:token>/wait/", link_visit.visit_wait, name="link-wait"),
    path("v/<str:token>/visit.ics", calendar.calendar_file, name="link-ics"),
    path("cal/<str:token>.ics", calendar.feed, name="feed"),
    path("offer/<str:token>/", link_visit.offer, name="link-offer"),
    path("c/<str:token>/", survey.check_in, name="check-in"),
    path("c/<str:token>/more/", survey.check_in_more, name="check-in-more"),
    path("stop/<str:token>/", codes.stop, name="stop"),
    path("go/<str:token>/", codes.door, name="door"),
    path("me/", home.show, name="me"),
    path("me/leave/", home.leave, name="me-leave"),
    path("me/switch/", people.switch, name="me-switch"),
    path("me/account/", settings.account, name="me-account"),
    path("me/messages/", messages.messages, name="me-messages"),
    path("me/bills/", bills.bills, name="me-bills"),
    path("me/wait/", home.wait, name="me-wait"),
    path("me/book/", follow_up.kinds, name="me-book"),
    path("me/book/<int:service_id>/", follow_up.times, name="me-book-times"),
    path("me/people/", people.people, name="me-people"),
    path("me/settings/", settings.settings, name="me-settings"),
    path("me/sessions/", sessions.of_patient, name="me-sessions"),
    path("me/access/", settings.access, name="me-access"),
    path("me/feedback/", home.complain, name="me-feedback"),
    path("me/trend.svg", home.trend, name="me-trend"),
    path("me/my-data.pdf", download.everything, name="me-pdf"),
    path("me/my-data.fhir.json", download.bundle, name="me-fhir"),
    path("me/visits/<int:visit_id>/", visit.visit, name="me-visit"),
    path("me/visits/<int:visit_id>/booked/", visit.booked, name="me-booked"),
    path("me/visits/<int:visit_id>/manage/", visit.manage, name="me-manage"),
    path("me/visits/<int:visit_id>/visit.ics", visit.visit_ics, name="me-ics"),
    path("me/visits/<int:visit_id>/price/", bills.price, name="me-price"),
    path("me/visits/<int:visit_id>/estimate.pdf", bills.estimate_pdf, name="me-estimate"),
    path("me/visits/<int:visit_id>/why/", visit.why, name="me-why"),
    path("me/visits/<int:visit_id>/aftercare/", visit.aftercare, name="me-aftercare"),
    path("me/visits/<int:visit_id>/note.pdf", visit.note, name="me-note"),
    path("me/visits/<int:visit_id>/drawing.svg", visit.drawing, name="me-drawing"),
    path("me/visits/<int:visit_id>/intake/", intake.begin, name="intake-begin"),
    path("me/visits/<int:visit_id>/intake/flags/", intake.flags, name="intake-flags"),
    path("me/visits/<int:visit_id>/intake/warning/", intake.warning, name="intake-warning"),
    path("me/visits/<int:visit_id>/intake/card/", intake.card, name="intake-card"),
    path("me/visits/<int:visit_id>/intake/hand-in/", intake.finish, name="intake-finish"),
    path("me/visits/<int:visit_id>/intake/names/<str:kind>/", intake.names, name="intake-names"),
    path("me/visits/<int:visit_id>/intake/<str:name>/", intake.section, name="intake"),
    path("demo/mail/", demo.mailbox, name="demo-mail"),
    path("account/", include("needlepoint.guard.sign_in.account_urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("anymail/", include("needlepoint.pages.public_site.webhooks")),
]
