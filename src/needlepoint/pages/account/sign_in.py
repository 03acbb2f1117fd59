"""Sign-in, password changes, and the page for an expired session."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from needlepoint.guard.audit.log import note_sign_in, record_audit
from needlepoint.guard.models import User
from needlepoint.guard.sign_in.passwords import check, set_own_password
from needlepoint.guard.sign_in.rate_limit import lately_stopped, remember_device, subject_of, too_many
from needlepoint.guard.sign_in.sessions import end_all, of_account
from needlepoint.pages.account.forms import OwnPassword, SignInForm
from needlepoint.pages.requests import Request, SignedInRequest
from needlepoint.records.models import Practice

__all__ = ["change_password", "home", "not_trusted", "sign_in"]

BACKEND = "django.contrib.auth.backends.ModelBackend"
WRONG = _("Incorrect username or password.")
TOO_MANY = _("Too many tries. Wait 15 minutes and try again, or ask the practice owner.")


class SignIn(LoginView):
    """The sign-in page of the staff. Every failure gets the same answer after the same time."""

    template_name = "pages/sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in, or show why not."""
        name, password, back = SignInForm(request.POST).tried()
        user, refused, status = tried(request, name, password)
        if user is None:
            context = {"username": name, "refused": refused, "next": back}
            return render(request, self.template_name, context, status=status)
        record_authentication(request, user, method="password", username=name, reauthenticated=True)
        user.backend = BACKEND
        answer: HttpResponse = perform_login(
            request, user, email_verification="none", redirect_url=self.get_success_url()
        )  # on to the second factor, where there is one
        remember_device(request, answer, name)
        return answer


def tried(request: HttpRequest, name: str, password: str) -> tuple[User | None, object, int]:
    """Return the user, or the message and status. Attempts are counted before anything is computed."""
    subject = subject_of(request, name)
    known = User.objects.filter(username=name).select_related("staff").first()
    if too_many(request, name, known):
        if not lately_stopped(subject):
            note_sign_in(known, subject, "sign-in", "too many")
        return None, TOO_MANY, 429
    user = check(request, name, password)
    if user is None:
        note_sign_in(known, subject, "sign-in", "wrong")
        return None, WRONG, 200
    return user, "", 200


@login_required
def change_password(request: SignedInRequest) -> HttpResponse:
    """Set a new password for oneself; every other session of the account ends."""
    form, status = OwnPassword(request.user, request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        user, refused, status = tried(request, request.user.username, form.cleaned_data["old"])
        if user is not None:
            return _kept(request, form.cleaned_data["new"])
        form.add_error(
            "old", str(refused if refused is not WRONG else say("The current password is incorrect."))
        )
    context = {"form": form, "first": request.user.first_password}
    return render(request, "pages/change_password.html", context, status=status)


def _kept(request: SignedInRequest, new: str) -> HttpResponse:
    set_own_password(request.user, new)
    update_session_auth_hash(request, request.user)
    end_all(of_account(request.user.pk), but=request.session.session_key)
    if request.staff is not None:
        record_audit(request.staff, "write", "own password changed")
    messages.success(request, say("Your password was changed. You were signed out on other devices."))
    return redirect("home")


def home(request: HttpRequest) -> HttpResponse:
    """Staff go to the schedule; others to the public site, or to a choice when several practices have one."""
    if getattr(request, "staff", None) is not None:
        return redirect("today")
    if request.user.is_authenticated:
        return redirect("me")
    sites = list(Practice.objects.exclude(slug=None).order_by("name").only("name", "slug"))
    if len(sites) > 1:
        return render(request, "pages/practices.html", {"sites": sites})
    return redirect("practice", sites[0].slug) if sites else redirect("sign-in")


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The sign-in page; when the database is empty, the set-up page."""
    if not Practice.objects.exists():
        return redirect("set-up")
    return SignIn.as_view()(request)


def not_trusted(request: Request, reason: str = "") -> HttpResponse:
    """The session has expired, or the form is not ours (CSRF). Nothing is saved; sign in again."""
    back = request.htmx.current_url_abs_path if request.htmx else None
    door = reverse("sign-in") + ("?" + urlencode({"next": back}) if back else "")
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = door
        return answer
    return redirect(door)
