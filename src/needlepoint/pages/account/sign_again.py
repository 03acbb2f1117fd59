"""The password once more, before something that a desk left open must not do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from needlepoint.guard.audit.log import record_audit
from needlepoint.guard.roles import allowed
from needlepoint.guard.sign_in.again import proved_now
from needlepoint.pages.account.forms import SignAgainForm
from needlepoint.pages.account.sign_in import tried
from needlepoint.pages.refusals import to_messages
from needlepoint.pages.requests import StaffRequest

__all__ = ["ask_again", "sign_again"]

KEPT = "kept:"  # prefix of the names of fields that were sent already
NOT_KEPT = ("csrfmiddlewaretoken",)


def ask_again(request: HttpRequest, refused: object = "", status: int = 403) -> HttpResponse:
    """Ask for the password: as a message on the page that the person is on, or as a page that keeps what was sent."""
    fields = [
        (KEPT + name, text) for name, row in request.POST.lists() if name not in NOT_KEPT for text in row
    ]
    return _asked(request, request.get_full_path(), fields, refused, status)


def _asked(
    request: HttpRequest, back: str, fields: list[tuple[str, str]], refused: object, status: int
) -> HttpResponse:
    context = {"back": back, "fields": fields, "refused": refused}
    if getattr(request, "htmx", False):
        return to_messages(render(request, "pages/_sign_again.html", context, status=status))
    return render(request, "pages/sign_again.html", context, status=status)


@allowed("desk")
@require_POST
def sign_again(request: StaffRequest) -> HttpResponse:
    """Check the password; then the person presses the same button again, or sends what was kept."""
    password, back = SignAgainForm(request.POST).tried()
    fields = [(name, text) for name, row in request.POST.lists() if name.startswith(KEPT) for text in row]
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    user, refused, status = tried(request, request.user.username, password)
    if user is None:
        return _asked(request, back, fields, refused, max(status, 403))
    proved_now(request)
    record_audit(request.staff, "sign-in", "signed in again")
    if request.htmx:
        return to_messages(render(request, "pages/_signed_again.html"))
    if not fields:
        return redirect(back)
    kept = [(name.removeprefix(KEPT), text) for name, text in fields]
    return render(request, "pages/signed_again.html", {"back": back, "fields": kept})
