"""Addresses for people outside of the practice."""

from __future__ import annotations

from django.urls import include, path

from needlepoint.pages.outside import book, front, intake, links, me

SITE = "at/<slug:slug>/"
PAGE = "at/<slug:slug>/<str:lang>/"

urlpatterns = [
    path("robots.txt", front.robots, name="robots"),
    path(SITE + "sitemap.xml", front.sitemap, name="sitemap"),
    path(SITE, front.of_practice, name="practice"),
    path(PAGE, front.front, name="front"),
    path(PAGE + "muscles/", front.book, name="book"),
    path(PAGE + "muscles/<slug:muscle_id>/", front.muscle, name="muscle"),
    path(PAGE + "urgent/", front.urgent, name="urgent"),
    path(PAGE + "prices/", front.prices, name="prices"),
    path(PAGE + "prices/help/", front.help_page, name="help"),
    path(PAGE + "feedback/", front.feedback, name="feedback"),
    path(PAGE + "visit/", book.kinds, name="visit-kinds"),
    path(PAGE + "visit/code/", book.code, name="visit-code"),
    path(PAGE + "visit/<int:service_id>/", book.times, name="visit-times"),
    path(PAGE + "visit/<int:service_id>/<int:staff_id>/<str:at>/", book.details, name="visit-details"),
    path("pictures/<str:lang>/muscle/<slug:muscle_id>.svg", front.felt_svg, name="felt"),
    path("pictures/<str:lang>/move/<slug:stretch_id>-<str:side>.svg", front.move_svg, name="move"),
    path("v/<str:token>/", links.visit, name="link-visit"),
    path("v/<str:token>/open/", links.visit_open, name="link-open"),
    path("v/<str:token>/cancel/", links.visit_cancel, name="link-cancel"),
    path("v/<str:token>/move/", links.visit_move, name="link-move"),
    path("v/<str:token>/wait/", links.visit_wait, name="link-wait"),
    path("v/<str:token>/visit.ics", links.calendar_file, name="link-ics"),
    path("cal/<str:token>.ics", links.feed, name="feed"),
    path("offer/<str:token>/", links.offer, name="link-offer"),
    path("c/<str:token>/", links.check_in, name="check-in"),
    path("c/<str:token>/more/", links.check_in_more, name="check-in-more"),
    path("stop/<str:token>/", links.stop, name="stop"),
    path("go/<str:token>/", links.door, name="door"),
    path("me/", me.show, name="me"),
    path("me/leave/", me.leave, name="me-leave"),
    path("me/switch/", me.switch, name="me-switch"),
    path("me/account/", me.account, name="me-account"),
    path("me/messages/", me.messages, name="me-messages"),
    path("me/people/", me.people, name="me-people"),
    path("me/settings/", me.settings, name="me-settings"),
    path("me/feedback/", me.complain, name="me-feedback"),
    path("me/trend.svg", me.trend, name="me-trend"),
    path("me/my-data.pdf", me.everything, name="me-pdf"),
    path("me/my-data.fhir.json", me.bundle, name="me-fhir"),
    path("me/visits/<int:visit_id>/", me.visit, name="me-visit"),
    path("me/visits/<int:visit_id>/price/", me.price, name="me-price"),
    path("me/visits/<int:visit_id>/estimate.pdf", me.estimate_pdf, name="me-estimate"),
    path("me/visits/<int:visit_id>/why/", me.why, name="me-why"),
    path("me/visits/<int:visit_id>/aftercare/", me.aftercare, name="me-aftercare"),
    path("me/visits/<int:visit_id>/note.pdf", me.note, name="me-note"),
    path("me/visits/<int:visit_id>/drawing.svg", me.drawing, name="me-drawing"),
    path("me/visits/<int:visit_id>/intake/", intake.begin, name="intake-begin"),
    path("me/visits/<int:visit_id>/intake/flags/", intake.flags, name="intake-flags"),
    path("me/visits/<int:visit_id>/intake/card/", intake.card, name="intake-card"),
    path("me/visits/<int:visit_id>/intake/hand-in/", intake.finish, name="intake-finish"),
    path("me/visits/<int:visit_id>/intake/names/<str:kind>/", intake.names, name="intake-names"),
    path("me/visits/<int:visit_id>/intake/<str:name>/", intake.section, name="intake"),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("anymail/", include("anymail.urls")),
]
